-- Who stands in for whom, now and later; all of the past too if asked for.
select
    person.display_name as person,
    delegate.display_name as delegate,
    delegations.starts_at,
    delegations.ends_at,
    delegations.reason,
    case
        when not delegations.is_active then 'ended'
        when delegations.ends_at <= now() then 'past'
        when delegations.starts_at > now() then 'ahead'
        else 'now'
    end as state
from workflow.delegations
inner join workflow.users as person on person.user_id = delegations.user_id
inner join workflow.users as delegate on delegate.user_id = delegations.delegate_id
where %(all)s
    or (
        delegations.is_active and (delegations.ends_at is null or delegations.ends_at > now())
    )
order by delegations.starts_at, delegations.delegation_id
