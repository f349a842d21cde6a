-- Every cycle of some levels that has a start, as source rows and ledger tell it. A level in progress
-- without a start is held by its writer, and has no cycle yet. What lies after p_as_of has not
-- happened yet: a pause has not begun, nor ended, nor has the level; changes_at is when that is next.
create or replace function tat.level_cycles(
    p_levels uuid[], p_known_since timestamptz[], p_reopened uuid[], p_as_of timestamptz
)
returns table (
    level_id uuid,
    cycle integer,
    is_current boolean,
    policy_id smallint,
    calendar_id integer,
    state text,
    started_at timestamptz,
    halted_at timestamptz,
    tat_us bigint,
    has_pauses boolean,
    may_switch boolean,
    known_since timestamptz,
    changes_at timestamptz
)
language sql stable
begin atomic
    select
        level_source.level_id,
        cycles.cycle,
        cycles.is_current,
        level_source.policy_id,
        level_source.calendar_id,
        case
            when not cycles.is_current then cycles.state
            when present.has_ended then level_source.state
            when pauses.open_since is not null then 'paused'
            else 'running'
        end,
        cycles.started_at,
        case
            when not cycles.is_current then cycles.halted_at
            when present.has_ended then level_source.halted_at
            when pauses.open_since is not null
                then greatest(pauses.open_since, cycles.started_at)
        end,
        case
            when cycles.is_current then level_source.tat_us
            else
                round(cycles.tat_hours * level_source.seconds_per_tat_hour * 1000000)::bigint
        end,
        known.has_pauses,
        switching.may_switch,
        touched.known_since,
        case
            when cycles.is_current and not present.has_ended then least(
                pauses.changes_at,
                case when level_source.state <> 'running' then level_source.stated_end end
            )
        end
    from unnest(p_levels, p_known_since) as touched (level_id, known_since)
    inner join tat.level_source on level_source.level_id = touched.level_id
    cross join lateral (
        select
            touched.level_id in (select unnest(p_reopened)) as is_reopened,
            exists (
                select 1
                from workflow.level_pauses
                where level_pauses.level_id = touched.level_id
                offset 0
            ) as has_pauses
        offset 0
    ) as known
    cross join lateral (
        select
            case when known.has_pauses then tat.open_pause(touched.level_id, p_as_of) end
                as open_since,
            case when known.has_pauses then tat.next_pause_change(touched.level_id, p_as_of) end
                as changes_at
    ) as pauses
    cross join lateral (
        select
            level_source.state <> 'running'
            and coalesce(level_source.stated_end, '-infinity') <= p_as_of as has_ended
    ) as present
    -- Most levels have one cycle: the ledger is replayed for the others only.
    cross join lateral (
        select
            1 as cycle,
            true as is_current,
            null as state,
            level_source.started_at,
            null::timestamptz as halted_at,
            null::numeric as tat_hours
        where not known.is_reopened
        union all
        select list_cycles.*
        from tat.list_cycles(case when known.is_reopened then touched.level_id end)
            as list_cycles
        where known.is_reopened
    ) as cycles
    cross join lateral tat.may_switch(
        level_source.level_id,
        level_source.approver_id,
        level_source.initiator_id,
        cycles.started_at
    ) as switching
    where cycles.started_at is not null;
end;
