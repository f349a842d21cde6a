-- Hold the keys that a dry run would load, so that their children are known to fit.
create temporary table if not exists accepted (
    table_name text,
    row_key uuid
) on commit drop
