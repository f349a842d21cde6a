-- Where people were before they moved.
select
    user_change.user_id,
    (extract(epoch from user_change.effective_at) * 1000000)::bigint as effective_at,
    user_change.old_department,
    user_change.old_location
from tat.user_change
order by user_change.user_id, user_change.effective_at, user_change.change_id
