-- Hold keys and digests of both sides, and what differs between them.
create temporary table {name} (row_key uuid, digest bigint)
