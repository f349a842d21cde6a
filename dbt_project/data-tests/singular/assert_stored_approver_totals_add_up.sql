-- The stored totals of approvers are the sums of what the stored levels contribute;
-- those of which nothing is left are no approver's.
{{ config(tags=['recount']) }}

with stored_totals as (

    select * from {{ ref('int_approver_totals_stored') }}
    where {{ is_any_total(approver_totals()) }}

),

contributions as (

    select * from {{ ref('int_approver_contributions') }}
    where is_stored

),

summed_totals as (

    select
        approver_id,
        {{ sum_totals(approver_totals()) }}
    from contributions
    group by approver_id

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
