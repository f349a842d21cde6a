-- When a level is breached, beside when it is due: a due time that falls on closing time is passed when
-- the next window opens. So counts of breaches by day need no alert, and read no calendar.
alter table tat.level_clock add column breaches_at timestamptz;
comment on column tat.level_clock.breaches_at is
'The instant after which more than the TAT is used, whether the level came so far or not; null outside the generated span.';

do $$
begin
    -- A new database has neither levels nor the functions that this calls.
    if exists (select from tat.level_clock) then
        -- What is stored has no breaches yet, and is rebuilt to have them: no request changes by this.
        alter table tat.level_clock disable trigger capture_stored_update;
        update tat.level_clock
        set breaches_at = tat.find_crossing_time(
            calendar_id, tat.find_work_clock(calendar_id, due_at)
        )
        where segment_started_at = started_at;
        alter table tat.level_clock enable trigger capture_stored_update;
        -- What was used up on an earlier calendar is for the next tick to find.
        insert into tat.level_change (level_id, cause)
        select distinct level_clock.level_id, 'calendar'
        from tat.level_clock
        where level_clock.segment_started_at > level_clock.started_at;
    end if;
end
$$;
