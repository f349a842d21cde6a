-- Move on to the last row that is loaded, or to the end of a reading.
update tat.source_table
set
    reached_at = case when not %(is_through)s then %(changed_at)s::timestamptz end,
    reached_key = case when not %(is_through)s then %(key)s::text end,
    read_from = case
        when %(is_through)s then source_table.next_read_from else source_table.read_from
    end,
    is_loaded = source_table.is_loaded or %(is_through)s,
    rows_loaded = source_table.rows_loaded + %(rows)s,
    followed_at = case
        when %(is_through)s then clock_timestamp() else source_table.followed_at
    end
where source_table.table_name = %(table)s
