-- Write no longer to other tables than these.
delete from tat.write_back where table_name <> all(%(table_names)s)
