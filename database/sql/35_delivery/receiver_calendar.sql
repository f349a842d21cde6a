-- The calendar that a person works by: that of STANDARD for their department and location.
create or replace function tat.receiver_calendar(p_user_id uuid)
returns table (calendar_id integer, time_zone text)
language sql stable
begin atomic
    select calendar.calendar_id, calendar.time_zone
    from workflow.users
    inner join tat.policy
        on policy.policy_id = tat.choose_policy('STANDARD', users.department)
    inner join tat.calendar
        on calendar.calendar_id
        = tat.choose_calendar(policy.calendar_id, users.department, users.location)
    where users.user_id = p_user_id;
end;
