{# Holds when a stored fact has, of the requests that did not change since, exactly the rows of its view.
   Names the requests that differ: what the hashes of a request's rows add up to on either side. #}
{% test stored_as_measured(model, measured, changed) %}
{{ config(meta={'description': 'Of requests that did not change since, the table holds what its view measures.'}) }}

select versions.request_id
from (
    select
        stored.request_id,
        {{ hash_of_row('stored') }} as signed_hash
    from (select * from {{ model }}) as stored
    union all
    select
        measured.request_id,
        -{{ hash_of_row('measured') }} as signed_hash
    from (select * from {{ rows_to_test(measured) }}) as measured
) as versions
left join {{ changed }} as changed
    on versions.request_id = changed.request_id
where changed.request_id is null
group by versions.request_id
having sum(versions.signed_hash) <> 0

{% endtest %}
