"""What the database says of a document that it refused stays out of the log."""

import json
import subprocess
import sys
from typing import Any

import pytest
from pymongo.database import Database

from chassis.mongo import Document
from deploy.local.nodes import Nodes

ADDRESS = "li.wei@example.com"

# Each in a process of its own: logging is configured once and for all.
PROGRAM = """
import logging, sys
import structlog
from chassis import logs, mongo
from chassis.failures import as_domain_error

url, database, address = sys.argv[1:]
logs.configure(service="membership", level="info")
log = structlog.get_logger()
people = mongo.open_database(mongo.connect(url, application="logs"), database).people
people.database.create_collection(
    "people", validator={"email": {"$type": "string"}, "rank": {"$not": {"$type": "string"}}}
)
people.create_index("email", unique=True, name="one_address")
known = {"email": address}
people.insert_one({"_id": 1, **known})
attempts = [
    lambda: people.insert_one({"_id": 2, **known}),
    lambda: people.insert_many([{"_id": 3, **known}, {"_id": 4, **known}], ordered=False),
    lambda: people.update_one({"_id": 1}, {"$set": {"rank": address}}),
    lambda: people.insert_many([{"email": 1, "name": address}]),
    lambda: people.find_one({"$expr": {"$toInt": "$email"}}),
    lambda: people.insert_one({**known, "text": "x" * 17_000_000}),
    lambda: people.insert_one({**known, "odd": object()}),
]
for attempt in attempts:
    try:
        try:
            attempt()
        except Exception as error:
            as_domain_error(error, where="handler")
            log.warning("told", error=mongo.told(error))
            log.warning("as_it_is", error=error, errors=[error], nested={"one": error})
            raise RuntimeError(f"not kept: {error}") from error
    except RuntimeError:
        log.exception("failed")
        logging.getLogger("library").exception("failed elsewhere")
"""
SAID = [
    "DuplicateKeyError 11000 (email)",
    "BulkWriteError 11000",
    "WriteError 121",
    "BulkWriteError 121",
    "OperationFailure 241",
    "DocumentTooLarge",
    "InvalidDocument",
]


@pytest.fixture
def lines(nodes: Nodes, database: Database[Document]) -> list[dict[str, Any]]:
    program = [sys.executable, "-W", "ignore", "-c", PROGRAM]
    done = subprocess.run(
        [*program, nodes.mongo_admin_url, database.name, ADDRESS],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert not done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_no_line_quotes_a_document(lines: list[dict[str, Any]]) -> None:
    """E-24, L14: neither a unique index nor a validator that refuses tells the log an address."""
    for line in lines:
        assert ADDRESS not in json.dumps(line), line["event"]
        assert "xxxxxxxx" not in json.dumps(line), line["event"]


def test_lines_say_what_went_wrong_and_where(lines: list[dict[str, Any]]) -> None:
    assert [line["error"] for line in lines if line["event"] == "told"] == SAID
    assert [line["nested"]["one"] for line in lines if line["event"] == "as_it_is"] == SAID
    for event in ("handler_failed", "failed", "failed elsewhere"):
        tracebacks = [line["exception"] for line in lines if line["event"] == event]
        assert len(tracebacks) == len(SAID)
        for text, said in zip(tracebacks, SAID, strict=True):
            assert said in text
            assert "in <module>" in text
