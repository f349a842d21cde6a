create or replace function tat.list_totals(p_totals tat.stored_fact)
returns table (column_name name, data_type text, column_order smallint)
language sql stable
begin atomic
    select
        pg_attribute.attname,
        format_type(pg_attribute.atttypid, pg_attribute.atttypmod),
        pg_attribute.attnum
    from pg_attribute
    where pg_attribute.attrelid = p_totals.stored_relation::regclass
        and pg_attribute.attnum > 0
        and not pg_attribute.attisdropped
        and pg_attribute.attname <> all(string_to_array(p_totals.key_column, ', '));
end;
comment on function tat.list_totals(tat.stored_fact) is
'The columns of stored totals that are added up: all but the key.';
