-- Note that all that had changed is loaded.
update tat.source
set followed_at = clock_timestamp()
