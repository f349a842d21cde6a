"""Every dbt model as an asset, its data tests as checks."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import dagster as dg
from dagster_dbt import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtCliInvocation,
    DbtCliResource,
    DbtProject,
    dbt_assets,
)
from dagster_dbt.errors import DagsterDbtCliRuntimeError
from pydantic import Field

from orchestration.defs.failing import ExplainedError
from orchestration.defs.local_days import LOCAL_ZONE
from orchestration.defs.resources import DatabaseResource, lend_environment
from orchestration.defs.telling import described
from orchestration.defs.transform.columns import stream_with_columns
from orchestration.paths import DBT_PROJECT_DIR, LIVE_TARGET, LIVE_TARGET_PATH
from orchestration.warehouse.built_models import (
    BUILD,
    TEST_SCOPE,
    TestScope,
    choose_test_scope,
    digest_project,
    remember_built_models,
)

FAILED = ("error", "fail", "runtime error")

project = DbtProject(
    project_dir=DBT_PROJECT_DIR,
    target_path=LIVE_TARGET_PATH,
    profiles_dir=DBT_PROJECT_DIR,
    target=LIVE_TARGET,
)


class SchemaTranslator(DagsterDbtTranslator):
    """Keys every model [schema, name] and groups it by its layer."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """[schema, model]; a source keeps the key its yaml names."""
        if dbt_resource_props["resource_type"] == "model":
            return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])
        return super().get_asset_key(dbt_resource_props)

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The layer: staging, intermediate, marts or kpi; or the group that `meta.dagster` names.

        Only groups that do not feed each other are drawn from left to right.
        """
        named = dbt_resource_props["meta"].get("dagster", {}).get("group")
        return str(named or dbt_resource_props["schema"])

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> Sequence[str] | None:
        """The dbt group of a model, the `meta.owner` of a source."""
        group = dbt_resource_props.get("group") or {}
        owner = group.get("name") or dbt_resource_props["meta"].get("owner")
        return [f"team:{owner}"] if owner else None

    def get_metadata(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, Any]:
        """A model's columns come with its builds: the UI would hide their lineage behind these."""
        metadata = dict(super().get_metadata(dbt_resource_props))
        if dbt_resource_props["resource_type"] == "model":
            metadata.pop("dagster/column_schema", None)
        return metadata


translator = SchemaTranslator(
    settings=DagsterDbtTranslatorSettings(enable_source_tests_as_checks=True)
)


class WarehouseConfig(dg.Config):
    """What a build of the models tests."""

    test_all_rows: bool = Field(
        default=False,
        description=(
            "Run the data tests on all rows. Without it, where all have passed before on these"
            " models, they look at the rows of requests that changed since."
        ),
    )


@dbt_assets(manifest=project.manifest_path, project=project, dagster_dbt_translator=translator)
def warehouse_models(
    context: dg.AssetExecutionContext,
    config: WarehouseConfig,
    dbt: DbtCliResource,
    database: DatabaseResource,
) -> Iterator[dg.AssetMaterialization | dg.AssetCheckResult | Any]:
    """The dbt models, built in dependency order, each followed by its data tests."""
    digest = digest_project()
    scope = "all" if config.test_all_rows else choose_test_scope(database.open())
    context.log.info(f"The data tests look at the rows of {scope} requests.")
    invocation = start_dbt(dbt, context, scope)
    with database.connect("tat_dbt") as connection, explain_build(invocation):
        yield from stream_with_columns(invocation, connection)
    if not context.is_subset:
        remember_built_models(database.open(), digest)


@contextmanager
def explain_build(invocation: DbtCliInvocation) -> Iterator[None]:
    """Raise ExplainedError with what failed, in place of dagster-dbt's error.

    Its begins with the command, which may name every model.
    """
    try:
        yield
    except DagsterDbtCliRuntimeError as error:
        try:
            results = invocation.get_artifact("run_results.json")["results"]
        except FileNotFoundError:
            raise error from None
        raise ExplainedError(describe_failures(results)) from None


def describe_failures(results: Sequence[Mapping[str, Any]]) -> str:
    """The models and data tests that failed, a line each, in dbt's words."""
    failed = [result for result in results if result["status"] in FAILED]
    lines = [
        f"- {result['unique_id'].split('.')[2]}: {' '.join((result['message'] or '').split())}"
        for result in failed
    ]
    return "\n".join([f"dbt failed at {len(failed)} of {len(results)} nodes:", *lines])


def start_dbt(
    dbt: DbtCliResource, context: dg.AssetExecutionContext, scope: TestScope
) -> DbtCliInvocation:
    """Start the build; dbt finds the scope of its tests in the environment of its process."""
    with lend_environment({TEST_SCOPE: scope}):
        return dbt.cli(list(BUILD), context=context)


warehouse_job = dg.define_asset_job(
    "warehouse_job",
    # With the checks of all sources too the selection is the whole project, and dbt is not
    # handed a list of names.
    selection=dg.AssetSelection.assets(warehouse_models)
    | dg.AssetSelection.checks(warehouse_models),
    description="Build every dbt model and run every data test.",
)


@described(
    dg.schedule,
    job=warehouse_job,
    cron_schedule="30 2 * * *",
    execution_timezone=LOCAL_ZONE,
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def nightly_warehouse_schedule() -> dg.RunRequest:
    """Every night: build the models and run every data test on all rows."""
    config = WarehouseConfig(test_all_rows=True)
    return dg.RunRequest(run_config=dg.RunConfig(ops={"warehouse_models": config}))
