-- Take the orphans out of the pass.
delete from pg_temp.incoming
using pg_temp.misfit
where misfit.row_id = incoming.row_id and misfit.child_column is not null
