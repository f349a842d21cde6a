-- Forget the misfits of the pass before.
drop table if exists pg_temp.misfit
