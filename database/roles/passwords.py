"""Passwords of logins, which the server keeps as SCRAM verifiers."""

import base64
import hashlib
import hmac

import psycopg
from psycopg import sql


def holds_password(verifier: str | None, password: str) -> bool:
    """Whether a SCRAM verifier (RFC 5803) was made of this password."""
    if verifier is None or not verifier.startswith("SCRAM-SHA-256$"):
        return False
    _, iterations_and_salt, keys = verifier.split("$")
    iterations, salt = iterations_and_salt.split(":")
    salted = hashlib.pbkdf2_hmac(
        "sha256", password.encode(), base64.b64decode(salt), int(iterations)
    )
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    stored_key = base64.b64decode(keys.partition(":")[0])
    return hmac.compare_digest(hashlib.sha256(client_key).digest(), stored_key)


def hash_password(admin: psycopg.Connection, name: str, password: str) -> sql.Literal:
    """The SCRAM verifier, so that no log of the server ever sees the password."""
    verifier = admin.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256")
    return sql.Literal(verifier.decode())
