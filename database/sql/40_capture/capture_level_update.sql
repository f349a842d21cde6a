create or replace function tat.capture_level_update() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into tat.level_change (
        level_id,
        cause,
        effective_at,
        old_status,
        new_status,
        old_approver_id,
        new_approver_id,
        old_tat_hours,
        new_tat_hours,
        old_started_at,
        old_ended_at
    )
    select
        new_levels.level_id,
        'level',
        tat.date_change(old_levels.updated_at, new_levels.updated_at),
        old_levels.status,
        new_levels.status,
        old_levels.approver_id,
        new_levels.approver_id,
        old_levels.tat_hours,
        new_levels.tat_hours,
        coalesce(old_levels.tat_start_time, old_levels.level_start_time),
        case
            when old_levels.status in ('APPROVED', 'REJECTED') then coalesce(
                old_levels.level_end_time, old_levels.action_date, old_levels.updated_at
            )
            when old_levels.status = 'SKIPPED' then coalesce(
                old_levels.skipped_at, old_levels.level_end_time, old_levels.updated_at
            )
        end
    from new_levels
    inner join old_levels using (level_id)
    where (
        old_levels.request_id,
        old_levels.approver_id,
        old_levels.status,
        old_levels.tat_hours,
        old_levels.level_start_time,
        old_levels.tat_start_time,
        old_levels.level_end_time,
        old_levels.action_date,
        old_levels.is_skipped,
        old_levels.skipped_at
    ) is distinct from (
        new_levels.request_id,
        new_levels.approver_id,
        new_levels.status,
        new_levels.tat_hours,
        new_levels.level_start_time,
        new_levels.tat_start_time,
        new_levels.level_end_time,
        new_levels.action_date,
        new_levels.is_skipped,
        new_levels.skipped_at
    );
    return null;
end
$$;
