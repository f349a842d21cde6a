"""`tat channel`, `tat delegate`, `tat notify` and `tat outbox`: how people are told."""

from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from database.settings import load_settings
from database.statements import fetch
from orchestration.commands.console import OutputFormat, out, print_rows, show_step
from orchestration.commands.shared import (
    INSTANTS,
    FormatOption,
    open_as,
    open_migrated_database,
)
from orchestration.delivery import load
from orchestration.delivery.channels.folder import find_mail_folder
from orchestration.delivery.editing import (
    add_delegation,
    end_delegations,
    set_channel,
    set_person,
)
from orchestration.delivery.preview import list_routes, preview_alert, send_test
from orchestration.delivery.sending import deliver

app = typer.Typer()
channel_app = typer.Typer(help="How people are reached.", no_args_is_help=True)
delegate_app = typer.Typer(help="Who is told in place of somebody.", no_args_is_help=True)
notify_app = typer.Typer(help="Look at messages and try channels.", no_args_is_help=True)
outbox_app = typer.Typer(help="What is to be sent and what became of it.", no_args_is_help=True)
app.add_typer(channel_app, name="channel")
app.add_typer(delegate_app, name="delegate")
app.add_typer(notify_app, name="notify")
app.add_typer(outbox_app, name="outbox")

CHANNEL_COLUMNS = ["channel", "kind", "state", "quiet_hours", "digest", "summary_above"]
CHANNEL_COLUMNS += ["per_minute", "attempts", "operators", "url", "last_error"]
DELEGATION_COLUMNS = ["person", "delegate", "starts_at", "ends_at", "reason", "state"]
DELIVERY_COLUMNS = ["id", "state", "channel", "receiver", "tells_of", "request", "attempts"]
DELIVERY_COLUMNS += ["send_at", "finished_at", "reason"]
ROUTE_COLUMNS = ["receiver", "role", "channel", "repetition", "send_at", "state", "obstacle"]

Name = Annotated[str, typer.Argument(help="The channel's name; see `tat channel list`.")]
Person = Annotated[str, typer.Argument(help="An e-mail address, or the key of a user.")]
ChannelOption = Annotated[str | None, typer.Option("--channel", help="Only of this channel.")]
Ids = Annotated[list[int] | None, typer.Argument(help="Ids of `tat outbox list`; none: all.")]


@channel_app.command("list")
def list_channels(output_format: FormatOption = OutputFormat.TABLE) -> None:
    """Show every channel, and every name that a policy uses and no channel has.

    Changes nothing.
    """
    with open_as("tat_owner") as connection:
        print_rows(fetch(connection, load("list_channels")), CHANNEL_COLUMNS, output_format)


@channel_app.command("set")
def change_channel(
    name: Name,
    kind: Annotated[
        str | None, typer.Option(help="in_app, folder, smtp, webhook or apprise.")
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(help="Such as 'smtp://tat:${MAIL_PASSWORD}@host:587?from=tat@example.com'."),
    ] = None,
    on: Annotated[bool | None, typer.Option("--on/--off", help="Whether it is used.")] = None,
    quiet_hours: Annotated[
        bool | None, typer.Option(help="Wait for the receiver's working hours.")
    ] = None,
    digest: Annotated[str | None, typer.Option(help="none, hourly or daily.")] = None,
    summary_above: Annotated[
        int | None, typer.Option(help="More than so many at once become one message.")
    ] = None,
    per_minute: Annotated[int | None, typer.Option(help="Messages per minute at most.")] = None,
    attempts: Annotated[int | None, typer.Option(help="Attempts before giving up.")] = None,
    allow_private: Annotated[
        bool | None, typer.Option(help="A webhook may call a private network.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="Folder of the templates, en.")] = None,
    operators: Annotated[
        str | None, typer.Option(help="The address that operators are told at.")
    ] = None,
) -> None:
    """Change a channel, or add one. Secrets stay in the environment: write ${NAME} for them.

    Changes what is sent from now on; what waits goes out by the new rules.
    """
    changes = {
        "kind": kind,
        "url": url,
        "is_active": on,
        "keeps_quiet_hours": quiet_hours,
        "digest": digest,
        "summary_above": summary_above,
        "messages_per_minute": per_minute,
        "attempts": attempts,
        "is_private_allowed": allow_private,
        "language": language,
        "operators": operators,
    }
    with open_as("tat_owner") as connection:
        set_channel(connection, name, changes)
    list_channels()


@channel_app.command("person")
def change_person(
    person: Person,
    name: Name,
    address: Annotated[
        str | None, typer.Option(help="Their address on this channel, such as a phone number.")
    ] = None,
    on: Annotated[bool, typer.Option("--on/--off", help="Whether they are told by it.")] = True,
) -> None:
    """Give a person an address of their own on a channel, or leave them out of it.

    Changes what is routed from now on.
    """
    with open_as("tat_owner") as connection:
        set_person(connection, person, name, address=address, is_wanted=on)
    out.print("Done; it holds for what is routed from now on.")


@delegate_app.command("list")
def list_delegations(
    every: Annotated[bool, typer.Option("--all", help="Those of the past too.")] = False,
    output_format: FormatOption = OutputFormat.TABLE,
) -> None:
    """Show who stands in for whom, now and later.

    Changes nothing.
    """
    with open_as("tat_owner") as connection:
        rows = fetch(connection, load("list_delegations"), {"all": every})
    print_rows(rows, DELEGATION_COLUMNS, output_format)


@delegate_app.command("add")
def add(
    person: Person,
    delegate: Annotated[str, typer.Argument(help="Who is told instead.")],
    starts: Annotated[
        datetime | None, typer.Option(formats=INSTANTS, help="From when on; now by default.")
    ] = None,
    ends: Annotated[
        datetime | None, typer.Option(formats=INSTANTS, help="Until when; open by default.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Such as leave.")] = None,
) -> None:
    """Let somebody be told in place of a person who is away. The clock runs on.

    Changes who is told from then on.
    """
    with open_as("tat_owner") as connection:
        add_delegation(connection, person, delegate, starts_at=starts, ends_at=ends, reason=reason)
    list_delegations()


@delegate_app.command("end")
def end(person: Person) -> None:
    """End all that stand in for a person, now and later.

    Changes who is told from now on.
    """
    with open_as("tat_owner") as connection:
        ended = end_delegations(connection, person)
    out.print(f"{ended} delegations ended.")


@notify_app.command("test")
def try_channel(
    to: Annotated[str, typer.Option(help="The address that the message goes to.")],
    name: Annotated[str, typer.Option("--channel", help="By which channel.")] = "email",
) -> None:
    """Send one test message by a channel, now.

    Changes nothing in the database.
    """
    settings = load_settings()
    with open_as("tat_owner") as connection, show_step(f"Sending to {to}"):
        send_test(connection, name, to, settings)
    out.print(f"Sent by {name} to {to}.", markup=False)


@notify_app.command("preview")
def preview(
    alert_id: Annotated[UUID, typer.Argument(help="See `tat query` on tat_alerts.")],
    html: Annotated[
        Path | None, typer.Option(help="Write the messages as pages into this folder.")
    ] = None,
    output_format: FormatOption = OutputFormat.TABLE,
) -> None:
    """Show whom an alert tells, by what and when, and what the messages say. Nothing is sent.

    Changes nothing.
    """
    settings = load_settings()
    with open_as("tat_engine") as connection:
        routes = list_routes(connection, alert_id)
        messages = preview_alert(connection, alert_id, settings)
    print_rows(routes, ROUTE_COLUMNS, output_format)
    if output_format is not OutputFormat.TABLE:
        return
    for message, content in {m.receiver.name: (m, c) for m, c in messages}.values():
        out.rule(f"to {message.receiver.name}", align="left")
        out.print(f"Subject: {content.subject}\n\n{content.text}", markup=False, highlight=False)
    if html is None:
        return
    html.mkdir(parents=True, exist_ok=True)
    for message, content in messages:
        page = html / f"{message.receiver.user_id}.html"
        page.write_text(content.html, encoding="utf-8")
        out.print(str(page), soft_wrap=True)


@outbox_app.command("list")
def list_outbox(
    state: Annotated[
        str | None, typer.Option(help="queued, sending, sent, failed, dead or suppressed.")
    ] = None,
    channel: ChannelOption = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    output_format: FormatOption = OutputFormat.TABLE,
) -> None:
    """Show what is to be sent and what was, the latest first.

    Changes nothing.
    """
    parameters = {"state": state, "channel": channel, "limit": limit}
    with open_as("tat_engine") as connection:
        rows = fetch(connection, load("list_deliveries"), parameters)
    print_rows(rows, DELIVERY_COLUMNS, output_format)


@outbox_app.command("retry")
def retry(ids: Ids = None, channel: ChannelOption = None) -> None:
    """Send what is dead or failed again at the next delivery.

    Changes the state of those deliveries.
    """
    parameters = {"ids": ids or None, "channel": channel}
    with open_as("tat_engine") as connection:
        found = fetch(connection, load("retry_deliveries"), parameters)
    out.print(f"{len(found):,} deliveries are tried again.")


@outbox_app.command("drop")
def drop(
    ids: Ids = None,
    channel: ChannelOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Give up what is not sent yet; the alerts stay.

    Changes the state of those deliveries.
    """
    if not ids and not yes:
        typer.confirm("Give up everything that is not sent yet?", abort=True)
    parameters = {"ids": ids or None, "channel": channel}
    with open_as("tat_engine") as connection:
        found = fetch(connection, load("drop_deliveries"), parameters)
    out.print(f"{len(found):,} deliveries are given up.")


@outbox_app.command("send")
def send(
    seconds: Annotated[float, typer.Option(min=1, help="At most so long.")] = 600,
) -> None:
    """Send what is due, as Dagster does every quarter of a minute.

    Sends messages, and changes the state of their deliveries and alerts.
    """
    settings = load_settings()
    database = open_migrated_database(settings)
    with show_step("Sending what is due"):
        report = deliver(database, settings, seconds=seconds)
    print_rows([vars(report)], list(vars(report)))
    if report.sent:
        out.print(f"Mail that no server takes is in {find_mail_folder(settings)}.", markup=False)
