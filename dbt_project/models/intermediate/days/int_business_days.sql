with requests as (

    select * from {{ ref('int_requests') }}
    where is_open

),

policies as (

    select * from {{ ref('stg_tat__policies') }}

),

calendars as (

    select * from {{ ref('stg_tat__calendars') }}

),

-- That of STANDARD, unless it never closes (as in test mode): then the first that does.
business_calendar as (

    select calendars.calendar_id
    from calendars
    left join policies
        on
            calendars.calendar_id = policies.calendar_id
            and policies.priority = 'STANDARD'
            and policies.department is null
    order by
        calendars.is_always_open asc,
        policies.priority is null asc,
        calendars.calendar_id asc
    limit 1

),

local_days as (

    select spine.day as local_day
    from (
        select
            min(submission_day) as first_day,
            greatest({{ local_day(as_of()) }}, max(submission_day)) as last_day
        from requests
    ) as bounds
    cross join
        {{ day_series('bounds.first_day', 'bounds.last_day', 'spine') }}

),

day_clocks as (

    select
        local_days.local_day,
        {{ work_clock(
            'business_calendar.calendar_id',
            at_local_midnight('local_days.local_day + 1')
        ) }}
        - {{ work_clock(
            'business_calendar.calendar_id',
            at_local_midnight('local_days.local_day')
        ) }} as working_time
    from local_days
    cross join business_calendar

),

business_days as (

    select
        local_day,
        working_time > 0 as is_business_day,
        case
            when working_time is not null
                then count(*) filter (where working_time > 0) over (order by local_day)
        end::integer as business_day_number
    from day_clocks

)

select * from business_days
