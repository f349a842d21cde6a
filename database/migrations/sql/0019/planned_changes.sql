-- A pause, a resumption or an end that is dated ahead counts once its time has come.
alter table tat.level_clock add column changes_at timestamptz;
comment on column tat.level_clock.changes_at is
'The next instant ahead at which the source says that the level is paused, resumed or ended: it is derived anew then.';
create index level_clock_changes_at on tat.level_clock (changes_at)
where changes_at is not null;

alter table tat.level_change drop constraint level_change_cause_check;
alter table tat.level_change add constraint level_change_cause_check check (
    cause in ('level', 'request', 'pause', 'user', 'calendar', 'policy', 'time')
);
-- The next tick derives anew what was taken for over, or begun, ahead of its time.
insert into tat.level_change (level_id, cause)
select level_clock.level_id, 'time'
from tat.level_clock
where level_clock.is_current
    and (
        level_clock.halted_at > now()
        or exists (
            select 1
            from workflow.level_pauses
            where level_pauses.level_id = level_clock.level_id
                and greatest(level_pauses.paused_at, level_pauses.resumed_at) > now()
        )
    );
