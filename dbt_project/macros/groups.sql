{# What is counted of the levels that an approver decided in a month: names and expressions. #}
{% macro approver_month_figures() -%}
    {{ return({
        'levels_decided': 'count(*)',
        'levels_approved': "count(*) filter (where level_status = 'APPROVED')",
        'levels_within_tat': 'count(*) filter (where completed_within_tat)',
        'avg_response_time_hours': 'avg(halted_tat_hours)::numeric(20, 10)',
        'median_response_time_hours': median('halted_tat_hours'),
        'min_response_time_hours': 'min(halted_tat_hours)::numeric(20, 10)',
        'max_response_time_hours': 'max(halted_tat_hours)::numeric(20, 10)',
        'worst_overrun_hours':
            'max(case when completed_within_tat then 0 else halted_tat_hours - tat_hours_allocated end)'
            ~ '::numeric(20, 10)',
    }) }}
{%- endmacro %}


{# Figures as a list of columns. #}
{% macro select_figures(figures) -%}
    {%- for name, expression in figures.items() %}
    {{ expression }} as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{# Groups with figures that can't be corrected by a difference, such as medians: the stored ones, and counted anew those
   to which a request belongs, or belonged when it was stored, that changed since. `stored` are all stored rows,;
   `current` those of changed requests. Nothing is grouped where a key is null. #}
{% macro current_groups(key, figures, groups, stored, current, changed) -%}
    {%- set touched %}(
        select {{ key | join(', ') }}
        from {{ current }}
        union
        select {% for column in key %}stored_rows.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
        from {{ changed }} as changed_requests
        inner join {{ stored }} as stored_rows
            on changed_requests.request_id = stored_rows.request_id
    ){% endset -%}
    select
        {% for name in key + figures.keys() | list -%}
        kept_groups.{{ name }}{{ ',' if not loop.last }}
        {% endfor -%}
    from {{ groups }} as kept_groups
    left join {{ touched }} as touched
        on
            {% for column in key -%}
            {{ 'and ' if not loop.first }}kept_groups.{{ column }} = touched.{{ column }}
            {% endfor %}
    where touched.{{ key[0] }} is null
    union all
    select
        {{ key | join(', ') }},
        {{ select_figures(figures) }}
    from (
        select stored_rows.*
        from {{ touched }} as touched
        inner join {{ stored }} as stored_rows
            on
                {% for column in key -%}
                {{ 'and ' if not loop.first }}touched.{{ column }} = stored_rows.{{ column }}
                {% endfor %}
        where
            stored_rows.request_id
            not in (select changed_requests.request_id from {{ changed }} as changed_requests)
        union all
        select * from {{ current }}
    ) as touched_rows
    group by {{ key | join(', ') }}
{%- endmacro %}
