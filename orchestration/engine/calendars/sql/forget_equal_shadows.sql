-- Shadows that equal their calendars tell nothing.
delete from pg_temp.shadow
where not exists (
    (
        select starts_at, ends_at, clock_at_start, is_span_end
        from tat.work_interval
        where work_interval.calendar_id = shadow.calendar_id
        except
        select starts_at, ends_at, clock_at_start, is_span_end
        from tat.work_interval
        where work_interval.calendar_id = shadow.shadow_id
    )
    union all
    (
        select starts_at, ends_at, clock_at_start, is_span_end
        from tat.work_interval
        where work_interval.calendar_id = shadow.shadow_id
        except
        select starts_at, ends_at, clock_at_start, is_span_end
        from tat.work_interval
        where work_interval.calendar_id = shadow.calendar_id
    )
)
