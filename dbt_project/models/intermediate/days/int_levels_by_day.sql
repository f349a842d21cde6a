-- A level that was decided late counts twice: where it was breached and where decided.
select
    levels.request_id,
    levels.is_stored,
    days.kpi_date,
    (
        days.event = 'decided' and levels.completed_within_tat
    )::integer::bigint as levels_within_tat,
    (
        days.event = 'decided' and not levels.completed_within_tat
    )::integer::bigint as levels_breached,
    (days.event = 'breached')::integer::bigint as levels_halted_late
from
    {{ stored_and_current(
        ref('int_levels_stored'),
        ref('int_levels_current'),
        ref('int_changed_requests'),
        'levels'
    ) }}
cross join
    {{ rows_of(
        [
            [
                "'decided'",
                'case when levels.completed_within_tat is not null '
                'then levels.decided_day end',
            ],
            ["'breached'", 'levels.halted_late_day'],
        ],
        'days',
        ['event', 'kpi_date']
    ) }}
where days.kpi_date is not null
