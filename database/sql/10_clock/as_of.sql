create or replace function tat.as_of() returns timestamptz
language sql stable parallel safe
return coalesce(nullif(current_setting('tat.as_of', true), '')::timestamptz, now());
comment on function tat.as_of() is
'The present of every view: now, or the instant a session has set in tat.as_of.';
