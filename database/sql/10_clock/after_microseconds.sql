create or replace function tat.after_microseconds(p_at timestamptz, p_microseconds bigint)
returns timestamptz
language sql immutable parallel safe
return p_at + p_microseconds * interval '1 microsecond';
