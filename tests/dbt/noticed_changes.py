"""A change to each table that incremental tables depend on, and the requests that it concerns."""

from typing import NamedTuple

from tests.dbt.warehouse import Query


class Change(NamedTuple):
    """A statement, and the numbers of the small world's requests that it concerns.

    `before` happens first, and is not noticed.
    """

    statement: Query
    requests: set[int]
    before: Query = "select"

    @property
    def event(self) -> tuple[str, str]:
        """What happens to which table: ("insert", "workflow.documents")."""
        words = str(self.statement).replace(" into ", " ").replace(" from ", " ").split()
        return words[0], words[1]


# Keys of the small world, as the statements name them.
KEYS = {
    "r1": "00000000-0000-0000-0000-000000000001",
    "draft": "00000000-0000-0000-0000-000000000005",
    "new": "00000000-0000-0000-0000-000000000008",
    "level": "00000000-0000-0000-0000-000000000011",
    "clerk": "00000000-0000-0000-0000-00000000000a",
    "contractor": "00000000-0000-0000-0000-00000000000d",
    "note": "00000000-0000-0000-0000-0000000000b1",
    "bare_note": "00000000-0000-0000-0000-0000000000b3",
    "document": "00000000-0000-0000-0000-0000000000d1",
    "participant": "00000000-0000-0000-0000-0000000000a2",
    "attachment": "00000000-0000-0000-0000-0000000000c1",
    "activity": "00000000-0000-0000-0000-0000000000e1",
}
EVERY = set(range(1, 8))
OF_REQUESTS = (
    Change(
        "insert into workflow.workflow_requests (request_id, request_number, initiator_id, title,"
        " priority, status, created_at, updated_at)"
        " values (%(new)s, 'R8', %(clerk)s, 'New', 'STANDARD', 'PENDING', now(), now())",
        {8},
    ),
    Change(
        "update workflow.workflow_requests set title = 'New' where request_id = %(r1)s",
        {1},
    ),
    Change(
        "delete from workflow.workflow_requests where request_id = %(draft)s",
        {5},
        before="delete from workflow.approval_levels where request_id = %(draft)s",
    ),
    Change(
        "insert into workflow.approval_levels (level_id, request_id, level_number, approver_id,"
        " status, tat_hours, created_at, updated_at) select gen_random_uuid(), request_id, 9,"
        " approver_id, 'PENDING', 8, now(), now() from workflow.approval_levels"
        " where level_id = %(level)s",
        {1},
    ),
    Change(
        "update workflow.approval_levels set request_id = %(draft)s where level_id = %(level)s",
        {1, 5},
    ),
    Change(
        "delete from workflow.approval_levels where level_id = %(level)s",
        {1},
    ),
    Change(
        "insert into tat.tat_alerts (request_id, level_id, approver_id, alert_type,"
        " recorded_percentage, tat_hours_allocated, tat_hours_elapsed, tat_hours_remaining,"
        " level_start_time, alert_sent_at, alert_message, is_breached, threshold_crossed_at)"
        " select request_id, level_id, approver_id, 'TAT_50', 50, 8, 4, 4, now(), now(), 'Half',"
        " false, now() from workflow.approval_levels where level_id = %(level)s",
        {1},
    ),
    Change(
        "update tat.tat_alerts set alert_sent_at = now() where alert_type = 'TAT_75'",
        {2},
    ),
    Change("delete from tat.tat_alerts where alert_type = 'TAT_75'", {2}),
)
OF_ENGAGEMENT = (
    Change(
        "insert into workflow.participants (participant_id, request_id, user_id, participant_type)"
        " values (gen_random_uuid(), %(r1)s, %(clerk)s, 'SPECTATOR')",
        {1},
    ),
    Change(
        "update workflow.participants set request_id = %(draft)s"
        " where participant_id = %(participant)s",
        {1, 5},
    ),
    Change(
        "delete from workflow.participants where participant_id = %(participant)s",
        {1},
    ),
    Change(
        "insert into workflow.work_notes (note_id, request_id, user_id, created_at)"
        " values (gen_random_uuid(), %(r1)s, %(clerk)s, now())",
        {1},
    ),
    Change(
        "update workflow.work_notes set request_id = %(draft)s where note_id = %(note)s",
        {1, 5},
    ),
    Change(
        "delete from workflow.work_notes where note_id = %(bare_note)s",
        {1},
    ),
    Change(
        "insert into workflow.work_note_attachments (attachment_id, note_id)"
        " values (gen_random_uuid(), %(note)s)",
        {1},
    ),
    Change(
        "update workflow.work_note_attachments set note_id = %(new)s"
        " where attachment_id = %(attachment)s",
        {1, 5},
        before="insert into workflow.work_notes (note_id, request_id, user_id, created_at)"
        " values (%(new)s, %(draft)s, %(clerk)s, now())",
    ),
    Change(
        "delete from workflow.work_note_attachments where attachment_id = %(attachment)s",
        {1},
    ),
    Change(
        "insert into workflow.documents (document_id, request_id, uploaded_by, uploaded_at)"
        " values (gen_random_uuid(), %(r1)s, %(clerk)s, now())",
        {1},
    ),
    Change(
        "update workflow.documents set request_id = %(draft)s where document_id = %(document)s",
        {1, 5},
    ),
    Change(
        "delete from workflow.documents where document_id = %(document)s",
        {1},
    ),
    Change(
        "insert into workflow.activities (activity_id, request_id, activity_type, created_at)"
        " values (gen_random_uuid(), %(r1)s, 'viewed', now())",
        {1},
    ),
    Change(
        "update workflow.activities set request_id = %(draft)s where activity_id = %(activity)s",
        {1, 5},
    ),
    Change(
        "delete from workflow.activities where activity_id = %(activity)s",
        {1},
    ),
)
OF_CLOCKS_AND_RULES = (
    Change(
        "insert into tat.level_clock select (jsonb_populate_record(level_clock,"
        ' \'{"cycle": 2, "is_current": false}\')).*'
        " from tat.level_clock where level_id = %(level)s",
        {1},
    ),
    Change(
        "update tat.level_clock set tat_us = 0 where level_id = %(level)s",
        {1},
    ),
    Change(
        "delete from tat.level_clock where level_id = %(level)s",
        {1},
    ),
    Change(
        "update workflow.users set department = 'Sales' where user_id = %(contractor)s",
        {3},
    ),
    Change("update workflow.users set location = 'Pune'", set()),
    Change(
        "insert into tat.policy (priority, calendar_id, department)"
        " select 'STANDARD', calendar_id, 'Legal' from tat.calendar limit 1",
        EVERY,
    ),
    Change(
        "delete from tat.policy where department = 'Legal'",
        EVERY,
        before="insert into tat.policy (priority, calendar_id, department)"
        " select 'STANDARD', calendar_id, 'Legal' from tat.calendar limit 1",
    ),
    *(
        Change(statement, EVERY)
        for statement in (
            "update tat.policy set seconds_per_tat_hour = 60 where priority = 'STANDARD'",
            "update tat.policy set calendar_id = 1 where priority = 'STANDARD'",
            "update tat.policy set department = 'Legal' where priority = 'STANDARD'",
            "update tat.policy set priority = 'EXPRESS', department = 'Legal'"
            " where priority = 'STANDARD'",
        )
    ),
    Change(
        "update tat.setting set setting_value = 'UTC' where setting_name = 'time_zone'",
        EVERY,
    ),
    Change(
        "update tat.setting set setting_value = 'new' where setting_name = 'other'",
        set(),
        before="insert into tat.setting (setting_name, setting_value) values ('other', 'old')",
    ),
    Change(
        "update tat.calendar set revision = revision + 1, moved_from = '2026-03-05 00:00+05:30'"
        " where not is_always_open",
        {1},
    ),
    Change(
        "update tat.calendar set span_ends_on = '2026-03-06' where not is_always_open",
        {1},
        before="update tat.calendar set span_ends_on = '2026-03-05' where not is_always_open",
    ),
    Change(
        "update tat.calendar set span_starts_on = '2026-03-03' where not is_always_open",
        {1, 3},
        before="update tat.calendar set span_starts_on = '2026-03-04' where not is_always_open",
    ),
)
EMPTIED = (
    Change("truncate workflow.workflow_requests cascade", EVERY),
    Change("truncate workflow.approval_levels cascade", EVERY),
    Change("truncate workflow.participants", EVERY),
    Change("truncate workflow.work_notes cascade", EVERY),
    Change("truncate workflow.work_note_attachments", EVERY),
    Change("truncate workflow.documents", EVERY),
    Change("truncate workflow.activities", EVERY),
    Change("truncate tat.tat_alerts cascade", EVERY),
)
CHANGES = OF_REQUESTS + OF_ENGAGEMENT + OF_CLOCKS_AND_RULES + EMPTIED
