-- Lives of levels: cycles, segments on one calendar each, and the derivation of clocks from them.
alter table tat.policy drop constraint policy_priority_key;
alter table tat.policy add column department text;
alter table tat.policy add constraint policy_priority_department_key
unique nulls not distinct (priority, department);
comment on column tat.policy.department is
'Requests of this department (their initiator''s) go by this policy; null: all that have none of their own.';

alter table tat.calendar
add column variant_of integer references tat.calendar,
add column revision integer not null default 1,
add check (variant_of <> calendar_id);
comment on column tat.calendar.variant_of is
'The calendar that this one replaces for approvers of its department and location (null fits any).';
comment on column tat.calendar.revision is
'Counts the changes that moved working time inside the generated span; alerts keep it.';
comment on column tat.calendar.department is
'Holidays restricted to departments apply to calendars of those; a variant serves approvers of it.';
comment on column tat.calendar.location is
'Holidays restricted to locations apply to calendars of those; a variant serves approvers of it.';
create index calendar_variant_of on tat.calendar (variant_of);

alter table tat.level_clock
add column is_current boolean not null default true,
add column segment_started_at timestamptz,
add column carried_clock bigint not null default 0,
add column known_since timestamptz not null default now(),
drop constraint level_clock_pkey,
add primary key (level_id, cycle);
update tat.level_clock set segment_started_at = started_at;
alter table tat.level_clock
alter column segment_started_at set not null,
add check (carried_clock >= 0),
add check (segment_started_at >= started_at),
add check (carried_clock = 0 or segment_started_at > started_at),
add check (is_current or state in ('stopped', 'cancelled')),
add check (next_threshold in (50, 75, 100));
-- A calendar's edit moves only due_at of most levels: rows are rewritten in place.
drop index tat.level_clock_due_at;

comment on table tat.level_clock is
'One row per started level and cycle, in work-clock coordinates (microseconds).';
comment on column tat.level_clock.known_since is
'When the change that began the cycle was captured: what was crossed before then arrived late.';
comment on column tat.level_clock.cycle is 'Counts up each time the level is opened again.';
comment on column tat.level_clock.is_current is 'The latest cycle of its level.';
comment on column tat.level_clock.segment_started_at is
'Since when the level runs on this calendar; later than its start where its priority or approver changed.';
comment on column tat.level_clock.carried_clock is
'What had elapsed on earlier calendars, in microseconds of this policy''s TAT hours.';

-- Which policy a request's priority and department choose.
create function tat.choose_policy(p_priority text, p_department text) returns smallint
language plpgsql stable parallel safe security definer
as $$
begin
    return (
        select policy.policy_id
        from tat.policy
        where policy.priority = p_priority
            and (policy.department is null or policy.department = p_department)
        order by policy.department nulls last
        limit 1
    );
end
$$;
comment on function tat.choose_policy(text, text) is
'The policy of a priority for a department: its own, else the one for all departments.';

-- Which calendar an approver works by, of those that stand in for a policy's calendar.
create function tat.choose_calendar(
    p_calendar_id integer, p_department text, p_location text
)
returns integer
language plpgsql stable parallel safe security definer
as $$
begin
    return coalesce(
        (
            select calendar.calendar_id
            from tat.calendar
            where calendar.variant_of = p_calendar_id
                and (calendar.department is null or calendar.department = p_department)
                and (calendar.location is null or calendar.location = p_location)
            order by
                calendar.location is null,
                calendar.department is null,
                calendar.calendar_id
            limit 1
        ),
        p_calendar_id
    );
end
$$;
comment on function tat.choose_calendar(integer, text, text) is
'The variant of a calendar for an approver''s department and location, else the calendar itself. A location weighs more than a department.';

-- Pauses as they count: one that nobody ended before the level was opened again ended with the cycle.
create view tat.level_pause as
select
    level_pauses.pause_id,
    level_pauses.level_id,
    level_pauses.paused_at,
    coalesce(level_pauses.resumed_at, (
        select min(coalesce(level_change.old_ended_at, level_change.effective_at))
        from tat.level_change
        where level_change.level_id = level_pauses.level_id
            and level_change.closes_cycle
            and coalesce(level_change.old_ended_at, level_change.effective_at)
            >= level_pauses.paused_at
    )) as resumed_at,
    level_pauses.reason
from workflow.level_pauses;
comment on view tat.level_pause is
'One row per pause, with the end that counts: its own, or that of the cycle in which it was left open.';

create or replace function tat.list_pauses(
    p_level_id uuid, p_calendar_id integer, p_started_at timestamptz, p_ended_at timestamptz
)
returns table (paused_from bigint, paused_clock bigint, paused_earlier bigint)
language sql stable
begin atomic
    with stretches as (
        select unnest(range_agg(
            tstzrange(level_pause.paused_at, level_pause.resumed_at)
            -- A request can be closed before its level began: its life is empty then.
            * tstzrange(
                p_started_at,
                case when p_ended_at < p_started_at then p_started_at else p_ended_at end
            )
        )) as paused
        from tat.level_pause
        where level_pause.level_id = p_level_id
            and level_pause.paused_at <= coalesce(level_pause.resumed_at, 'infinity')
    ),

    clocks as (
        select
            tat.find_work_clock(p_calendar_id, lower(stretches.paused)) as paused_from,
            tat.find_work_clock(p_calendar_id, upper(stretches.paused))
            - tat.find_work_clock(p_calendar_id, lower(stretches.paused)) as paused_clock
        from stretches
    )

    select
        clocks.paused_from,
        clocks.paused_clock,
        (
            sum(clocks.paused_clock) over (order by clocks.paused_from rows unbounded preceding)
            - clocks.paused_clock
        )::bigint
    from clocks;
end;

-- A level as its source rows and policy tell it: what the clock of its current cycle must be.
drop view tat.level_source;
create view tat.level_source as
select
    approval_levels.level_id,
    approval_levels.request_id,
    approval_levels.status,
    approval_levels.tat_hours,
    approval_levels.tat_start_time,
    approval_levels.level_start_time,
    approval_levels.approver_id,
    workflow_requests.initiator_id,
    workflow_requests.priority,
    policy.policy_id,
    policy.seconds_per_tat_hour,
    tat.choose_calendar(policy.calendar_id, approvers.department, approvers.location)
        as calendar_id,
    round(approval_levels.tat_hours * policy.seconds_per_tat_hour * 1000000)::bigint
        as budget,
    case
        when approval_levels.status = 'PENDING' then 'cancelled'
        when approval_levels.status = 'SKIPPED' then 'cancelled'
        when workflow_requests.is_deleted or workflow_requests.is_draft then 'cancelled'
        when approval_levels.status in ('APPROVED', 'REJECTED') then 'stopped'
        when workflow_requests.status in ('APPROVED', 'REJECTED', 'CLOSED')
            then 'cancelled'
        else 'running'
    end as state,
    coalesce(approval_levels.tat_start_time, approval_levels.level_start_time)
        as started_at,
    workflow_requests.submission_date as submitted_at,
    case
        when approval_levels.status in ('APPROVED', 'REJECTED') then coalesce(
            approval_levels.level_end_time,
            approval_levels.action_date,
            approval_levels.updated_at
        )
        when approval_levels.status = 'SKIPPED' then coalesce(
            approval_levels.skipped_at,
            approval_levels.level_end_time,
            approval_levels.updated_at
        )
        when approval_levels.status = 'PENDING' then approval_levels.updated_at
        else coalesce(workflow_requests.closure_date, workflow_requests.updated_at)
    end as halted_at
from workflow.approval_levels
inner join workflow.workflow_requests
    on workflow_requests.request_id = approval_levels.request_id
inner join workflow.users as initiators
    on initiators.user_id = workflow_requests.initiator_id
inner join workflow.users as approvers
    on approvers.user_id = approval_levels.approver_id
inner join tat.policy
    on policy.policy_id
    = tat.choose_policy(workflow_requests.priority, initiators.department);

-- Replays the ledger of one level that was opened again: its ended cycles, and the start of the
-- current one. A cycle that the app did not give a later start begins when it was opened.
create function tat.list_cycles(p_level_id uuid)
returns table (
    cycle integer,
    is_current boolean,
    state text,
    started_at timestamptz,
    halted_at timestamptz,
    tat_hours numeric
)
language plpgsql stable security definer
as $$
declare
    change record;
    left_behind record;
    own_start timestamptz;
    opened_at timestamptz;
    earlier_end timestamptz;
begin
    cycle := 1;
    is_current := false;
    for change in
        select
            level_change.cause,
            level_change.old_status,
            level_change.new_status,
            level_change.effective_at,
            level_change.closes_cycle,
            level_change.old_started_at,
            level_change.old_tat_hours,
            coalesce(level_change.old_ended_at, level_change.effective_at) as ended_at,
            case
                when level_change.cause = 'level'
                    and level_change.old_status in ('APPROVED', 'REJECTED') then 'stopped'
                else 'cancelled'
            end as ended_state
        from tat.level_change
        where level_change.level_id = p_level_id
            and (
                level_change.closes_cycle
                or (
                    level_change.cause = 'level'
                    and level_change.old_status = 'PENDING'
                    and level_change.new_status <> 'PENDING'
                )
            )
        order by level_change.change_id
    loop
        -- Sent back to wait: the cycle ends when the level's turn comes again.
        if change.closes_cycle and change.new_status = 'PENDING' and change.cause = 'level' then
            left_behind := change;
            continue;
        end if;
        if change.closes_cycle then
            left_behind := change;
        elsif left_behind is null then
            continue;
        end if;

        own_start := left_behind.old_started_at;
        if earlier_end is not null and own_start <= earlier_end then
            own_start := opened_at;
        end if;
        -- A request opened again after its level was: that cycle has already begun.
        if left_behind.cause = 'level' or own_start < left_behind.ended_at then
            state := left_behind.ended_state;
            started_at := own_start;
            halted_at := left_behind.ended_at;
            tat_hours := left_behind.old_tat_hours;
            return next;
            cycle := cycle + 1;
            earlier_end := halted_at;
            opened_at := change.effective_at;
        end if;
        left_behind := null;
    end loop;

    select coalesce(approval_levels.tat_start_time, approval_levels.level_start_time)
    into own_start
    from workflow.approval_levels
    where approval_levels.level_id = p_level_id;
    if own_start is null and left_behind is not null then
        own_start := left_behind.old_started_at;
    end if;
    if earlier_end is not null and (own_start is null or own_start <= earlier_end) then
        own_start := opened_at;
    end if;
    is_current := true;
    state := null;
    started_at := own_start;
    halted_at := null;
    tat_hours := null;
    return next;
end
$$;
comment on function tat.list_cycles(uuid) is
'The cycles of a level that was opened again, replayed from tat.level_change. State, end and TAT of the current one are those of its source row (null here).';

-- The stretches of a life on one policy and calendar each, with what elapsed in them.
-- Priority, approver and people's departments and locations are looked up as they were then;
-- what lies after p_as_of, as when the machine's clock was set back, has not happened yet.
-- Elapsed and carried time are microseconds of the segment's own TAT hours.
create function tat.list_segments(
    p_level_id uuid,
    p_started_at timestamptz,
    p_halted_at timestamptz,
    p_as_of timestamptz
)
returns table (
    segment integer,
    policy_id smallint,
    calendar_id integer,
    seconds_per_tat_hour integer,
    starts_at timestamptz,
    ends_at timestamptz,
    start_clock bigint,
    elapsed bigint,
    carried bigint
)
language sql stable security definer
begin atomic
    with present as (
        select
            level_source.priority,
            level_source.approver_id,
            level_source.initiator_id
        from tat.level_source
        where level_source.level_id = p_level_id
    ),

    switches as (
        select
            level_change.change_id,
            level_change.effective_at,
            level_change.old_priority,
            case
                when level_change.old_approver_id <> level_change.new_approver_id
                    then level_change.old_approver_id
            end as old_approver_id
        from tat.level_change
        where level_change.level_id = p_level_id and level_change.switches
    ),

    people as (
        select present.initiator_id as user_id
        from present
        union
        select present.approver_id
        from present
        union
        select switches.old_approver_id
        from switches
        where switches.old_approver_id is not null
    ),

    moves as (
        select
            user_change.user_id,
            user_change.change_id,
            user_change.effective_at,
            user_change.old_department,
            user_change.old_location
        from tat.user_change
        inner join people on people.user_id = user_change.user_id
    ),

    cuts as (
        select p_started_at as starts_at
        union
        select switches.effective_at
        from switches
        where switches.effective_at > p_started_at
            and switches.effective_at < coalesce(p_halted_at, 'infinity')
            and switches.effective_at <= p_as_of
        union
        select moves.effective_at
        from moves
        where moves.effective_at > p_started_at
            and moves.effective_at < coalesce(p_halted_at, 'infinity')
            and moves.effective_at <= p_as_of
    ),

    held as (
        select
            cuts.starts_at,
            present.initiator_id,
            coalesce(
                (
                    select switches.old_priority
                    from switches
                    where switches.effective_at > cuts.starts_at
                        and switches.old_priority is not null
                    order by switches.effective_at, switches.change_id
                    limit 1
                ),
                present.priority
            ) as priority,
            coalesce(
                (
                    select switches.old_approver_id
                    from switches
                    where switches.effective_at > cuts.starts_at
                        and switches.old_approver_id is not null
                    order by switches.effective_at, switches.change_id
                    limit 1
                ),
                present.approver_id
            ) as approver_id
        from cuts
        cross join present
    ),

    attributed as (
        select
            held.starts_at,
            held.priority,
            case
                when initiator_move.user_id is null then initiators.department
                else initiator_move.old_department
            end as department,
            case
                when approver_move.user_id is null then approvers.department
                else approver_move.old_department
            end as approver_department,
            case
                when approver_move.user_id is null then approvers.location
                else approver_move.old_location
            end as approver_location
        from held
        inner join workflow.users as initiators on initiators.user_id = held.initiator_id
        inner join workflow.users as approvers on approvers.user_id = held.approver_id
        left join lateral (
            select moves.*
            from moves
            where moves.user_id = held.initiator_id
                and moves.effective_at > held.starts_at
            order by moves.effective_at, moves.change_id
            limit 1
        ) as initiator_move on true
        left join lateral (
            select moves.*
            from moves
            where moves.user_id = held.approver_id
                and moves.effective_at > held.starts_at
            order by moves.effective_at, moves.change_id
            limit 1
        ) as approver_move on true
    ),

    chosen as (
        select
            attributed.starts_at,
            policy.policy_id,
            policy.seconds_per_tat_hour,
            tat.choose_calendar(
                policy.calendar_id,
                attributed.approver_department,
                attributed.approver_location
            ) as calendar_id
        from attributed
        inner join tat.policy
            on policy.policy_id
            = tat.choose_policy(attributed.priority, attributed.department)
    ),

    changed as (
        select
            chosen.*,
            (chosen.policy_id, chosen.calendar_id) is distinct from (
                lag(chosen.policy_id) over by_start, lag(chosen.calendar_id) over by_start
            ) as is_changed
        from chosen
        window by_start as (order by chosen.starts_at)
    ),

    bounded as (
        select
            row_number() over (order by changed.starts_at)::integer as segment,
            changed.policy_id,
            changed.calendar_id,
            changed.seconds_per_tat_hour,
            changed.starts_at,
            lead(changed.starts_at, 1, p_halted_at) over (order by changed.starts_at)
                as ends_at
        from changed
        where changed.is_changed
    ),

    measured as (
        select
            bounded.*,
            tat.find_work_clock(bounded.calendar_id, bounded.starts_at) as start_clock,
            greatest(
                tat.find_work_clock(bounded.calendar_id, bounded.ends_at)
                - tat.find_work_clock(bounded.calendar_id, bounded.starts_at)
                - tat.paused_clock(
                    p_level_id, bounded.calendar_id, bounded.starts_at, bounded.ends_at
                ),
                0
            ) as elapsed
        from bounded
    )

    select
        measured.segment,
        measured.policy_id,
        measured.calendar_id,
        measured.seconds_per_tat_hour,
        measured.starts_at,
        measured.ends_at,
        measured.start_clock,
        measured.elapsed,
        coalesce(
            (
                select
                    floor(sum(
                        earlier.elapsed::numeric
                        * measured.seconds_per_tat_hour
                        / earlier.seconds_per_tat_hour
                    ))
                from measured as earlier
                where earlier.segment < measured.segment
            ),
            0
        )::bigint
    from measured
    order by measured.segment;
end;
comment on function tat.list_segments(uuid, timestamptz, timestamptz, timestamptz) is
'The stretches of one cycle on one policy and calendar each; the elapsed time of earlier ones is carried along. The last one''s elapsed time is null while the level runs.';

-- When a level that changed its calendar had used a share of its TAT: the last such instant, or the
-- first (p_is_due). Null where that is not in an earlier segment than its last.
create function tat.find_earlier_time(
    p_level_id uuid,
    p_started_at timestamptz,
    p_halted_at timestamptz,
    p_policy_id smallint,
    p_share bigint,
    p_is_due boolean,
    p_as_of timestamptz
)
returns timestamptz
language sql stable security definer
begin atomic
    select case
        when p_is_due then tat.find_work_time(
            segment.calendar_id,
            tat.due_clock(
                p_level_id,
                segment.calendar_id,
                segment.starts_at,
                segment.ends_at,
                segment.start_clock,
                scaled.share - segment.carried
            )
        )
        else tat.find_crossing_time(
            segment.calendar_id,
            tat.due_clock(
                p_level_id,
                segment.calendar_id,
                segment.starts_at,
                segment.ends_at,
                segment.start_clock,
                scaled.share - segment.carried
            )
        )
    end
    from tat.list_segments(p_level_id, p_started_at, p_halted_at, p_as_of) as segment
    cross join lateral (
        select floor(
            p_share::numeric
            * segment.seconds_per_tat_hour
            / (
                select policy.seconds_per_tat_hour
                from tat.policy
                where policy.policy_id = p_policy_id
            )
        )::bigint as share
    ) as scaled
    where case
        when p_is_due then scaled.share <= segment.carried + segment.elapsed
        else scaled.share < segment.carried + segment.elapsed
    end
    order by segment.segment
    limit 1;
end;

drop function tat.level_thresholds(
    uuid, smallint, integer, timestamptz, timestamptz, bigint, bigint, bigint
);
-- The points of a level's clock at which its alerts fall due. Crossing is strict, so a fraction
-- of a microsecond below a point is rounded away. Points passed on an earlier calendar lie
-- before the start of the present one.
create function tat.level_thresholds(
    p_level_id uuid,
    p_policy_id smallint,
    p_calendar_id integer,
    p_segment_started_at timestamptz,
    p_halted_at timestamptz,
    p_start_clock bigint,
    p_paused_clock bigint,
    p_carried_clock bigint,
    p_budget bigint
)
returns table (slot smallint, alert_type text, percentage numeric, share bigint, due_clock bigint)
language sql stable
begin atomic
    select
        point.slot,
        'TAT_' || point.slot,
        point.percentage,
        point.share,
        case
            when p_paused_clock = 0 then p_start_clock + point.share - p_carried_clock
            else tat.due_clock(
                p_level_id,
                p_calendar_id,
                p_segment_started_at,
                p_halted_at,
                p_start_clock,
                point.share - p_carried_clock
            )
        end
    from (
        select
            policy_threshold.slot,
            policy_threshold.percentage,
            floor(policy_threshold.percentage * p_budget / 100)::bigint as share
        from tat.policy_threshold
        where policy_threshold.policy_id = p_policy_id
    ) as point;
end;
