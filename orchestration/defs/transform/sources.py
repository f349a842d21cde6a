"""What dbt says about its sources, for the assets of ours that stand for them."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import dagster as dg
from dagster_dbt.dbt_manifest import validate_manifest

from orchestration.defs.transform.assets import project, translator

COLUMNS = "dagster/column_schema"


@cache
def list_sources() -> Mapping[dg.AssetKey, dg.AssetSpec]:
    """Each dbt source as dagster-dbt would describe it, by its key."""
    manifest = validate_manifest(project.manifest_path)
    specs = (translator.get_asset_spec(manifest, name, project) for name in manifest["sources"])
    return {spec.key: spec for spec in specs}


def describe_source(schema: str, table: str) -> Mapping[str, Any]:
    """The columns, types and meanings of a source, as metadata; empty for any other table."""
    source = list_sources().get(dg.AssetKey([schema, table]))
    return {COLUMNS: source.metadata[COLUMNS]} if source else {}
