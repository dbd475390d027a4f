"""Scripted misbehaviour of API calls: errors, silence and garbage, before or after the effect."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from werkzeug.wrappers import Response

from sandbox.provider import journal
from sandbox.validation import IDENTIFIER, Fields
from sandbox.web import ApiError, json_response

OPERATIONS = ("create", "query", "close", "refund")
KINDS = (
    "http_500_before",
    "http_500_after",
    "timeout_before_effect",
    "timeout_after_effect",
    "drip",
    "garbage",
)
MAX_TIMES = 100_000
MAX_SECONDS = 300


@dataclass(frozen=True)
class Fault:
    """What goes wrong with the next `times` calls of one operation of one merchant.

    `seconds` (real time) is how long a time-out keeps silent and how long a drip takes.
    """

    merchant_id: str
    operation: str
    kind: str
    times: int
    seconds: int

    @classmethod
    def parse(cls, document: object) -> "Fault":
        """Check the JSON body; ApiError 422."""
        fields = Fields(document)
        fault = cls(
            merchant_id=fields.matching("merchant_id", IDENTIFIER),
            operation=fields.choice("on", OPERATIONS),
            kind=fields.choice("kind", KINDS),
            times=fields.integer("times", 0, MAX_TIMES, default=1),
            seconds=fields.integer("seconds", 0, MAX_SECONDS, default=10),
        )
        fields.finish()
        return fault


def store(db: sqlite3.Connection, fault: Fault) -> None:
    """Replace the fault of this merchant and operation; `times` 0 takes it away."""
    db.execute(
        "INSERT OR REPLACE INTO faults (merchant_id, operation, kind, times, seconds)"
        " VALUES (?, ?, ?, ?, ?)",
        (fault.merchant_id, fault.operation, fault.kind, fault.times, fault.seconds),
    )


def take(db: sqlite3.Connection, now_ms: int, merchant_id: str, operation: str) -> Fault | None:
    """Use up one time of the fault that waits for this call, and journal it."""
    row = db.execute(
        "UPDATE faults SET times = times - 1 WHERE merchant_id = ? AND operation = ? AND times > 0"
        " RETURNING kind, times, seconds",
        (merchant_id, operation),
    ).fetchone()
    if row is None:
        return None
    journal.append(
        db, now_ms, merchant_id, "fault.applied", on=operation, fault=row["kind"], left=row["times"]
    )
    return Fault(merchant_id, operation, row["kind"], row["times"], row["seconds"])


def apply(fault: Fault, call: Callable[[], Response], stopping: threading.Event) -> Response:
    """Answer a call the way the fault says; `call` has the effect and gives the honest answer.

    A stop of the program cuts silences and drips short.
    """
    if fault.kind == "http_500_before":
        return _broken(500)
    if fault.kind == "timeout_before_effect":
        stopping.wait(fault.seconds)
        return _broken(504)
    try:
        response = call()
    except ApiError as error:
        # A refusal has no effect, but is spoilt like any other answer.
        response = json_response({"code": error.code, "message": error.message}, error.status)
    if fault.kind == "http_500_after":
        return _broken(500)
    if fault.kind == "timeout_after_effect":
        stopping.wait(fault.seconds)
        return _broken(504)
    body = response.get_data()
    if fault.kind == "garbage":
        return Response(
            body[: len(body) // 2] + b"\x00\xff<html>", 200, content_type="application/json"
        )
    dripping = Response(
        _drip(body, fault.seconds, stopping), response.status, content_type="application/json"
    )
    dripping.content_length = len(body)
    return dripping


def _broken(status: int) -> Response:
    return json_response({"code": "scripted_fault", "message": "as scripted"}, status)


def _drip(body: bytes, seconds: int, stopping: threading.Event) -> Iterator[bytes]:
    for byte in body:
        stopping.wait(seconds / len(body))
        yield bytes([byte])
