-- Functions of earlier versions that nothing calls any more.
drop function if exists tat.level_thresholds(
    uuid, smallint, integer, timestamptz, timestamptz, bigint, bigint, bigint, bigint
);
drop function if exists tat.due_clock(
    uuid, integer, timestamptz, timestamptz, bigint, bigint
);
drop function if exists tat.has_retired_facts();
drop function if exists tat.level_cycles(uuid[], timestamptz[], uuid[]);
drop function if exists tat.open_pause(uuid);
