-- Whether this is the only transaction that writes back; two might end with an older state.
select pg_try_advisory_xact_lock(7280, 5) as is_alone
