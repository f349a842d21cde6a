-- Puts rows that were made aside in the place of a fact's own, all at once and with its totals. What reads
-- the fact goes on reading it, and waits no longer than adding up takes.
create or replace function tat.replace_rows(p_fact text, p_rows text, p_key text) returns void
language plpgsql
as $$
declare
    outdated record;
    added record;
    totals tat.stored_fact;
begin
    if to_regclass(p_fact) is null then
        execute format(
            'create table %s (like %s) partition by range (%I)', p_fact, p_rows, p_key
        );
        execute format('alter table %s attach partition %s default', p_fact, p_rows);
        -- Totals of a fact in its old form go with that until they are built themselves.
        return;
    end if;
    for outdated in
        select inhrelid::regclass as relation_name
        from pg_inherits
        where inhparent = p_fact::regclass
    loop
        execute format('alter table %s detach partition %s', p_fact, outdated.relation_name);
        execute format('drop table %s', outdated.relation_name);
    end loop;
    for added in
        select attname, format_type(atttypid, atttypmod) as data_type
        from pg_attribute
        where attrelid = p_rows::regclass
            and attnum > 0
            and attname not in (
                select attname from pg_attribute
                where attrelid = p_fact::regclass and not attisdropped
            )
        order by attnum
    loop
        execute format('alter table %s add column %I %s', p_fact, added.attname, added.data_type);
    end loop;
    execute format('alter table %s attach partition %s default', p_fact, p_rows);
    for totals in select * from tat.stored_fact where totals_of = p_fact
    loop
        perform tat.add_up(totals);
    end loop;
end
$$;
comment on function tat.replace_rows(text, text, text) is
'Makes a table the only partition of an incremental table, in the place of the one before, and adds its totals up.';
