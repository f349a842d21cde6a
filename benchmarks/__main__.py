"""`python -m benchmarks`: measure ticks and loads on a PostgreSQL of their own.

The figures depend on the machine; the ratios beside them less so.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from benchmarks.captures import measure_captures, print_captures
from benchmarks.deliveries import DeliveryFigures, measure_delivery
from benchmarks.edits import EditFigures, measure_edits
from benchmarks.following import FollowFigures, measure_following, print_following
from benchmarks.loads import LoadFigures, measure_load
from benchmarks.ticks import TickFigures, measure_ticks
from benchmarks.views import ViewFigures, measure_views
from database.connect import Database, open_database
from database.migrate import migrate_database
from database.server import EmbeddedServer
from database.settings import Settings

DEFAULT_LEVELS = (100_000, 1_000_000)
DEFAULT_REQUESTS = 30_000
DEFAULT_REMINDERS = 3_000
SMALLEST = 50_000


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--levels",
        type=parse_levels,
        action="append",
        help="running levels (repeatable; default 100000 and 1000000)",
    )
    parser.add_argument("--skip-ticks", action="store_true", help="measure loads only")
    parser.add_argument("--skip-edits", action="store_true", help="leave bulk changes out")
    parser.add_argument("--skip-load", action="store_true", help="measure ticks only")
    parser.add_argument(
        "--requests", type=int, default=DEFAULT_REQUESTS, help="requests in the loaded bundle"
    )
    parser.add_argument(
        "--reminders",
        type=int,
        default=DEFAULT_REMINDERS,
        help="reminders that are due at once; 0 leaves delivery out",
    )
    parser.add_argument(
        "--views", type=int, metavar="REQUESTS", help="measure the views too, over so many requests"
    )
    parser.add_argument(
        "--follow",
        type=int,
        metavar="REQUESTS",
        help="measure following a source of so many requests",
    )
    parser.add_argument(
        "--captures", action="store_true", help="measure what triggers cost an app's writes"
    )
    parser.add_argument("--format", choices=("table", "json"), default="table")
    return parser.parse_args(arguments)


def parse_levels(text: str) -> int:
    """Read a number of levels; too few would not leave enough to cross."""
    levels = int(text.replace(",", "").replace("_", ""))
    if levels < SMALLEST:
        raise argparse.ArgumentTypeError(
            f"{levels:,} levels are too few; take {SMALLEST:,} or more"
        )
    return levels


@contextmanager
def serve() -> Iterator[Path]:
    """Run a PostgreSQL in a temporary directory, as durable as in production, and stop it."""
    with tempfile.TemporaryDirectory(prefix="tat-bench-") as directory:
        home = Path(directory)
        server = EmbeddedServer(home, report=show_progress)
        try:
            yield home
        finally:
            show_progress("stop the server")
            server.stop()


def create_database(home: Path, name: str) -> Database:
    """Create a migrated database with the default settings, whatever the environment says."""
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        database_url=None,
        home=home,
        timezone="Asia/Kolkata",
        test_mode=False,
        thresholds=(50, 75),
    )
    database = open_database(settings, name)
    migrate_database(database, settings=settings)
    return database


def show_progress(message: str) -> None:
    """Tell on standard error what is being done."""
    print(f"  {message}", file=sys.stderr, flush=True)


def run_ticks(
    home: Path, sizes: Sequence[int], *, with_edits: bool
) -> tuple[list[TickFigures], list[EditFigures]]:
    """Measure ticks, and bulk changes, at each number of levels in a database of its own."""
    ticks, edits = [], []
    for levels in sizes:
        show_progress(f"{levels:,} running levels")
        database = create_database(home, f"levels_{levels}")
        ticks.append(measure_ticks(database, levels, show_progress))
        if with_edits:
            edits.append(measure_edits(database, levels, show_progress))
    return ticks, edits


def run_load(home: Path, requests: int) -> LoadFigures:
    """Measure the load of one simulated bundle."""
    database = create_database(home, "loaded")
    return measure_load(database, home / "bundle", requests, show_progress)


def run_delivery(home: Path, reminders: int) -> DeliveryFigures:
    """Measure the delivery of so many reminders."""
    return measure_delivery(create_database(home, "delivered"), reminders, show_progress)


def run_views(home: Path, requests: int) -> ViewFigures:
    """Measure the views over so many requests."""
    database = create_database(home, f"warehouse_{requests}")
    return measure_views(database, home, requests, show_progress)


def run_following(home: Path, requests: int) -> FollowFigures:
    """Measure the following of a source of so many requests."""
    source = create_database(home, "source")
    return measure_following(source, create_database(home, "follower"), requests, show_progress)


def print_ticks(figures: Sequence[TickFigures]) -> None:
    """Print the figures of ticks as a table."""
    print("\nTicks (milliseconds; in brackets, how many times longer the scan takes)\n")
    print(f"{'running levels':>15}{'idle tick':>22}{'1,000 crossings':>22}{'scan of all':>14}")
    for row in figures:
        idle = f"{row.idle_tick_ms:,.1f} ({row.scan_per_idle_tick:,.0f}x)"
        crossing = f"{row.crossing_tick_ms:,.1f} ({row.scan_per_crossing_tick:,.0f}x)"
        print(f"{row.levels:>15,}{idle:>22}{crossing:>22}{row.scan_ms:>14,.0f}")


def print_edits(figures: Sequence[EditFigures]) -> None:
    """Print the figures of bulk changes as a table."""
    print("\nBulk changes (seconds)\n")
    for row in figures:
        lines = {
            "running levels": f"{row.levels:,}",
            "land as many more, triggers off": f"{row.insert_seconds:,.1f}",
            "the same with triggers": (
                f"{row.insert_with_triggers_seconds:,.1f} ({row.trigger_ratio:.2f}x)"
            ),
            "preview of a holiday ahead": f"{row.preview_seconds:,.1f}",
            "holiday ahead": f"{row.coming_holiday_seconds:,.1f} "
            f"({row.coming_holiday_levels:,} clocks)",
            "holiday in the past": f"{row.past_holiday_seconds:,.1f} "
            f"({row.past_holiday_levels:,} clocks)",
            "every clock derived anew": f"{row.derive_seconds:,.1f} ({row.derive_levels:,} clocks)",
            f"backlog of {row.backlog:,} crossings": f"{row.backlog_seconds:,.1f} "
            f"({row.backlog_ticks} ticks, the longest {row.longest_tick_seconds:.1f})",
        }
        for name, value in lines.items():
            print(f"{name:>40}  {value}")


def print_load(figures: LoadFigures) -> None:
    """Print the figures of loads as a table."""
    print("\nLoads (rows a second; in brackets, how many times faster a bare COPY is)\n")
    print(f"{'rows':>15}{'first load':>22}{'same again':>22}{'bare COPY':>14}")
    copy = figures.copy_rows_per_second
    first = f"{figures.load_rows_per_second:,.0f} ({figures.copy_per_load:,.1f}x)"
    again = f"{figures.reload_rows_per_second:,.0f} ({copy / figures.reload_rows_per_second:,.1f}x)"
    print(f"{figures.rows:>15,}{first:>22}{again:>22}{copy:>14,.0f}")


def print_delivery(figures: DeliveryFigures) -> None:
    """Print what telling people takes."""
    rate = figures.reminders / figures.sending_seconds
    print(f"\nDelivery of {figures.reminders:,} reminders due at once, a mail each\n")
    lines = {
        "ticks that record them": f"{figures.tick_seconds:,.2f} s",
        "receivers, channels and times": f"{figures.routing_seconds:,.2f} s",
        "sending": f"{figures.sending_seconds:,.2f} s ({rate:,.0f} a second, "
        f"{figures.sending_per_bare:.1f}x of handing them over alone)",
        "from tick to sent": f"p50 {figures.delay_p50_seconds:,.2f} s, "
        f"p99 {figures.delay_p99_seconds:,.2f} s",
    }
    for name, value in lines.items():
        print(f"{name:>40}  {value}")


def print_views(figures: ViewFigures) -> None:
    """Print what the views' queries take as a table."""
    print(f"\nViews over {figures.requests:,} requests\n")
    print(f"{'dbt build, full':>45}{figures.build_seconds:>10,.1f} s")
    again = f"dbt build again, {figures.changed} requests changed"
    print(f"{again:>45}{figures.incremental_build_seconds:>10,.1f} s")
    stored = f"storing {figures.changed} changed requests"
    print(f"{stored:>45}{figures.refresh_seconds:>10,.2f} s\n")
    waiting = f"{figures.changed} changed"
    print(f"{'median milliseconds':>30}{'':>11}{waiting:>13}{'naive':>12}{'bare scan':>12}")
    for row in figures.queries:
        naive = "" if row.naive_ms is None else f"{row.naive_ms:,.1f}"
        print(
            f"{row.query:>30}{row.query_ms:>11,.1f}{row.changed_ms:>13,.1f}"
            f"{naive:>12}{row.scan_ms:>12,.1f}"
        )
    print(f"\n{'dashboards, milliseconds':>30}{'all':>11}{waiting:>13}  the slowest question")
    for dashboard in figures.dashboards:
        print(
            f"{dashboard.dashboard:>30}{dashboard.query_ms:>11,.1f}{dashboard.changed_ms:>13,.1f}"
            f"  {dashboard.slowest} ({dashboard.slowest_ms:,.1f})"
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what the command line asks for and print it."""
    options = parse_arguments(arguments)
    with serve() as home:
        sizes = () if options.skip_ticks else tuple(options.levels or DEFAULT_LEVELS)
        ticks, edits = run_ticks(home, sizes, with_edits=not options.skip_edits)
        load = None if options.skip_load else run_load(home, options.requests)
        delivery = run_delivery(home, options.reminders) if options.reminders else None
        views = run_views(home, options.views) if options.views else None
        following = run_following(home, options.follow) if options.follow else None
        captures = []
        if options.captures:
            captures = measure_captures(create_database(home, "adopted"), show_progress)
    if options.format == "json":
        figures = {
            "ticks": [asdict(row) for row in ticks],
            "edits": [asdict(row) for row in edits],
            "load": load and asdict(load),
            "delivery": delivery and asdict(delivery),
            "views": views and asdict(views),
            "following": following and asdict(following),
            "captures": [asdict(row) for row in captures],
        }
        print(json.dumps(figures, indent=2))
        return
    if ticks:
        print_ticks(ticks)
    if edits:
        print_edits(edits)
    if load:
        print_load(load)
    if delivery:
        print_delivery(delivery)
    if views:
        print_views(views)
    if following:
        print_following(following)
    if captures:
        print_captures(captures)


if __name__ == "__main__":
    main()
