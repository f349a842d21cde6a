-- The thresholds that claimed levels have crossed and that are not recorded yet. Times used are
-- microseconds of the level's policy: at the crossing, and up to now.
create or replace function tat.list_crossings(
    p_claims tat.level_clock[], p_clocks bigint[], p_as_of timestamptz
)
returns table (
    clock tat.level_clock,
    threshold smallint,
    alert_type text,
    percentage numeric,
    crossed_at timestamptz,
    threshold_us bigint,
    used_us bigint,
    is_highest boolean
)
language sql stable
begin atomic
    select
        claimed,
        level_threshold.threshold,
        level_threshold.alert_type,
        level_threshold.percentage,
        tat.threshold_time(
            claimed, level_threshold.threshold_us, level_threshold.due_clock, p_as_of
        ),
        level_threshold.threshold_us,
        tat.clock_limit(claimed, p_clocks)
        - claimed.start_clock
        - claimed.paused_clock
        + claimed.carried_clock,
        level_threshold.threshold
        = max(level_threshold.threshold) over (partition by claimed.level_id)
    from unnest(p_claims) as claimed
    cross join lateral tat.level_thresholds(claimed) as level_threshold
    where level_threshold.due_clock >= claimed.next_due_clock
        and level_threshold.due_clock < tat.clock_limit(claimed, p_clocks);
end;
