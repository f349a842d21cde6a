-- The stored totals of initiators are the sums of what the stored requests contribute;
-- those of which nothing is left are no initiator's.
{{ config(tags=['recount']) }}

with stored_totals as (

    select * from {{ ref('int_initiator_totals_stored') }}
    where {{ is_any_total(initiator_totals()) }}

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
