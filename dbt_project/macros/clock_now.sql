{# What a calendar's clock reads at the present, in microseconds: all clocks are read once a query. #}
{% macro clock_now(calendar_id) -%}
    {{ return(adapter.dispatch('clock_now', 'turnaround')(calendar_id)) }}
{%- endmacro %}

{% macro default__clock_now(calendar_id) -%}
    (select tat.clock_readings({{ as_of() }}))[{{ calendar_id }}]
{%- endmacro %}

{% macro spark__clock_now(calendar_id) -%}
    {{ work_clock(calendar_id, as_of()) }}
{%- endmacro %}


{# Microseconds of a work clock as hours of TAT: 3600 seconds each, 60 in test mode. #}
{% macro tat_hours(microseconds, seconds_per_tat_hour) -%}
    {{ return(adapter.dispatch('tat_hours', 'turnaround')(microseconds, seconds_per_tat_hour)) }}
{%- endmacro %}

{% macro default__tat_hours(microseconds, seconds_per_tat_hour) -%}
    ({{ microseconds }} / ({{ seconds_per_tat_hour }} * 1000000.0))::numeric(20, 10)
{%- endmacro %}

{% macro spark__tat_hours(microseconds, seconds_per_tat_hour) -%}
    cast(
        cast({{ microseconds }} as decimal(20, 0)) / ({{ seconds_per_tat_hour }} * 1000000)
        as decimal(20, 10)
    )
{%- endmacro %}


{# TAT hours that have elapsed on a level: a running clock is read at the present, one that stands
   still keeps what it had. #}
{% macro elapsed_tat_hours(levels) -%}
    case
        when {{ levels }}.clock_state = 'running' then {{ tat_hours(
            'greatest('
            ~ clock_now(levels ~ '.calendar_id') ~ ' - ' ~ levels ~ '.origin_clock, 0)',
            levels ~ '.seconds_per_tat_hour'
        ) }}
        else {{ levels }}.halted_tat_hours
    end
{%- endmacro %}


{# Whether more than its TAT has elapsed on a level. #}
{% macro is_over_tat(levels) -%}
    case
        when {{ levels }}.clock_state = 'running'
            then
                {{ clock_now(levels ~ '.calendar_id') }} - {{ levels }}.origin_clock
                > {{ levels }}.tat_microseconds
        else {{ levels }}.is_halted_late
    end
{%- endmacro %}
