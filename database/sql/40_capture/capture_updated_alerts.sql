-- Requests whose alerts changed. That somebody was told of one changes no figure of its request.
create or replace function tat.capture_updated_alerts() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    told text[] := '{notification_sent,notification_channels}';
begin
    insert into tat.request_change (request_id)
    select old_rows.request_id
    from old_rows
    inner join new_rows on new_rows.alert_id = old_rows.alert_id
    where to_jsonb(old_rows) - told <> to_jsonb(new_rows) - told
    union
    select new_rows.request_id
    from old_rows
    right join new_rows on new_rows.alert_id = old_rows.alert_id
    where old_rows.request_id is distinct from new_rows.request_id;
    return null;
end
$$;
