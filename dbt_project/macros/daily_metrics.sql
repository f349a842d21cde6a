{# What is counted by day, by the event that it counts. #}
{% macro daily_metrics() -%}
    {{ return({
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
    }) }}
{%- endmacro %}


{# The events of each local day, counted: kpi_date, every daily metric, the cycle times added up. First each kind
   of event by itself, so that millions are told apart by one comparison and not by fourteen. #}
{% macro count_days(events, condition='true') -%}
    select
        kpi_date,
        {%- for metric, event_name in daily_metrics().items() %}
        coalesce(
            sum(events_count) filter (where event_name = '{{ event_name }}'), 0
        )::bigint as {{ metric }},
        {%- endfor %}
        coalesce(sum(cycle_time_hours), 0)::numeric(20, 10) as cycle_time_hours_total
    from (
        select
            {{ local_day('happened_at') }} as kpi_date,
            event_name,
            count(*) as events_count,
            sum(cycle_time_hours) as cycle_time_hours
        from {{ events }}
        where {{ condition }}
        group by
            {{ local_day('happened_at') }},
            event_name
    ) as counted_events
    group by kpi_date
{%- endmacro %}
