-- The stored totals of approvers, those that have come to nothing aside, are the sums of what the stored levels contribute.
with stored_totals as (

    select * from {{ ref('int_approver_totals_stored') }}
    where
        {%- for name in approver_totals() %}
        {% if not loop.first %}or {% endif %}{{ name }} <> 0
        {%- endfor %}

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
