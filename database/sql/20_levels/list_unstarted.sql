-- Levels in progress that still have no start: their writer holds them.
create or replace function tat.list_unstarted(p_levels uuid[]) returns uuid[]
language sql stable
begin atomic
    select array_agg(approval_levels.level_id)
    from unnest(p_levels) as touched (level_id)
    inner join workflow.approval_levels on approval_levels.level_id = touched.level_id
    where approval_levels.status = 'IN_PROGRESS'
        and approval_levels.tat_start_time is null
        and approval_levels.level_start_time is null;
end;
