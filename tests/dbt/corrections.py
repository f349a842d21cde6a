"""Late, changed and deleted rows of every kind, drawn at random for the small world."""

import random
from typing import Any

from tests.dbt.warehouse import Query, Warehouse

# Each concerns a request, a user or a rule; some have a moment or two.
OF_REQUESTS: tuple[Query, ...] = (
    "update workflow.workflow_requests set status = 'APPROVED', submission_date = %(starts_at)s,"
    " closure_date = %(ends_at)s, is_deleted = %(is_rare)s, updated_at = now()"
    " where request_id = %(request)s",
    "update workflow.workflow_requests set status = 'IN_PROGRESS', closure_date = null,"
    " updated_at = now() where request_id = %(request)s",
    "update workflow.workflow_requests set submission_date = null, updated_at = now()"
    " where request_id = %(request)s",
    "update workflow.workflow_requests set initiator_id = %(user)s, priority = 'EXPRESS',"
    " updated_at = now() where request_id = %(request)s",
    "insert into workflow.workflow_requests (request_id, request_number, initiator_id, title,"
    " priority, status, submission_date, created_at, updated_at)"
    " select gen_random_uuid(), 'N' || gen_random_uuid(), %(user)s, 'New', 'STANDARD',"
    " 'PENDING', %(starts_at)s, %(starts_at)s, now()",
    "with gone as (select %(request)s::uuid as request_id where %(is_rare)s),"
    " levels as (delete from workflow.approval_levels using gone"
    " where approval_levels.request_id = gone.request_id returning level_id),"
    " pauses as (delete from workflow.level_pauses using levels"
    " where level_pauses.level_id = levels.level_id),"
    " alerts as (delete from tat.tat_alerts using gone"
    " where tat_alerts.request_id = gone.request_id),"
    " notes as (delete from workflow.work_notes using gone"
    " where work_notes.request_id = gone.request_id returning note_id),"
    " attachments as (delete from workflow.work_note_attachments using notes"
    " where work_note_attachments.note_id = notes.note_id),"
    " documents as (delete from workflow.documents using gone"
    " where documents.request_id = gone.request_id),"
    " participants as (delete from workflow.participants using gone"
    " where participants.request_id = gone.request_id),"
    " activities as (delete from workflow.activities using gone"
    " where activities.request_id = gone.request_id)"
    " delete from workflow.workflow_requests using gone"
    " where workflow_requests.request_id = gone.request_id",
)
OF_LEVELS: tuple[Query, ...] = (
    "insert into workflow.approval_levels (level_id, request_id, level_number, approver_id,"
    " status, tat_hours, level_start_time, level_end_time, created_at, updated_at)"
    " select gen_random_uuid(), request_id, 9, %(user)s, 'APPROVED', 4, %(starts_at)s,"
    " %(ends_at)s, %(starts_at)s, now() from workflow.workflow_requests"
    " where request_id = %(request)s",
    "update workflow.approval_levels set status = 'APPROVED', level_start_time = %(starts_at)s,"
    " tat_start_time = %(starts_at)s, level_end_time = %(ends_at)s, updated_at = now()"
    " where request_id = %(request)s and level_number = %(level)s",
    "update workflow.approval_levels set status = 'IN_PROGRESS', level_end_time = null,"
    " level_start_time = %(starts_at)s, tat_start_time = %(starts_at)s, approver_id = %(user)s,"
    " updated_at = now() where request_id = %(request)s and level_number = %(level)s",
    "with levels as (delete from workflow.approval_levels"
    " where request_id = %(request)s and level_number = %(level)s returning level_id),"
    " alerts as (delete from tat.tat_alerts using levels"
    " where tat_alerts.level_id = levels.level_id)"
    " delete from workflow.level_pauses using levels"
    " where level_pauses.level_id = levels.level_id",
    "update workflow.level_pauses set resumed_at = greatest(paused_at, %(ends_at)s)"
    " where resumed_at is null and %(is_rare)s",
    "insert into tat.tat_alerts (request_id, level_id, approver_id, alert_type,"
    " recorded_percentage, tat_hours_allocated, tat_hours_elapsed, tat_hours_remaining,"
    " level_start_time, alert_sent_at, alert_message, is_breached, threshold_crossed_at)"
    " select request_id, level_id, approver_id, 'TAT_75', 75, 4, 3, 1, %(starts_at)s,"
    " %(ends_at)s, 'Late', false, %(starts_at)s from workflow.approval_levels"
    " where request_id = %(request)s and level_number = %(level)s on conflict do nothing",
    "update tat.tat_alerts set alert_sent_at = %(ends_at)s, threshold_crossed_at = %(starts_at)s"
    " where request_id = %(request)s",
    "delete from tat.tat_alerts where request_id = %(request)s",
)
OF_ENGAGEMENT: tuple[Query, ...] = (
    "insert into workflow.work_notes (note_id, request_id, user_id, created_at)"
    " select gen_random_uuid(), request_id, %(user)s, %(ends_at)s"
    " from workflow.workflow_requests where request_id = %(request)s",
    "update workflow.work_notes set created_at = %(ends_at)s, is_deleted = %(is_rare)s"
    " where request_id = %(request)s",
    "with notes as (delete from workflow.work_notes where request_id = %(request)s"
    " returning note_id) delete from workflow.work_note_attachments using notes"
    " where work_note_attachments.note_id = notes.note_id",
    "insert into workflow.work_note_attachments (attachment_id, note_id)"
    " select gen_random_uuid(), note_id from workflow.work_notes"
    " where request_id = %(request)s limit 1",
    "update workflow.work_note_attachments set note_id = (select min(note_id::text)::uuid"
    " from workflow.work_notes where request_id = %(request)s)"
    " where exists (select from workflow.work_notes where request_id = %(request)s)",
    "delete from workflow.work_note_attachments where note_id in (select note_id"
    " from workflow.work_notes where request_id = %(request)s)",
    "insert into workflow.documents (document_id, request_id, uploaded_by, uploaded_at)"
    " select gen_random_uuid(), request_id, %(user)s, %(ends_at)s"
    " from workflow.workflow_requests where request_id = %(request)s",
    "update workflow.documents set is_deleted = not is_deleted, uploaded_at = %(ends_at)s"
    " where request_id = %(request)s",
    "delete from workflow.documents where request_id = %(request)s",
    "insert into workflow.participants (participant_id, request_id, user_id, participant_type)"
    " select gen_random_uuid(), request_id, %(user)s, 'SPECTATOR'"
    " from workflow.workflow_requests where request_id = %(request)s",
    "update workflow.participants set participant_type = 'SPECTATOR', is_active = not is_active"
    " where request_id = %(request)s",
    "delete from workflow.participants where request_id = %(request)s",
    "insert into workflow.activities (activity_id, request_id, activity_type, created_at)"
    " select gen_random_uuid(), request_id, 'viewed', %(starts_at)s"
    " from workflow.workflow_requests where request_id = %(request)s",
    "update workflow.activities set is_system_event = not is_system_event,"
    " created_at = %(ends_at)s where request_id = %(request)s",
    "delete from workflow.activities where request_id = %(request)s",
)
OF_RULES: tuple[Query, ...] = (
    "update workflow.users set department = case when %(is_rare)s then 'Legal' end,"
    " updated_at = now() where user_id = %(user)s",
    "with added as (insert into tat.policy (priority, calendar_id, department)"
    " select 'STANDARD', calendar_id, %(department)s from tat.calendar where is_always_open"
    " on conflict do nothing returning policy_id)"
    " insert into tat.policy_threshold (policy_id, threshold, percentage)"
    " select policy_id, threshold, threshold from added"
    " cross join (values (50), (75), (100)) as own (threshold)",
    "delete from tat.policy where department is not null and not exists"
    " (select from tat.level_clock where level_clock.policy_id = policy.policy_id)",
    "update tat.policy set seconds_per_tat_hour = case when %(is_rare)s then 60 else 1800 end"
    " where priority = 'STANDARD'",
)
# The last, of rules, concern every request, and hide what else went unnoticed.
OF_ROWS = OF_REQUESTS + OF_LEVELS + OF_ENGAGEMENT
OF_ALL = OF_ROWS + OF_RULES
ON_ANOTHER_CALENDAR: Query = (
    "update tat.policy set calendar_id = (select calendar_id from tat.calendar"
    " where is_always_open) where priority = 'STANDARD'"
)
REQUESTS = [f"00000000-0000-0000-0000-{number:012}" for number in range(1, 8)]


def draw_correction(draw: random.Random) -> dict[str, Any]:
    """Values for any of the corrections."""

    def draw_moment() -> str:
        return f"2026-03-{draw.randint(2, 13):02} {draw.randint(0, 23):02}:30+05:30"

    starts_at, ends_at = sorted((draw_moment(), draw_moment()))
    return {
        "request": draw.choice(REQUESTS),
        "level": draw.randint(1, 2),
        "user": f"00000000-0000-0000-0000-00000000000{draw.choice('abcde')}",
        "department": draw.choice(("Finance", "Legal", "Sales")),
        "starts_at": starts_at,
        "ends_at": ends_at,
        "is_rare": draw.random() < 0.3,
    }


def correct(
    warehouse: Warehouse, draw: random.Random, count: int, kinds: tuple[Query, ...] = OF_ROWS
) -> None:
    """Apply corrections drawn at random, each kind once at most, as the approval app would."""
    for correction in draw.sample(kinds, count):
        warehouse.change(correction, draw_correction(draw))


def correct_apart(warehouse: Warehouse, draw: random.Random, kinds: tuple[Query, ...]) -> None:
    """Apply each kind to a request of its own, which nothing else has noticed."""
    for correction, request in zip(kinds, draw.sample(REQUESTS, len(kinds)), strict=True):
        own = {"request": request, "level": 1, "is_rare": True}
        warehouse.change(correction, draw_correction(draw) | own)


def add_to_all(warehouse: Warehouse, draw: random.Random) -> None:
    """Give each request a level, an alert, and talk, so that all there is can be corrected."""
    for insertion in (kind for kind in OF_ROWS if str(kind).startswith("insert")):
        rows = (draw_correction(draw) | {"request": request} for request in REQUESTS)
        warehouse.change(insertion, *rows)
