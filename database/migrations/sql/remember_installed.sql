-- Remember the form in which a file was run.
insert into tat.installed_sql (path, digest)
values (%(path)s, %(digest)s)
on conflict (path) do update
set digest = excluded.digest, installed_at = now()
