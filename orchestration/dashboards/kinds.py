"""The kinds of charts that the dashboards use, with Superset's names for what they take."""

from collections.abc import Mapping, Sequence
from typing import Any

from orchestration.dashboards.declaring import Chart

WHOLE, ONE_DECIMAL = ",d", ",.1f"
WEEK, DAY = "P1W", "P1D"
DATE, TIME = "%-d %b %Y", "%-d %b %Y, %H:%M"
MOST_ROWS = 10_000


def card(title: str, dataset: str, metric: str, shape: str = WHOLE, **of_chart: Any) -> Chart:
    """One figure as it is now, or of the period where it has a day."""
    parameters = {
        "metric": metric,
        "y_axis_format": shape,
        "header_font_size": 0.4,
        "subtitle_font_size": 0.15,
    }
    return Chart(title, dataset, "big_number_total", parameters, **of_chart)


def change(
    title: str, dataset: str, metric: str, day: str, shape: str = WHOLE, **of_chart: Any
) -> Chart:
    """One figure of the period, beside that of the period of the same length before."""
    parameters = {
        "metric": metric,
        "y_axis_format": shape,
        "time_compare": "inherit",
        "percentDifferenceFormat": "+.0%",
        "header_font_size": 0.4,
        "subheader_font_size": 0.125,
        "comparison_color_enabled": False,
        "column_config": compare("Delta" if "%" in title else "Percent change"),
    }
    return Chart(title, dataset, "pop_kpi", parameters, day=day, **of_chart)


def compare(shown: str) -> dict[str, Any]:
    """What stands under a figure: that of the period before, and the change in one form.

    The change of a percentage is in points, since a percentage of one would be misread.
    """
    words = {"Previous value": "before", "Delta": "points", "Percent change": "change"}
    return {
        name: {
            "customColumnName": word,
            "displayTypeIcon": False,
            "visible": name in ("Previous value", shown),
        }
        for name, word in words.items()
    }


def over_time(
    title: str,
    dataset: str,
    metrics: Sequence[str],
    day: str,
    unit: str,
    *,
    by: Sequence[str] = (),
    grain: str = WEEK,
    shape: str = WHOLE,
    bars: bool = False,
    **of_chart: Any,
) -> Chart:
    """Lines, or stacked bars, over days or weeks."""
    parameters = {
        **(name_weeks(day) if grain == WEEK else {"x_axis": day, "time_grain_sqla": grain}),
        "metrics": list(metrics),
        "groupby": list(by),
        "x_axis_time_format": "%-d %b",
        "tooltipTimeFormat": DATE,
        "row_limit": MOST_ROWS,
        **describe_axis(unit, shape),
        **describe_legend(len(metrics) > 1 or bool(by)),
    }
    if bars:
        parameters |= {"stack": "Stack", "orientation": "vertical"}
        return Chart(title, dataset, "echarts_timeseries_bar", parameters, day=day, **of_chart)
    parameters |= {"markerEnabled": True, "markerSize": 4, "seriesType": "line"}
    return Chart(title, dataset, "echarts_timeseries_line", parameters, day=day, **of_chart)


def name_weeks(day: str) -> dict[str, Any]:
    """An axis of weeks, each under its Monday; an axis of time would put its labels elsewhere."""
    week = {
        "expressionType": "SQL",
        "label": "Week from Monday",
        "sqlExpression": f"date_trunc('week', {day})::date::text",
    }
    return {"x_axis": week, "x_axis_sort": week["label"], "x_axis_sort_asc": True}


def ranked(
    title: str,
    dataset: str,
    metrics: Sequence[str],
    along: str,
    unit: str,
    *,
    order: str | None = None,
    shape: str = WHOLE,
    most: int = 15,
    **of_chart: Any,
) -> Chart:
    """Horizontal bars: the `most` of the highest metric on top, or of the highest `order` in SQL.

    Stacked bars need an order. It is under a name of its own: Superset would draw a metric of the
    dataset as a bar too. It counts the order into the totals at their ends, so these are not shown.
    """
    ordering = {"expressionType": "SQL", "sqlExpression": order, "label": "order"}
    parameters = {
        "x_axis": along,
        "xAxisForceCategorical": True,
        "metrics": list(metrics),
        "groupby": [],
        "orientation": "horizontal",
        "stack": "Stack",
        "row_limit": most,
        "timeseries_limit_metric": ordering if order else metrics[0],
        "order_desc": True,
        "x_axis_sort": ordering["label"] if order else metrics[0],
        "x_axis_sort_asc": True,
        "show_value": order is None,
        **describe_axis(unit, shape),
        **describe_legend(len(metrics) > 1),
    }
    return Chart(title, dataset, "echarts_timeseries_bar", parameters, **of_chart)


def describe_axis(unit: str, shape: str) -> dict[str, Any]:
    """The axis of the figures: from 0 on, with its unit."""
    return {
        "y_axis_format": shape,
        "y_axis_title": unit,
        "y_axis_title_margin": 40,
        "y_axis_title_position": "Left",
        "truncateYAxis": False,
        "rich_tooltip": True,
        "color_scheme": "turnaround",
    }


def describe_legend(is_shown: bool) -> dict[str, Any]:
    """A legend above the chart, where there is more than one series."""
    return {"show_legend": is_shown, "legendType": "scroll", "legendOrientation": "top"}


def pie(title: str, dataset: str, metric: str, by: str, **of_chart: Any) -> Chart:
    """A ring of parts, each with its count and share."""
    parameters = {
        "metric": metric,
        "groupby": [by],
        "row_limit": 20,
        "sort_by_metric": True,
        "donut": True,
        "innerRadius": 40,
        "outerRadius": 65,
        "label_type": "key_value_percent",
        "number_format": WHOLE,
        "labels_outside": True,
        "show_labels": True,
        "show_labels_threshold": 2,
        "color_scheme": "turnaround",
        **describe_legend(False),
    }
    return Chart(title, dataset, "pie", parameters, **of_chart)


def histogram(
    title: str, dataset: str, column: str, unit: str, counted: str, **of_chart: Any
) -> Chart:
    """How many rows have a value in each stretch of it."""
    parameters = {
        "column": column,
        "groupby": [],
        "bins": 20,
        "normalize": False,
        "row_limit": 50_000,
        "x_axis_title": unit,
        "y_axis_title": counted,
        "x_axis_format": ONE_DECIMAL,
        "y_axis_format": WHOLE,
        "show_legend": False,
        "color_scheme": "turnaround",
    }
    return Chart(title, dataset, "histogram_v2", parameters, **of_chart)


def table(
    title: str,
    dataset: str,
    columns: Sequence[str],
    order: Sequence[str],
    *,
    shapes: Mapping[str, str] | None = None,
    **of_chart: Any,
) -> Chart:
    """The rows themselves, searchable; a minus in `order` descends."""
    parameters = {
        "query_mode": "raw",
        "all_columns": list(columns),
        "order_by_cols": [
            f'["{column.removeprefix("-")}", {str(not column.startswith("-")).lower()}]'
            for column in order
        ],
        **describe_table(shapes or {}),
    }
    return Chart(title, dataset, "table", parameters, **of_chart)


def summary(
    title: str,
    dataset: str,
    by: Sequence[str],
    metrics: Sequence[str],
    *,
    order: str,
    shapes: Mapping[str, str] | None = None,
    **of_chart: Any,
) -> Chart:
    """Metrics in a row for each value of some columns, searchable, the highest `order` first."""
    parameters = {
        "query_mode": "aggregate",
        "groupby": list(by),
        "metrics": list(metrics),
        "percent_metrics": [],
        "timeseries_limit_metric": order,
        "order_desc": True,
        **describe_table(shapes or {}),
    }
    return Chart(title, dataset, "table", parameters, **of_chart)


def describe_table(shapes: Mapping[str, str]) -> dict[str, Any]:
    """What tables share; `shapes` are the formats of some numbers."""
    return {
        "row_limit": MOST_ROWS,
        "include_search": True,
        "page_length": 20,
        "server_pagination": False,
        "show_cell_bars": False,
        "allow_render_html": True,
        "table_timestamp_format": TIME,
        "column_config": {
            "request_link": {"columnWidth": 135},
            **{column: {"d3NumberFormat": shape} for column, shape in shapes.items()},
        },
    }
