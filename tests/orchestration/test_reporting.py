"""Reports as somebody asks for them: by the command, by mail, and every morning."""

import re
from datetime import date
from pathlib import Path
from uuid import uuid4

import dagster as dg
import pytest

from database.connect import remember_database
from database.settings import Settings, SettingsError, load_settings
from orchestration.defs import resources
from orchestration.reports.catalog import REPORTS
from orchestration.reports.daily import forget_old_days
from tests.dbt.conftest import built_small_world, warehouse
from tests.dbt.warehouse import Warehouse
from tests.delivery.office import read_folder
from tests.orchestration.test_commands import Tat, tat

__all__ = ["built_small_world", "tat", "warehouse"]


@pytest.fixture
def tat_report(tat: Tat, warehouse: Warehouse, settings: Settings) -> Tat:
    """The command on the small world with its models built."""
    remember_database(settings, warehouse.database.name)
    return lambda *arguments: tat("report", *arguments)


def test_the_list_says_what_each_report_can_be_asked_for(tat_report: Tat) -> None:
    listed = tat_report("list").out
    for report in REPORTS:
        assert report.name in listed
    (line,) = (line for line in listed.splitlines() if "tat-breaches" in line)
    assert line.split()[1:] == ["--from", "--to", "--department", "--request"]


def test_a_report_is_written_into_this_folder_and_its_path_printed(
    tat_report: Tat, tmp_path: Path
) -> None:
    for file_format, start in (
        ("html", b"<!DOCTYPE html>"),
        ("csv", b"level_id,"),
        ("xlsx", b"PK"),
    ):
        said = tat_report("rpt_tat_breaches", "--format", file_format)
        path = tmp_path / f"tat-breaches.{file_format}"
        assert said.code == 0
        assert said.out.splitlines()[0] == str(path)
        assert re.fullmatch(r"\d+ rows", said.out.splitlines()[1])
        assert path.read_bytes().startswith(start)


def test_a_report_goes_out_by_mail_with_its_file(tat_report: Tat, settings: Settings) -> None:
    # Other tests, and earlier runs, write into the folder, too.
    boss = f"boss-{uuid4().hex[:8]}@sales.example.org"
    said = tat_report("engagement", "--department", "Sales", "--mail", boss)
    assert (said.code, f"Sent to {boss}." in said.out) == (0, True)
    (mail,) = (
        mail for mail in read_folder(settings.home / "mail") if mail["To"] == f'"{boss}" <{boss}>'
    )
    (attached,) = mail.iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == (
        "engagement.html",
        "text/html",
    )
    assert "<h1>Engagement</h1>" in attached.get_content()
    words = mail.get_body(("plain",))
    assert words is not None
    assert "Department Sales" in words.get_content()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("tat-breach",), "did you mean tat-breaches?"),
        (("workflow-aging", "--from", "2026-03-01"), "leave out --from and --to"),
        (("engagement", "--zone", "Mars/Base"), "take a name such as"),
        (("engagement", "--mail", "nobody"), "address"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(
    tat_report: Tat, arguments: tuple[str, ...], words: str
) -> None:
    said = tat_report(*arguments)
    assert said.code == 1
    assert words in said.err
    assert len(said.err.strip().splitlines()) == 1


def test_models_that_are_not_built_are_named(tat: Tat) -> None:
    said = tat("report", "engagement")
    assert said.code == 1
    assert "run `tat build`" in said.err


def test_every_morning_writes_all_reports_and_mails_the_pages(
    definitions: dg.Definitions,
    warehouse: Warehouse,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(resources, "find_database", lambda: warehouse.database)
    monkeypatch.setenv("TAT_HOME", str(tmp_path))
    monkeypatch.setenv("TAT_REPORTS_TO", "boss@example.org, head@example.org")
    job = definitions.resolve_job_def("reports_job")
    run = job.execute_in_process(run_config={"ops": {"report_files": {"config": {"days": 9999}}}})
    (day,) = (tmp_path / "reports").iterdir()
    assert sorted(file.name for file in day.iterdir()) == sorted(
        f"{report.name}.{ending}" for report in REPORTS for ending in ("html", "csv", "xlsx")
    )
    counted = {
        event.asset_key.path[-1]: event.materialization.metadata["dagster/row_count"].value
        for event in run.get_asset_materialization_events()
        if event.asset_key is not None
    }
    (rows,) = warehouse.ask("select count(*) as n from rpt_engagement")
    assert counted["engagement"] == rows["n"]
    assert len(counted) == len(REPORTS)
    mails = read_folder(tmp_path / "mail")
    assert {mail["To"].addresses[0].addr_spec for mail in mails} == {
        "boss@example.org",
        "head@example.org",
    }
    assert {len(list(mail.iter_attachments())) for mail in mails} == {len(REPORTS)}


def test_the_reports_are_written_every_morning_at_six(definitions: dg.Definitions) -> None:
    schedule = definitions.resolve_schedule_def("morning_reports_schedule")
    assert schedule.cron_schedule == "0 6 * * *"
    assert schedule.execution_timezone == "Asia/Kolkata"
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING


def test_days_of_long_ago_go_and_nothing_else(tmp_path: Path) -> None:
    for name in ("2026-02-01", "2026-03-04", "2026-03-05", "mine"):
        (tmp_path / name).mkdir()
    assert forget_old_days(tmp_path, date(2026, 3, 5), 2) == [date(2026, 2, 1)]
    assert {found.name for found in tmp_path.iterdir()} == {"2026-03-04", "2026-03-05", "mine"}


def test_an_address_that_is_none_is_refused_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAT_REPORTS_TO", "boss")
    with pytest.raises(SettingsError, match="TAT_REPORTS_TO"):
        load_settings()
