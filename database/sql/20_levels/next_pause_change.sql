-- When the next pause of a level begins or ends that lies ahead of an instant.
create or replace function tat.next_pause_change(p_level_id uuid, p_as_of timestamptz)
returns timestamptz
language sql stable
return (
    select min(edge.at)
    from tat.level_pause
    cross join lateral (values (level_pause.paused_at), (level_pause.resumed_at)) as edge (at)
    where level_pause.level_id = p_level_id and edge.at > p_as_of
);
