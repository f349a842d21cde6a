-- Everything that makes up a level's elapsed time and alerts, in order: what `tat explain` tells in words.
create or replace function tat.explain_details(
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
    details jsonb
)
language sql stable security definer
set search_path = pg_catalog, pg_temp
begin atomic
    with lines as (
        select * from tat.explain_cycles(p_level_id, p_as_of)
        union all
        select * from tat.explain_stretches(p_level_id, p_as_of)
        union all
        select * from tat.explain_windows(p_level_id, p_as_of)
        union all
        select * from tat.explain_free_days(p_level_id, p_as_of)
        union all
        select * from tat.explain_pauses(p_level_id, p_as_of)
        union all
        select * from tat.explain_thresholds(p_level_id, p_as_of)
        union all
        select * from tat.explain_alerts(p_level_id, p_as_of)
    )

    select
        lines.cycle,
        lines.kind,
        lines.starts_at,
        lines.ends_at,
        lines.microseconds,
        round(lines.microseconds / (lines.seconds_per_tat_hour * 1000000.0), 4),
        lines.time_zone,
        jsonb_strip_nulls(lines.details)
    from lines
    order by
        lines.cycle,
        lines.place,
        lines.starts_at,
        lines.kind desc,
        lines.details ->> 'alert_type',
        lines.details::text;
end;
comment on function tat.explain_details(uuid, timestamptz) is
'Everything that makes up a level''s elapsed time and alerts, in order, a line each, with its facts by name. Microseconds are work-clock time; hours are TAT hours.';
