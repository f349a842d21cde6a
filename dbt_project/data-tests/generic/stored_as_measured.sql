{# Holds when a stored fact has, of the requests that did not change since, exactly the rows of its view. #}
{% test stored_as_measured(model, measured, changed) %}

with changed as (

    select request_id
    from {{ changed }}

),

stored_rows as (

    select stored.*
    from {{ model }} as stored
    left join changed
        on stored.request_id = changed.request_id
    where changed.request_id is null

),

measured_rows as (

    select measured.*
    from {{ measured }} as measured
    left join changed
        on measured.request_id = changed.request_id
    where changed.request_id is null

)

(
    select * from stored_rows
    except all
    select * from measured_rows
)
union all
(
    select * from measured_rows
    except all
    select * from stored_rows
)

{% endtest %}
