-- What elapsed on a level's clock between two instants of one cycle, in microseconds.
create or replace function tat.measure_elapsed(
    p_level_id uuid, p_from timestamptz, p_until timestamptz
)
returns bigint
language sql stable security definer
set search_path = pg_catalog, pg_temp
begin atomic
    select coalesce(sum(segment.elapsed), 0)::bigint
    from tat.list_segments(p_level_id, p_from, p_until, p_until) as segment;
end;
comment on function tat.measure_elapsed(uuid, timestamptz, timestamptz) is
'Working microseconds of a level between two instants, pauses left out, each stretch on the calendar of its time.';
