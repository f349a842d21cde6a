-- List the files of repeatable SQL that this database has, with their digests.
select installed_sql.path, installed_sql.digest
from tat.installed_sql
