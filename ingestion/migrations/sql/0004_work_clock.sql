-- Calendars as clocks that only run in working time. Clocks are microseconds (bigint).
create table tat.setting (
    setting_name text primary key,
    setting_value text not null
);
comment on table tat.setting is 'Facts of this installation, such as time_zone.';

create table tat.calendar (
    calendar_id integer generated always as identity primary key,
    calendar_name text not null unique,
    time_zone text not null,
    is_always_open boolean not null default false,
    department text,
    location text,
    span_starts_on date,
    span_ends_on date,
    anchor_on date,
    check (span_starts_on < span_ends_on)
);
comment on table tat.calendar is
'One row per work clock. Its intervals are generated over [span_starts_on, span_ends_on).';
comment on column tat.calendar.department is
'Holidays restricted to departments apply only to calendars of those.';
comment on column tat.calendar.anchor_on is
'The local day on which the clock reads zero; an always-open clock reads the epoch.';

create table tat.weekly_window (
    calendar_id integer not null references tat.calendar on delete cascade,
    iso_weekday smallint not null check (iso_weekday between 1 and 7),
    opens_at time not null,
    closes_at time not null,
    primary key (calendar_id, iso_weekday, opens_at),
    check (opens_at < closes_at)
);
comment on table tat.weekly_window is
'Working windows by weekday (1 = Monday), several a day allowed, local time of the calendar.';

create table tat.work_interval (
    calendar_id integer not null references tat.calendar on delete cascade,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    clock_at_start bigint not null,
    is_span_end boolean not null default false,
    primary key (calendar_id, starts_at, is_span_end)
    include (ends_at, clock_at_start),
    check (starts_at <= ends_at)
);
create index work_interval_clock
on tat.work_interval (calendar_id, clock_at_start, starts_at)
include (ends_at, is_span_end);
comment on table tat.work_interval is
'Working windows as instants, with the clock at their start. An empty interval marks each end of the span.';

create function tat.microseconds_between(p_from timestamptz, p_to timestamptz)
returns bigint
language sql immutable parallel safe
return (extract(epoch from p_to - p_from) * 1000000)::bigint;

create function tat.after_microseconds(p_at timestamptz, p_microseconds bigint)
returns timestamptz
language sql immutable parallel safe
return p_at + p_microseconds * interval '1 microsecond';

create function tat.as_of() returns timestamptz
language sql stable parallel safe
return coalesce(nullif(current_setting('tat.as_of', true), '')::timestamptz, now());
comment on function tat.as_of() is
'The present of every view: now, or the instant a session has set in tat.as_of.';

create function tat.time_zone() returns text
language sql stable parallel safe security definer
return (
    select setting.setting_value
    from tat.setting
    where setting.setting_name = 'time_zone'
);
comment on function tat.time_zone() is 'The zone in which days, weeks and months are counted.';

-- Reads a clock without complaint: null outside the generated span.
create function tat.find_work_clock(p_calendar_id integer, p_at timestamptz)
returns bigint
language plpgsql stable strict parallel safe security definer
as $$
declare
    found_interval record;
begin
    select
        work_interval.starts_at,
        work_interval.ends_at,
        work_interval.clock_at_start,
        work_interval.is_span_end
    into found_interval
    from tat.work_interval
    where work_interval.calendar_id = p_calendar_id and work_interval.starts_at <= p_at
    order by work_interval.starts_at desc, work_interval.is_span_end desc
    limit 1;

    if not found or (found_interval.is_span_end and p_at > found_interval.starts_at) then
        return null;
    end if;
    return found_interval.clock_at_start + tat.microseconds_between(
        found_interval.starts_at, least(p_at, found_interval.ends_at)
    );
end
$$;

-- Reads the inverse without complaint: null outside the generated span.
create function tat.find_work_time(p_calendar_id integer, p_clock bigint)
returns timestamptz
language plpgsql stable strict parallel safe security definer
as $$
declare
    found_interval record;
begin
    select
        work_interval.starts_at,
        work_interval.ends_at,
        work_interval.clock_at_start
    into found_interval
    from tat.work_interval
    where work_interval.calendar_id = p_calendar_id and work_interval.clock_at_start < p_clock
    order by work_interval.clock_at_start desc, work_interval.starts_at desc
    limit 1;

    if not found then
        return (
            select min(work_interval.starts_at)
            from tat.work_interval
            where work_interval.calendar_id = p_calendar_id
                and work_interval.clock_at_start = p_clock
        );
    end if;
    if p_clock - found_interval.clock_at_start
        > tat.microseconds_between(found_interval.starts_at, found_interval.ends_at) then
        return null;
    end if;
    return tat.after_microseconds(
        found_interval.starts_at, p_clock - found_interval.clock_at_start
    );
end
$$;

-- The last instant at which the clock still reads p_clock: null outside the span.
create function tat.find_crossing_time(p_calendar_id integer, p_clock bigint)
returns timestamptz
language plpgsql stable strict parallel safe security definer
as $$
declare
    found_interval record;
begin
    select
        work_interval.starts_at,
        work_interval.ends_at,
        work_interval.clock_at_start,
        work_interval.is_span_end
    into found_interval
    from tat.work_interval
    where work_interval.calendar_id = p_calendar_id and work_interval.clock_at_start <= p_clock
    order by work_interval.clock_at_start desc, work_interval.starts_at desc, work_interval.is_span_end desc
    limit 1;

    if not found or found_interval.is_span_end then
        return null;
    end if;
    return tat.after_microseconds(
        found_interval.starts_at, p_clock - found_interval.clock_at_start
    );
end
$$;

create function tat.refuse_outside_span(p_calendar_id integer, p_asked text)
returns void
language plpgsql stable security definer
as $$
declare
    asked_calendar tat.calendar;
begin
    select calendar.* into asked_calendar
    from tat.calendar
    where calendar.calendar_id = p_calendar_id;
    if not found then
        raise exception 'there is no calendar %', p_calendar_id
            using errcode = 'invalid_parameter_value';
    end if;
    raise exception '% is outside the generated span of calendar % (% to %)',
        p_asked,
        asked_calendar.calendar_name,
        asked_calendar.span_starts_on,
        asked_calendar.span_ends_on
        using
            errcode = 'datetime_field_overflow',
            hint = 'Extend it: select tat.extend_calendars(first_day, last_day).';
end
$$;

create function tat.work_clock(p_calendar_id integer, p_at timestamptz)
returns bigint
language plpgsql stable strict parallel safe security definer
as $$
declare
    clock bigint := tat.find_work_clock(p_calendar_id, p_at);
begin
    if clock is null then
        perform tat.refuse_outside_span(p_calendar_id, p_at::text);
    end if;
    return clock;
end
$$;
comment on function tat.work_clock(integer, timestamptz) is
'W(c, t): working time in microseconds that calendar c has run up to t. Never decreases. An error outside the generated span.';

create function tat.work_time(p_calendar_id integer, p_clock bigint)
returns timestamptz
language plpgsql stable strict parallel safe security definer
as $$
declare
    instant timestamptz := tat.find_work_time(p_calendar_id, p_clock);
begin
    if instant is null then
        perform tat.refuse_outside_span(p_calendar_id, 'clock ' || p_clock);
    end if;
    return instant;
end
$$;
comment on function tat.work_time(integer, bigint) is
'T(c, clock): the earliest instant at which calendar c reads that clock. An error outside the generated span.';

create function tat.crossing_time(p_calendar_id integer, p_clock bigint)
returns timestamptz
language plpgsql stable strict parallel safe security definer
as $$
declare
    instant timestamptz := tat.find_crossing_time(p_calendar_id, p_clock);
begin
    if instant is null then
        perform tat.refuse_outside_span(p_calendar_id, 'clock ' || p_clock);
    end if;
    return instant;
end
$$;
comment on function tat.crossing_time(integer, bigint) is
'The instant after which the clock is beyond p_clock. A point that falls on closing time is crossed when the next window opens.';

create function tat.holiday_dates(p_calendar_id integer, p_from date, p_to date)
returns setof date
language sql stable
begin atomic
    select distinct span_day.day::date
    from tat.calendar
    cross join generate_series(p_from, p_to - 1, interval '1 day') as span_day (day)
    inner join workflow.holidays
        on holidays.holiday_date = span_day.day::date
        or (
            holidays.is_recurring
            and extract(month from holidays.holiday_date) = extract(month from span_day.day)
            and extract(day from holidays.holiday_date) = extract(day from span_day.day)
        )
    where calendar.calendar_id = p_calendar_id
        and holidays.is_active
        and (
            coalesce(cardinality(holidays.applies_to_departments), 0) = 0
            or calendar.department = any (holidays.applies_to_departments)
        )
        and (
            coalesce(cardinality(holidays.applies_to_locations), 0) = 0
            or calendar.location = any (holidays.applies_to_locations)
        );
end;

-- Working windows as disjoint instants. Where daylight saving skips or repeats a local time,
-- PostgreSQL's reading holds: a skipped time is read before the change, a repeated one after it.
create function tat.generate_work_windows(p_calendar_id integer, p_from date, p_to date)
returns table (starts_at timestamptz, ends_at timestamptz)
language sql stable
begin atomic
    with windows as (
        select tstzrange(
            (span_day.day::date + weekly_window.opens_at) at time zone calendar.time_zone,
            (span_day.day::date + weekly_window.closes_at) at time zone calendar.time_zone
        ) as working
        from tat.calendar
        inner join tat.weekly_window on weekly_window.calendar_id = calendar.calendar_id
        cross join generate_series(p_from, p_to - 1, interval '1 day') as span_day (day)
        where calendar.calendar_id = p_calendar_id
            and not calendar.is_always_open
            and extract(isodow from span_day.day) = weekly_window.iso_weekday
            and (span_day.day::date + weekly_window.opens_at) at time zone calendar.time_zone
            < (span_day.day::date + weekly_window.closes_at) at time zone calendar.time_zone
            and span_day.day::date not in (
                select holiday.day
                from tat.holiday_dates(p_calendar_id, p_from, p_to) as holiday (day)
            )
    )
    select lower(merged.working), upper(merged.working)
    from (select unnest(range_agg(windows.working)) as working from windows) as merged
    union all
    select
        p_from::timestamp at time zone calendar.time_zone,
        p_to::timestamp at time zone calendar.time_zone
    from tat.calendar
    where calendar.calendar_id = p_calendar_id and calendar.is_always_open;
end;

-- The windows with their clocks and the empty intervals that mark the ends of the span.
create function tat.generate_work_intervals(
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
