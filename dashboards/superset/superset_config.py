"""Superset's configuration: loopback, no calls outside, the database by environment variable."""

import os
import re
from pathlib import Path

from flask import request
from sqlalchemy.engine import make_url

HOME = Path(os.environ["SUPERSET_HOME"])
SECRET_KEY = (HOME / "secret_key").read_text()
SQLALCHEMY_DATABASE_URI = f"sqlite:///{HOME / 'superset.db'}?timeout=30"
APP_NAME = "Turnaround"
# What the assets name as host; no address and no password is kept in them.
PLACEHOLDER = "turnaround"
# A page of its own for each request, with {request_number} or {request_id} in it; may be empty.
REQUEST_URL = os.environ.get("TAT_BI_REQUEST_URL", "")

FEATURE_FLAGS = {
    "ALLOW_FULL_CSV_EXPORT": True,
    # Cards that compare a period with the one before are among these.
    "CHART_PLUGINS_EXPERIMENTAL": True,
    "ENABLE_TEMPLATE_PROCESSING": True,
    "HORIZONTAL_FILTER_BAR": True,
}
# One look at any hour, in the colours of the reports and the request screen.
THEME_DARK = None
EXTRA_CATEGORICAL_COLOR_SCHEMES = [
    {
        "id": "turnaround",
        "label": "Turnaround",
        "description": "",
        "colors": ["#8b95a4", "#6d5aa8", "#2f8f8b", "#4a5568", "#b0688f", "#5f7f3a", "#a3774a"],
    }
]
SQL_MAX_ROW = 1_000_000
SUPERSET_WEBSERVER_TIMEOUT = 300
SQLLAB_TIMEOUT = 300
# Pages load nothing from outside and report nothing: Superset counts its users by a picture there.
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": False,
}


def DB_CONNECTION_MUTATOR(uri, params, username, security_manager, source):  # noqa: N802
    """Put the address of the read-only login in place of the assets' placeholder."""
    if uri.host != PLACEHOLDER:
        return uri, params
    return make_url(os.environ["TAT_BI_URL"]).set(drivername="postgresql+psycopg2"), params


def link_request(**columns: str) -> str:
    """SQL of a request's number as a link to its page; `columns` says where each key stands.

    In a download, and where no page can be named by those keys, it is the number alone.
    """
    shown = columns["request_number"]
    named = re.findall(r"{(\w+)}", REQUEST_URL)
    if not named or is_download() or not set(named) <= set(columns):
        return shown
    address = "'" + REQUEST_URL.replace("'", "''") + "'"
    for name in named:
        address = f"replace({address}, '{{{name}}}', {percent_encode(columns[name])})"
    return (
        f'\'<a href="\' || {escape_html(address)} || \'" target="_blank" rel="noopener">\''
        f" || {escape_html(shown)} || '</a>'"
    )


def percent_encode(column: str) -> str:
    """SQL of a value with each of its bytes percent-encoded."""
    return f"regexp_replace(encode(convert_to({column}::text, 'UTF8'), 'hex'), '(..)', '%\\1', 'g')"


def escape_html(text: str) -> str:
    """SQL of a text with what HTML gives a meaning to escaped."""
    for sign, entity in (("&", "amp"), ("<", "lt"), (">", "gt"), ('"', "quot")):
        text = f"replace({text}, '{sign}', '&{entity};')"
    return text


def is_download() -> bool:
    """Whether the figures are asked for as a file."""
    return any(
        f'"result_format":"{kind}"' in request.form.get("form_data", "") for kind in ("csv", "xlsx")
    )


JINJA_CONTEXT_ADDONS = {"link_request": link_request}
