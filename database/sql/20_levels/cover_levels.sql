-- Grows the calendars' spans to hold the lives of some levels and the submission of their requests.
create or replace function tat.cover_levels(p_levels uuid[], p_as_of timestamptz) returns void
language plpgsql
as $$
declare
    earliest timestamptz;
    latest timestamptz;
begin
    select
        min(least(
            level_state.started_at,
            level_state.halted_at,
            case
                when level_state.submitted_at >= '1970-01-02' then level_state.submitted_at
            end
        )),
        max(greatest(level_state.started_at, level_state.halted_at))
    into earliest, latest
    from unnest(p_levels) as touched (level_id)
    inner join tat.level_state on level_state.level_id = touched.level_id
    where tat.can_be_read(level_state.started_at, level_state.halted_at, p_as_of);
    if earliest is not null then
        perform tat.extend_calendars(earliest::date - 1, latest::date + 2);
    end if;
end
$$;
