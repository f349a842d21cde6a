-- Note how a table looks at the source; return its columns that were not there before and that
-- nothing here knows.
with before as (
    select source_table.other_columns
    from tat.source_table
    where source_table.table_name = %(table)s
),

noted as (
    insert into tat.source_table as kept (
        table_name,
        relation,
        next_read_from,
        columns,
        other_columns,
        fault,
        faulty_since
    )
    values (
        %(table)s,
        %(relation)s,
        %(read_at)s,
        %(columns)s,
        %(other_columns)s,
        %(fault)s,
        case when %(fault)s::text is not null then clock_timestamp() end
    )
    on conflict (table_name) do update
    set
        next_read_from = case
            when kept.reached_key is null then excluded.next_read_from
            else kept.next_read_from
        end,
        columns = coalesce(excluded.columns, kept.columns),
        other_columns = case
            when excluded.fault is null then excluded.other_columns
            else kept.other_columns
        end,
        fault = excluded.fault,
        faulty_since = case
            when excluded.fault is not null
                then coalesce(kept.faulty_since, clock_timestamp())
        end
    returning kept.other_columns
)

select
    not exists (select from before) as is_new,
    array(
        select unnest(noted.other_columns)
        except
        select unnest(before.other_columns)
        from before
    ) as fresh_columns
from noted
