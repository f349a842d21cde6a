"""Who may ask Dagster's web server: pages that it served itself, under a name that it knows.

Dagster's UI has no login. Unguarded, any web page could have the browser of somebody beside a
running Dagster launch runs: under a name of its own that leads to 127.0.0.1, or by asking across
sites, where Dagster carries out a mutation even of a GET.
"""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK = ("localhost", "127.0.0.1", "::1")
WRONG_NAME = (
    "The Dagster UI does not answer under this name. On its own machine it is localhost; further"
    " names are listed in TAT_ALLOWED_HOSTS."
)
OTHER_SITE = (
    "Refused: a page of another site asked. If it was a page of the Dagster UI behind a proxy,"
    " let the proxy pass the Host header on."
)


class Guard:
    """ASGI middleware that refuses requests and WebSockets, see `find_refusal`."""

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        self.app = app
        self.names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the refusal, else hand on."""
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        refusal = find_refusal(scope.get("method", "GET"), Headers(scope=scope), self.names)
        if refusal is None:
            return await self.app(scope, receive, send)
        status, reason = refusal
        await PlainTextResponse(reason, status)(scope, receive, send)


def find_refusal(method: str, headers: Headers, names: Collection[str]) -> tuple[int, str] | None:
    """The status and reason to refuse a request with; None to let it pass.

    400 unless its Host is one of `names`, on any port; 403 when a page of another site asks.
    """
    host = headers.get("host", "").lower()
    if read_name(host) not in names:
        return 400, WRONG_NAME
    return (403, OTHER_SITE) if is_from_elsewhere(method, headers, host) else None


def read_name(host: str) -> str | None:
    """The name in a Host header, without port and brackets; None where it holds none."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def is_from_elsewhere(method: str, headers: Headers, host: str) -> bool:
    """Whether a browser says that a page of another origin asks, other than by a link to here.

    Browsers name the origin of what may change something; for the rest they say how the page
    is related. What is no browser says neither.
    """
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin.lower()).netloc != host:
        return True
    is_link = method == "GET" and headers.get("sec-fetch-dest") == "document"
    return not is_link and headers.get("sec-fetch-site", "none") not in ("same-origin", "none")
