"""Charts and dashboards as Superset imports them."""

from collections.abc import Sequence
from typing import Any

from orchestration.dashboards.datasets import VERSION, make_uuid
from orchestration.dashboards.declaring import COLOURS, Board, Chart, Filter, make_slug
from orchestration.dashboards.styles import STYLE_SHEET

PERIOD = 'DATEADD(DATETIME("today"), -29, day) : DATEADD(DATETIME("today"), 1, day)'
INTRO_HEIGHT = 13
WIDTH = 12


def name_chart(board: Board, chart: Chart) -> str:
    """The name of a chart's file."""
    return f"{board.slug}_{make_slug(chart.title)}"


def list_charts(board: Board) -> list[Chart]:
    """The charts of a dashboard, from left to right and top to bottom."""
    return [chart for row in board.rows for chart in row.charts]


def write_chart(board: Board, chart: Chart) -> dict[str, Any]:
    """A chart with the conditions that its rows must satisfy."""
    conditions: list[dict[str, Any]] = []
    if chart.day:
        conditions.append(
            {
                "clause": "WHERE",
                "expressionType": "SIMPLE",
                "subject": chart.day,
                "operator": "TEMPORAL_RANGE",
                "comparator": PERIOD if chart.kind == "pop_kpi" else "No filter",
            }
        )
    if chart.only:
        conditions.append({"clause": "WHERE", "expressionType": "SQL", "sqlExpression": chart.only})
    return {
        "slice_name": chart.title,
        "description": chart.means or None,
        "viz_type": chart.kind,
        "params": {
            "viz_type": chart.kind,
            **chart.parameters,
            "adhoc_filters": conditions,
            "extra_form_data": {},
        },
        "query_context": None,
        "cache_timeout": None,
        "is_managed_externally": True,
        "uuid": make_uuid("chart", name_chart(board, chart)),
        "dataset_uuid": make_uuid("dataset", chart.dataset),
        "version": VERSION,
    }


def write_board(
    board: Board, boards: Sequence[Board], columns: dict[str, set[str]]
) -> dict[str, Any]:
    """A dashboard; `columns` are those of each dataset, `boards` all that it links to."""
    return {
        "dashboard_title": board.title,
        "description": board.intro,
        "slug": board.slug,
        "css": STYLE_SHEET,
        "published": True,
        "is_managed_externally": True,
        "uuid": make_uuid("dashboard", board.slug),
        "version": VERSION,
        "position": lay_out(board, boards),
        "metadata": {
            "color_scheme": "turnaround",
            "label_colors": COLOURS,
            "shared_label_colors": [],
            "cross_filters_enabled": True,
            "filter_bar_orientation": "HORIZONTAL",
            "native_filter_configuration": list_filters(board, columns),
            "refresh_frequency": 0,
            "timed_refresh_immune_slices": [],
            "expanded_slices": {},
            "default_filters": "{}",
        },
    }


def lay_out(board: Board, boards: Sequence[Board]) -> dict[str, Any]:
    """The grid of a dashboard: links and what it answers, then its rows."""
    rows = [f"ROW-{number}" for number in range(len(board.rows) + 1)]
    position: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"id": "ROOT_ID", "type": "ROOT", "children": ["GRID_ID"]},
        "GRID_ID": {"id": "GRID_ID", "type": "GRID", "children": rows, "parents": ["ROOT_ID"]},
        "HEADER_ID": {"id": "HEADER_ID", "type": "HEADER", "meta": {"text": board.title}},
        "MARKDOWN-intro": {
            "id": "MARKDOWN-intro",
            "type": "MARKDOWN",
            "children": [],
            "parents": ["ROOT_ID", "GRID_ID", rows[0]],
            "meta": {"width": WIDTH, "height": INTRO_HEIGHT, "code": introduce(board, boards)},
        },
        rows[0]: place_row(rows[0], ["MARKDOWN-intro"]),
    }
    for row_id, row in zip(rows[1:], board.rows, strict=True):
        names = [name_chart(board, chart) for chart in row.charts]
        position[row_id] = place_row(row_id, [f"CHART-{name}" for name in names])
        for name, chart in zip(names, row.charts, strict=True):
            meta = {
                "width": WIDTH // len(row.charts),
                "height": row.height,
                "uuid": make_uuid("chart", name),
                "sliceName": chart.title,
                "chartId": number_chart(board, chart),
            }
            position[f"CHART-{name}"] = {
                "id": f"CHART-{name}",
                "type": "CHART",
                "children": [],
                "parents": ["ROOT_ID", "GRID_ID", row_id],
                "meta": meta,
            }
    return position


def place_row(row_id: str, children: Sequence[str]) -> dict[str, Any]:
    """A row of the grid."""
    return {
        "id": row_id,
        "type": "ROW",
        "children": list(children),
        "parents": ["ROOT_ID", "GRID_ID"],
        "meta": {"background": "BACKGROUND_TRANSPARENT"},
    }


def introduce(board: Board, boards: Sequence[Board]) -> str:
    """Links to all dashboards, and what this one answers."""
    links = " · ".join(
        f"**{other.title}**"
        if other.slug == board.slug
        else f"[{other.title}](/superset/dashboard/{other.slug}/)"
        for other in boards
    )
    return f"{links}\n\n{board.intro}"


def number_chart(board: Board, chart: Chart) -> int:
    """A number that stands for a chart within its dashboard; the import gives it another."""
    return list_charts(board).index(chart) + 1


def list_filters(board: Board, columns: dict[str, set[str]]) -> list[dict[str, Any]]:
    """The filters, each over the charts that have its column."""
    charts = list_charts(board)
    dates = [write_date_filter(board, [c for c in charts if not c.day])] if board.has_dates else []
    return [
        *dates,
        *(
            write_filter(
                board, found, [c for c in charts if found.column not in columns[c.dataset]]
            )
            for found in board.filters
        ),
    ]


def write_date_filter(board: Board, without: Sequence[Chart]) -> dict[str, Any]:
    """The period, at first the last 30 days."""
    return {
        **describe_filter(board, "Date", without),
        "filterType": "filter_time",
        "targets": [{}],
        "controlValues": {"enableEmptyFilter": False},
        "defaultDataMask": {
            "extraFormData": {"time_range": PERIOD},
            "filterState": {"value": PERIOD},
            "ownState": {},
        },
    }


def write_filter(board: Board, found: Filter, without: Sequence[Chart]) -> dict[str, Any]:
    """Any of the values of a column."""
    return {
        **describe_filter(board, found.name, without),
        "filterType": "filter_select",
        "targets": [
            {"datasetUuid": make_uuid("dataset", found.dataset), "column": {"name": found.column}}
        ],
        "controlValues": {
            "multiSelect": True,
            "enableEmptyFilter": False,
            "defaultToFirstItem": False,
            "inverseSelection": False,
            "searchAllOptions": True,
        },
        "defaultDataMask": {"extraFormData": {}, "filterState": {}, "ownState": {}},
    }


def describe_filter(board: Board, name: str, without: Sequence[Chart]) -> dict[str, Any]:
    """What all filters have; `without` are the charts that it leaves as they are."""
    return {
        "id": f"NATIVE_FILTER-{board.slug}-{make_slug(name)}",
        "name": name,
        "type": "NATIVE_FILTER",
        "description": "",
        "cascadeParentIds": [],
        "scope": {
            "rootPath": ["ROOT_ID"],
            "excluded": [number_chart(board, chart) for chart in without],
        },
    }
