"""One lineage graph, from landed tables to the eight views, with its checks and its clockwork."""

import json

import dagster as dg
import pytest
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph

from ingestion.contract import TABLES
from ingestion.expectations import expectations_for
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
    claims = {
        (table.name, claim.name) for table in TABLES for claim in expectations_for(table.name)
    }
    assert claims
    assert claims <= checks


def test_every_view_is_checked_by_dbt_tests(graph: AssetGraph) -> None:
    checked = {key.asset_key.path[-1] for key in graph.asset_check_keys}
    assert checked >= set(VIEWS)


def test_the_sensor_runs_every_minute_without_being_switched_on(
    definitions: dg.Definitions,
) -> None:
    sensor = definitions.resolve_sensor_def("tat_threshold_sensor")
    assert sensor.minimum_interval_seconds == 60
    assert sensor.default_status == dg.DefaultSensorStatus.RUNNING


def test_the_daily_metrics_are_refreshed_after_local_midnight(
    definitions: dg.Definitions,
) -> None:
    schedule = definitions.resolve_schedule_def("daily_metrics_schedule")
    assert schedule.cron_schedule == "15 0 * * *"
    assert schedule.execution_timezone == "Asia/Kolkata"
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
