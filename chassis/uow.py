"""The unit of work: one transaction that holds a change and everything that follows from it.

The aggregates, and one commit with the audit trail, the events to publish, the message being
handled and the answer under the request's Idempotency-Key, are committed together or not at all
(architecture.md §4, `chassis.commits`).
"""

import contextvars
import random
import time
from collections import Counter as TallyCounter
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import structlog
from prometheus_client import Counter, Histogram
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError, PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.read_preferences import ReadPreference

from chassis import crash, mongo
from chassis.clock import Clock
from chassis.commits import COMMITS, change, commit_document, event_document, message_text
from chassis.context import Context
from chassis.idempotency import IdempotencyStore
from chassis.mongo import Document
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
        self._changes: list[Document] = []
        self._events: list[Document] = []
        self._tally: TallyCounter[tuple[str, str]] = TallyCounter()

    def emit(
        self,
        event: Event,
        aggregate: Mapping[str, Any],
        data: Mapping[str, Any],
        *,
        sequence: int | None = None,
    ) -> None:
        """Publishes a fact about `aggregate`, as it is after the change, once that is committed.

        Raises ValueError when `data` is not what the event declares: a programming error, found
        before it is committed.
        """
        self._events.append(event_document(self.ctx, self.now, event, aggregate, data, sequence))

    def audit(
        self,
        action: str,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any],
        *,
        kind: str | None = None,
        **details: Any,
    ) -> None:
        """Notes in the trail who did what to an aggregate: `after` as it was saved.

        The names of the fields that changed and the new state are noted by themselves. `details`
        are ids, codes and numbers; anything else raises ValueError, because nothing can be taken
        out of a trail. `kind` says what it is where the id does not.
        """
        self._changes.append(change(action, before, after, kind=kind, details=details))

    def tally(self, of: str, counts_as: str, by: int) -> None:
        """Notes that `by` more of what belongs to `of` count as something (a state, say).

        For counts that are kept without a document that all must write: whoever keeps them adds
        what commits say (`CommitUpdates.take_tally`).
        """
        self._tally[of, counts_as] += by

    def commit(self, outcome: Mapping[str, Document]) -> Document | None:
        """The commit of what was collected (called by `run`)."""
        return commit_document(
            self.ctx,
            self.now,
            changes=self._changes,
            events=self._events,
            outcome=outcome,
            tally=self._tally,
        )


class AlreadyHandled(Exception):
    """This consumer did this event's work before: acknowledge, do nothing (M-15)."""


class UnitOfWork:
    """Runs work in transactions on one service's database."""

    def __init__(self, database: Database[dict[str, Any]], clock: Clock) -> None:
        self._database = database
        self._commits = database[COMMITS.name]
        self._clock = clock
        self.idempotency = IdempotencyStore(database, clock)
        # Told of each commit that was made; must not wait.
        self.on_commit: Callable[[Document], None] = lambda commit: None

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
                except BaseException as error:
                    _abort(session)
                    if not _is_transient(error):
                        self._explain(error, session, ctx)
                        raise
                    if deadline.expired:
                        raise
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
        answer = work(tx)
        outcome: dict[str, Document] = {}
        if ctx.idempotency is not None:
            if not isinstance(answer, dict):
                raise TypeError(f"a keyed unit of work answers with a dict, not {type(answer)}")
            outcome["answer"] = answer
        commit = tx.commit(outcome)
        if commit is None:  # nothing follows from it, so it is none of the points' steps
            session.commit_transaction()
            return answer
        crash.point("uow.before_insert")
        self._commits.insert_one(commit, session=session)
        crash.point("uow.before_commit")
        # Within a time bound pymongo repeats the commit alone while its outcome is unknown (D-4).
        session.commit_transaction()
        crash.point("uow.after_commit")
        self.on_commit(commit)
        if ctx.idempotency is not None:
            ctx.answered.add(ctx.idempotency)
        return answer

    def _explain(self, error: BaseException, session: ClientSession, ctx: Context) -> None:
        """Raises AlreadyHandled or Replayed when what failed had been done before.

        A repetition meets its own earlier effect as a refusal, or at the latest as the duplicate
        message or key of its commit. `session` met it, so its causal order makes the majority read
        wait for it.
        """
        is_outage = isinstance(error, PyMongoError) and not isinstance(error, DuplicateKeyError)
        if is_outage or not isinstance(error, Exception):
            return
        if ctx.message is not None:
            mine = {"message": message_text(ctx)}
            if self._commits.find_one(mine, {"_id": 1}, session=session) is not None:
                raise AlreadyHandled(mine["message"]) from None
        if isinstance(error, DuplicateKeyError) and ctx.idempotency is not None:
            self.idempotency.replay(ctx, session)


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


def _is_transient(error: BaseException) -> bool:
    return isinstance(error, PyMongoError) and error.has_error_label("TransientTransactionError")
