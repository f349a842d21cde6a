-- What makes up a level's clock and alerts, and where the record differs from what is right now.

-- The holidays that concern a calendar, by day; more than one may fall on a day.
create function tat.list_holidays(p_calendar_id integer, p_from date, p_to date)
returns table (day date, holiday_name text)
language sql stable
begin atomic
    select
        span_day.day::date,
        holidays.holiday_name
    from tat.calendar
    cross join generate_series(p_from, p_to - 1, interval '1 day') as span_day (day)
    inner join workflow.holidays
        on holidays.holiday_date = span_day.day::date
        or (
            holidays.is_recurring
            and extract(month from holidays.holiday_date) = extract(month from span_day.day)
            and extract(day from holidays.holiday_date) = extract(day from span_day.day)
        )
    where calendar.calendar_id = p_calendar_id
        and holidays.is_active
        and (
            coalesce(cardinality(holidays.applies_to_departments), 0) = 0
            or calendar.department = any (holidays.applies_to_departments)
        )
        and (
            coalesce(cardinality(holidays.applies_to_locations), 0) = 0
            or calendar.location = any (holidays.applies_to_locations)
        );
end;

create or replace function tat.holiday_dates(p_calendar_id integer, p_from date, p_to date)
returns setof date
language sql stable
begin atomic
    select distinct list_holidays.day
    from tat.list_holidays(p_calendar_id, p_from, p_to) as list_holidays;
end;

-- The thresholds of one cycle, for views that are read by those who may not read rules.
create function tat.list_thresholds(p_level_id uuid, p_cycle integer)
returns table (slot smallint, alert_type text, percentage numeric, share bigint, due_clock bigint)
language sql stable security definer
begin atomic
    select point.*
    from tat.level_clock
    cross join lateral tat.level_thresholds(
        level_clock.level_id,
        level_clock.policy_id,
        level_clock.calendar_id,
        level_clock.segment_started_at,
        level_clock.halted_at,
        level_clock.start_clock,
        level_clock.paused_clock,
        level_clock.carried_clock,
        level_clock.budget
    ) as point
    where level_clock.level_id = p_level_id and level_clock.cycle = p_cycle;
end;

-- Where each threshold of each cycle lies by present rows and rules.
create view tat.level_threshold as
select
    level_clock.level_id,
    level_clock.cycle,
    point.slot,
    point.alert_type,
    point.percentage,
    point.share,
    case
        when point.share < level_clock.carried_clock then tat.find_earlier_time(
            level_clock.level_id,
            level_clock.started_at,
            level_clock.halted_at,
            level_clock.policy_id,
            point.share,
            false,
            tat.as_of()
        )
        else tat.find_crossing_time(level_clock.calendar_id, point.due_clock)
    end as crosses_at,
    point.due_clock
    < coalesce(
        level_clock.halted_clock,
        tat.find_work_clock(level_clock.calendar_id, tat.as_of())
    ) as is_crossed
from tat.level_clock
cross join lateral tat.list_thresholds(level_clock.level_id, level_clock.cycle) as point;
comment on view tat.level_threshold is
'One row per level, cycle and threshold: the instant after which it is crossed by present rows and rules, and whether it was.';

create view tat.alert_difference as
with compared as (
    select
        tat_alerts.alert_id,
        tat_alerts.level_id,
        tat_alerts.request_id,
        tat_alerts.cycle,
        tat_alerts.alert_type,
        tat_alerts.threshold_crossed_at as recorded_crossing,
        case when level_threshold.is_crossed then level_threshold.crosses_at end
            as present_crossing,
        tat_alerts.level_start_time as recorded_start,
        level_clock.started_at as present_start,
        tat_alerts.tat_hours_allocated as recorded_tat_hours,
        round(
            level_clock.budget / (policy.seconds_per_tat_hour * 1000000.0), 2
        )::numeric(10, 2) as present_tat_hours,
        tat_alerts.threshold_percentage as recorded_percentage,
        level_threshold.percentage as present_percentage,
        tat_alerts.metadata -> 'basis' as basis,
        level_clock.state,
        level_clock.halted_at,
        level_clock.budget,
        level_clock.paused_clock,
        level_clock.carried_clock,
        level_clock.calendar_id,
        calendar.revision
    from tat.tat_alerts
    left join tat.level_clock
        on level_clock.level_id = tat_alerts.level_id
        and level_clock.cycle = tat_alerts.cycle
    left join tat.policy on policy.policy_id = level_clock.policy_id
    left join tat.calendar on calendar.calendar_id = level_clock.calendar_id
    left join tat.level_threshold
        on level_threshold.level_id = tat_alerts.level_id
        and level_threshold.cycle = tat_alerts.cycle
        and level_threshold.alert_type = tat_alerts.alert_type
)

select
    alert_id,
    level_id,
    request_id,
    cycle,
    alert_type,
    recorded_crossing,
    present_crossing,
    extract(epoch from present_crossing - recorded_crossing)::numeric(16, 6)
        as moved_seconds,
    recorded_start,
    present_start,
    recorded_tat_hours,
    present_tat_hours,
    recorded_percentage,
    present_percentage,
    array_remove(
        array[
            case when recorded_start <> present_start then 'start corrected' end,
            case
                when (basis ->> 'budget_microseconds')::bigint <> budget
                    or (basis is null and recorded_tat_hours <> present_tat_hours)
                    then 'TAT edited'
            end,
            case when recorded_percentage <> present_percentage then 'threshold edited' end,
            case
                when (basis ->> 'calendar_id')::integer <> calendar_id
                    or (basis ->> 'carried_microseconds')::bigint <> carried_clock
                    then 'priority or approver changed'
            end,
            case
                when (basis ->> 'paused_microseconds')::bigint <> paused_clock
                    or (state = 'paused' and halted_at <= recorded_crossing)
                    then 'pauses changed'
            end,
            case
                when (basis ->> 'calendar_revision')::integer <> revision
                    and (basis ->> 'calendar_id')::integer = calendar_id
                    then 'calendar changed'
            end,
            case
                when state in ('stopped', 'cancelled') and halted_at <= recorded_crossing
                    then 'ended before it was crossed'
            end,
            case
                when basis is null then 'unknown: recorded before reasons were kept'
            end
        ],
        null
    ) as reasons
from compared
where recorded_crossing is distinct from present_crossing;
comment on view tat.alert_difference is
'One row per alert whose recorded crossing is not what present rows and rules make of it, and why. Alerts are never rewritten, except that their completion follows the decision.';
comment on column tat.alert_difference.present_crossing is
'When the threshold was crossed by present rows and rules; null if it was not.';
comment on column tat.alert_difference.reasons is
'What the alert rested on and is different now; empty only if the record itself is wrong.';

create function tat.explain_level(
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
        cross join lateral tat.level_thresholds(
            cycles.level_id,
            cycles.policy_id,
            cycles.calendar_id,
            cycles.segment_started_at,
            cycles.halted_at,
            cycles.start_clock,
            cycles.paused_clock,
            cycles.carried_clock,
            cycles.budget
        ) as point
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

grant select on tat.level_threshold, tat.alert_difference
to tat_engine, tat_dbt, tat_bi;
revoke execute on function tat.explain_level(uuid, timestamptz) from public;
grant execute on function tat.explain_level(uuid, timestamptz)
to tat_engine, tat_dbt, tat_bi;
