-- The lowest threshold that a level's clock reaches, from p_from_clock on, and that is not recorded yet;
-- no row where there is none.
create or replace function tat.next_threshold(p_clock tat.level_clock, p_from_clock bigint)
returns table (threshold smallint, due_clock bigint)
language sql stable
begin atomic
    select level_threshold.threshold, level_threshold.due_clock
    from tat.level_thresholds(p_clock) as level_threshold
    where (p_clock.state <> 'cancelled' or exists (select 1 from tat.ran_before(p_clock)))
        and (p_from_clock is null or level_threshold.due_clock >= p_from_clock)
        and (
            p_clock.halted_clock is null
            or level_threshold.due_clock < p_clock.halted_clock
        )
        and not exists (
            select 1
            from tat.tat_alerts
            where tat_alerts.level_id = p_clock.level_id
                and tat_alerts.cycle = p_clock.cycle
                and tat_alerts.alert_type = level_threshold.alert_type
        )
    order by level_threshold.due_clock, level_threshold.threshold
    limit 1;
end;
comment on function tat.next_threshold(tat.level_clock, bigint) is
'The rule for what a level''s clock waits for next.';
