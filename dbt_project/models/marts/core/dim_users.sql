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
from {{ ref('stg_workflow__users') }}
