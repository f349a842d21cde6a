-- Which of some levels were opened again after they had ended: those with more than one cycle.
create or replace function tat.list_reopened(p_levels uuid[]) returns uuid[]
language sql stable
begin atomic
    select array_agg(touched.level_id)
    from unnest(p_levels) as touched (level_id)
    where exists (
        select 1
        from tat.level_change
        where level_change.level_id = touched.level_id and level_change.closes_cycle
        offset 0
    );
end;
