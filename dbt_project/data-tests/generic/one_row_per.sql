{# Holds when no two rows agree on all of `columns`. Nulls are equal here, so a null group counts once. #}
{% test one_row_per(model, columns) %}

select
    {{ columns | join(', ') }},
    count(*) as row_count
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1

{% endtest %}
