-- The same as tat.explain_details, with the facts of each line as one text.
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
    select
        explained.cycle,
        explained.kind,
        explained.starts_at,
        explained.ends_at,
        explained.microseconds,
        explained.hours,
        explained.time_zone,
        coalesce(
            (
                select string_agg(replace(fact.key, '_', ' ') || ': ' || fact.value, ', ')
                from jsonb_each_text(explained.details) as fact
            ),
            explained.kind
        )
    from tat.explain_details(p_level_id, p_as_of) as explained;
end;
comment on function tat.explain_level(uuid, timestamptz) is
'Everything that makes up a level''s elapsed time and alerts, in order, a line each: windows counted, holidays, pauses, holders, thresholds, alerts. Microseconds are work-clock time; hours are TAT hours.';
