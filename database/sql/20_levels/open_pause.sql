-- Since when a level is paused; null where no pause of it is open.
create or replace function tat.open_pause(p_level_id uuid) returns timestamptz
language sql stable
return (
    select min(level_pause.paused_at)
    from tat.level_pause
    where level_pause.level_id = p_level_id and level_pause.resumed_at is null
);
