create or replace function tat.microseconds_between(p_from timestamptz, p_to timestamptz)
returns bigint
language sql immutable parallel safe
return (extract(epoch from p_to - p_from) * 1000000)::bigint;
