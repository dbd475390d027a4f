"""Answers by Idempotency-Key, stored in the commit of the effect (H-11..H-16).

A key belongs to one caller and one RPC. The answer, or the business error, is replayed for seven
days; the same key with another fingerprint is refused. Not stored are wrong input and what may pass
by itself: outages, a lost race, and a right or an object that a replica has not heard of yet. The
client corrects, or repeats with the same key.
"""

from dataclasses import dataclass
from typing import Any

from pymongo.client_session import ClientSession
from pymongo.collection import Collection as MongoCollection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError
from pymongo.read_concern import ReadConcern

from chassis.clock import Clock
from chassis.commits import COMMITS, commit_document, key_text
from chassis.context import Context
from contracts.errors import IDEMPOTENCY_KEY_REUSED, STALE_VERSION, DomainError, Kind
from contracts.text import rfc3339

STORED_KINDS = frozenset({Kind.CONFLICT, Kind.RULE_VIOLATED})
# Nothing was executed; but the effect of an equal request may be why (a role that is gone, say).
LOOKED_UP_KINDS = frozenset({Kind.NOT_FOUND, Kind.PERMISSION_DENIED})


@dataclass(frozen=True)
class Stored:
    """The outcome of the first request with this key: an answer or an error."""

    answer: dict[str, Any] | None
    error: DomainError | None


_STORED = ("fingerprint", "answer", "error", "at")


class Replayed(Exception):
    """Another request with the same key was first; `stored` is its outcome."""

    def __init__(self, stored: Stored) -> None:
        self.stored = stored
        super().__init__("the answer of an equal earlier request stands")


class IdempotencyStore:
    """The stored answers of one service."""

    def __init__(self, database: Database[dict[str, Any]], clock: Clock) -> None:
        self._client = database.client
        self._clock = clock
        self._commits = database[COMMITS.name]

    def find(self, ctx: Context, session: ClientSession | None = None) -> Stored | None:
        """What was stored under the context's key; None when it is the first (or there is none).

        Raises DomainError(IDEMPOTENCY_KEY_REUSED) when the key came with another request.
        """
        return self._read(self._commits, ctx, session)

    def _read(
        self,
        commits: MongoCollection[dict[str, Any]],
        ctx: Context,
        session: ClientSession | None = None,
    ) -> Stored | None:
        if ctx.idempotency is None:
            return None
        found = commits.find_one({"key": key_text(ctx)}, _STORED, session=session)
        if found is None:
            return None
        if found["fingerprint"] != ctx.idempotency.fingerprint:
            raise DomainError(
                IDEMPOTENCY_KEY_REUSED,
                operation=ctx.idempotency.rpc,
                first_used_at=rfc3339(found["at"]),
            )
        error = found.get("error")
        return Stored(found.get("answer"), DomainError.from_dict(error) if error else None)

    def store_error(self, ctx: Context, error: DomainError) -> None:
        """Stores a business error that a keyed command ended with (after its transaction ended).

        Raises Replayed when an equal request was first: its answer stands, and this error may well
        be no more than the sight of that request's effect.
        """
        if ctx.idempotency is None or error.kind not in STORED_KINDS | LOOKED_UP_KINDS:
            return
        if error.kind in LOOKED_UP_KINDS or error.error is STALE_VERSION:
            # Linearizable: a winner whose effect was seen may not be majority-committed yet.
            newest = self._commits.with_options(read_concern=ReadConcern("linearizable"))
            if (stored := self._read(newest, ctx)) is not None:
                raise Replayed(stored)
            return
        commit = commit_document(
            ctx, self._clock.now(), changes=[], events=[], outcome={"error": error.as_dict()}
        )
        assert commit is not None
        with self._client.start_session() as session:
            try:
                self._commits.insert_one(commit, session=session)
            except DuplicateKeyError:
                self.replay(ctx, session)

    def replay(self, ctx: Context, session: ClientSession) -> None:
        """Raises Replayed with the outcome of the winner of a race.

        `session` is the one that met the winner's commit: its causal order makes the majority read
        wait for that commit, which may be committed but not yet majority-committed.
        """
        stored = self.find(ctx, session)
        if stored is not None:
            raise Replayed(stored)
