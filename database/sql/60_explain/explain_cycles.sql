-- What each cycle of a level is, and what it came to.
create or replace function tat.explain_cycles(p_level_id uuid, p_as_of timestamptz)
returns table (
    cycle integer,
    place integer,
    kind text,
    starts_at timestamptz,
    ends_at timestamptz,
    microseconds bigint,
    seconds_per_tat_hour integer,
    time_zone text,
    details jsonb
)
language sql stable
begin atomic
    select
        (explained.clock).cycle,
        1,
        'level',
        (explained.clock).started_at,
        explained.ended_at,
        (explained.clock).tat_us,
        explained.seconds_per_tat_hour,
        explained.time_zone,
        jsonb_build_object(
            'request_number', workflow_requests.request_number,
            'title', workflow_requests.title,
            'priority', workflow_requests.priority,
            'level_name', approval_levels.level_name,
            'level_number', approval_levels.level_number,
            'state', (explained.clock).state,
            'is_current', (explained.clock).is_current,
            'approver', users.display_name
        )
    from tat.explained_cycles(p_level_id, p_as_of) as explained
    inner join workflow.approval_levels on approval_levels.level_id = p_level_id
    inner join workflow.workflow_requests
        on workflow_requests.request_id = approval_levels.request_id
    inner join workflow.users on users.user_id = approval_levels.approver_id
    union all
    select
        (explained.clock).cycle,
        8,
        'total',
        (explained.clock).started_at,
        (explained.clock).due_at,
        (
            select segments.elapsed_by_end
            from tat.explained_segments(p_level_id, p_as_of) as segments
            where segments.cycle = (explained.clock).cycle
            order by segments.segment desc
            limit 1
        ),
        explained.seconds_per_tat_hour,
        explained.time_zone,
        jsonb_build_object(
            'tat_hours',
            trim_scale(round(
                (explained.clock).tat_us / (explained.seconds_per_tat_hour * 1000000.0), 2
            ))
        )
    from tat.explained_cycles(p_level_id, p_as_of) as explained;
end;
