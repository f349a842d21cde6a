-- Everything that makes up the elapsed time and alerts of these levels, a line each.
select
    asked.level_id,
    explained.*
from unnest(%(level_ids)s::uuid[]) with ordinality as asked (level_id, place)
cross join lateral tat.explain_details(asked.level_id) with ordinality as explained (
    cycle, kind, starts_at, ends_at, microseconds, hours, time_zone, details, line
)
order by asked.place, explained.line
