-- Who held a level how long.
create or replace view tat.level_holder as
with reassignments as (
    select
        level_clock.level_id,
        level_clock.cycle,
        level_change.change_id,
        level_change.effective_at,
        level_change.old_approver_id
    from tat.level_change
    inner join tat.level_clock on level_clock.level_id = level_change.level_id
    where level_change.switches
        and level_change.old_approver_id <> level_change.new_approver_id
        and level_change.effective_at > level_clock.started_at
        and level_change.effective_at
        < case
            when level_clock.state in ('stopped', 'cancelled') then level_clock.halted_at
            else 'infinity'
        end
),

changed_hands as (
    select
        level_clock.level_id,
        level_clock.cycle,
        level_clock.started_at,
        level_clock.halted_at,
        level_clock.state,
        case
            when level_clock.state in ('stopped', 'cancelled') then level_clock.halted_at
        end as ended_at,
        exists (
            select 1
            from tat.level_change
            where level_change.level_id = level_clock.level_id
                and level_change.switches
                and level_change.old_approver_id <> level_change.new_approver_id
        ) as has_changed
    from tat.level_clock
),

stretches as (
    select
        changed_hands.level_id,
        changed_hands.cycle,
        changed_hands.started_at as held_from
    from changed_hands
    where changed_hands.has_changed
    union
    select reassignments.level_id, reassignments.cycle, reassignments.effective_at
    from reassignments
),

holders as (
    select
        stretches.level_id,
        stretches.cycle,
        stretches.held_from,
        lead(stretches.held_from, 1, changed_hands.ended_at) over (
            partition by stretches.level_id, stretches.cycle
            order by stretches.held_from
        ) as held_until,
        coalesce(
            (
                select level_change.old_approver_id
                from tat.level_change
                where level_change.level_id = stretches.level_id
                    and level_change.switches
                    and level_change.old_approver_id <> level_change.new_approver_id
                    and level_change.effective_at > stretches.held_from
                order by level_change.effective_at, level_change.change_id
                limit 1
            ),
            approval_levels.approver_id
        ) as approver_id
    from stretches
    inner join changed_hands
        on changed_hands.level_id = stretches.level_id
        and changed_hands.cycle = stretches.cycle
    inner join workflow.approval_levels
        on approval_levels.level_id = stretches.level_id
)

select
    holders.level_id,
    holders.cycle,
    holders.approver_id,
    holders.held_from,
    holders.held_until,
    (
        tat.measure_elapsed(
            holders.level_id,
            holders.held_from,
            coalesce(holders.held_until, tat.as_of())
        ) / 1000000.0
    )::numeric(18, 6) as held_seconds
from holders
union all
select
    changed_hands.level_id,
    changed_hands.cycle,
    approval_levels.approver_id,
    changed_hands.started_at,
    changed_hands.ended_at,
    (
        greatest(
            coalesce(
                level_clock.halted_clock,
                tat.work_clock(level_clock.calendar_id, tat.as_of())
            )
            - level_clock.start_clock
            - level_clock.paused_clock
            + level_clock.carried_clock,
            0
        ) / 1000000.0
    )::numeric(18, 6)
from changed_hands
inner join tat.level_clock
    on level_clock.level_id = changed_hands.level_id
    and level_clock.cycle = changed_hands.cycle
inner join workflow.approval_levels
    on approval_levels.level_id = changed_hands.level_id
where not changed_hands.has_changed;
comment on view tat.level_holder is
'One row per level, cycle and stretch in one approver''s hands, with the working seconds of the level''s own clock in it.';
