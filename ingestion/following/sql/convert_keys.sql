-- The contract's keys of a source's own.
select ({made})::text as row_key
from unnest({keys}::text[]) as own (key)
