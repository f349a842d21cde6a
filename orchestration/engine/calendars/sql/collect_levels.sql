-- Open levels whose calendar differs, or, where policies or variants changed, that choose others now.
create temporary table concerned on commit drop as
select
    level_clock as clock,
    coalesce(chosen.policy_id, level_clock.policy_id) as policy_id,
    coalesce(chosen.tat_us, level_clock.tat_us) as tat_us,
    coalesce(shadow.shadow_id, chosen.calendar_id, level_clock.calendar_id) as calendar_id,
    level_clock.segment_started_at > level_clock.started_at as is_segmented
from tat.level_clock
left join lateral (
    select level_source.policy_id, level_source.calendar_id, level_source.tat_us
    from tat.level_source
    where level_source.level_id = level_clock.level_id
) as chosen on %(choices_changed)s::boolean
left join pg_temp.shadow
    on shadow.calendar_id = coalesce(chosen.calendar_id, level_clock.calendar_id)
where level_clock.is_current
    and level_clock.state in ('running', 'paused')
    and (%(choices_changed)s::boolean or shadow.shadow_id is not null)
