-- What holds in this transaction alone: how long it waits, and how values are written.
select
    set_config('statement_timeout', %(statement_timeout)s, true),
    set_config('lock_timeout', %(lock_timeout)s, true),
    -- Between two pages the first of them is loaded.
    set_config('idle_in_transaction_session_timeout', %(statement_timeout)s, true),
    set_config('timezone', 'UTC', true),
    set_config('datestyle', 'ISO', true),
    set_config('bytea_output', 'hex', true),
    set_config('extra_float_digits', '1', true)
