create or replace function tat.explain_level(
    p_level_id uuid, p_as_of timestamptz default tat.as_of()
)
returns table (
    cycle integer,
    kind text,
    starts_at timestamptz,
    ends_at timestamptz,
    microseconds bigint,
    hours numeric,
    time_zone text,
    description text
)
language sql stable security definer
set search_path = pg_catalog, pg_temp
begin atomic
    with cycles as (
        select
            level_clock.*,
            policy.seconds_per_tat_hour,
            greatest(least(level_clock.halted_at, p_as_of), level_clock.started_at)
                as counted_until,
            case
                when level_clock.state in ('stopped', 'cancelled') then level_clock.halted_at
            end as ended_at
        from tat.level_clock
        inner join tat.policy on policy.policy_id = level_clock.policy_id
        where level_clock.level_id = p_level_id
    ),

    segments as (
        select
            cycles.cycle,
            segment.segment,
            segment.starts_at,
            coalesce(segment.ends_at, cycles.counted_until) as ends_at,
            segment.seconds_per_tat_hour,
            segment.carried + segment.elapsed as elapsed_by_end,
            policy.priority,
            policy.department,
            calendar.calendar_id,
            calendar.calendar_name,
            calendar.time_zone,
            calendar.is_always_open
        from cycles
        cross join lateral tat.list_segments(
            cycles.level_id, cycles.started_at, cycles.counted_until, p_as_of
        ) as segment
        inner join tat.policy on policy.policy_id = segment.policy_id
        inner join tat.calendar on calendar.calendar_id = segment.calendar_id
    ),

    held as (
        select coalesce(
            range_agg(tstzrange(level_pause.paused_at, level_pause.resumed_at)), '{}'
        ) as pauses
        from tat.level_pause
        where level_pause.level_id = p_level_id
    ),

    worked as (
        select
            segments.cycle,
            segments.segment,
            segments.seconds_per_tat_hour,
            segments.time_zone,
            greatest(
                lower(piece.worked), span_day.day::timestamp at time zone segments.time_zone
            ) as starts_at,
            least(
                upper(piece.worked),
                (span_day.day + interval '1 day')::timestamp at time zone segments.time_zone
            ) as ends_at
        from segments
        inner join tat.work_interval
            on work_interval.calendar_id = segments.calendar_id
            and work_interval.starts_at < segments.ends_at
            and work_interval.ends_at > segments.starts_at
        cross join held
        cross join lateral unnest(
            tstzmultirange(
                tstzrange(
                    greatest(work_interval.starts_at, segments.starts_at),
                    least(work_interval.ends_at, segments.ends_at)
                )
            ) - held.pauses
        ) as piece (worked)
        cross join lateral generate_series(
            (lower(piece.worked) at time zone segments.time_zone)::date,
            (
                (upper(piece.worked) - interval '1 microsecond')
                at time zone segments.time_zone
            )::date,
            interval '1 day'
        ) as span_day (day)
    ),

    thresholds as (
        select
            cycles.cycle,
            cycles.state,
            cycles.seconds_per_tat_hour,
            point.slot,
            point.alert_type,
            point.percentage,
            point.share,
            segments.time_zone,
            case
                when point.share < cycles.carried_clock then tat.find_earlier_time(
                    cycles.level_id,
                    cycles.started_at,
                    cycles.halted_at,
                    cycles.policy_id,
                    point.share,
                    false,
                    p_as_of
                )
                else tat.find_crossing_time(cycles.calendar_id, point.due_clock)
            end as crosses_at,
            point.due_clock
            < tat.find_work_clock(cycles.calendar_id, cycles.counted_until) as is_crossed
        from cycles
        inner join lateral (
            select calendar.time_zone
            from tat.calendar
            where calendar.calendar_id = cycles.calendar_id
        ) as segments on true
        cross join lateral tat.list_thresholds(cycles.level_id, cycles.cycle) as point
    ),

    lines as (
        select
            cycles.cycle,
            1 as place,
            'level' as kind,
            cycles.started_at as starts_at,
            cycles.ended_at as ends_at,
            cycles.budget as microseconds,
            cycles.seconds_per_tat_hour,
            calendar.time_zone,
            format(
                '%s "%s", %s, %s: %s, now with %s',
                workflow_requests.request_number,
                workflow_requests.title,
                workflow_requests.priority,
                coalesce(
                    approval_levels.level_name, 'level ' || approval_levels.level_number
                ),
                case when cycles.is_current then cycles.state else 'ended, then opened again' end,
                users.display_name
            ) as description
        from cycles
        inner join tat.calendar on calendar.calendar_id = cycles.calendar_id
        inner join workflow.approval_levels
            on approval_levels.level_id = cycles.level_id
        inner join workflow.workflow_requests
            on workflow_requests.request_id = approval_levels.request_id
        inner join workflow.users on users.user_id = approval_levels.approver_id
        union all
        select
            segments.cycle,
            2,
            'segment',
            segments.starts_at,
            segments.ends_at,
            null,
            segments.seconds_per_tat_hour,
            segments.time_zone,
            format(
                'runs on "%s" (%s) as %s%s',
                segments.calendar_name,
                segments.time_zone,
                segments.priority,
                coalesce(' of ' || segments.department, '')
            )
        from segments
        union all
        select
            level_holder.cycle,
            3,
            'holder',
            level_holder.held_from,
            least(coalesce(level_holder.held_until, p_as_of), p_as_of),
            tat.measure_elapsed(
                p_level_id,
                level_holder.held_from,
                least(
                    coalesce(level_holder.held_until, cycles.counted_until),
                    cycles.counted_until
                )
            ),
            cycles.seconds_per_tat_hour,
            calendar.time_zone,
            'with ' || users.display_name
        from tat.level_holder
        inner join cycles on cycles.cycle = level_holder.cycle
        inner join tat.calendar on calendar.calendar_id = cycles.calendar_id
        inner join workflow.users on users.user_id = level_holder.approver_id
        where level_holder.level_id = p_level_id and level_holder.held_from <= p_as_of
        union all
        select
            cycles.cycle,
            4,
            'edit',
            level_change.effective_at,
            null,
            null,
            cycles.seconds_per_tat_hour,
            calendar.time_zone,
            format(
                'TAT edited from %s h to %s h',
                trim_scale(level_change.old_tat_hours),
                trim_scale(level_change.new_tat_hours)
            )
        from tat.level_change
        inner join cycles
            on level_change.effective_at >= cycles.started_at
            and level_change.effective_at <= coalesce(cycles.ended_at, 'infinity')
        inner join tat.calendar on calendar.calendar_id = cycles.calendar_id
        where level_change.level_id = p_level_id
            and level_change.old_tat_hours <> level_change.new_tat_hours
        union all
        select
            worked.cycle,
            5,
            'window',
            worked.starts_at,
            worked.ends_at,
            tat.microseconds_between(worked.starts_at, worked.ends_at),
            worked.seconds_per_tat_hour,
            worked.time_zone,
            'counted'
        from worked
        union all
        select
            segments.cycle,
            5,
            'holiday',
            holiday.day::timestamp at time zone segments.time_zone,
            (holiday.day + 1)::timestamp at time zone segments.time_zone,
            null,
            segments.seconds_per_tat_hour,
            segments.time_zone,
            string_agg(distinct holiday.holiday_name, ', ')
        from segments
        cross join lateral tat.list_holidays(
            segments.calendar_id,
            (segments.starts_at at time zone segments.time_zone)::date,
            (segments.ends_at at time zone segments.time_zone)::date + 1
        ) as holiday
        where not segments.is_always_open
            and exists (
                select 1
                from tat.weekly_window
                where weekly_window.calendar_id = segments.calendar_id
                    and weekly_window.iso_weekday = extract(isodow from holiday.day)
            )
            and not exists (
                select 1
                from tat.calendar_day
                where calendar_day.calendar_id = segments.calendar_id
                    and calendar_day.day = holiday.day
            )
        group by
            segments.cycle,
            segments.starts_at,
            segments.seconds_per_tat_hour,
            segments.time_zone,
            holiday.day
        union all
        select
            segments.cycle,
            5,
            'day',
            calendar_day.day::timestamp at time zone segments.time_zone,
            (calendar_day.day + 1)::timestamp at time zone segments.time_zone,
            null,
            segments.seconds_per_tat_hour,
            segments.time_zone,
            'hours of its own: ' || string_agg(
                to_char(calendar_day.opens_at::interval, 'HH24:MI')
                || '-'
                || to_char(calendar_day.closes_at::interval, 'HH24:MI'),
                ', ' order by calendar_day.opens_at
            )
        from segments
        inner join tat.calendar_day
            on calendar_day.calendar_id = segments.calendar_id
            and calendar_day.day
            between (segments.starts_at at time zone segments.time_zone)::date
            and (segments.ends_at at time zone segments.time_zone)::date
        group by
            segments.cycle,
            segments.calendar_id,
            segments.seconds_per_tat_hour,
            segments.time_zone,
            calendar_day.day
        union all
        select
            segments.cycle,
            5,
            'pause',
            greatest(level_pause.paused_at, segments.starts_at),
            least(coalesce(level_pause.resumed_at, p_as_of), p_as_of),
            tat.find_work_clock(
                segments.calendar_id,
                greatest(
                    least(coalesce(level_pause.resumed_at, p_as_of), segments.ends_at),
                    greatest(level_pause.paused_at, segments.starts_at)
                )
            )
            - tat.find_work_clock(
                segments.calendar_id, greatest(level_pause.paused_at, segments.starts_at)
            ),
            segments.seconds_per_tat_hour,
            segments.time_zone,
            'paused' || coalesce(': ' || level_pause.reason, '')
        from segments
        inner join tat.level_pause
            on level_pause.level_id = p_level_id
            and tstzrange(level_pause.paused_at, level_pause.resumed_at, '[]')
            && tstzrange(segments.starts_at, segments.ends_at, '[]')
        union all
        select
            thresholds.cycle,
            6,
            'threshold',
            thresholds.crosses_at,
            null,
            thresholds.share,
            thresholds.seconds_per_tat_hour,
            thresholds.time_zone,
            format(
                '%s at %s %%: %s',
                thresholds.alert_type,
                trim_scale(thresholds.percentage),
                case
                    when thresholds.state = 'cancelled' and not thresholds.is_crossed
                        then 'not reached before the end'
                    when thresholds.is_crossed then 'crossed'
                    when thresholds.state = 'stopped' then 'not reached before the decision'
                    when thresholds.state = 'paused' then 'stands still'
                    else 'ahead'
                end
            )
        from thresholds
        union all
        select
            tat_alerts.cycle,
            7,
            'alert',
            tat_alerts.threshold_crossed_at,
            tat_alerts.created_at,
            null,
            cycles.seconds_per_tat_hour,
            calendar.time_zone,
            format(
                '%s recorded%s; %s%s',
                tat_alerts.alert_type,
                case
                    when tat_alerts.metadata ->> 'origin' = 'replay'
                        then ' when the decided level arrived'
                    else format(
                        ' %s s after its crossing',
                        round(extract(
                            epoch from tat_alerts.created_at - tat_alerts.threshold_crossed_at
                        ))
                    )
                end,
                coalesce(
                    'not notified: ' || (tat_alerts.metadata ->> 'not_notified_reason'),
                    'notification to ' || users.display_name || case
                        when outbox.delivered_at is null then ' waits'
                        else ' delivered'
                    end
                ),
                case
                    when alert_difference.alert_id is null then ''
                    else format(
                        '; differs from what is right now (%s)',
                        array_to_string(alert_difference.reasons, ', ')
                    )
                end
            )
        from tat.tat_alerts
        inner join cycles on cycles.cycle = tat_alerts.cycle
        inner join tat.calendar on calendar.calendar_id = cycles.calendar_id
        left join tat.outbox on outbox.alert_id = tat_alerts.alert_id
        left join workflow.users on users.user_id = outbox.recipient_id
        left join tat.alert_difference
            on alert_difference.level_id = tat_alerts.level_id
            and alert_difference.alert_id = tat_alerts.alert_id
        where tat_alerts.level_id = p_level_id
        union all
        select
            cycles.cycle,
            8,
            'total',
            cycles.started_at,
            cycles.due_at,
            (
                select segments.elapsed_by_end
                from segments
                where segments.cycle = cycles.cycle
                order by segments.segment desc
                limit 1
            ),
            cycles.seconds_per_tat_hour,
            calendar.time_zone,
            format(
                'of %s h used',
                trim_scale(round(
                    cycles.budget / (cycles.seconds_per_tat_hour * 1000000.0), 2
                ))
            )
        from cycles
        inner join tat.calendar on calendar.calendar_id = cycles.calendar_id
    )

    select
        lines.cycle,
        lines.kind,
        lines.starts_at,
        lines.ends_at,
        lines.microseconds,
        round(lines.microseconds / (lines.seconds_per_tat_hour * 1000000.0), 4),
        lines.time_zone,
        lines.description
    from lines
    order by lines.cycle, lines.place, lines.starts_at, lines.kind desc, lines.description;
end;
comment on function tat.explain_level(uuid, timestamptz) is
'Everything that makes up a level''s elapsed time and alerts, in order, a line each: windows counted, holidays, pauses, holders, thresholds, alerts. Microseconds are work-clock time; hours are TAT hours.';
