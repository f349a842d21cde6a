-- Queues new and changed alerts to be written to the app, where that is switched on.
create or replace function tat.queue_unwritten_alerts() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into tat.unwritten (table_name, row_key)
    select 'tat_alerts', changed_rows.alert_id
    from changed_rows
    where exists (select 1 from tat.write_back where table_name = 'tat_alerts');
    return null;
end
$$;
