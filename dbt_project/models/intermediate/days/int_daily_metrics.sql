{%- set counted_events = {
    'requests_created': 'REQUEST_CREATED',
    'requests_submitted': 'REQUEST_SUBMITTED',
    'requests_opened': 'REQUEST_OPENED',
    'requests_ended': 'REQUEST_ENDED',
    'requests_approved': 'REQUEST_APPROVED',
    'requests_rejected': 'REQUEST_REJECTED',
    'requests_closed': 'REQUEST_CLOSED',
    'levels_within_tat': 'LEVEL_WITHIN_TAT',
    'levels_breached': 'LEVEL_LATE',
    'alerts_50_sent': 'TAT_50',
    'alerts_75_sent': 'TAT_75',
    'alerts_100_sent': 'TAT_100',
    'work_notes_added': 'NOTE_ADDED',
    'documents_uploaded': 'DOCUMENT_UPLOADED',
} -%}

with request_events as (

    select * from {{ ref('int_request_day_events') }}

),

level_events as (

    select * from {{ ref('int_level_day_events') }}

),

engagement_events as (

    select * from {{ ref('int_engagement_day_events') }}

),

events as (

    select
        kpi_date,
        event_name,
        cycle_time_hours
    from request_events
    union all
    select
        kpi_date,
        event_name,
        null::numeric(20, 10) as cycle_time_hours
    from level_events
    union all
    select
        kpi_date,
        event_name,
        null::numeric(20, 10) as cycle_time_hours
    from engagement_events

),

daily_metrics as (

    select
        kpi_date,
        {%- for metric, event_name in counted_events.items() %}
        count(*) filter (where event_name = '{{ event_name }}') as {{ metric }},
        {%- endfor %}
        coalesce(sum(cycle_time_hours), 0)::numeric(20, 10) as cycle_time_hours_total
    from events
    group by kpi_date

)

select * from daily_metrics
