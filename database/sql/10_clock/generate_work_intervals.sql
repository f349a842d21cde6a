-- The windows with their clocks and the empty intervals that mark the ends of the span.
create or replace function tat.generate_work_intervals(
    p_calendar_id integer, p_from date, p_to date, p_anchor_on date
)
returns table (
    starts_at timestamptz, ends_at timestamptz, clock_at_start bigint, is_span_end boolean
)
language sql stable
begin atomic
    with windows as materialized (
        select
            generated.starts_at,
            generated.ends_at,
            coalesce(
                sum(tat.microseconds_between(generated.starts_at, generated.ends_at))
                    over (order by generated.starts_at rows unbounded preceding),
                0
            )::bigint as clock_at_end
        from tat.generate_work_windows(p_calendar_id, p_from, p_to) as generated
    ),

    origin as (
        select
            p_from::timestamp at time zone calendar.time_zone as span_starts_at,
            p_to::timestamp at time zone calendar.time_zone as span_ends_at,
            case
                when calendar.is_always_open then tat.microseconds_between(
                    'epoch'::timestamptz, p_from::timestamp at time zone calendar.time_zone
                )
                else -coalesce((
                    select sum(tat.microseconds_between(
                        windows.starts_at,
                        least(
                            windows.ends_at,
                            p_anchor_on::timestamp at time zone calendar.time_zone
                        )
                    ))
                    from windows
                    where windows.starts_at
                        < p_anchor_on::timestamp at time zone calendar.time_zone
                ), 0)::bigint
            end as clock_at_start
        from tat.calendar
        where calendar.calendar_id = p_calendar_id
    )

    select
        windows.starts_at,
        windows.ends_at,
        origin.clock_at_start
        + windows.clock_at_end
        - tat.microseconds_between(windows.starts_at, windows.ends_at),
        false
    from windows
    cross join origin
    union all
    select origin.span_starts_at, origin.span_starts_at, origin.clock_at_start, false
    from origin
    where not exists (
        select 1
        from windows
        where windows.starts_at <= origin.span_starts_at
    )
    union all
    select
        origin.span_ends_at,
        origin.span_ends_at,
        origin.clock_at_start + coalesce((select max(windows.clock_at_end) from windows), 0),
        true
    from origin;
end;
