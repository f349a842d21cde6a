"""Write the assets as YAML, in the folders that Superset's import looks for."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from orchestration.dashboards.catalog import BOARDS, DATASETS
from orchestration.dashboards.datasets import DATABASE, VERSION, write_database, write_dataset
from orchestration.dashboards.layout import list_charts, name_chart, write_board, write_chart
from orchestration.dashboards.metrics import list_metrics
from orchestration.metrics.catalog import read_semantic_manifest
from orchestration.paths import DBT_MANIFEST, SEMANTIC_MANIFEST

# Superset asks for an instant; a fixed one keeps the files the same.
METADATA = {"version": VERSION, "type": "assets", "timestamp": "2026-01-01T00:00:00+00:00"}


def write_assets(folder: Path) -> None:
    """Write all assets into `folder`, and remove those that are no more."""
    texts = build_assets()
    for path in folder.rglob("*.yaml"):
        if path.relative_to(folder).as_posix() not in texts:
            path.unlink()
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def build_assets() -> dict[str, str]:
    """The text of each file, from what dbt has parsed. Raises FileNotFoundError before that."""
    manifest = json.loads(DBT_MANIFEST.read_text(encoding="utf-8"))
    semantic = json.loads(read_semantic_manifest(SEMANTIC_MANIFEST))
    return {name: show(asset) for name, asset in list_assets(manifest, semantic)}


def list_assets(
    manifest: Mapping[str, Any], semantic: Mapping[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each file's name and what is in it."""
    models = {node["name"]: node for node in manifest["nodes"].values()}
    metrics = list_metrics(semantic)
    datasets = {
        dataset.name: write_dataset(
            dataset, None if dataset.schema else models[dataset.name], metrics.get(dataset.name, [])
        )
        for dataset in DATASETS
    }
    columns = {
        name: {column["column_name"] for column in dataset["columns"]}
        for name, dataset in datasets.items()
    }
    yield "metadata.yaml", METADATA
    yield f"databases/{DATABASE}.yaml", write_database()
    for name, dataset in datasets.items():
        yield f"datasets/{DATABASE}/{name}.yaml", dataset
    for board in BOARDS:
        for chart in list_charts(board):
            yield f"charts/{name_chart(board, chart)}.yaml", write_chart(board, chart)
        yield f"dashboards/{board.slug}.yaml", write_board(board, BOARDS, columns)


def show(asset: Mapping[str, Any]) -> str:
    """An asset as YAML, in the order it is written in."""
    return yaml.safe_dump(dict(asset), sort_keys=False, allow_unicode=True, width=100)
