"""Signatures of HTTP calls as the Standard Webhooks specification has them, made and checked."""

import base64
import hashlib
import hmac
import re

ID_HEADER = "webhook-id"
TIME_HEADER = "webhook-timestamp"
SIGNATURE_HEADER = "webhook-signature"
# A call that is older, or dated further ahead, may be a copy of an earlier one.
TOLERANCE_SECONDS = 300
MESSAGE_ID = re.compile(r"[A-Za-z0-9_.:-]{1,200}", re.ASCII)
SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)


class SignatureError(ValueError):
    """A call was not signed with the secret, or not lately. The message says what is wrong."""


def sign(secret: str, message_id: str, body: bytes, timestamp: int) -> dict[str, str]:
    """The headers that let a receiver check who called, when, and that nothing was changed."""
    return {
        ID_HEADER: message_id,
        TIME_HEADER: str(timestamp),
        SIGNATURE_HEADER: compute_signature(secret, message_id, body, timestamp),
    }


def compute_signature(secret: str, message_id: str, body: bytes, timestamp: int) -> str:
    """HMAC-SHA256 of `id.timestamp.body` with its version.

    A secret that begins with `whsec_` is base64, any other is taken as it is.
    """
    key = base64.b64decode(secret[6:]) if secret.startswith("whsec_") else secret.encode()
    signed = f"{message_id}.{timestamp}.".encode() + body
    return f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"


def check_envelope(message_id: str, timestamp: str, signatures: str, now: float) -> None:
    """Check what can be told before the body is read; raises SignatureError."""
    if not MESSAGE_ID.fullmatch(message_id):
        raise SignatureError(
            f"{ID_HEADER} must have 1 to 200 letters, digits and signs of '_', '.', ':', '-'."
        )
    if not SECONDS.fullmatch(timestamp):
        raise SignatureError(f"{TIME_HEADER} must be the seconds since 1970.")
    if abs(now - int(timestamp)) > TOLERANCE_SECONDS:
        raise SignatureError(
            f"{TIME_HEADER} is more than {TOLERANCE_SECONDS} seconds from the time here. "
            "Sign each attempt anew, and check the clock."
        )
    if not signatures:
        raise SignatureError(f"{SIGNATURE_HEADER} is missing.")


def check_signature(
    secret: str, message_id: str, timestamp: str, signatures: str, body: bytes
) -> None:
    """Raise SignatureError unless one of `signatures`, with blanks between, is of this secret."""
    expected = compute_signature(secret, message_id, body, int(timestamp)).encode()
    matches = [hmac.compare_digest(given.encode(), expected) for given in signatures.split(" ")]
    if not any(matches):
        raise SignatureError(f"{SIGNATURE_HEADER} is not that of the secret for this body.")
