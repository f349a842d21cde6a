{# Holds when stored totals are the sums of the stored `rows` for each `key`. A key of which nothing is left
   may keep a row of noughts. #}
{% test stored_as_summed(model, rows, key, totals) %}
{{ config(meta={'description': 'The totals are the sums of what is stored.'}) }}

select {{ key }}
from (
    select
        {{ key }},
        {{ totals | join(', ') }}
    from {{ model }}
    union all
    select
        {{ key }}
        {%- for total in totals %},
        -{{ total }} as {{ total }}
        {%- endfor %}
    from {{ rows }}
    where is_stored
) as differences
group by {{ key }}
having
    {%- for total in totals %}
    {% if not loop.first %}or {% endif %}sum({{ total }}) <> 0
    {%- endfor %}

{% endtest %}
