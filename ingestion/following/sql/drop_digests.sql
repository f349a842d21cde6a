-- Forget what was compared before.
drop table if exists pg_temp.there, pg_temp.here, pg_temp.suspect
