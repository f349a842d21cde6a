"""What is wrong with a call, as JSON that RFC 9457 describes."""

from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse

MEDIA_TYPE = "application/problem+json"


class ProblemError(Exception):
    """An answer that says what is wrong and what to do. `members` are further facts of it."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        headers: dict[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = headers or {}
        self.members = members

    def respond(self) -> JSONResponse:
        """The answer."""
        content = {
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": str(self),
            **self.members,
        }
        headers = {"Cache-Control": "no-store", **self.headers}
        return JSONResponse(content, self.status, headers, MEDIA_TYPE)


def ask_to_wait(detail: str, seconds: int) -> ProblemError:
    """A problem that is over later: the same call may come again after some seconds."""
    return ProblemError(503, detail, headers={"Retry-After": str(seconds)})
