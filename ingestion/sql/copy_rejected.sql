-- Take rows on their way to quarantine.
copy pg_temp.rejected (
    row_number,
    row_key,
    source_row,
    reasons,
    waits_for_table,
    waits_for_key,
    row_updated_at
) from stdin
