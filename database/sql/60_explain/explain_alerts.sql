-- The alerts of a level: when each was recorded, who was told, and what is different now.
create or replace function tat.explain_alerts(p_level_id uuid, p_as_of timestamptz)
returns table (
    cycle integer,
    place integer,
    kind text,
    starts_at timestamptz,
    ends_at timestamptz,
    microseconds bigint,
    seconds_per_tat_hour integer,
    time_zone text,
    details jsonb
)
language sql stable
begin atomic
    select
        tat_alerts.cycle,
        7,
        'alert',
        tat_alerts.threshold_crossed_at,
        tat_alerts.created_at,
        null::bigint,
        explained.seconds_per_tat_hour,
        explained.time_zone,
        jsonb_build_object(
            'alert_type', tat_alerts.alert_type,
            'origin', tat_alerts.metadata ->> 'origin',
            'seconds_late',
            round(extract(epoch from tat_alerts.created_at - tat_alerts.threshold_crossed_at)),
            'not_notified_reason', tat_alerts.metadata ->> 'not_notified_reason',
            'is_routed', outbox.routed_at is not null,
            'deliveries', delivered.told,
            'reasons', to_jsonb(alert_difference.reasons)
        )
    from tat.tat_alerts
    inner join tat.explained_cycles(p_level_id, p_as_of) as explained
        on (explained.clock).cycle = tat_alerts.cycle
    left join tat.outbox on outbox.alert_id = tat_alerts.alert_id
    left join lateral (
        select jsonb_agg(
            jsonb_build_object(
                'receiver', users.display_name,
                'channel', delivery.channel_name,
                'repetition', delivery.repetition,
                'state', delivery.state,
                'reason', delivery.reason
            )
            order by users.display_name, delivery.channel_name, delivery.repetition
        ) as told
        from tat.delivery
        inner join workflow.users on users.user_id = delivery.recipient_id
        where delivery.alert_id = tat_alerts.alert_id
    ) as delivered on true
    left join tat.alert_difference
        on alert_difference.level_id = tat_alerts.level_id
        and alert_difference.alert_id = tat_alerts.alert_id
    where tat_alerts.level_id = p_level_id;
end;
