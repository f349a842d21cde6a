-- The app decides so many levels in one statement.
update {relation}
set status = 'APPROVED', updated_at = now()
where place between %(first)s and %(last)s
