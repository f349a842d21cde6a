with users as (

    select * from {{ ref('stg_workflow__users') }}

),

final as (

    select
        user_id,
        employee_id,
        email,
        display_name,
        department,
        designation,
        location,
        reporting_manager_id,
        is_active
    from users

)

select * from final
