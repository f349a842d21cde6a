-- Calendars whose working time would differ, and by how much over what is generated.
select
    calendar.calendar_name as calendar,
    min(difference.starts_at) as first_difference,
    round(
        (
            (after_change.total - before_change.total) / 3600000000.0
        )::numeric,
        2
    ) as hours_gained
from pg_temp.shadow
inner join tat.calendar on calendar.calendar_id = shadow.calendar_id
cross join lateral (
    select max(work_interval.clock_at_start) - min(work_interval.clock_at_start) as total
    from tat.work_interval
    where work_interval.calendar_id = shadow.calendar_id
) as before_change
cross join lateral (
    select max(work_interval.clock_at_start) - min(work_interval.clock_at_start) as total
    from tat.work_interval
    where work_interval.calendar_id = shadow.shadow_id
) as after_change
left join lateral (
    (
        select starts_at, ends_at
        from tat.work_interval
        where work_interval.calendar_id = shadow.shadow_id
        except
        select starts_at, ends_at
        from tat.work_interval
        where work_interval.calendar_id = shadow.calendar_id
    )
    union all
    (
        select starts_at, ends_at
        from tat.work_interval
        where work_interval.calendar_id = shadow.calendar_id
        except
        select starts_at, ends_at
        from tat.work_interval
        where work_interval.calendar_id = shadow.shadow_id
    )
) as difference on true
group by calendar.calendar_name, after_change.total, before_change.total
order by calendar.calendar_name
