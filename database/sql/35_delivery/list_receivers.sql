-- Whom an alert's policy tells at p_at, each person once: the approver who holds the level now and,
-- where the policy says so, the manager, or who stands in for them.
create or replace function tat.list_receivers(p_alert_id uuid, p_at timestamptz)
returns table (recipient_id uuid, recipient_role text, stands_in_for uuid)
language sql stable
begin atomic
    with asked as (
        select
            role.name,
            role.place,
            case role.name
                when 'approver' then approver.user_id
                else approver.reporting_manager_id
            end as user_id
        from tat.tat_alerts
        inner join workflow.approval_levels
            on approval_levels.level_id = tat_alerts.level_id
        inner join workflow.users as approver
            on approver.user_id = approval_levels.approver_id
        inner join tat.alert_policy(tat_alerts) as told on true
        cross join unnest((told).recipients) with ordinality as role (name, place)
        where tat_alerts.alert_id = p_alert_id
    )

    select distinct on (receiver.user_id)
        receiver.user_id,
        asked.name,
        nullif(asked.user_id, receiver.user_id)
    from asked
    cross join lateral (select tat.find_receiver(asked.user_id, p_at) as user_id) as receiver
    where asked.user_id is not null
    order by receiver.user_id, asked.place;
end;
