-- The working time of a level that counts, day by day.
create or replace function tat.explain_windows(p_level_id uuid, p_as_of timestamptz)
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
    with held as (
        select coalesce(
            range_agg(tstzrange(level_pause.paused_at, level_pause.resumed_at)), '{}'
        ) as pauses
        from tat.level_pause
        where level_pause.level_id = p_level_id
    ),

    worked as (
        select
            segments.cycle,
            segments.seconds_per_tat_hour,
            segments.time_zone,
            greatest(
                lower(piece.worked), span_day.day::timestamp at time zone segments.time_zone
            ) as starts_at,
            least(
                upper(piece.worked),
                (span_day.day + interval '1 day')::timestamp at time zone segments.time_zone
            ) as ends_at
        from tat.explained_segments(p_level_id, p_as_of) as segments
        inner join tat.work_interval
            on work_interval.calendar_id = segments.calendar_id
            and work_interval.starts_at < segments.ends_at
            and work_interval.ends_at > segments.starts_at
        cross join held
        cross join lateral unnest(
            tstzmultirange(
                tstzrange(
                    greatest(work_interval.starts_at, segments.starts_at),
                    least(work_interval.ends_at, segments.ends_at)
                )
            ) - held.pauses
        ) as piece (worked)
        cross join lateral generate_series(
            (lower(piece.worked) at time zone segments.time_zone)::date,
            (
                (upper(piece.worked) - interval '1 microsecond')
                at time zone segments.time_zone
            )::date,
            interval '1 day'
        ) as span_day (day)
    )

    select
        worked.cycle,
        5,
        'window',
        worked.starts_at,
        worked.ends_at,
        tat.microseconds_between(worked.starts_at, worked.ends_at),
        worked.seconds_per_tat_hour,
        worked.time_zone,
        '{}'::jsonb
    from worked;
end;
