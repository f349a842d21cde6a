"""The data docs: pages that can be read without a network and hold no secrets."""

import re
from pathlib import Path

import pytest

from database.connect import Database, connect
from ingestion.contract import TABLES
from ingestion.expectations.docs import write_docs
from ingestion.held import Choice, Grouping, list_held
from tests.ingestion.bundles import build_level, build_rows
from tests.ingestion.conftest import Load

pytestmark = pytest.mark.slow


def test_the_first_page_leads_to_each_table_and_names_what_is_kept_out(
    load: Load, database: Database, tmp_path: Path
) -> None:
    rows = build_rows()
    rows["approval_levels"].append(build_level("l3", status="<b>DONE</b>"))
    load(rows)
    with connect(database, "tat_ingest") as connection:
        kept_out = list_held(connection, Choice(), Grouping.REASON, 10)
    index = write_docs(database.url("tat_ingest"), "workflow", tmp_path, kept_out)
    page = index.read_text(encoding="utf-8")
    links = re.findall(r'href="([^"]+)"', page)
    assert len(links) == 2 * len(TABLES)
    assert all((tmp_path / link).is_file() for link in links)
    assert page.count("✓ none") == len(TABLES) - 1
    assert "✕ user_id, where given, is in users." in page
    assert "status is not one of PENDING" in page
    assert "://" not in page
    written = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    assert database.password
    assert not any(database.password.encode() in content for content in written)
