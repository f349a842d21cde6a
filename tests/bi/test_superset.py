"""Superset as `tat dashboards` runs it: what it can't read, what it keeps secret, how it ends."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from orchestration.dashboards.superset import ASSETS
from tests.bi.site import Site, run_in_lab, start_site
from tests.kpi_views import VIEWS

if TYPE_CHECKING:
    from playwright.sync_api import Page

READABLE = """
    select relnamespace::regnamespace::text as schema, relname as name
    from pg_class
    where relkind in ('r', 'p', 'v', 'm', 'f') and has_table_privilege(oid, 'select')
        and relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema')
"""
FORBIDDEN = {
    "a source table": "select * from workflow.users",
    "the outbox": "select * from tat.delivery",
    "channels, which hold addresses": "select * from tat.channel",
    "the quarantine": "select * from tat.quarantine",
    "the models behind the views": "select * from marts.fct_levels",
    "passwords": "select * from pg_authid",
    "files": "select pg_read_file('/etc/passwd')",
    "folders": "select pg_ls_dir('/etc')",
    "another role": "set role tat_owner",
    "a change": "delete from tat.tat_alerts",
    "a table of its own": "create table kpi.mine (id integer)",
    "a temporary table": "create temporary table mine (id integer)",
    "two statements": "select 1; set role tat_engine; select * from workflow.users",
    "a function of the engine": "select tat.derive_level_clocks(now())",
}


def test_the_lab_reads_the_views_and_little_else(page: "Page", site: Site) -> None:
    rows = run_in_lab(page, site, READABLE)
    readable: dict[str, set[str]] = {}
    for row in rows:
        readable.setdefault(row["schema"], set()).add(row["name"])
    assert readable.pop("kpi") == set(VIEWS)
    assert {name.split("_")[0] for name in readable.pop("reports")} == {"rpt", "metric"}
    own = {"tat_alerts", "level_threshold", "alert_difference", "engine_health"}
    assert readable.pop("tat") == own
    # PostgreSQL's own, which shows whoever asks no statements but their own.
    assert readable in ({}, {"public": {"pg_stat_statements", "pg_stat_statements_info"}})
    for view in VIEWS:
        (row,) = run_in_lab(page, site, f"select count(*) as rows from kpi.{view}")  # noqa: S608
        assert row["rows"] > 0


@pytest.mark.parametrize("statement", FORBIDDEN.values(), ids=FORBIDDEN)
def test_the_lab_reads_and_changes_nothing_else(page: "Page", site: Site, statement: str) -> None:
    answered = run_in_lab(page, site, statement)
    assert isinstance(answered, str), answered
    refusals = ("permission denied", "DML", "not allowed", "disallowed", "read-only", "must be")
    assert any(words in answered for words in refusals), answered


def test_templates_show_nothing_of_the_environment(page: "Page", site: Site) -> None:
    for template in (
        "{{ link_request.__globals__['os'].environ['TAT_BI_URL'] }}",
        "{{ cycler.__init__.__globals__.os.environ }}",
    ):
        answered = run_in_lab(page, site, f"select $tat${template}$tat$ as found")
        assert "postgresql" not in json.dumps(answered)
        assert isinstance(answered, str), answered


def test_secrets_stand_in_no_log_no_command_line_and_no_asset(site: Site) -> None:
    home = site.installation.home / "superset"
    database_url = site.installation.run("db", "url").stdout.strip()
    database_password = database_url.split("@")[0].rpartition(":")[2]
    secrets = [site.password, database_password, (home / "secret_key").read_text()]
    texts = [(home / "superset.log").read_bytes(), (home / "superset.db").read_bytes()]
    texts += [path.read_bytes() for path in ASSETS.rglob("*.yaml")]
    texts += [
        " ".join(process.info["cmdline"] or ()).encode()
        for process in psutil.process_iter(["cmdline"])
    ]
    assert [secret for secret in secrets if any(secret.encode() in text for text in texts)] == []
    assert home.stat().st_mode & 0o777 == 0o700
    for name in ("password", "secret_key", "process"):
        assert (home / name).stat().st_mode & 0o777 == 0o600


def test_it_listens_on_loopback_alone(site: Site) -> None:
    (process,) = [psutil.Process(read_process(site)[0])]
    listening = [found.laddr.ip for found in process.net_connections() if found.status == "LISTEN"]
    assert listening == ["127.0.0.1"]


def read_process(site: Site) -> list[float]:
    """The kept process, when it began, its port, and what it was started with."""
    return json.loads((site.installation.home / "superset" / "process").read_text())


def count_assets(page: "Page", site: Site) -> dict[str, int]:
    """How many of each kind Superset has."""
    kinds = ("database", "dataset", "chart", "dashboard")
    return {
        kind: page.request.get(f"{site.origin}/api/v1/{kind}/").json()["count"] for kind in kinds
    }


def test_importing_again_makes_nothing_twice(page: "Page", site: Site) -> None:
    written = {
        kind: len(list((ASSETS / f"{kind}s").rglob("*.yaml")))
        for kind in ("database", "dataset", "chart", "dashboard")
    }
    assert count_assets(page, site) == written
    before = read_process(site)
    assert start_site(site.installation).url == site.url
    assert read_process(site) == before
    imported = Path(site.installation.home / "superset" / "imported")
    imported.write_text("another")
    again = start_site(site.installation, int(before[2]))
    assert (again.url, again.password) == (site.url, site.password)
    assert read_process(site) != before
    assert count_assets(page, site) == written


def test_stopping_ends_every_process(site: Site) -> None:
    pid = int(read_process(site)[0])
    processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    assert len(processes) > 1
    assert "is stopped" in site.installation.run("dashboards", "stop").stdout
    assert not any(process.is_running() for process in processes)
    assert "was not running" in site.installation.run("dashboards", "stop").stdout
