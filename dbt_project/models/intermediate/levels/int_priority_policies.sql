with policies as (

    select * from {{ ref('stg_tat__policies') }}

),

thresholds as (

    select * from {{ ref('stg_tat__policy_thresholds') }}

),

priority_policies as (

    select
        policies.priority,
        policies.department,
        policies.calendar_id,
        thresholds.threshold_percentage as at_risk_percentage
    from policies
    left join thresholds
        on
            policies.policy_id = thresholds.policy_id
            and thresholds.slot = 75

)

select * from priority_policies
