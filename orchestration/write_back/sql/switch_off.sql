-- Write nothing back any more, nor what waits.
with forgotten as (
    delete from tat.unwritten
)

delete from tat.write_back
returning write_back.target_schema, write_back.target_name
