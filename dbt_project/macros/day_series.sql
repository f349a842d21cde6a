{# One row for each day between two, both included, in the column `day`. #}
{% macro day_series(from_day, to_day, alias) -%}
    {{ return(adapter.dispatch('day_series', 'turnaround')(from_day, to_day, alias)) }}
{%- endmacro %}

{% macro default__day_series(from_day, to_day, alias) -%}
    lateral (
        select series.day::date as day
        from generate_series(
            ({{ from_day }})::timestamp, ({{ to_day }})::timestamp, interval '1 day'
        ) as series (day)
    ) as {{ alias }}
{%- endmacro %}

{# Spark's sequence fails where it would have to count backwards. #}
{% macro spark__day_series(from_day, to_day, alias) -%}
    lateral (
        select explode(
            if(
                {{ from_day }} <= {{ to_day }},
                sequence({{ from_day }}, {{ to_day }}, interval 1 day),
                cast(array() as array<date>)
            )
        ) as day
    ) as {{ alias }}
{%- endmacro %}
