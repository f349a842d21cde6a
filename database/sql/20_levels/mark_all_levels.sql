-- Marks every level as changed, so that all clocks are derived anew.
create or replace function tat.mark_all_levels() returns bigint
language sql volatile security definer
set search_path = pg_catalog, pg_temp
begin atomic
    with marked as (
        insert into tat.level_change (level_id, cause)
        select level_id, 'policy' from workflow.approval_levels
        returning 1
    )

    select count(*) from marked;
end;
