create or replace view tat.unread_notifications as
select
    in_app_notification.notification_id,
    in_app_notification.user_id,
    in_app_notification.alert_id,
    in_app_notification.request_id,
    in_app_notification.level_id,
    in_app_notification.subject,
    in_app_notification.body,
    in_app_notification.link,
    in_app_notification.created_at,
    approval_levels.status as level_status
from tat.in_app_notification
left join workflow.approval_levels
    on approval_levels.level_id = in_app_notification.level_id
where in_app_notification.read_at is null;
comment on view tat.unread_notifications is
'What the approval app shows a person. A message about a level that is decided by now can be told by level_status.';
