-- End what analysts' logins have kept running, or open and idle, for too long; where this role may.
select
    pg_stat_activity.pid,
    pg_stat_activity.state,
    case
        when pg_stat_activity.state = 'active' then pg_cancel_backend(pg_stat_activity.pid)
        else pg_terminate_backend(pg_stat_activity.pid)
    end as is_ended
from pg_stat_activity
where pg_stat_activity.usename = any(%(logins)s)
    and pg_has_role(current_user, 'pg_signal_backend', 'usage')
    and case
        when pg_stat_activity.state = 'active' then pg_stat_activity.query_start
        when pg_stat_activity.state like 'idle in transaction%%'
            then pg_stat_activity.state_change
    end < clock_timestamp() - make_interval(secs => %(seconds)s)
