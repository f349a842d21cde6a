-- Which policy a request's priority and department choose.
create or replace function tat.choose_policy(p_priority text, p_department text) returns smallint
language plpgsql stable parallel safe security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return (
        select policy.policy_id
        from tat.policy
        where policy.priority = p_priority
            and (policy.department is null or policy.department = p_department)
        order by policy.department nulls last
        limit 1
    );
end
$$;
comment on function tat.choose_policy(text, text) is
'The policy of a priority for a department: its own, else the one for all departments.';
