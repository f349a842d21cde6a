-- The day that it is in the zone of this database's days.
select
    tat.time_zone() as time_zone,
    (tat.as_of() at time zone tat.time_zone())::date as local_day
