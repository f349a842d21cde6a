-- Empty the way to quarantine for the next pass.
truncate pg_temp.rejected
