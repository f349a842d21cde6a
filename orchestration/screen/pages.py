"""The pages in HTML: templates, filters, and the headers that keep a browser strict."""

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from orchestration.delivery.rendering import (
    clean_line,
    format_hours,
    format_local,
    format_percent,
)
from orchestration.engine.describing import describe_delivery
from orchestration.engine.explaining import Explanation, Line, list_windows, summarize
from orchestration.screen.reading import Person, Queue, RequestPage
from orchestration.screen.timeline import (
    choose_scale,
    draw_bars,
    draw_marks,
    draw_ticks,
    translate,
)

TEMPLATES = Path(__file__).with_name("templates")
STYLE_SHEET = TEMPLATES / "screen.css"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
# What a state is called, and its sign beside the colour.
STATES = {
    "ON_TRACK": ("On track", "●"),
    "AT_RISK": ("At risk", "▲"),
    "BREACHED": ("Breached", "■"),
    "PAUSED": ("Paused", "❚❚"),
    "COMPLETED_ON_TIME": ("Decided in time", "✓"),
    "COMPLETED_LATE": ("Decided late", "✕"),
    "SKIPPED": ("Skipped", "–"),
    "NOT_STARTED": ("Not started", "○"),
}

# Why nobody was notified of an alert.
REASONS = {
    "replay": "the level was decided already when it arrived",
}


@lru_cache
def build_environment() -> Environment:
    """The templates; HTML escapes what it is given, a misspelt name is an error."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "hours": format_hours,
        "local": format_local,
        "line": clean_line,
        "percent": format_percent,
        "delivery": describe_delivery,
    }
    environment.globals |= {"states": STATES, "reasons": REASONS}
    return environment


def respond(template: str, status: int = 200, **facts: Any) -> HTMLResponse:
    """A page of a template."""
    html = build_environment().get_template(template).render(facts)
    return HTMLResponse(html, status, HEADERS)


def show_request(page: RequestPage, person: Person, token: str | None, has_queue: bool) -> Any:
    """The page of a request."""
    explanations = list(page.explanations.values())
    scale = choose_scale(explanations, person.present)
    rows = [
        {
            **level,
            "drawing": draw_level(page.explanations[level["level_id"]], person, scale)
            if scale and level["level_id"] in page.explanations
            else None,
        }
        for level in page.levels
    ]
    return respond(
        "request.html",
        request=page.request,
        rows=rows,
        reminders=page.reminders,
        ticks=draw_ticks(scale, person.time_zone) if scale else [],
        now=place_present(scale, person.present, rows),
        person=person,
        token=token,
        has_queue=has_queue,
    )


def draw_level(explanation: Explanation, person: Person, scale: Any) -> dict[str, Any]:
    """A level's bars and marks, and its explanation as tables, on the person's clock."""
    return {
        "bars": draw_bars(explanation, scale, person.present),
        "marks": draw_marks(explanation, scale),
        "cycles": [
            explain_cycle(translate(lines, person.time_zone)) for _, lines in explanation.cycles
        ],
    }


def explain_cycle(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """One life of a level: a sentence, its facts, windows, thresholds and alerts."""
    return {
        "summary": summarize(lines),
        "facts": keep(lines, "segment", "holder", "edit"),
        "windows": list_windows(lines),
        "targets": keep(lines, "threshold", "alert"),
        "paused_hours": sum(line["hours"] or 0 for line in keep(lines, "pause")),
    }


def keep(lines: list[dict[str, Any]], *kinds: str) -> list[Line]:
    """The lines of these kinds."""
    return [line for line in lines if line["kind"] in kinds]


def place_present(scale: Any, present: datetime, rows: list[dict[str, Any]]) -> float | None:
    """Where now is, while a level runs or waits."""
    is_open = any(
        row["progress"] and row["progress"]["tat_status"] in ("ON_TRACK", "AT_RISK", "BREACHED")
        for row in rows
    )
    return scale.place(present) if scale and is_open else None


def show_queue(queue: Queue, person: Person, token: str | None) -> Any:
    """The page of what waits for a person."""
    return respond("queue.html", queue=queue, person=person, token=token, has_queue=True)


def show_message(status: int, title: str, text: str) -> HTMLResponse:
    """A page that says why there is nothing else."""
    return respond("message.html", status, title=title, text=text)
