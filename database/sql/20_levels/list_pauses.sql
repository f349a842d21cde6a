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
