-- Hold rows on their way to quarantine.
create temporary table if not exists rejected (
    row_number bigint,
    row_key text,
    source_row jsonb,
    reasons text[],
    waits_for_table text,
    waits_for_key uuid,
    row_updated_at timestamptz
) on commit drop
