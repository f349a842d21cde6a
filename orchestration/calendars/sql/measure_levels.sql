-- The clocks of the concerned levels as they would be.
create temporary table preview on commit drop as
with started as materialized (
    select
        concerned.*,
        tat.find_work_clock(concerned.calendar_id, concerned.started_at) as start_clock,
        case
            when exists (
                select 1
                from workflow.level_pauses
                where level_pauses.level_id = concerned.level_id
            ) then tat.paused_clock(
                concerned.level_id,
                concerned.calendar_id,
                concerned.started_at,
                concerned.halted_at
            )
            else 0
        end as paused_clock
    from pg_temp.concerned
    where not concerned.is_segmented
)

select
    started.*,
    tat.find_work_time(
        started.calendar_id,
        case
            when started.paused_clock = 0 then started.start_clock + started.budget
            else tat.due_clock(
                started.level_id,
                started.calendar_id,
                started.started_at,
                started.halted_at,
                started.start_clock,
                started.budget
            )
        end
    ) as due_after
from started
