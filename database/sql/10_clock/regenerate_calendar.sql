-- Generates one calendar over [p_from, p_to); marks the levels whose clock or due instant may have moved.
create or replace function tat.regenerate_calendar(
    p_calendar_id integer, p_from date, p_to date
)
returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set client_min_messages = warning
as $$
declare
    kept tat.calendar;
    is_changed boolean;
    is_moved boolean;
    first_difference timestamptz;
begin
    select calendar.* into strict kept
    from tat.calendar
    where calendar.calendar_id = p_calendar_id
    for update;
    kept.anchor_on := coalesce(kept.anchor_on, p_from);

    create temporary table if not exists fresh_interval (
        starts_at timestamptz,
        ends_at timestamptz,
        clock_at_start bigint,
        is_span_end boolean
    ) on commit drop;
    truncate pg_temp.fresh_interval;
    insert into pg_temp.fresh_interval
    select generated.*
    from tat.generate_work_intervals(p_calendar_id, p_from, p_to, kept.anchor_on) as generated;

    select
        count(*) > 0,
        min(difference.starts_at) filter (
            where difference.starts_at < difference.ends_at
                and difference.starts_at
                >= kept.span_starts_on::timestamp at time zone kept.time_zone
                and not (
                    kept.is_always_open
                    and difference.clock_at_start = tat.microseconds_between(
                        'epoch'::timestamptz, difference.starts_at
                    )
                )
        )
    into is_changed, first_difference
    from (
        (
            select starts_at, ends_at, clock_at_start, is_span_end
            from tat.work_interval
            where calendar_id = p_calendar_id
            except
            select * from pg_temp.fresh_interval
        )
        union all
        (
            select * from pg_temp.fresh_interval
            except
            select starts_at, ends_at, clock_at_start, is_span_end
            from tat.work_interval
            where calendar_id = p_calendar_id
        )
    ) as difference;

    if not is_changed then
        return false;
    end if;

    is_moved := coalesce(
        first_difference < kept.span_ends_on::timestamp at time zone kept.time_zone, false
    );
    delete from tat.work_interval where calendar_id = p_calendar_id;
    insert into tat.work_interval (
        calendar_id, starts_at, ends_at, clock_at_start, is_span_end
    )
    select p_calendar_id, starts_at, ends_at, clock_at_start, is_span_end
    from pg_temp.fresh_interval;
    update tat.calendar
    set
        span_starts_on = p_from,
        span_ends_on = p_to,
        anchor_on = kept.anchor_on,
        revision = kept.revision + is_moved::integer,
        moved_from = case when is_moved then first_difference else kept.moved_from end
    where calendar_id = p_calendar_id;

    insert into tat.level_change (level_id, cause)
    select level_id, 'calendar'
    from tat.level_clock
    where (
        calendar_id = p_calendar_id
        and (
            due_at is null
            or (halted_at is null and paused_clock > 0)
            or greatest(due_at, started_at, halted_at) >= first_difference
        )
    )
    -- Earlier segments may have run on it.
    or segment_started_at > started_at;
    return true;
end
$$;
