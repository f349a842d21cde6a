create or replace function tat.capture_updated_attachments() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into tat.request_change (request_id)
    select work_notes.request_id
    from (select note_id from old_rows union select note_id from new_rows) as changed
    inner join workflow.work_notes on work_notes.note_id = changed.note_id
    group by work_notes.request_id;
    return null;
end
$$;
