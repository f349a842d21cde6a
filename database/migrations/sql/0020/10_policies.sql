-- Whom a policy tells of each threshold, by which channels, and whether again.
alter table tat.policy_threshold
add column recipients text[] not null default '{approver}'
check (recipients <@ '{approver,manager}' and cardinality(recipients) > 0),
add column channels text[] check (cardinality(channels) > 0),
add column is_at_once boolean not null default false,
add column repeat_every_hours numeric(8, 2) check (repeat_every_hours > 0),
add column repeat_at_most smallint not null default 3 check (repeat_at_most between 1 and 50),
add check (repeat_every_hours is null or slot = 100);
comment on column tat.policy_threshold.recipients is
'Who is told: the approver who holds the level, the approver''s manager.';
comment on column tat.policy_threshold.channels is
'The channels of this threshold; null: those of the policy.';
comment on column tat.policy_threshold.is_at_once is
'Told at once: neither quiet hours nor a digest holds it back.';
comment on column tat.policy_threshold.repeat_every_hours is
'After a breach, told again every so many TAT hours of the level''s clock; null: not again.';

alter table tat.policy alter column notification_channels set default '{in_app,email}';

-- No clock rests on these: nothing has to be derived anew.
alter table tat.policy_threshold disable trigger user;
update tat.policy_threshold set recipients = '{approver,manager}' where slot in (75, 100);
alter table tat.policy_threshold enable trigger user;

alter table tat.policy disable trigger user;
update tat.policy
set notification_channels = '{in_app,email}'
where notification_channels = '{email}';
alter table tat.policy enable trigger user;
