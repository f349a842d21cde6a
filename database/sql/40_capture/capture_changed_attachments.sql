create or replace function tat.capture_changed_attachments() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into tat.request_change (request_id)
    select distinct work_notes.request_id
    from changed_rows
    inner join workflow.work_notes on work_notes.note_id = changed_rows.note_id;
    return null;
end
$$;
