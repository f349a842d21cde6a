-- Rows that somebody gave up are resolved as those that were loaded, and told from them.
alter table tat.quarantine add column is_dropped boolean not null default false;
alter table tat.quarantine add check (not is_dropped or resolved_at is not null);
comment on column tat.quarantine.is_dropped is
'Given up by hand. A load that brings the row again quarantines it again.';
comment on column tat.quarantine.resolved_at is
'When a later load landed the row, or a version of it at least as new, or it was given up.';
