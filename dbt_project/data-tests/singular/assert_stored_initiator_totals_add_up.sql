-- The stored totals of initiators, those that have come to nothing aside, are the sums of what the stored requests contribute.
with stored_totals as (

    select * from {{ ref('int_initiator_totals_stored') }}
    where
        {%- for name in initiator_totals() %}
        {% if not loop.first %}or {% endif %}{{ name }} <> 0
        {%- endfor %}

),

contributions as (

    select * from {{ ref('int_initiator_contributions') }}
    where is_stored

),

summed_totals as (

    select
        initiator_id,
        {{ sum_totals(initiator_totals()) }}
    from contributions
    group by initiator_id

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
