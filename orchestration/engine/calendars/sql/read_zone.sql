-- The zone in which instants are shown to people.
select tat.time_zone() as time_zone
