-- Close a batch.
update tat.load_batch
set finished_at = clock_timestamp()
where batch_id = %(batch_id)s
