"""What dbt says about its sources, for the assets of ours that stand for them."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import dagster as dg
from dagster_dbt.dbt_manifest import validate_manifest

from orchestration.defs.transform.assets import project, translator

COLUMNS = "dagster/column_schema"


def read_sources() -> list[Mapping[str, Any]]:
    """dbt's sources as its manifest has them."""
    return list(validate_manifest(project.manifest_path)["sources"].values())


@cache
def list_sources() -> Mapping[dg.AssetKey, dg.AssetSpec]:
    """Each dbt source as dagster-dbt would describe it, by its key."""
    manifest = validate_manifest(project.manifest_path)
    specs = (translator.get_asset_spec(manifest, name, project) for name in manifest["sources"])
    return {spec.key: spec for spec in specs}


def describe_table(schema: str, table: str, **said: Any) -> dg.AssetSpec:
    """The asset of a table of ours, with owners and columns as dbt has them for its sources.

    What is said here of how the table is kept goes with it; `owners` counts for tables that dbt
    does not read.
    """
    key = dg.AssetKey([schema, table])
    source = list_sources().get(key)
    if source is not None:
        said |= {"owners": source.owners, "metadata": {COLUMNS: source.metadata[COLUMNS]}}
    return dg.AssetSpec(key, **({"kinds": {"postgres"}} | said))


def list_source_keys(schema: str) -> list[dg.AssetKey]:
    """The keys of dbt's sources in one schema."""
    return [key for key in list_sources() if key.path[0] == schema]
