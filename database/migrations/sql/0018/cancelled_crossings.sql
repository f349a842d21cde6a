-- What a level had crossed before it was skipped, deleted or left behind is recorded too.
alter table tat.level_clock drop constraint level_clock_check3;
comment on column tat.level_clock.known_since is
'When the change that began the cycle was captured: what was crossed before then arrived late, and a cycle that had ended by then is a replay.';
-- The next tick derives those that are there anew.
insert into tat.level_change (level_id, cause)
select level_clock.level_id, 'policy'
from tat.level_clock
where level_clock.state = 'cancelled';
