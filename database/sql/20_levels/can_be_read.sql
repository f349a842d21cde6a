-- Whether instants lie in the time that clocks are ever generated for.
create or replace function tat.can_be_read(
    p_started_at timestamptz, p_halted_at timestamptz, p_as_of timestamptz
)
returns boolean
language sql immutable parallel safe
return p_started_at >= '1970-01-02'::timestamptz
and greatest(p_started_at, p_halted_at) < p_as_of + interval '2 years';
