-- A source dates its own changes; one that does not is dated by the clock, and none lies ahead.
create or replace function tat.date_change(p_old_updated_at timestamptz, p_new_updated_at timestamptz)
returns timestamptz
language sql stable parallel safe
return case
    when p_new_updated_at > coalesce(p_old_updated_at, '-infinity')
        then least(p_new_updated_at, now())
    else now()
end;
