"""What a log line holds, and what it must not."""

import json
import subprocess
import sys
from typing import Any

PROGRAM = """
import logging, structlog
from chassis import logs
logs.configure(service="payments", level="info")
structlog.contextvars.bind_contextvars(role="rpc", request_id="r-1", trace="t-1")
log = structlog.get_logger()
log.info("paid", amount=5, access_token="abc", password="hunter2", code="123456",
         url="amqp://user:hunter2@host/v", error="at mongodb://u:hunter2@h: refused")
log.info("nested", settings={"broker": {"amqp_url": "amqp://u:hunter2@h", "token": "abc"}},
         tried=[{"password": "hunter2"}, ("mongodb://u:hunter2@h", 5)], left=None)
deep = {"password": "hunter2"}
for _ in range(1000):
    deep = {"inner": deep}
log.info("deep", deep=deep)
log.debug("unseen")
logging.getLogger("nameko.runners").warning("from %s", "the library")
try:
    raise RuntimeError("boom hunter")
except RuntimeError:
    log.exception("failed")
"""


def lines() -> list[dict[str, Any]]:
    """A process of its own: logging is configured once and for all."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_lines_are_json_with_who_when_and_for_whom() -> None:
    """H-24: time, level, event, service, role, request id and trace on every line."""
    first, _, _, library, failed = lines()
    for line in (first, library, failed):
        assert line["service"] == "payments"
        assert line["role"] == "rpc"
        assert line["request_id"] == "r-1"
        assert line["trace"] == "t-1"
        assert line["time"].endswith("Z")
    assert (first["event"], first["level"], first["amount"]) == ("paid", "info", 5)
    assert (library["event"], library["level"]) == ("from the library", "warning")
    assert "RuntimeError: boom hunter" in failed["exception"]


def test_secrets_are_masked() -> None:
    """I-18: by the name of the field, and inside addresses."""
    first = lines()[0]
    assert "hunter2" not in json.dumps(first)
    assert first["access_token"] == first["password"] == first["code"] == "***"
    assert first["url"] == "amqp://user:***@host/v"
    assert first["error"] == "at mongodb://u:***@h: refused"


def test_secrets_are_masked_at_every_depth() -> None:
    """I-18, L14: in dictionaries and lists, and what is too deep to look through is not shown."""
    _, nested, deep, *_ = lines()
    assert "hunter2" not in json.dumps([nested, deep])
    assert nested["settings"] == {"broker": {"amqp_url": "amqp://u:***@h", "token": "***"}}
    assert nested["tried"] == [{"password": "***"}, ["mongodb://u:***@h", 5]]
    assert nested["left"] is None
    assert json.dumps(deep["deep"]).endswith('"***"' + "}" * json.dumps(deep["deep"]).count("}"))
