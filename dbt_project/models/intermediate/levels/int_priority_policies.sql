with policies as (

    select * from {{ ref('stg_tat__policies') }}

),

priority_policies as (

    select
        priority,
        department,
        calendar_id
    from policies

)

select * from priority_policies
