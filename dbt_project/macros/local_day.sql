{# The zone in which days, weeks and months are counted, read once a query. #}
{% macro local_time_zone() -%}
    {{ return(adapter.dispatch('local_time_zone', 'turnaround')()) }}
{%- endmacro %}

{% macro default__local_time_zone() -%}
    (select tat.time_zone())
{%- endmacro %}

{# A session of Spark runs in UTC and does not know the installation's zone: a variable of the run. #}
{% macro spark__local_time_zone() -%}
    '{{ var('time_zone', env_var('TAT_TIMEZONE', 'Asia/Kolkata')) }}'
{%- endmacro %}


{# The local calendar day of an instant. #}
{% macro local_day(instant) -%}
    {{ return(adapter.dispatch('local_day', 'turnaround')(instant)) }}
{%- endmacro %}

{% macro default__local_day(instant) -%}
    ({{ instant }} at time zone {{ local_time_zone() }})::date
{%- endmacro %}

{% macro spark__local_day(instant) -%}
    cast(from_utc_timestamp({{ instant }}, {{ local_time_zone() }}) as date)
{%- endmacro %}


{# The instant at which a local day begins. #}
{% macro at_local_midnight(day) -%}
    {{ return(adapter.dispatch('at_local_midnight', 'turnaround')(day)) }}
{%- endmacro %}

{% macro default__at_local_midnight(day) -%}
    (({{ day }})::timestamp at time zone {{ local_time_zone() }})
{%- endmacro %}

{% macro spark__at_local_midnight(day) -%}
    to_utc_timestamp(cast({{ day }} as timestamp), {{ local_time_zone() }})
{%- endmacro %}


{# The Monday of a day's week. #}
{% macro week_of(day) -%}
    {{ return(adapter.dispatch('week_of', 'turnaround')(day)) }}
{%- endmacro %}

{% macro default__week_of(day) -%}
    date_trunc('week', {{ day }}::timestamp)::date
{%- endmacro %}

{% macro spark__week_of(day) -%}
    cast(date_trunc('week', {{ day }}) as date)
{%- endmacro %}


{# The first day of a day's month. #}
{% macro month_of(day) -%}
    {{ return(adapter.dispatch('month_of', 'turnaround')(day)) }}
{%- endmacro %}

{% macro default__month_of(day) -%}
    date_trunc('month', {{ day }}::timestamp)::date
{%- endmacro %}

{% macro spark__month_of(day) -%}
    cast(date_trunc('month', {{ day }}) as date)
{%- endmacro %}
