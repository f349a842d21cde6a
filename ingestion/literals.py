"""Single values: reading numbers, booleans, JSON and lists as text that PostgreSQL takes."""

import json
import re
from collections.abc import Callable
from typing import Any, NoReturn

from ingestion.tables import ColumnType

# Returns a text as it is to be copied. Raises ValueError, whose message says what it is not.
Reader = Callable[[str], str]

NUMBER = re.compile(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,2})?", re.ASCII)
WHOLE_NUMBER = re.compile(r"([+-]?\d{1,30})(\.0*)?", re.ASCII)
BRACED_ITEM = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^",{}\\]+))\s*(,|$)')
LIMITS = {"integer": 2**31, "bigint": 2**63}
# numeric(10, 2) rounds to hundredths before it compares.
HOURS_LIMIT = 99_999_999.995
TRUTHS = dict.fromkeys(("true", "t", "yes", "y", "1"), "true") | dict.fromkeys(
    ("false", "f", "no", "n", "0"), "false"
)


def find_reader(type_: ColumnType) -> Reader:
    """Return the reader of a type's values."""
    return {
        "numeric(10, 2)": read_number,
        "integer": lambda text: read_whole_number(text, LIMITS["integer"]),
        "bigint": lambda text: read_whole_number(text, LIMITS["bigint"]),
        "boolean": read_boolean,
        "jsonb": read_json,
        "text[]": read_list,
    }[type_]


def read_number(text: str) -> str:
    """Read a decimal number of at most eight digits before the point."""
    if not NUMBER.fullmatch(text):
        raise ValueError("is not a number")
    if abs(float(text)) >= HOURS_LIMIT:
        raise ValueError("is too large")
    return text


def read_whole_number(text: str, limit: int) -> str:
    """Read a whole number below `limit`; 3.0, as spreadsheets export 3, is one."""
    match = WHOLE_NUMBER.fullmatch(text)
    if not match:
        raise ValueError("is not a whole number")
    if not -limit <= int(match[1]) < limit:
        raise ValueError("is too large")
    return match[1]


def read_boolean(text: str) -> str:
    """Read true or false in one of the ways that databases and spreadsheets write them."""
    truth = TRUTHS.get(text.lower())
    if truth is None:
        raise ValueError("is neither true nor false")
    return truth


def read_json(text: str) -> str:
    """Check that a text is JSON that PostgreSQL can hold."""
    try:
        value = json.loads(text, parse_constant=refuse_value, parse_float=read_finite)
        # PostgreSQL has no NUL; its JSON takes no half of a surrogate pair.
        if "\\u0000" in json.dumps(value):
            raise ValueError("holds NUL")
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise ValueError("is not JSON") from None
    return text


def read_finite(text: str) -> float:
    """Read a number of a JSON text; raises ValueError when it is out of range."""
    number = float(text)
    if abs(number) == float("inf"):
        raise ValueError("out of range")
    return number


def refuse_value(name: str) -> NoReturn:
    """Refuse NaN and Infinity, which JSON does not have."""
    raise ValueError(f"{name} is not JSON")


def read_list(text: str) -> str:
    """Read a list of texts, ["a", "b"] or {a,b}, into PostgreSQL's array form."""
    items = read_braced(text) if text.startswith("{") else read_json_list(text)
    if any("\x00" in item for item in items):
        raise ValueError('is not a list such as ["Sales", "Finance"]')
    quoted = [item.replace("\\", "\\\\").replace('"', '\\"') for item in items]
    return "{" + ",".join(f'"{item}"' for item in quoted) + "}"


def read_json_list(text: str) -> list[str]:
    """Read a JSON array of texts."""
    try:
        items: Any = json.loads(text)
        is_list = isinstance(items, list) and all(isinstance(item, str) for item in items)
        text.encode()
        json.dumps(items, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        is_list = False
    if not is_list:
        raise ValueError('is not a list such as ["Sales", "Finance"]')
    return list(items)


def read_braced(text: str) -> list[str]:
    """Read PostgreSQL's array form of texts."""
    inner = text[1:-1]
    items = []
    position = 0
    while position < len(inner) and (match := BRACED_ITEM.match(inner, position)):
        quoted, plain, _ = match.groups()
        items.append(plain.strip() if quoted is None else re.sub(r"\\(.)", r"\1", quoted))
        position = match.end()
    if not text.endswith("}") or position < len(inner) or inner.endswith(","):
        raise ValueError('is not a list such as ["Sales", "Finance"]')
    return items
