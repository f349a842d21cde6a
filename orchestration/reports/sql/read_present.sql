-- The present of the views and the zone of their days.
select
    tat.as_of() as as_of,
    tat.time_zone() as time_zone
