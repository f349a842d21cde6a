-- A running or paused clock as it would be under another policy, calendar and TAT from its start on.
create or replace function tat.preview_clock(
    p_clock tat.level_clock, p_policy_id smallint, p_calendar_id integer, p_tat_us bigint
)
returns tat.level_clock
language plpgsql stable
as $$
begin
    p_clock.policy_id := p_policy_id;
    p_clock.calendar_id := p_calendar_id;
    p_clock.tat_us := p_tat_us;
    p_clock.segment_started_at := p_clock.started_at;
    p_clock.carried_clock := 0;
    p_clock.start_clock := tat.find_work_clock(p_calendar_id, p_clock.started_at);
    p_clock.halted_clock := tat.find_work_clock(p_calendar_id, p_clock.halted_at);
    p_clock.paused_clock := 0;
    if exists (
        select 1 from workflow.level_pauses where level_pauses.level_id = p_clock.level_id
    ) then
        p_clock.paused_clock := tat.paused_clock(
            p_clock.level_id, p_calendar_id, p_clock.started_at, p_clock.halted_at
        );
    end if;
    return p_clock;
end
$$;
