-- What the app has now.
delete from tat.unwritten where ctid = any(%(places)s::tid[])
