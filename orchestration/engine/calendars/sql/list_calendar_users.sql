-- What uses a calendar.
select used.used_by, used.times
from (
    select 'policies' as used_by, count(*) as times
    from tat.policy
    where policy.calendar_id = %(calendar_id)s
    union all
    select 'variants', count(*)
    from tat.calendar
    where calendar.variant_of = %(calendar_id)s
    union all
    select 'level clocks', count(*)
    from tat.level_clock
    where level_clock.calendar_id = %(calendar_id)s
) as used
where used.times > 0
