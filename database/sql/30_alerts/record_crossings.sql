-- Records what levels past a threshold have crossed: claims them, writes alerts, notifications and
-- activities, sets the levels' flags, and moves their clocks to the next threshold. At most p_limit
-- levels of the p_backlog that wait. Run as tat_engine.
create or replace function tat.record_crossings(
    p_as_of timestamptz,
    p_limit integer,
    p_backlog bigint,
    out levels_claimed integer,
    out alerts_recorded bigint,
    out notifications_queued bigint,
    out alerts_replayed bigint,
    out max_lateness_seconds numeric
)
language plpgsql
as $$
declare
    clocks bigint[] := tat.clock_readings(p_as_of);
    claims tat.level_clock[];
begin
    select array_agg(claimed)
    into claims
    from tat.claim_crossed_levels(clocks, p_backlog, p_limit) as claimed;
    levels_claimed := coalesce(cardinality(claims), 0);

    select recorded.*
    into alerts_recorded, notifications_queued, alerts_replayed, max_lateness_seconds
    from tat.record_alerts(claims, clocks, p_as_of) as recorded;

    perform tat.set_alert_flags(array(
        select claimed.level_id from unnest(claims) as claimed where claimed.is_current
    ));

    update tat.level_clock
    set next_threshold = upcoming.threshold, next_due_clock = upcoming.due_clock
    from unnest(claims) as claimed
    left join lateral tat.next_threshold(claimed, tat.clock_limit(claimed, clocks)) as upcoming
        on true
    where level_clock.level_id = claimed.level_id and level_clock.cycle = claimed.cycle;
end
$$;
comment on function tat.record_crossings(timestamptz, integer, bigint) is
'One tick''s alerts: each (level, cycle, threshold) once, whoever else ticks.';
