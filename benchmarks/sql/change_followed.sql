-- Approvers write comments on levels, as an app does within a minute.
update workflow.approval_levels
set
    comments = 'Looked at ' || clock_timestamp(),
    updated_at = now()
where approval_levels.level_id in (
    select chosen.level_id
    from workflow.approval_levels as chosen
    order by chosen.level_id
    limit %(levels)s
)
