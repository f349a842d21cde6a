-- Keep other writers out of a table that was empty until this load ends.
lock table workflow.{table_name} in share row exclusive mode
