{# The zone in which days, weeks and months are counted, read once a query. #}
{% macro local_time_zone() -%}
    {{ return(adapter.dispatch('local_time_zone', 'turnaround')()) }}
{%- endmacro %}

{% macro default__local_time_zone() -%}
    (select tat.time_zone())
{%- endmacro %}


{# The local calendar day of an instant. #}
{% macro local_day(instant) -%}
    {{ return(adapter.dispatch('local_day', 'turnaround')(instant)) }}
{%- endmacro %}

{% macro default__local_day(instant) -%}
    ({{ instant }} at time zone {{ local_time_zone() }})::date
{%- endmacro %}


{# The Monday of a day's week. #}
{% macro week_of(day) -%}
    {{ return(adapter.dispatch('week_of', 'turnaround')(day)) }}
{%- endmacro %}

{% macro default__week_of(day) -%}
    date_trunc('week', {{ day }}::timestamp)::date
{%- endmacro %}


{# The first day of a day's month. #}
{% macro month_of(day) -%}
    {{ return(adapter.dispatch('month_of', 'turnaround')(day)) }}
{%- endmacro %}

{% macro default__month_of(day) -%}
    date_trunc('month', {{ day }}::timestamp)::date
{%- endmacro %}


{# The instant at which a local day begins. #}
{% macro start_of_day(day) -%}
    {{ return(adapter.dispatch('start_of_day', 'turnaround')(day)) }}
{%- endmacro %}

{% macro default__start_of_day(day) -%}
    ({{ day }}::timestamp at time zone {{ local_time_zone() }})
{%- endmacro %}
