"""A mapping is proposed by names: what they tell is right, what they don't is left open."""

from pathlib import Path

import pytest

from database.connect import connect
from ingestion.mapping.checking import check_mapping
from ingestion.mapping.drafting import draft_mapping
from ingestion.mapping.errors import MappingError
from ingestion.mapping.reading import read_mapping
from tests.ingestion.mapping.conftest import EXAMPLES, Company, make_app, open_app

# What names can't tell: a name in two columns, a table without a key of its own.
COMPLETED = {
    "# display_name: no column": 'display_name: { sql: "concat(\\"firstName\\")" } # ',
    "# participant_id: no column": "participant_id: { key: [requestId, userId] } # ",
    "# participant_type: no column": "participant_type: { constant: SPECTATOR } # ",
}


def test_names_tell_most_of_a_mapping(company: Company, tmp_path: Path) -> None:
    draft = tmp_path / "draft.yaml"
    with open_app(company, "sequelize") as source:
        text = draft_mapping(source, "public")
        for missing, line in COMPLETED.items():
            assert text.count(missing) == 1
            text = text.replace(missing, line)
        draft.write_text(text)
        checked = check_mapping(source, draft)
    assert text.count("it is needed") == len(COMPLETED)
    assert "tat_hours: { constant: 24 }  # no column has such a name" in text
    assert [line for line in checked if line.problem] == []
    proposed = read_mapping(draft).tables
    right = read_mapping(EXAMPLES / "sequelize" / "mapping.yaml").tables
    assert {name: table.from_ for name, table in proposed.items()} == {
        name: table.from_ for name, table in right.items()
    }
    for table in ("workflow_requests", "approval_levels"):
        given = proposed[table].find_value("status")
        assert given == right[table].find_value("status")


def test_what_names_do_not_tell_is_left_open(company: Company) -> None:
    with open_app(company, "camunda") as source:
        text = draft_mapping(source, "public")
    assert "time_zone: UTC  # of the source's times, which have no offset" in text
    assert "# approval_levels: no table has such a name; it is needed" in text
    assert "from: act_id_user" in text


def test_a_label_that_nothing_tells_is_refused_until_somebody_says_what_it_means(
    company: Company, tmp_path: Path
) -> None:
    draft = tmp_path / "draft.yaml"
    with make_app(company, "sequelize") as database:
        with connect(database, "tat_owner") as owner:
            labels = "alter type public.\"enum_ApprovalLevels_status\" rename value 'skipped' to"
            owner.execute(f"{labels} 'odd one'".encode())
        with connect(database, "tat_bi") as source:
            draft.write_text(draft_mapping(source, "public"))
    assert '"odd one": "?"' in draft.read_text()
    with pytest.raises(MappingError, match=r"approval_levels\.status: '\?' is not one of PENDING"):
        read_mapping(draft)


def test_a_schema_without_tables_is_told(company: Company) -> None:
    with (
        open_app(company, "sequelize") as source,
        pytest.raises(MappingError, match="no table in the schema nowhere that may be read"),
    ):
        draft_mapping(source, "nowhere")
