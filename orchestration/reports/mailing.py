"""Send reports as files that are attached to one mail, by the channel of mails."""

from collections.abc import Sequence
from uuid import uuid4

from database.connect import Database, connect
from database.settings import Settings
from orchestration.delivery.messages import Attachment, Message, Notice, Receiver
from orchestration.delivery.preview import send_now
from orchestration.reports.describing import describe_clock, describe_filters
from orchestration.reports.page import list_figures
from orchestration.reports.reading import Answer
from orchestration.reports.writing import FileFormat, name_file

CHANNEL = "email"
MEDIA_TYPES = {
    FileFormat.HTML: "text/html",
    FileFormat.CSV: "text/csv",
    FileFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Written = tuple[Answer, FileFormat, bytes]


def mail_reports(
    database: Database, settings: Settings, address: str, reports: Sequence[Written]
) -> None:
    """Send one mail with all the reports. Raises RuleError with what went wrong."""
    zone = reports[0][0].zone.key
    message = Message(
        uuid4(),
        Receiver(address, address, zone),
        notices=[Notice(answer.report.title, describe(answer)) for answer, _, _ in reports],
        files=[
            Attachment(name_file(answer, file_format), MEDIA_TYPES[file_format], content)
            for answer, file_format, content in reports
        ],
    )
    with connect(database, "tat_engine", autocommit=True) as connection:
        send_now(connection, CHANNEL, message, settings)


def describe(answer: Answer) -> str:
    """What a report says, in a few lines."""
    lines = [" · ".join(describe_filters(answer))]
    lines += [f"{label}: {value}" for value, label in list_figures(answer)]
    lines += [answer.why_empty] if answer.why_empty else []
    return "\n".join([*lines, describe_clock(answer)])
