-- Have a trigger fire in restores and for replicated changes, too.
alter table {relation} enable always trigger {trigger}
