{%- set metrics = [
    'requests_created',
    'requests_submitted',
    'requests_approved',
    'requests_rejected',
    'requests_closed',
    'levels_completed',
    'levels_within_tat',
    'levels_breached',
    'tat_compliance_percentage',
    'avg_cycle_time_hours',
    'alerts_50_sent',
    'alerts_75_sent',
    'alerts_100_sent',
    'work_notes_added',
    'documents_uploaded',
    'open_at_day_end',
] -%}

with days as (

    select * from {{ ref('vw_daily_kpi_metrics') }}

),

days_as_known as (

    select * from {{ ref('stg_tat__daily_metrics_as_known') }}

),

compared as (
    {% for metric in metrics %}
    select
        days_as_known.kpi_date,
        '{{ metric }}' as metric,
        days_as_known.{{ metric }}::numeric(30, 10) as as_known,
        days.{{ metric }}::numeric(30, 10) as as_of_now,
        days_as_known.known_at
    from days_as_known
    left join days
        on days_as_known.kpi_date = days.kpi_date
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

final as (

    select
        kpi_date,
        metric,
        as_known,
        as_of_now,
        (coalesce(as_of_now, 0) - coalesce(as_known, 0))::numeric(30, 10) as difference,
        known_at
    from compared
    where as_known is distinct from as_of_now

)

select * from final
