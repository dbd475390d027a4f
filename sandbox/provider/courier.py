"""Sends callbacks when they are due and settles refunds; its state is the schedule on disk."""

import http.client
import json
import logging
import sqlite3
import ssl
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from sandbox.clock import BusinessClock
from sandbox.database import Database
from sandbox.provider import callbacks, journal, refunds, signing

THREADS = 16
TIME_LIMIT_SECONDS = 5
MAX_ANSWER_BYTES = 4096
JOURNALED_ANSWER_CHARACTERS = 200
# While something waits for its time, the clock file may move that time closer.
CLOCK_WATCH_SECONDS = 0.2

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """What the receiver said, or why it said nothing."""

    status: int | None
    text: str
    error: str | None

    @property
    def accepted(self) -> bool:
        """HTTP 200 with {"code": "SUCCESS"}."""
        if self.status != http.client.OK:
            return False
        try:
            document = json.loads(self.text)
        except (ValueError, RecursionError):
            return False
        return isinstance(document, dict) and document.get("code") == "SUCCESS"


class Courier:
    """One thread that watches the schedule and a small pool that sends.

    A delivery is marked done only after its answer: killed in between, it is sent again.
    """

    def __init__(self, database: Database, clock: BusinessClock) -> None:
        self._database = database
        self._clock = clock
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._in_flight: set[int] = set()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="courier")
        self._thread = threading.Thread(target=self._run, name="courier")

    def start(self) -> None:
        """Go on with what an earlier run left."""
        self._thread.start()

    def wake(self) -> None:
        """Look at the schedule now; call it after the transaction that added to it."""
        self._wake.set()

    def stop(self) -> None:
        """Send nothing new; return when the attempts in hand have their answers written."""
        self._stopping.set()
        self._wake.set()
        self._thread.join()
        self._pool.shutdown(wait=True, cancel_futures=True)

    @property
    def alive(self) -> bool:
        """False when the watching thread has ended."""
        return self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                pause = self._dispatch_due()
            except sqlite3.Error:
                log.exception("the schedule could not be read; trying again")
                pause = 1.0
            self._wake.wait(pause)

    def _dispatch_due(self) -> float | None:
        """Give what is due to the pool; seconds until the next look, None when nothing waits."""
        now_ms = self._clock.now_ms()
        with self._lock:
            in_flight = set(self._in_flight)
        with self._database.transaction() as db:
            refunds.settle_due(db, now_ms)
            rows = db.execute(
                "SELECT * FROM deliveries WHERE done = 0 AND held_by IS NULL"
                " ORDER BY due_ms, delivery_id LIMIT ?",
                (len(in_flight) + 2 * THREADS,),
            ).fetchall()
            next_settlement_ms = refunds.next_settlement_ms(db)
            serial, private_key_pem = signing.signing_key(db)
        waiting = [row for row in rows if row["delivery_id"] not in in_flight]
        for row in waiting:
            # At most two rounds of work stand in the pool's queue; the rest stays on disk.
            if row["due_ms"] > now_ms or len(in_flight) >= 2 * THREADS:
                break
            in_flight.add(row["delivery_id"])
            with self._lock:
                self._in_flight.add(row["delivery_id"])
            self._pool.submit(self._deliver, row, serial, private_key_pem)
        upcoming = [row["due_ms"] for row in waiting if row["due_ms"] > now_ms]
        if next_settlement_ms is not None:
            upcoming.append(next_settlement_ms)
        if not upcoming:
            return None
        return min(max(min(upcoming) - now_ms, 1) / 1000, CLOCK_WATCH_SECONDS)

    def _deliver(self, delivery: sqlite3.Row, serial: str, private_key_pem: str) -> None:
        try:
            self._attempt(delivery, serial, private_key_pem)
        except Exception:
            # The row is still on the schedule; without a pause a full disk would make this a
            # busy loop of callbacks.
            log.exception("delivery %d failed on our side", delivery["delivery_id"])
            self._stopping.wait(1)
        finally:
            with self._lock:
                self._in_flight.discard(delivery["delivery_id"])
            self._wake.set()

    def _attempt(self, delivery: sqlite3.Row, serial: str, private_key_pem: str) -> None:
        attempt = delivery["attempts"] + 1
        facts = {
            "delivery_id": delivery["delivery_id"],
            "notification_id": delivery["notification_id"],
            "type": delivery["type"],
            "variant": delivery["variant"],
            "out_trade_no": delivery["out_trade_no"],
            "attempt": attempt,
        }
        with self._database.transaction() as db:
            if not _exists(db, delivery):
                return
            journal.append(
                db, self._clock.now_ms(), delivery["merchant_id"], "callback.sent", **facts
            )
        headers = signing.signed_headers(
            serial, private_key_pem, delivery["body"], delivery["variant"]
        )
        answer = post(delivery["notify_url"], delivery["body"], headers)
        now_ms = self._clock.now_ms()
        with self._database.transaction() as db:
            if not _exists(db, delivery):
                return
            next_ms = None
            if delivery["retried"] and not answer.accepted:
                next_ms = callbacks.next_attempt_ms(attempt, now_ms)
            db.execute(
                "UPDATE deliveries SET attempts = ?, done = ?, due_ms = ? WHERE delivery_id = ?",
                (attempt, next_ms is None, next_ms or now_ms, delivery["delivery_id"]),
            )
            callbacks.release_held(db, delivery, now_ms)
            journal.append(
                db,
                now_ms,
                delivery["merchant_id"],
                "callback.answered",
                **facts,
                accepted=answer.accepted,
                status=answer.status,
                answer=answer.text[:JOURNALED_ANSWER_CHARACTERS],
                error=answer.error,
            )


def _exists(db: sqlite3.Connection, delivery: sqlite3.Row) -> bool:
    """False after a reset of the sandbox: what is in flight then belongs to nobody."""
    row = db.execute(
        "SELECT 1 FROM deliveries WHERE delivery_id = ?", (delivery["delivery_id"],)
    ).fetchone()
    return row is not None


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """One attempt: no redirect, no proxy, 5 s for the connection and for each read."""
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    assert parts.hostname is not None  # checked when the address came in
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(
            parts.hostname,
            parts.port,
            timeout=TIME_LIMIT_SECONDS,
            context=ssl.create_default_context(),
        )
    else:
        connection = http.client.HTTPConnection(
            parts.hostname, parts.port, timeout=TIME_LIMIT_SECONDS
        )
    try:
        connection.request(
            "POST",
            target,
            body,
            {
                "Content-Type": "application/json",
                "User-Agent": "sandbox-provider",
                "Connection": "close",
                **headers,
            },
        )
        response = connection.getresponse()
        text = response.read(MAX_ANSWER_BYTES).decode("utf-8", "replace")
        return Answer(response.status, text, None)
    except (OSError, http.client.HTTPException) as error:
        return Answer(None, "", f"{type(error).__name__}: {error}")
    finally:
        connection.close()
