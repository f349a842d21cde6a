-- Replays the ledger of one level that was opened again: its ended cycles, and the start of the
-- current one. A cycle that the app did not give a later start begins when it was opened.
create or replace function tat.list_cycles(p_level_id uuid)
returns table (
    cycle integer,
    is_current boolean,
    state text,
    started_at timestamptz,
    halted_at timestamptz,
    tat_hours numeric
)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
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
            -- Opened again before a stated end came: it never did.
            least(level_change.old_ended_at, level_change.effective_at) as ended_at,
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
