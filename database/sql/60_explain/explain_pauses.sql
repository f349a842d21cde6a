-- The pauses of a level, with the working time in them that does not count.
create or replace function tat.explain_pauses(p_level_id uuid, p_as_of timestamptz)
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
        5,
        'pause',
        greatest(level_pause.paused_at, segments.starts_at),
        least(coalesce(level_pause.resumed_at, p_as_of), p_as_of),
        tat.find_work_clock(
            segments.calendar_id,
            greatest(
                least(coalesce(level_pause.resumed_at, p_as_of), segments.ends_at),
                greatest(level_pause.paused_at, segments.starts_at)
            )
        )
        - tat.find_work_clock(
            segments.calendar_id, greatest(level_pause.paused_at, segments.starts_at)
        ),
        segments.seconds_per_tat_hour,
        segments.time_zone,
        jsonb_build_object('reason', level_pause.reason)
    from tat.explained_segments(p_level_id, p_as_of) as segments
    inner join tat.level_pause
        on level_pause.level_id = p_level_id
        and level_pause.paused_at <= p_as_of
        and tstzrange(level_pause.paused_at, level_pause.resumed_at, '[]')
        && tstzrange(segments.starts_at, segments.ends_at, '[]');
end;
