-- Since when a level is paused at an instant; null where no pause of it is open then.
create or replace function tat.open_pause(p_level_id uuid, p_as_of timestamptz)
returns timestamptz
language sql stable
return (
    select min(level_pause.paused_at)
    from tat.level_pause
    where level_pause.level_id = p_level_id
        and level_pause.paused_at <= p_as_of
        and coalesce(level_pause.resumed_at, 'infinity') > p_as_of
);
