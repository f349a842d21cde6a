"""One lineage graph, from landed tables to the eight views, with its checks and its clockwork."""

import json
from graphlib import TopologicalSorter

import dagster as dg
import pytest
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph

from ingestion.contract import TABLES
from ingestion.expectations import list_expectations
from orchestration.paths import DBT_MANIFEST
from tests.kpi_views import VIEWS


@pytest.fixture(scope="module")
def graph(definitions: dg.Definitions) -> AssetGraph:
    return definitions.resolve_asset_graph()


def list_ancestors(graph: AssetGraph, key: dg.AssetKey) -> set[dg.AssetKey]:
    """Every asset upstream of one, however far."""
    found: set[dg.AssetKey] = set()
    waiting = [key]
    while waiting:
        for parent in graph.get(waiting.pop()).parent_keys - found:
            found.add(parent)
            waiting.append(parent)
    return found


def test_every_source_of_dbt_is_an_asset_of_ours(
    definitions: dg.Definitions, graph: AssetGraph
) -> None:
    sources = json.loads(DBT_MANIFEST.read_text())["sources"].values()
    declared = {spec.key for spec in definitions.resolve_all_asset_specs()}
    strangers = {
        f"{source['schema']}.{source['name']}"
        for source in sources
        if dg.AssetKey([source["schema"], source["name"]]) not in declared
    }
    assert strangers == set()


@pytest.mark.parametrize("view", sorted(VIEWS))
def test_each_view_descends_from_landed_tables(graph: AssetGraph, view: str) -> None:
    ancestors = list_ancestors(graph, dg.AssetKey(["kpi", view]))
    assert any(key.path[0] == "workflow" for key in ancestors)


def test_the_alerts_descend_from_the_levels_and_feed_their_view(graph: AssetGraph) -> None:
    alerts = dg.AssetKey(["tat", "tat_alerts"])
    assert dg.AssetKey(["workflow", "approval_levels"]) in list_ancestors(graph, alerts)
    summary = dg.AssetKey(["kpi", "vw_tat_alerts_summary"])
    assert alerts in list_ancestors(graph, summary)


def test_the_kpi_schema_holds_the_eight_views_alone(definitions: dg.Definitions) -> None:
    keys = {spec.key for spec in definitions.resolve_all_asset_specs()}
    assert {key.path[1] for key in keys if key.path[0] == "kpi"} == set(VIEWS)


def test_every_claim_about_a_landed_table_is_a_check(graph: AssetGraph) -> None:
    checks = {(key.asset_key.path[-1], key.name) for key in graph.asset_check_keys}
    expected = {
        (table.name, expectation.name)
        for table in TABLES
        for expectation in list_expectations(table.name)
    }
    assert expected
    assert expected <= checks


def test_every_view_is_checked_by_dbt_tests(graph: AssetGraph) -> None:
    checked = {key.asset_key.path[-1] for key in graph.asset_check_keys}
    assert checked >= set(VIEWS)


def test_a_check_says_what_it_asks(graph: AssetGraph) -> None:
    view = dg.AssetKey(["kpi", "vw_tat_compliance"])
    key = dg.AssetCheckKey(view, "primary_key_vw_tat_compliance_level_id")
    said = graph.get_check_spec(key).description
    assert said == "level_id is never null, and no two rows agree on it."


def test_every_check_says_what_it_asks(graph: AssetGraph) -> None:
    silent = [key for key in graph.asset_check_keys if not graph.get_check_spec(key).description]
    assert silent == []


def test_every_sensor_and_schedule_says_what_it_is_for(definitions: dg.Definitions) -> None:
    repository = definitions.get_repository_def()
    said = {found.name: found.description for found in repository.sensor_defs}
    said |= {found.name: found.description for found in repository.schedule_defs}
    assert said
    assert [name for name, description in said.items() if not description] == []


def test_a_build_of_everything_asks_for_nothing_and_starts_dbt_once(
    definitions: dg.Definitions, graph: AssetGraph
) -> None:
    """What *Materialize all* launches: no partition to choose, no config, one step of dbt."""
    assert [key for key in graph.materializable_asset_keys if graph.get(key).is_partitioned] == []
    job = definitions.get_repository_def().get_implicit_global_asset_job_def()
    assert dg.validate_run_config(job, {})
    assert [node.name for node in job.nodes if node.name.startswith("warehouse_models")] == [
        "warehouse_models"
    ]


def test_groups_are_drawn_from_left_to_right(graph: AssetGraph) -> None:
    """No group feeds, by others, itself; TopologicalSorter raises CycleError otherwise."""
    feeds: dict[str | None, set[str | None]] = {}
    for key in graph.get_all_asset_keys():
        group = graph.get(key).group_name
        parents = {graph.get(parent).group_name for parent in graph.get(key).parent_keys}
        feeds.setdefault(group, set()).update(parents - {group})
    order = list(TopologicalSorter(feeds).static_order())
    assert order[0] == "landed"
    assert order[-2:] == ["reports", "report_files"]


@pytest.mark.parametrize("name", ["tat_threshold_sensor", "stored_facts_sensor"])
def test_the_sensors_run_every_minute_without_being_switched_on(
    definitions: dg.Definitions, name: str
) -> None:
    sensor = definitions.resolve_sensor_def(name)
    assert sensor.minimum_interval_seconds == 60
    assert sensor.default_status == dg.DefaultSensorStatus.RUNNING


@pytest.mark.parametrize(
    ("name", "seconds"), [("engine_heartbeat_sensor", 30), ("stored_facts_watch_sensor", 300)]
)
def test_each_of_them_is_watched_by_another(
    definitions: dg.Definitions, name: str, seconds: int
) -> None:
    sensor = definitions.resolve_sensor_def(name)
    assert sensor.minimum_interval_seconds == seconds
    assert sensor.default_status == dg.DefaultSensorStatus.RUNNING


def test_the_daily_metrics_are_refreshed_after_local_midnight(
    definitions: dg.Definitions,
) -> None:
    schedule = definitions.resolve_schedule_def("daily_metrics_schedule")
    assert schedule.cron_schedule == "15 0 * * *"
    assert schedule.execution_timezone == "Asia/Kolkata"
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING


def test_all_rows_are_tested_every_night(definitions: dg.Definitions) -> None:
    schedule = definitions.resolve_schedule_def("nightly_warehouse_schedule")
    assert schedule.cron_schedule == "30 2 * * *"
    assert schedule.execution_timezone == "Asia/Kolkata"
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
    with dg.build_schedule_context(repository_def=definitions.get_repository_def()) as context:
        (request,) = schedule.evaluate_tick(context).run_requests or ()
    assert dg.validate_run_config(definitions.resolve_job_def("warehouse_job"), request.run_config)[
        "ops"
    ]["warehouse_models"]["config"] == {"test_all_rows": True}


def test_every_asset_shows_who_answers_for_it(definitions: dg.Definitions) -> None:
    nobody = [spec.key for spec in definitions.resolve_all_asset_specs() if not spec.owners]
    assert nobody == []


def test_owners_are_those_that_dbt_names(definitions: dg.Definitions) -> None:
    """Models by their group, sources by their meta.owner: the same in both UIs."""
    manifest = json.loads(DBT_MANIFEST.read_text())
    named = {
        dg.AssetKey([node["schema"], node["name"]]): node.get("group") or node["meta"].get("owner")
        for node in [*manifest["nodes"].values(), *manifest["sources"].values()]
        if node["resource_type"] in ("model", "source")
    }
    shown = {spec.key: list(spec.owners) for spec in definitions.resolve_all_asset_specs()}
    assert {key: shown[key] for key in named} == {
        key: [f"team:{owner}"] for key, owner in named.items()
    }


def test_sources_show_their_columns_with_meanings(definitions: dg.Definitions) -> None:
    levels = definitions.resolve_assets_def(dg.AssetKey(["workflow", "approval_levels"]))
    metadata = levels.metadata_by_key[dg.AssetKey(["workflow", "approval_levels"])]
    columns = {column.name: column for column in metadata["dagster/column_schema"].columns}
    assert columns["tat_hours"].type == "numeric(10,2)"
    assert columns["tat_hours"].description


def test_watched_sources_are_checked_for_freshness_by_their_job_alone(
    definitions: dg.Definitions, graph: AssetGraph
) -> None:
    sources = json.loads(DBT_MANIFEST.read_text())["sources"].values()
    watched = {source["name"] for source in sources if source["loaded_at_field"]}
    checked = {
        key.asset_key.path[-1] for key in graph.asset_check_keys if key.name == "rows_are_recent"
    }
    assert checked == watched != set()
    landing = definitions.resolve_job_def("landing_job")
    assert "source_freshness" not in {node.name for node in landing.nodes}


@pytest.mark.parametrize(("status", "passed"), [("pass", True), ("warn", False)])
def test_old_rows_are_a_warning(parsed_project: None, status: str, passed: bool) -> None:
    from orchestration.defs.transform.freshness import list_watched_sources, report_freshness

    source = list_watched_sources()[0]
    result = report_freshness(source, {"status": status, "max_loaded_at_time_ago_in_s": 7200})
    assert result.passed is passed
    assert result.severity == dg.AssetCheckSeverity.WARN
    assert result.metadata["age_hours"].value == 2


def test_a_failed_build_says_which_nodes_failed(parsed_project: None) -> None:
    from orchestration.defs.transform.assets import describe_failures

    failures = describe_failures(
        [
            {"unique_id": "model.turnaround.vw_a", "status": "success", "message": "OK"},
            {"unique_id": "model.turnaround.vw_b", "status": "error", "message": "column\n x"},
            {"unique_id": "test.turnaround.one_row.1a2", "status": "fail", "message": "Got 3"},
        ]
    )
    assert failures == "dbt failed at 2 of 3 nodes:\n- vw_b: column x\n- one_row: Got 3"
