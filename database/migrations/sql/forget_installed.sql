-- Forget files that are no longer there.
delete from tat.installed_sql
where installed_sql.path <> all (%(paths)s)
