-- Note an event in the transaction of its rows.
insert into tat.event (event_id, content_digest, batch_id, answer)
values (%(event_id)s, %(content_digest)s, %(batch_id)s, %(answer)s)
