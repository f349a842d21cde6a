-- Forget the unmerged rows of the pass before.
drop table if exists pg_temp.unmerged
