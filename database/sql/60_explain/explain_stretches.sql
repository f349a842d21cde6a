-- By which clock a level ran, who held it, and edits of its TAT.
create or replace function tat.explain_stretches(p_level_id uuid, p_as_of timestamptz)
returns table (
    cycle integer,
    place integer,
    kind text,
    starts_at timestamptz,
    ends_at timestamptz,
    microseconds bigint,
    seconds_per_tat_hour integer,
    time_zone text,
    details jsonb
)
language sql stable
begin atomic
    select
        segments.cycle,
        2,
        'segment',
        segments.starts_at,
        segments.ends_at,
        null::bigint,
        segments.seconds_per_tat_hour,
        segments.time_zone,
        jsonb_build_object(
            'calendar', segments.calendar_name,
            'time_zone', segments.time_zone,
            'priority', segments.priority,
            'department', segments.department
        )
    from tat.explained_segments(p_level_id, p_as_of) as segments
    union all
    select
        level_holder.cycle,
        3,
        'holder',
        level_holder.held_from,
        least(coalesce(level_holder.held_until, p_as_of), p_as_of),
        tat.measure_elapsed(
            p_level_id,
            level_holder.held_from,
            least(
                coalesce(level_holder.held_until, explained.counted_until),
                explained.counted_until
            )
        ),
        explained.seconds_per_tat_hour,
        explained.time_zone,
        jsonb_build_object('approver', users.display_name)
    from tat.level_holder
    inner join tat.explained_cycles(p_level_id, p_as_of) as explained
        on (explained.clock).cycle = level_holder.cycle
    inner join workflow.users on users.user_id = level_holder.approver_id
    where level_holder.level_id = p_level_id and level_holder.held_from <= p_as_of
    union all
    select
        (explained.clock).cycle,
        4,
        'edit',
        level_change.effective_at,
        null,
        null,
        explained.seconds_per_tat_hour,
        explained.time_zone,
        jsonb_build_object(
            'old_tat_hours', trim_scale(level_change.old_tat_hours),
            'new_tat_hours', trim_scale(level_change.new_tat_hours)
        )
    from tat.level_change
    inner join tat.explained_cycles(p_level_id, p_as_of) as explained
        on level_change.effective_at >= (explained.clock).started_at
        and level_change.effective_at <= coalesce(explained.ended_at, 'infinity')
    where level_change.level_id = p_level_id
        and level_change.old_tat_hours <> level_change.new_tat_hours;
end;
