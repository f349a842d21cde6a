{# Holds when stored totals are the sums of the stored `contributions` for each `key`. Rows of
   noughts stand for none: a key of which nothing is left keeps one. #}
{% test stored_as_summed(model, contributions, key, totals) %}

with stored_totals as (

    select
        {{ key }},
        {{ totals | join(', ') }}
    from {{ model }}
    where
        {%- for total in totals %}
        {% if not loop.first %}or {% endif %}{{ total }} <> 0
        {%- endfor %}

),

summed_totals as (

    select
        {{ key }}
        {%- for total in totals %},
        sum({{ total }}) as {{ total }}
        {%- endfor %}
    from {{ contributions }}
    where is_stored
    group by {{ key }}
    having
        {%- for total in totals %}
        {% if not loop.first %}or {% endif %}sum({{ total }}) <> 0
        {%- endfor %}

)

(
    select * from stored_totals
    except all
    select * from summed_totals
)
union all
(
    select * from summed_totals
    except all
    select * from stored_totals
)

{% endtest %}
