-- Hold the typed rows of one pass until they are merged.
create temporary table incoming (
    row_id bigint,
    {column_definitions}
) on commit drop
