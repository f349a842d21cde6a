-- What an alert says.
create or replace function tat.alert_message(
    p_threshold smallint,
    p_percentage numeric,
    p_tat_hours numeric,
    p_level text,
    p_due text
)
returns text
language sql stable
return case
    when p_threshold = 100 then format(
        'The TAT of %s h for %s is missed; it was due %s.',
        trim_scale(p_tat_hours),
        p_level,
        coalesce(p_due, 'long ago')
    )
    else format(
        '%s %% of the TAT of %s h for %s is used; it is due %s.',
        trim_scale(p_percentage),
        trim_scale(p_tat_hours),
        p_level,
        coalesce(p_due, 'beyond the generated calendar')
    )
end;
