-- How many open levels would be due at another instant, and by how many hours.
select
    count(*) as levels_moved,
    count(*) filter (where preview.due_after > preview.due_before) as later,
    count(*) filter (where preview.due_after < preview.due_before) as earlier,
    round(
        (min(extract(epoch from preview.due_after - preview.due_before)) / 3600)::numeric, 2
    ) as least_hours,
    round(
        (
            percentile_cont(0.5) within group (
                order by extract(epoch from preview.due_after - preview.due_before)
            ) / 3600
        )::numeric,
        2
    ) as median_hours,
    round(
        (max(extract(epoch from preview.due_after - preview.due_before)) / 3600)::numeric, 2
    ) as most_hours,
    (select count(*) from pg_temp.concerned where concerned.is_segmented) as not_previewed
from pg_temp.preview
where preview.due_after is distinct from preview.due_before
