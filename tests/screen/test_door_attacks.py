"""What must not get through the door, and how it is answered."""

import gzip
import json
import logging
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from database.connect import Database, connect
from ingestion.contract import TABLES
from ingestion.events import EVENT_BYTES, EVENT_ROWS
from orchestration.screen.door import Door
from orchestration.signing import sign
from tests.ingestion.bundles import build_rows, build_user, count_rows
from tests.ingestion.conftest import ingest, read_one
from tests.ingestion.test_load import read_rows, read_workflow
from tests.screen.browser import Browser
from tests.screen.sender import EVENTS_SECRET, JSON, Reply, Sender, open_door
from tests.screen.test_door import WAITING

__all__ = ["ingest"]
USER = json.dumps({"users": [build_user("ada")]}).encode()


@pytest.fixture
def sender(database: Database) -> Iterator[Sender]:
    """Somebody who may send events."""
    with open_door(database) as opened:
        yield opened


@pytest.fixture
def nothing_lands(ingest: psycopg.Connection) -> Iterator[None]:
    """After the test nothing is written."""
    yield
    assert read_workflow(ingest) == {table.name: [] for table in TABLES}
    for table in ("load_batch", "quarantine", "event"):
        assert read_rows(ingest, "tat", table) == []


def assert_problem(reply: Reply, status: int, words: str) -> None:
    """It is a problem as RFC 9457 describes them."""
    assert (reply.status, reply.data["status"]) == (status, status)
    assert reply.headers["content-type"] == "application/problem+json"
    assert words in reply.data["detail"]


@pytest.mark.usefixtures("nothing_lands")
@pytest.mark.parametrize(
    ("signed", "words"),
    [
        ({"webhook-signature": "v1,AAAA"}, "not that of the secret"),
        ({"webhook-signature": "v1,\xe9"}, "not that of the secret"),
        ({"webhook-signature": "v2,AAAA v1a,BBBB"}, "not that of the secret"),
        ({"webhook-signature": ""}, "webhook-signature is missing"),
        ({"webhook-id": "another"}, "not that of the secret"),
        ({"webhook-id": ""}, "webhook-id must have"),
        ({"webhook-id": "a'; drop table tat.event; --"}, "webhook-id must have"),
        ({"webhook-id": "x" * 201}, "webhook-id must have"),
        ({"webhook-timestamp": ""}, "webhook-timestamp must be"),
        ({"webhook-timestamp": "1e9"}, "webhook-timestamp must be"),
        ({"webhook-timestamp": "9" * 500}, "webhook-timestamp must be"),
    ],
)
def test_what_is_not_signed_as_it_must_be_is_refused(
    sender: Sender, signed: dict[str, str], words: str
) -> None:
    reply = sender.post(USER, signed=signed)
    assert_problem(reply, 401, words)
    assert reply.headers["www-authenticate"]


@pytest.mark.usefixtures("nothing_lands")
def test_a_signature_of_another_second_is_refused(sender: Sender) -> None:
    later = {"webhook-timestamp": str(int(time.time()) + 60)}
    assert_problem(sender.post(USER, signed=later), 401, "not that of the secret")


@pytest.mark.usefixtures("nothing_lands")
def test_a_signature_of_another_secret_or_body_is_refused(sender: Sender) -> None:
    forger = Sender(sender.browser, "a secret that somebody guessed, long")
    assert_problem(forger.post(USER), 401, "not that of the secret")
    proof = sign(EVENTS_SECRET, "event-1", USER, int(time.time()))
    changed = sender.post(USER.replace(b"ada", b"eve"), "event-1", signed=proof)
    assert_problem(changed, 401, "not that of the secret")


@pytest.mark.usefixtures("nothing_lands")
@pytest.mark.parametrize("age", [301, -302, 86_400])
def test_a_call_of_another_time_is_refused(sender: Sender, age: int) -> None:
    assert_problem(sender.post(USER, age=age), 401, "more than 300 seconds from the time here")


def test_one_of_several_signatures_is_enough(sender: Sender) -> None:
    proof = sign(EVENTS_SECRET, "event-1", USER, int(time.time()))
    both = {"webhook-signature": f"v1,AAAA {proof['webhook-signature']}"}
    assert sender.post(USER, "event-1", signed=proof | both).status == 200
    assert sender.post(USER, age=290).status == 200


@pytest.mark.usefixtures("nothing_lands")
@pytest.mark.parametrize(
    ("headers", "status", "words"),
    [
        ([("Content-Type", "text/plain")], 415, "must be application/json"),
        ([("Content-Type", "application/json; charset=utf-16")], 415, "in UTF-8"),
        ([], 415, "must be application/json"),
        ([JSON, ("Content-Encoding", "gzip")], 415, "must not be compressed"),
        ([JSON, ("webhook-id", "second")], 400, "webhook-id comes more than once"),
        ([JSON, ("webhook-signature", "v1,AAAA")], 400, "comes more than once"),
    ],
)
def test_headers_that_do_not_fit_are_refused(
    sender: Sender, headers: list[tuple[str, str]], status: int, words: str
) -> None:
    assert_problem(sender.post(USER, headers=headers), status, words)


@pytest.mark.usefixtures("nothing_lands")
def test_packed_bodies_are_not_unpacked(sender: Sender) -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    packed = sender.post(bomb, headers=[JSON, ("Content-Encoding", "gzip")])
    assert_problem(packed, 415, "must not be compressed")
    assert_problem(sender.post(bomb), 400, "not UTF-8")


@pytest.mark.usefixtures("nothing_lands")
@pytest.mark.parametrize(
    ("body", "pointer", "words"),
    [
        (b"", "", "not JSON"),
        (b"{", "", "not JSON"),
        (b"\xff\xfe{\x00", "", "not UTF-8"),
        ('{"users": []}'.encode("utf-16"), "", "not UTF-8"),
        (b"[]", "", "must be an object"),
        (b"null", "", "must be an object"),
        (b"{}", "", "has no rows"),
        (b'{"users": []}', "", "has no rows"),
        (b'{"users": {}}', "/users", "must be a list"),
        (b'{"users": [{}, 7]}', "/users/1", "must be an object"),
        (b'{"pg_authid": [{}]}', "/pg_authid", "There is no table"),
        (b'{"a/b~c": [{}]}', "/a~1b~0c", "There is no table"),
        (b'{"\\ud800\\n": [{}]}', "/\\ud800\n", "There is no table"),
        (b'{"users": [{"email": NaN}]}', "", "NaN is not JSON"),
        (b'{"users": [], "users": [{}]}', "", "comes twice"),
        (b'{"users": [{"email": 1, "email": 2}]}', "", "comes twice"),
        (b'{"users": [{"email": "a", "Email ": "b"}]}', "/users/0", "differ only in case"),
        (b'{"users": [{"employee_id": ' + b"9" * 5_000 + b"}]}", "", "not JSON"),
        (b'{"users": [' + b"[" * 100_000, "", "nested too deeply"),
        (b'{"activities": [{"metadata": ' + b'{"a":' * 50_000, "", "nested too deeply"),
        (json.dumps({"users": [{}] * (EVENT_ROWS + 1)}).encode(), "", "Split it"),
        (
            json.dumps({"users": [{f"c{number}": 1 for number in range(1_001)}]}).encode(),
            "/users",
            "more than 1,000 columns",
        ),
    ],
    ids=range(22),
)
def test_bodies_that_are_no_event_are_refused_by_their_place(
    sender: Sender, body: bytes, pointer: str, words: str
) -> None:
    reply = sender.post(body)
    assert_problem(reply, 400, words)
    assert reply.data["pointer"] == pointer


@pytest.mark.parametrize("depth", [100, 800, 900, 940, 960, 980, 1_000, 2_000])
def test_no_depth_of_json_is_a_fault(sender: Sender, depth: int) -> None:
    rows = build_rows()
    rows["activities"][0]["metadata"] = "here"
    deep = b'{"a":' * depth + b"1" + b"}" * depth
    reply = sender.post(json.dumps(rows).encode().replace(b'"here"', deep))
    assert reply.status in (200, 400)
    if reply.status == 200:
        assert reply.data["accepted"] + reply.data["quarantined"] == count_rows(rows)


COLUMNS = ["user_id", "email", "display_name", "is_active", "created_at", "updated_at", "\x00"]
NAMES = st.sampled_from(["users", "activities", "metadata", *COLUMNS]) | st.text(max_size=5)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)
ROWS = st.lists(st.dictionaries(NAMES, VALUES, max_size=6), max_size=4)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(body=VALUES | st.fixed_dictionaries({"users": ROWS, "activities": ROWS}))
def test_no_json_is_a_fault(sender: Sender, body: Any) -> None:
    reply = sender.post(json.dumps(body).encode())
    assert reply.status in (200, 400)
    if reply.status == 200:
        assert len(reply.data["rows"]) == sum(map(len, body.values()))


@pytest.mark.usefixtures("nothing_lands")
def test_a_body_that_is_too_long_is_refused(sender: Sender) -> None:
    body = USER + b" " * EVENT_BYTES
    assert_problem(sender.post(body), 413, "Split its rows")


def speak(port: int, head: bytes, *parts: bytes, wait: float = 0) -> bytes:
    """Say something to the server part by part, and hear what it answers."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(head)
        heard = b""
        try:
            for part in parts:
                time.sleep(wait)
                line.sendall(part)
            while b"\r\n\r\n" not in heard and (more := line.recv(65_536)):
                heard += more
        except (BrokenPipeError, ConnectionResetError):
            pass
        return heard


def write_head(*headers: str, method: str = "POST", name: str = "event-1") -> bytes:
    """The head of a call that looks signed."""
    proof = [f"{key}: {value}" for key, value in sign("x", name, b"", int(time.time())).items()]
    lines = [f"{method} /events HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json"]
    return "\r\n".join([*lines, *proof, *headers, "", ""]).encode()


@pytest.mark.usefixtures("nothing_lands")
def test_a_body_without_a_length_is_read_no_further_than_it_may_be(sender: Sender) -> None:
    part = b"80000\r\n" + b" " * 0x80000 + b"\r\n"
    heard = speak(sender.browser.port, write_head("Transfer-Encoding: chunked"), *[part] * 12)
    assert b"413" in heard.split(b"\r\n")[0]


@pytest.mark.usefixtures("nothing_lands")
def test_a_length_that_is_no_number_or_twice_is_refused(sender: Sender) -> None:
    for lengths in (["Content-Length: -1"], ["Content-Length: 1", "Content-Length: 2"]):
        heard = speak(sender.browser.port, write_head(*lengths), b"{}")
        assert heard.split(b" ")[1] in (b"400", b"413")


def test_a_slow_body_is_given_up(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestration.screen.door.BODY_SECONDS", 1)
    with open_door(database) as sender:
        head = write_head("Content-Length: 1000")
        began = time.monotonic()
        heard = speak(sender.browser.port, head, b"{")
        assert b"408" in heard.split(b"\r\n")[0]
        assert time.monotonic() - began < 10


@pytest.mark.parametrize(("strangers", "status"), [(8, 200), (32, 503)])
def test_strangers_who_are_slow_take_no_place_of_an_event_until_there_are_many(
    sender: Sender, strangers: int, status: int
) -> None:
    address = ("127.0.0.1", sender.browser.port)
    with ExitStack() as held:
        for _ in range(strangers):
            line = held.enter_context(socket.create_connection(address))
            line.sendall(write_head("Content-Length: 1000"))
        time.sleep(0.5)
        reply = sender.post(USER)
        assert reply.status == status
        assert reply.headers.get("retry-after") == (None if status == 200 else "1")


def test_more_events_than_there_are_places_are_asked_to_wait(
    sender: Sender, database: Database, ingest: psycopg.Connection
) -> None:
    with connect(database, "tat_ingest") as load, ThreadPoolExecutor(4) as pool:
        load.execute("select pg_advisory_xact_lock(7280, 2)")
        sent = [pool.submit(sender.post, USER, f"event-{number}") for number in range(4)]
        while read_one(ingest, WAITING) < 4:
            time.sleep(0.01)
        reply = sender.post(USER)
        assert_problem(reply, 503, "Too many events at once")
        assert reply.headers["retry-after"] == "1"
        load.rollback()
        assert [each.result().status for each in sent] == [200] * 4


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_only_posts_are_events(sender: Sender, method: str) -> None:
    answer = sender.browser.ask("/events", method=method)
    assert (answer.status, answer.headers["allow"]) == (405, "POST")
    assert "access-control-allow-origin" not in answer.headers


def test_other_names_than_those_of_this_machine_are_refused(sender: Sender) -> None:
    answer = sender.browser.ask("/events", method="POST", host="evil.example")
    assert answer.status == 400


SQL = "'); drop table workflow.users; --"


def test_sql_in_values_names_and_keys_is_text(sender: Sender, ingest: psycopg.Connection) -> None:
    user = build_user(
        "ada", user_id=SQL, email=SQL, display_name="{0} %(ids)s %s \\copy", **{SQL: SQL}
    )
    reply = sender.send({"users": [user]})
    assert reply.data["unknown_columns"] == {"users": [SQL]}
    assert read_one(ingest, "select email from users") == SQL
    assert read_one(ingest, "select display_name from users") == "{0} %(ids)s %s \\copy"


def test_what_no_text_can_hold_is_kept_out(sender: Sender, ingest: psycopg.Connection) -> None:
    users = [
        build_user("ada", email="\x00"),
        build_user("ben", email="\ud800", **{"\ud801\x00": 1}),
    ]
    reply = sender.send({"users": users})
    assert (reply.status, reply.data["quarantined"]) == (200, 2)
    assert read_one(ingest, "select count(*) from tat.quarantine") == 2


def test_a_closed_door_takes_nothing_and_says_why(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with open_door(database, None) as sender, caplog.at_level(logging.WARNING):
        assert_problem(sender.post(USER), 503, "TAT_EVENTS_SECRET is not set")
    assert "TAT_EVENTS_SECRET is not set" in caplog.text
    assert EVENTS_SECRET not in repr(Door(database, EVENTS_SECRET))


def test_an_event_waits_no_longer_for_a_load_than_it_may(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestration.screen.door.LOCK_SECONDS", 1)
    with open_door(database) as sender, connect(database, "tat_ingest") as other:
        other.execute("select pg_advisory_xact_lock(7280, 2)")
        reply = sender.post(USER, "event-1")
        assert_problem(reply, 503, "Another load runs")
        assert reply.headers["retry-after"] == "30"
        other.rollback()
        assert sender.post(USER, "event-1").status == 200


def test_an_event_is_written_as_the_role_that_loads(
    sender: Sender, connection: psycopg.Connection
) -> None:
    connection.execute("revoke insert on tat.event from tat_ingest")
    assert_problem(sender.post(USER), 500, "in the log of tat screen")
    assert read_one(connection, "select count(*) from workflow.users") == 0


KILLED_DOOR = """
import os, sys
from psycopg.conninfo import conninfo_to_dict
from database.connect import Database
from ingestion import taking
from orchestration.screen.app import Screen
from orchestration.screen.serving import build_server, listen

parts = conninfo_to_dict(sys.argv[1])
database = Database(parts["host"], int(parts["port"]), parts["dbname"], parts["user"],
                    os.environ["DOOR_PASSWORD"], (("sslmode", "disable"),))

def stop(*_):
    print("loaded", flush=True)
    sys.stdin.read()

if len(sys.argv) > 2:
    taking.remember = stop
listening = listen("127.0.0.1", 0)
listening.listen()
print(listening.getsockname()[1], flush=True)
screen = Screen(database, "a secret of the tests, long enough", events_secret=os.environ["DOOR"])
build_server(screen).run(sockets=[listening])
"""


@pytest.mark.slow
def test_a_door_that_is_killed_between_rows_and_answer_takes_the_event_once(
    database: Database, ingest: psycopg.Connection
) -> None:
    def start(*arguments: str) -> tuple[subprocess.Popen[bytes], Sender]:
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED_DOOR, without_password(database), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"DOOR": EVENTS_SECRET, "DOOR_PASSWORD": database.password, "PATH": ""},
        )
        assert child.stdout is not None
        return child, Sender(Browser(int(child.stdout.readline())))

    rows = build_rows()
    child, sender = start("stop")
    with child, ThreadPoolExecutor(1) as pool:
        lost = pool.submit(sender.send, rows, "order-1")
        assert child.stdout is not None
        assert child.stdout.readline() == b"loaded\n"
        child.kill()
        with pytest.raises(OSError):  # noqa: PT011
            lost.result(30)
    assert read_workflow(ingest) == {table.name: [] for table in TABLES}
    child, sender = start()
    with child:
        first, again = (sender.send(rows, "order-1") for _ in range(2))
        child.kill()
    assert first.data == again.data
    assert first.data["accepted"] == count_rows(rows)
    assert len(read_rows(ingest, "tat", "load_batch")) == 1


def without_password(database: Database) -> str:
    """The address of a database for a command line."""
    return f"host={database.host} port={database.port} dbname={database.name} user={database.user}"
