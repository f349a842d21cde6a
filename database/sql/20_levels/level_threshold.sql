-- Where each threshold of each cycle lies by present rows and rules.
create or replace view tat.level_threshold as
select
    level_clock.level_id,
    level_clock.cycle,
    point.slot,
    point.alert_type,
    point.percentage,
    point.share,
    case
        when point.share < level_clock.carried_clock then tat.find_earlier_time(
            level_clock.level_id,
            level_clock.started_at,
            level_clock.halted_at,
            level_clock.policy_id,
            point.share,
            false,
            tat.as_of()
        )
        else tat.find_crossing_time(level_clock.calendar_id, point.due_clock)
    end as crosses_at,
    point.due_clock
    < coalesce(
        level_clock.halted_clock,
        tat.find_work_clock(level_clock.calendar_id, tat.as_of())
    ) as is_crossed
from tat.level_clock
cross join lateral tat.list_thresholds(level_clock.level_id, level_clock.cycle) as point;
comment on view tat.level_threshold is
'One row per level, cycle and threshold: the instant after which it is crossed by present rows and rules, and whether it was.';
