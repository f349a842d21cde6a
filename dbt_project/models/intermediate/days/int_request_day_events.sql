with requests as (

    select * from {{ ref('fct_requests') }}
    where is_submitted

),

-- Decided at an unknown time, a request can't be placed among days: never open.
events as (

    select
        dated_event.event_name,
        {{ local_day('dated_event.happened_at') }} as kpi_date,
        case
            when dated_event.event_name = 'REQUEST_ENDED' then requests.cycle_time_hours
        end::numeric(20, 10) as cycle_time_hours
    from requests
    cross join
        lateral (
            values
            ('REQUEST_CREATED', requests.created_at),
            ('REQUEST_SUBMITTED', requests.submission_date),
            (
                'REQUEST_OPENED',
                case
                    when requests.is_open or requests.decided_at is not null
                        then requests.submission_date
                end
            ),
            (
                'REQUEST_ENDED',
                case
                    when requests.submission_date is not null then requests.decided_at
                end
            ),
            ('REQUEST_' || requests.outcome, requests.decided_at),
            (
                'REQUEST_CLOSED',
                case
                    when requests.request_status = 'CLOSED' then requests.decided_at
                end
            )
        ) as dated_event (event_name, happened_at)
    where dated_event.event_name is not null and dated_event.happened_at is not null

)

select * from events
