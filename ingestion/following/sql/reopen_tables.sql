-- Read again what transactions may have changed that were open for long and have ended.
update tat.source_table
set
    read_from = least(source_table.read_from, %(reopened)s),
    next_read_from = least(source_table.next_read_from, %(reopened)s)
where %(reopened)s::timestamptz is not null
