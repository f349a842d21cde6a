-- Take the orphans out of the pass.
delete from pg_temp.incoming
using pg_temp.unmerged
where unmerged.row_id = incoming.row_id and unmerged.child_column is not null
