-- Have every table compared as a whole before long.
update tat.source_table
set compared_at = null, writes = null
