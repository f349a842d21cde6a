-- The crossings of claimed levels with all that their alerts say. An alert that nobody is notified of
-- has the reason.
create or replace function tat.describe_crossings(
    p_claims tat.level_clock[], p_clocks bigint[], p_as_of timestamptz
)
returns table (
    clock tat.level_clock,
    request_id uuid,
    approver_id uuid,
    threshold smallint,
    alert_type text,
    percentage numeric,
    crossed_at timestamptz,
    sent_at timestamptz,
    tat_hours_allocated numeric,
    tat_hours_elapsed numeric,
    not_notified_reason text,
    alert_message text,
    metadata jsonb
)
language sql stable
begin atomic
    select
        crossing.clock,
        approval_levels.request_id,
        approval_levels.approver_id,
        crossing.threshold,
        crossing.alert_type,
        crossing.percentage,
        crossing.crossed_at,
        case
            when arrival.is_ended then crossing.crossed_at
            else p_as_of
        end,
        (crossing.clock).tat_us / (policy.seconds_per_tat_hour * 1000000.0),
        case
            when arrival.is_ended then crossing.threshold_us
            else crossing.used_us
        end / (policy.seconds_per_tat_hour * 1000000.0),
        notified.reason,
        tat.alert_message(
            crossing.threshold,
            crossing.percentage,
            approval_levels.tat_hours,
            coalesce(
                '"' || approval_levels.level_name || '"',
                'level ' || approval_levels.level_number
            ),
            to_char(
                (crossing.clock).due_at at time zone calendar.time_zone,
                'FMDD Mon YYYY HH24:MI'
            ) || ' (' || calendar.time_zone || ')'
        ),
        jsonb_strip_nulls(jsonb_build_object(
            'request_number', workflow_requests.request_number,
            'request_title', workflow_requests.title,
            'priority', workflow_requests.priority,
            'approver_name', users.display_name,
            'level_number', approval_levels.level_number,
            'level_name', approval_levels.level_name,
            'origin', case when arrival.is_ended then 'replay' else 'tick' end,
            'not_notified_reason', notified.reason,
            'basis', jsonb_build_object(
                'calendar_id', (crossing.clock).calendar_id,
                'calendar_revision', calendar.revision,
                'budget_microseconds', (crossing.clock).tat_us,
                'paused_microseconds', (crossing.clock).paused_clock,
                'carried_microseconds', (crossing.clock).carried_clock
            )
        ))
    from tat.list_crossings(p_claims, p_clocks, p_as_of) as crossing
    -- A level that was left before it was known of may come back, so its clock does not keep this.
    cross join lateral (
        select
            (crossing.clock).arrived_decided
            or (
                (crossing.clock).state = 'cancelled'
                and (crossing.clock).halted_at <= (crossing.clock).known_since
            ) as is_ended
    ) as arrival
    cross join lateral (
        select case
            when arrival.is_ended then 'replay'
            when (crossing.clock).state = 'stopped' then 'decided before the tick'
            when (crossing.clock).state = 'cancelled' then 'cancelled before the tick'
            when (crossing.clock).state = 'paused' then 'paused before the tick'
            when not crossing.is_highest then 'a higher threshold is crossed too'
        end as reason
    ) as notified
    inner join workflow.approval_levels
        on approval_levels.level_id = (crossing.clock).level_id
    inner join workflow.workflow_requests
        on workflow_requests.request_id = approval_levels.request_id
    inner join workflow.users on users.user_id = approval_levels.approver_id
    inner join tat.policy on policy.policy_id = (crossing.clock).policy_id
    inner join tat.calendar on calendar.calendar_id = (crossing.clock).calendar_id;
end;
