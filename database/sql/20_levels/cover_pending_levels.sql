-- Grows the calendars' spans to hold the levels that wait to be derived.
create or replace function tat.cover_pending_levels(p_as_of timestamptz, p_limit integer)
returns void
language plpgsql
as $$
declare
    earliest timestamptz;
    latest timestamptz;
begin
    select
        min(least(
            level_source.started_at,
            level_source.halted_at,
            case
                when level_source.submitted_at >= '1970-01-02' then level_source.submitted_at
            end
        )),
        max(greatest(level_source.started_at, level_source.halted_at))
    into earliest, latest
    from (
        select distinct pending_changes.level_id
        from tat.pending_changes(p_limit) as pending_changes
    ) as touched
    inner join tat.level_source on level_source.level_id = touched.level_id
    where tat.can_be_read(level_source.started_at, level_source.halted_at, p_as_of);
    if earliest is not null then
        perform tat.extend_calendars(earliest::date - 1, latest::date + 2);
    end if;
end
$$;
