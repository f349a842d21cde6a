-- Events that were taken over HTTP, each in the transaction of its rows.
create table tat.event (
    event_id text primary key check (length(event_id) between 1 and 200),
    content_digest bytea not null check (length(content_digest) = 32),
    batch_id bigint not null references tat.load_batch,
    answer json not null,
    received_at timestamptz not null default clock_timestamp()
);
create index event_received_at on tat.event (received_at);
create index event_batch_id on tat.event (batch_id);
comment on table tat.event is
'Events that were taken over HTTP: one that comes again is answered as it was first.';
comment on column tat.event.event_id is 'The webhook-id that its sender gave it.';
comment on column tat.event.content_digest is
'SHA-256 of its rows: another event of the same id is refused.';
comment on column tat.event.answer is 'What became of each row.';
