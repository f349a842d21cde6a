select
    levels.*,
    {{ elapsed_tat_hours('levels') }} as tat_hours_elapsed,
    {{ is_over_tat('levels') }} as is_breached
from {{ ref('int_levels') }} as levels
