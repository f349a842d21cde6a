-- No longer note a table's changes.
drop trigger if exists {trigger} on {relation}
