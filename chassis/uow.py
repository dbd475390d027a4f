"""The unit of work: one transaction that holds a change and everything that follows from it.

The aggregate, its audit entry, its outbox rows, the inbox row of the message being handled and the
answer under the request's Idempotency-Key are committed together or not at all (architecture §4).
"""

import contextvars
import random
import time
from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from prometheus_client import Counter, Histogram
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError, PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.read_preferences import ReadPreference

from chassis import audit, crash, inbox, mongo, outbox
from chassis.clock import Clock
from chassis.context import Context
from chassis.idempotency import IdempotencyStore
from contracts.errors import SERVICE_UNAVAILABLE, DomainError
from contracts.records import Event

T = TypeVar("T")
log = structlog.get_logger()

LONGEST_SECONDS = 10.0
SLOW_SECONDS = 0.2  # D-5: slower ones are logged
_ABORT_SECONDS = 0.5
_FIRST_PAUSE, _LONGEST_PAUSE = 0.002, 0.1

ATTEMPTS = Counter("coterie_uow_attempts", "Transactions begun, repeated ones included")
SECONDS = Histogram(
    "coterie_uow_seconds",
    "Duration of a unit of work with its repetitions",
    ["outcome"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)


class Transaction:
    """One attempt of a unit of work, as the work sees it."""

    def __init__(self, session: ClientSession, ctx: Context, clock: Clock) -> None:
        self.session = session
        self.ctx = ctx
        self.now = clock.now()
        self._events: list[dict[str, Any]] = []
        self._audit: list[dict[str, Any]] = []

    def emit(
        self,
        event: Event,
        *,
        subject: str,
        version: int,
        data: dict[str, Any],
        sequence: int | None = None,
    ) -> str:
        """Tells a fact once the change is committed; returns the event's id.

        `version` is the aggregate's after the change. Raises ValueError when `data` is not what the
        event declares: a programming error, found before it is committed.
        """
        row = outbox.row(
            self.ctx,
            self.now,
            event,
            subject=subject,
            version=version,
            data=data,
            sequence=sequence,
        )
        self._events.append(row)
        return str(row["_id"])

    def audit(
        self,
        *,
        action: str,
        subject: str,
        community_id: str | None,
        version: int,
        before: dict[str, Any] | None,
        after: dict[str, Any] | None,
        reason: str = "",
    ) -> None:
        """Notes who changed what and why in the audit trail."""
        self._audit.append(
            audit.entry(
                self.ctx,
                self.now,
                action=action,
                subject=subject,
                community_id=community_id,
                version=version,
                before=before,
                after=after,
                reason=reason,
            )
        )

    def flush(self, database: Database[dict[str, Any]]) -> None:
        """Writes what was collected, one round trip for each collection (called by `run`)."""
        for name, rows in (("audit_log", self._audit), ("outbox", self._events)):
            if len(rows) == 1:  # the usual case, and pymongo's bulk path costs twice as much
                database[name].insert_one(rows[0], session=self.session)
            elif rows:
                database[name].insert_many(rows, session=self.session)


class UnitOfWork:
    """Runs work in transactions on one service's database."""

    def __init__(self, database: Database[dict[str, Any]], clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.idempotency = IdempotencyStore(database)

    def run(self, ctx: Context, work: Callable[[Transaction], T]) -> T:
        """Does `work` in one transaction and returns what it returns.

        `work` may run more than once: it does nothing but database calls with `tx.session`. All
        attempts together end by the context's deadline and within 10 s.

        With an Idempotency-Key the return value, a dict, is stored as the answer; raises Replayed
        when an equal request was first. For a message, raises AlreadyHandled when it is a repeated
        delivery. A DuplicateKeyError inside `work` propagates: the store maps it to the domain's
        answer. Raises DomainError(SERVICE_UNAVAILABLE) when the database does not answer in time;
        the outcome is then unknown, and the same key or message finds it out.
        """
        started = time.monotonic()
        outcome = "aborted"
        try:
            with mongo.bounded(ctx.deadline, LONGEST_SECONDS):
                answer = self._run(ctx, work)
            outcome = "committed"
        except PyMongoError as error:
            if not mongo.is_unavailable(error) and not _is_transient(error):
                raise
            outcome = "unavailable"
            raise DomainError(SERVICE_UNAVAILABLE) from error
        finally:
            seconds = time.monotonic() - started
            SECONDS.labels(outcome).observe(seconds)
            if seconds > SLOW_SECONDS:
                log.warning(
                    "uow_slow",
                    seconds=round(seconds, 3),
                    outcome=outcome,
                    work=getattr(work, "__qualname__", ""),
                    request_id=ctx.request_id,
                )
        return answer

    def _run(self, ctx: Context, work: Callable[[Transaction], T]) -> T:
        deadline = ctx.with_deadline(LONGEST_SECONDS).deadline
        assert deadline is not None
        pause = _FIRST_PAUSE
        with self._database.client.start_session() as session:
            while True:
                try:
                    return self._attempt(session, ctx, work)
                except PyMongoError as error:
                    if not _is_transient(error) or deadline.expired:
                        raise
                finally:
                    _abort(session)
                time.sleep(random.uniform(0, pause))
                pause = min(pause * 2, _LONGEST_PAUSE)

    def _attempt(self, session: ClientSession, ctx: Context, work: Callable[[Transaction], T]) -> T:
        ATTEMPTS.inc()
        # Stated here: inside a transaction the concerns of collections are ignored (D-3).
        session.start_transaction(
            read_concern=ReadConcern("snapshot"),
            write_concern=mongo.MAJORITY,
            read_preference=ReadPreference.PRIMARY,
        )
        tx = Transaction(session, ctx, self._clock)
        if ctx.message is not None:
            inbox.record(self._database, session, ctx.message)
        answer = work(tx)
        tx.flush(self._database)
        if ctx.idempotency is not None:
            if not isinstance(answer, dict):
                raise TypeError(f"a keyed unit of work answers with a dict, not {type(answer)}")
            try:
                self.idempotency.store_answer(ctx, session, answer)
            except DuplicateKeyError:
                _abort(session)
                self.idempotency.replay(ctx, session)
                raise
        crash.point("uow.before_commit")
        # Within a time bound pymongo repeats the commit alone while its outcome is unknown (D-4).
        session.commit_transaction()
        crash.point("uow.after_commit")
        return answer


def _abort(session: ClientSession) -> None:
    """Ends an open transaction at the server, also when the time for the work is over.

    Left open it would keep its locks until the server gives it up. So this has a time of its own,
    in an empty context: inside the caller's, pymongo would refuse to send anything.
    """
    if session.in_transaction:
        contextvars.Context().run(_send_abort, session)


def _send_abort(session: ClientSession) -> None:
    with mongo.bounded(None, _ABORT_SECONDS):
        session.abort_transaction()


def _is_transient(error: PyMongoError) -> bool:
    return error.has_error_label("TransientTransactionError")
