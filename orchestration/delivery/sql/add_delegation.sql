-- Let somebody stand in for another.
insert into workflow.delegations (user_id, delegate_id, starts_at, ends_at, reason)
values (%(user_id)s, %(delegate_id)s, coalesce(%(starts_at)s, now()), %(ends_at)s, %(reason)s)
returning delegation_id
