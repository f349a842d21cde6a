select
    approver_id,
    decided_month,
    {{ select_figures(approver_month_figures()) }}
from {{ ref('int_levels_stored') }}
where decided_month is not null
group by
    approver_id,
    decided_month
