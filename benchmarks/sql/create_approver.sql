-- One user who has asked for everything and must approve it all.
insert into workflow.users (user_id, email, display_name)
values (%(user_id)s, 'approver@example.com', 'Approver')
