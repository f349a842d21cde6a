"""Links that are signed: who may open what, and until when."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

PURPOSE = b"turnaround request screen 1:"
QUEUE = "queue"


@dataclass(frozen=True)
class Grant:
    """Opens one request for a person, or with no `request_id` their queue and all it leads to."""

    user_id: UUID
    request_id: UUID | None
    ends_at: datetime


def sign(grant: Grant, secret: str) -> str:
    """The token of a grant, in characters that an address takes as they are."""
    scope = grant.request_id.hex if grant.request_id else QUEUE
    payload = f"{grant.user_id.hex}.{scope}.{int(grant.ends_at.timestamp())}"
    return f"{payload}.{compute_signature(payload, secret)}"


def verify(token: str, secret: str, now: datetime) -> Grant | None:
    """The grant of a token that was signed with this secret and has not ended, else None."""
    payload, _, signature = token.rpartition(".")
    expected = compute_signature(payload, secret)
    if not hmac.compare_digest(signature.encode(), expected.encode()):
        return None
    # Signed by us, so of our form.
    user_id, scope, seconds = payload.split(".")
    ends_at = datetime.fromtimestamp(int(seconds), now.tzinfo)
    if ends_at <= now:
        return None
    return Grant(UUID(user_id), None if scope == QUEUE else UUID(scope), ends_at)


def compute_signature(payload: str, secret: str) -> str:
    """HMAC-SHA256 of the payload, as 43 characters."""
    digest = hmac.digest(secret.encode(), PURPOSE + payload.encode(), hashlib.sha256)
    return urlsafe_b64encode(digest).decode().rstrip("=")
