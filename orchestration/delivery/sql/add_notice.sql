-- Tell operators of something, once for each key.
insert into tat.notice (notice_key, subject, body)
values (%(key)s, %(subject)s, %(body)s)
on conflict (notice_key) do nothing
