-- End what stands in for a person now or later.
update workflow.delegations
set is_active = false, updated_at = now()
where delegations.user_id = %(user_id)s
    and delegations.is_active
    and (delegations.ends_at is null or delegations.ends_at > now())
returning delegations.delegation_id
