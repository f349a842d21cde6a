-- How many tables of the source were not compared within the hour.
select count(*) as tables
from tat.source_table
where source_table.is_loaded
    and source_table.fault is null
    and coalesce(source_table.compared_at < clock_timestamp() - interval '1 hour', true)
