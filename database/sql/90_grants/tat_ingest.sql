-- The loader: rows of the source tables, its own log, the quarantine, events.
grant insert, update on all tables in schema workflow to tat_ingest;
grant select, insert, update on tat.load_batch, tat.load_result, tat.quarantine to tat_ingest;
-- Old events are forgotten.
grant select, insert, delete on tat.event to tat_ingest;
grant delete on tat.source_change, tat.source_miss to tat_ingest;
grant execute on function tat.refresh_statistics(text, bigint) to tat_ingest;
grant execute on function tat.suspend_references() to tat_ingest;
-- What was deleted at the source and has no column to say so.
grant delete on
workflow.participants, workflow.work_note_attachments, workflow.activities, workflow.level_pauses
to tat_ingest;
grant insert, update, delete on tat.source, tat.source_table, tat.gone_row to tat_ingest;
