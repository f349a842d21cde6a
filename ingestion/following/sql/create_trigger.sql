-- Have a table's changes noted.
create or replace trigger {trigger}
after {event} on {relation} {transition_tables}
for each {level}
execute function tat.capture_source_change({arguments})
