-- Write the flags of levels to the app's table where they differ.
update {target} as written
set {assignments}
from jsonb_populate_recordset(null::{target}, %(rows)s) as given
where written.{key} = given.{key}
    and ({written_columns}) is distinct from ({given_columns})
