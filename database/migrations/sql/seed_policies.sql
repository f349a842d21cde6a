-- Seed a new database: its time zone, two calendars, two policies and their thresholds.
with fresh as (
    insert into tat.setting (setting_name, setting_value)
    values ('time_zone', %(time_zone)s)
    returning setting_value as time_zone
),

calendars as (
    insert into tat.calendar (calendar_name, time_zone, is_always_open)
    select seeded.calendar_name, fresh.time_zone, seeded.is_always_open
    from fresh
    cross join (
        values ('business hours', false), ('around the clock', true)
    ) as seeded (calendar_name, is_always_open)
    returning calendar.calendar_id, calendar.is_always_open
),

windows as (
    insert into tat.weekly_window (calendar_id, iso_weekday, opens_at, closes_at)
    select calendars.calendar_id, workday.iso_weekday, '09:00'::time, '18:00'::time
    from calendars
    cross join generate_series(1, 5) as workday (iso_weekday)
    where not calendars.is_always_open
),

policies as (
    insert into tat.policy (priority, calendar_id, seconds_per_tat_hour)
    select
        seeded.priority,
        calendars.calendar_id,
        case when %(test_mode)s::boolean then 60 else 3600 end
    from (
        values ('STANDARD', false), ('EXPRESS', true)
    ) as seeded (priority, is_always_open)
    inner join calendars
        on calendars.is_always_open = (seeded.is_always_open or %(test_mode)s::boolean)
    returning policy.policy_id
),

thresholds as (
    insert into tat.policy_threshold (policy_id, threshold, percentage, recipients)
    select policies.policy_id, seeded.threshold, seeded.percentage, seeded.recipients
    from policies
    cross join (
        values
        (50, %(lower_threshold)s::numeric, array['approver']),
        (75, %(upper_threshold)s::numeric, array['approver', 'manager']),
        (100, 100, array['approver', 'manager'])
    ) as seeded (threshold, percentage, recipients)
)

select count(*) from policies
