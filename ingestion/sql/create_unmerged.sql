-- Hold the rows taken out of a pass: as duplicates or overlaps, or once for each missing parent.
create temporary table unmerged (
    row_id bigint,
    row_key text,
    row_updated_at text,
    ordinal integer,
    child_column text,
    parent_key uuid,
    is_overlap boolean not null default false
) on commit drop
