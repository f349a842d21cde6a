-- Generates one calendar over [p_from, p_to); marks the levels whose clock or due instant may have
-- moved. Returns whether anything changed.
create or replace function tat.regenerate_calendar(
    p_calendar_id integer, p_from date, p_to date
)
returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    kept tat.calendar;
    intervals tat.work_interval[];
    difference record;
    is_moved boolean;
begin
    select calendar.* into strict kept
    from tat.calendar
    where calendar.calendar_id = p_calendar_id
    for update;
    kept.anchor_on := coalesce(kept.anchor_on, p_from);

    select array_agg((
        p_calendar_id,
        generated.starts_at,
        generated.ends_at,
        generated.clock_at_start,
        generated.is_span_end
    )::tat.work_interval)
    into intervals
    from tat.generate_work_intervals(p_calendar_id, p_from, p_to, kept.anchor_on) as generated;
    difference := tat.compare_intervals(kept, intervals);
    if not difference.is_changed then
        return false;
    end if;

    is_moved := coalesce(
        difference.moved_from < kept.span_ends_on::timestamp at time zone kept.time_zone, false
    );
    delete from tat.work_interval where calendar_id = p_calendar_id;
    insert into tat.work_interval select * from unnest(intervals);
    update tat.calendar
    set
        span_starts_on = p_from,
        span_ends_on = p_to,
        anchor_on = kept.anchor_on,
        revision = kept.revision + is_moved::integer,
        moved_from = case when is_moved then difference.moved_from else kept.moved_from end
    where calendar_id = p_calendar_id;
    perform tat.mark_calendar_levels(p_calendar_id, difference.moved_from);
    return true;
end
$$;
