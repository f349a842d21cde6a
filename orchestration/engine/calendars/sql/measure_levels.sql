-- The clocks of the concerned levels as they would be.
create temporary table preview on commit drop as
select
    (concerned.clock).level_id,
    (concerned.clock).cycle,
    (concerned.clock).due_at as due_before,
    (concerned.clock).next_due_clock as next_before,
    (concerned.clock).calendar_id as calendar_before,
    concerned.calendar_id,
    previewed.clock,
    tat.due_time(previewed.clock, tat.as_of()) as due_after
from pg_temp.concerned
cross join lateral (
    select
        tat.preview_clock(
            concerned.clock, concerned.policy_id, concerned.calendar_id, concerned.tat_us
        ) as clock
    -- Computed once, not for each of its columns.
    offset 0
) as previewed
where not concerned.is_segmented
