-- Notes which rows a statement of the app changed. Arguments: the contract's table, and the name of
-- the app's key column; none where a change may concern any row.
create or replace function tat.capture_source_change() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '500ms'
as $$
begin
    -- All that can go wrong goes wrong here: the queue is gone, or somebody keeps it locked. The
    -- block writes nothing, so that it costs the app's transaction no number of its own. From then on
    -- the lock keeps the queue as it is.
    begin
        lock table tat.source_change in row exclusive mode;
    exception
        when others then
            perform tat.note_source_miss(tg_argv[0], sqlerrm);
            return null;
    end;

    -- A key may have been renamed. A type of the app's own may bring a cast of its own, which would
    -- run with our rights: such keys are not looked at.
    if tg_op = 'TRUNCATE'
        or not exists (
            select 1
            from pg_attribute
            inner join pg_type on pg_type.oid = pg_attribute.atttypid
            where pg_attribute.attrelid = tg_relid
                and pg_attribute.attname = tg_argv[1]
                and not pg_attribute.attisdropped
                and pg_type.typnamespace = 'pg_catalog'::regnamespace
        )
    then
        insert into tat.source_change (table_name) values (tg_argv[0]);
    elsif tg_level = 'ROW' then
        insert into tat.source_change (table_name, row_key)
        select distinct tg_argv[0], touched.row_version ->> tg_argv[1]
        from (values (to_jsonb(old)), (to_jsonb(new))) as touched (row_version)
        where touched.row_version is not null;
    elsif tg_op = 'UPDATE' then
        execute format(
            'insert into tat.source_change (table_name, row_key)
            select %1$L, %2$I::text from new_rows
            union
            select %1$L, %2$I::text from old_rows',
            tg_argv[0], tg_argv[1]
        );
    else
        execute format(
            'insert into tat.source_change (table_name, row_key)
            select %L, %I::text from changed_rows',
            tg_argv[0], tg_argv[1]
        );
    end if;
    return null;
end
$$;
comment on function tat.capture_source_change() is
'Stands on the app''s tables as a trigger. Never fails the statement that it follows.';
