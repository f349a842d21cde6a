-- Users who are their own manager, directly or through up to 50 others.
with recursive people as (
    select candidates.*
    from {candidates} as candidates
),

-- Only managers can be in a circle; a climb ends at the top, or where it began.
climbs as (
    select distinct
        people.reporting_manager_id as climber,
        people.reporting_manager_id as stands_at,
        0 as steps
    from people
    where people.reporting_manager_id is not null
    union all
    select
        climbs.climber,
        people.reporting_manager_id as stands_at,
        climbs.steps + 1 as steps
    from climbs
    inner join people on people.user_id = climbs.stands_at
    where people.reporting_manager_id is not null
        and climbs.steps <= 50
        and (
            climbs.steps = 0
            or (
                climbs.stands_at <> climbs.climber
                and people.reporting_manager_id <> people.user_id
            )
        )
)

select people.*
from people
inner join climbs on climbs.climber = people.user_id
where climbs.stands_at = climbs.climber and climbs.steps > 0
