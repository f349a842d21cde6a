{# Calendar hours from one instant to another, exact to the microsecond; null if either is. #}
{% macro hours_between(starts_at, ends_at) -%}
    {{ return(adapter.dispatch('hours_between', 'turnaround')(starts_at, ends_at)) }}
{%- endmacro %}

{% macro default__hours_between(starts_at, ends_at) -%}
    (extract(epoch from {{ ends_at }} - {{ starts_at }}) / 3600)::numeric(20, 10)
{%- endmacro %}

{% macro spark__hours_between(starts_at, ends_at) -%}
    cast(
        cast(unix_micros({{ ends_at }}) - unix_micros({{ starts_at }}) as decimal(20, 0))
        / 3600000000
        as decimal(20, 10)
    )
{%- endmacro %}


{# Working hours between two instants on a calendar's clock; null outside its generated span. #}
{% macro working_hours_between(calendar_id, starts_at, ends_at) -%}
    {{ return(adapter.dispatch('working_hours_between', 'turnaround')(
        calendar_id, starts_at, ends_at
    )) }}
{%- endmacro %}

{% macro default__working_hours_between(calendar_id, starts_at, ends_at) -%}
    (
        (
            {{ work_clock(calendar_id, ends_at) }}
            - {{ work_clock(calendar_id, starts_at) }}
        ) / 3600000000.0
    )::numeric(20, 10)
{%- endmacro %}

{% macro spark__working_hours_between(calendar_id, starts_at, ends_at) -%}
    cast(
        cast(
            {{ work_clock(calendar_id, ends_at) }} - {{ work_clock(calendar_id, starts_at) }}
            as decimal(20, 0)
        ) / 3600000000
        as decimal(20, 10)
    )
{%- endmacro %}


{# A calendar's clock in microseconds. One instant outside the span must not fail a whole view: null. #}
{% macro work_clock(calendar_id, instant) -%}
    {{ return(adapter.dispatch('work_clock', 'turnaround')(calendar_id, instant)) }}
{%- endmacro %}

{% macro default__work_clock(calendar_id, instant) -%}
    tat.find_work_clock({{ calendar_id }}, {{ instant }})
{%- endmacro %}

{# A function that whoever opens the Spark session registers, from the rows of tat.work_interval. #}
{% macro spark__work_clock(calendar_id, instant) -%}
    find_work_clock({{ calendar_id }}, {{ instant }})
{%- endmacro %}
