{# Holds when stored groups are what the view that counts them says: what the hashes of a group add up to on either
   side. #}
{% test stored_as_counted(model, counted, key) %}
{{ config(meta={'description': 'The groups are what counting the stored rows gives.'}) }}

select {{ key | join(', ') }}
from (
    select
        {{ key | join(', ') }},
        {{ hash_of_row('stored_groups') }} as signed_hash
    from (select * from {{ model }}) as stored_groups
    union all
    select
        {{ key | join(', ') }},
        -{{ hash_of_row('counted_groups') }} as signed_hash
    from (select * from {{ counted }}) as counted_groups
) as hashes
group by {{ key | join(', ') }}
having sum(hashes.signed_hash) <> 0

{% endtest %}
