select
    user_id,
    reporting_manager_id,

    employee_id,
    email,
    display_name,
    department,
    designation,
    location,
    is_active,

    created_at,
    updated_at
from {{ source('workflow', 'users') }}
