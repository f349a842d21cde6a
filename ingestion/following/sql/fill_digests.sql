-- Take key and digest of rows.
copy pg_temp.{name} (row_key, digest) from stdin
