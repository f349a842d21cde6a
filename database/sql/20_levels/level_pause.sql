-- Pauses as they count: one that nobody ended before the level was opened again ended with the cycle.
create or replace view tat.level_pause as
select
    level_pauses.pause_id,
    level_pauses.level_id,
    level_pauses.paused_at,
    coalesce(level_pauses.resumed_at, (
        select min(least(level_change.old_ended_at, level_change.effective_at))
        from tat.level_change
        where level_change.level_id = level_pauses.level_id
            and level_change.closes_cycle
            and least(level_change.old_ended_at, level_change.effective_at)
            >= level_pauses.paused_at
    )) as resumed_at,
    level_pauses.reason
from workflow.level_pauses;
comment on view tat.level_pause is
'One row per pause, with the end that counts: its own, or that of the cycle in which it was left open.';
