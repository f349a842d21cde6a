-- Every cycle of some levels that has a start, as source rows and ledger tell it. A level in progress
-- without a start is held by its writer, and has no cycle yet.
create or replace function tat.level_cycles(p_levels uuid[], p_known_since timestamptz[])
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
    known_since timestamptz
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
            when level_source.state = 'running' and pauses.open_since is not null
                then 'paused'
            else level_source.state
        end,
        cycles.started_at,
        case
            when not cycles.is_current then cycles.halted_at
            when level_source.state <> 'running' then level_source.halted_at
            when pauses.open_since is not null
                then greatest(pauses.open_since, cycles.started_at)
        end,
        case
            when cycles.is_current then level_source.budget
            else
                round(cycles.tat_hours * level_source.seconds_per_tat_hour * 1000000)::bigint
        end,
        known.has_pauses,
        tat.may_switch(
            level_source.level_id,
            level_source.approver_id,
            level_source.initiator_id,
            cycles.started_at
        ),
        touched.known_since
    from unnest(p_levels, p_known_since) as touched (level_id, known_since)
    inner join tat.level_source on level_source.level_id = touched.level_id
    cross join lateral (
        select
            tat.is_reopened(touched.level_id) as is_reopened,
            exists (
                select 1
                from workflow.level_pauses
                where level_pauses.level_id = touched.level_id
                offset 0
            ) as has_pauses
        offset 0
    ) as known
    cross join lateral (
        select case when known.has_pauses then tat.open_pause(touched.level_id) end as open_since
    ) as pauses
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
    where cycles.started_at is not null;
end;
