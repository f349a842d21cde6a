create or replace view tat.source_health as
select
    source.address,
    -- Every minute is one chance: three are missed before anybody is told.
    source.failed_at is null
    and coalesce(source.followed_at > clock_timestamp() - interval '200 seconds', false)
    and tables.at_fault = 0
    and tables.held_back = 0 as is_followed,
    source.followed_at,
    extract(epoch from clock_timestamp() - source.followed_at)::numeric(14, 1)
        as seconds_behind,
    source.failed_at,
    source.failure,
    tables.loading as tables_loading,
    tables.at_fault as tables_at_fault,
    tables.held_back as tables_held_back,
    tables.compared_at
from tat.source
cross join (
    select
        count(*) filter (where not source_table.is_loaded) as loading,
        count(*) filter (where source_table.fault is not null) as at_fault,
        count(*) filter (where source_table.held_back is not null) as held_back,
        min(source_table.compared_at) as compared_at
    from tat.source_table
) as tables;
comment on view tat.source_health is
'How the app''s own database is followed, in one row; no row where none is.';
comment on column tat.source_health.is_followed is
'It answers, what changed there was loaded within 200 seconds, and no table is left out.';
comment on column tat.source_health.followed_at is
'When everything that had changed was last loaded.';
comment on column tat.source_health.failed_at is
'Since when it does not answer; null while it does.';
comment on column tat.source_health.tables_loading is
'Tables whose first load is not through yet.';
comment on column tat.source_health.tables_at_fault is
'Tables that can''t be followed; tat.source_table says why.';
comment on column tat.source_health.tables_held_back is
'Tables of which the source has lost so much that nothing was taken away here.';
comment on column tat.source_health.compared_at is
'The oldest of the comparisons of whole tables, which find deletions.';
