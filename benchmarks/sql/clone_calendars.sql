-- Branches around the world: variants of the business calendar, so that ticks read many clocks.
with clones as (
    insert into tat.calendar (calendar_name, time_zone, anchor_on, variant_of, location)
    select
        'branch ' || branch.branch_number,
        (array['Asia/Kolkata', 'Europe/Amsterdam', 'America/New_York', 'Australia/Sydney'])[
            1 + branch.branch_number %% 4
        ],
        calendar.anchor_on,
        calendar.calendar_id,
        'branch ' || branch.branch_number
    from tat.calendar
    cross join generate_series(1, %(clones)s) as branch (branch_number)
    where calendar.calendar_name = 'business hours'
    returning calendar_id
)

insert into tat.weekly_window (calendar_id, iso_weekday, opens_at, closes_at)
select
    clones.calendar_id,
    weekly_window.iso_weekday,
    weekly_window.opens_at,
    weekly_window.closes_at
from clones
cross join tat.weekly_window
inner join tat.calendar on calendar.calendar_id = weekly_window.calendar_id
where calendar.calendar_name = 'business hours'
