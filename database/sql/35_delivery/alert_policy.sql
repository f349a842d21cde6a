-- What the policy of an alert's level says of the alert's threshold.
create or replace function tat.alert_policy(p_alert tat.tat_alerts)
returns setof tat.policy_threshold
language sql stable
begin atomic
    select policy_threshold.*
    from tat.level_clock
    inner join tat.policy_threshold
        on policy_threshold.policy_id = level_clock.policy_id
        and 'TAT_' || policy_threshold.threshold = (p_alert).alert_type
    where level_clock.level_id = (p_alert).level_id and level_clock.cycle = (p_alert).cycle;
end;
