-- Open a batch.
insert into tat.load_batch (source)
values (%(source)s)
returning batch_id
