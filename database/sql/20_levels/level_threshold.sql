-- Where each threshold of each cycle lies by present rows and rules.
create or replace view tat.level_threshold as
select
    level_clock.level_id,
    level_clock.cycle,
    point.slot,
    point.alert_type,
    point.percentage,
    point.share,
    tat.threshold_time(level_clock, point.share, point.due_clock, tat.as_of()) as crosses_at,
    point.due_clock
    < coalesce(
        level_clock.halted_clock,
        tat.find_work_clock(level_clock.calendar_id, tat.as_of())
    ) as is_crossed
from tat.level_clock
cross join lateral tat.list_thresholds(level_clock.level_id, level_clock.cycle) as point;
comment on view tat.level_threshold is
'One row per level, cycle and threshold: the instant after which it is crossed by present rows and rules, and whether it was.';
