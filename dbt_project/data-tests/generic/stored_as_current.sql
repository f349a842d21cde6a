{# Holds when an incremental table has, of the requests that did not change since, exactly the rows of its view.
   Names the requests that differ: what the hashes of a request's rows add up to on either side. #}
{% test stored_as_current(model, current, changed) %}
{{ config(meta={'description': 'Of requests that did not change since, the table holds the rows of its view.'}) }}

select hashes.request_id
from (
    select
        stored_rows.request_id,
        {{ hash_of_row('stored_rows') }} as signed_hash
    from (select * from {{ model }}) as stored_rows
    union all
    select
        current_rows.request_id,
        -{{ hash_of_row('current_rows') }} as signed_hash
    from (select * from {{ rows_to_test(current) }}) as current_rows
) as hashes
left join (select * from {{ changed }}) as changed
    on hashes.request_id = changed.request_id
where changed.request_id is null
group by hashes.request_id
having sum(hashes.signed_hash) <> 0

{% endtest %}
