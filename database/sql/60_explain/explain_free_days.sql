-- Holidays and days with hours of their own in the time of a level.
create or replace function tat.explain_free_days(p_level_id uuid, p_as_of timestamptz)
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
        'holiday',
        holiday.day::timestamp at time zone segments.time_zone,
        (holiday.day + 1)::timestamp at time zone segments.time_zone,
        null::bigint,
        segments.seconds_per_tat_hour,
        segments.time_zone,
        jsonb_build_object('holiday', string_agg(distinct holiday.holiday_name, ', '))
    from tat.explained_segments(p_level_id, p_as_of) as segments
    cross join lateral tat.list_holidays(
        segments.calendar_id,
        (segments.starts_at at time zone segments.time_zone)::date,
        (segments.ends_at at time zone segments.time_zone)::date + 1
    ) as holiday
    where not segments.is_always_open
        and exists (
            select 1
            from tat.weekly_window
            where weekly_window.calendar_id = segments.calendar_id
                and weekly_window.iso_weekday = extract(isodow from holiday.day)
        )
        and not exists (
            select 1
            from tat.calendar_day
            where calendar_day.calendar_id = segments.calendar_id
                and calendar_day.day = holiday.day
        )
    group by
        segments.cycle,
        segments.starts_at,
        segments.seconds_per_tat_hour,
        segments.time_zone,
        holiday.day
    union all
    select
        segments.cycle,
        5,
        'day',
        calendar_day.day::timestamp at time zone segments.time_zone,
        (calendar_day.day + 1)::timestamp at time zone segments.time_zone,
        null,
        segments.seconds_per_tat_hour,
        segments.time_zone,
        jsonb_build_object('hours', string_agg(
            to_char(calendar_day.opens_at::interval, 'HH24:MI')
            || '-'
            || to_char(calendar_day.closes_at::interval, 'HH24:MI'),
            ', ' order by calendar_day.opens_at
        ))
    from tat.explained_segments(p_level_id, p_as_of) as segments
    inner join tat.calendar_day
        on calendar_day.calendar_id = segments.calendar_id
        and calendar_day.day
        between (segments.starts_at at time zone segments.time_zone)::date
        and (segments.ends_at at time zone segments.time_zone)::date
    group by
        segments.cycle,
        segments.calendar_id,
        segments.seconds_per_tat_hour,
        segments.time_zone,
        calendar_day.day;
end;
