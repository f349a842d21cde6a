-- More people around the small world: who may see what of it, and what became of a reminder.
insert into workflow.users (user_id, email, display_name, location, is_active)
values
('00000000-0000-0000-0000-0000000000f0', 'f@example.org', 'Manager of the head', 'Berlin', true),
('00000000-0000-0000-0000-0000000000f1', 'g@example.org', 'Delegate who is away', null, true),
('00000000-0000-0000-0000-0000000000f2', 'h@example.org', 'Delegate of last week', null, true),
('00000000-0000-0000-0000-0000000000f3', 'i@example.org', 'Spectator who left', null, false),
('00000000-0000-0000-0000-0000000000f4', 'j@example.org', 'Delegate of the manager', null, true),
('00000000-0000-0000-0000-0000000000f5', 'k@example.org', 'Delegate of the delegate', null, true);

update workflow.users set reporting_manager_id = '00000000-0000-0000-0000-0000000000f0'
where user_id = '00000000-0000-0000-0000-00000000000c';

insert into workflow.participants (
    participant_id, request_id, user_id, participant_type, is_active
)
values
('00000000-0000-0000-0000-0000000000a9', '00000000-0000-0000-0000-000000000001',
 '00000000-0000-0000-0000-0000000000f3', 'SPECTATOR', true),
('00000000-0000-0000-0000-0000000000aa', '00000000-0000-0000-0000-000000000005',
 '00000000-0000-0000-0000-00000000000e', 'SPECTATOR', true),
('00000000-0000-0000-0000-0000000000ab', '00000000-0000-0000-0000-000000000006',
 '00000000-0000-0000-0000-00000000000e', 'SPECTATOR', true),
('00000000-0000-0000-0000-0000000000ac', '00000000-0000-0000-0000-000000000002',
 '00000000-0000-0000-0000-00000000000e', 'SPECTATOR', false);

insert into workflow.delegations (user_id, delegate_id, starts_at, ends_at)
values
('00000000-0000-0000-0000-00000000000b', '00000000-0000-0000-0000-0000000000f1',
 '2026-03-05 09:00+05:30', '2026-03-06 09:00+05:30'),
('00000000-0000-0000-0000-00000000000b', '00000000-0000-0000-0000-0000000000f2',
 '2026-02-20 09:00+05:30', '2026-02-27 09:00+05:30'),
('00000000-0000-0000-0000-0000000000f0', '00000000-0000-0000-0000-0000000000f4',
 '2026-03-05 09:00+05:30', null),
('00000000-0000-0000-0000-0000000000f1', '00000000-0000-0000-0000-0000000000f5',
 '2026-03-05 09:00+05:30', null);

insert into tat.delivery (
    alert_id, recipient_id, recipient_role, channel_name, state, queued_at, send_at,
    next_attempt_at, message_id, finished_at
)
values (
    '00000000-0000-0000-0000-000000000311', '00000000-0000-0000-0000-00000000000b', 'approver',
    'email', 'sent', '2026-03-04 13:00+05:30', '2026-03-04 13:00+05:30',
    '2026-03-04 13:00+05:30', gen_random_uuid(), '2026-03-04 13:01+05:30'
);
update tat.tat_alerts set notification_sent = true
where alert_id = '00000000-0000-0000-0000-000000000311';

update workflow.workflow_requests set title = '<script>alert(1)</script> & a laptop'
where request_number = 'R7';
