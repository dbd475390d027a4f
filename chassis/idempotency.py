"""Answers by Idempotency-Key, stored in the transaction of the effect (H-11..H-16).

A key belongs to one caller and one RPC. The answer, or the business error, is replayed for seven
days; the same key with another fingerprint is refused. Not stored are wrong input and what may pass
by itself: outages, a lost race, and a right or an object that a replica has not heard of yet. The
client corrects, or repeats with the same key.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from pymongo.client_session import ClientSession
from pymongo.collection import Collection as MongoCollection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError
from pymongo.read_concern import ReadConcern

from chassis.clock import real_now
from chassis.collections import Collection, Index
from chassis.context import Context
from chassis.validators import INSTANT, OPEN, TEXT, document, optional
from contracts.errors import IDEMPOTENCY_KEY_REUSED, STALE_VERSION, DomainError, Kind

KEPT = dt.timedelta(days=7)
STORED_KINDS = frozenset({Kind.CONFLICT, Kind.RULE_VIOLATED})
# Nothing was executed; but the effect of an equal request may be why (a role that is gone, say).
LOOKED_UP_KINDS = frozenset({Kind.NOT_FOUND, Kind.PERMISSION_DENIED})

IDEMPOTENCY = Collection(
    "idempotency",
    validator=document(
        fingerprint=TEXT, answer=optional(OPEN), error=optional(OPEN), created_at=INSTANT
    ),
    indexes=[Index([("created_at", 1)], name="garbage", expire_after=KEPT)],
)


@dataclass(frozen=True)
class Stored:
    """What the first request with this key was told: an answer or an error."""

    answer: dict[str, Any] | None
    error: DomainError | None


class Replayed(Exception):
    """Another request with the same key was first; `stored` is what it was told."""

    def __init__(self, stored: Stored) -> None:
        self.stored = stored
        super().__init__("the answer of an equal earlier request stands")


class IdempotencyStore:
    """The stored answers of one service."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._client = database.client
        self._rows = database["idempotency"]

    def find(self, ctx: Context, session: ClientSession | None = None) -> Stored | None:
        """What was stored under the context's key; None when it is the first (or there is none).

        Raises DomainError(IDEMPOTENCY_KEY_REUSED) when the key came with another request.
        """
        return self._read(self._rows, ctx, session)

    def _read(
        self,
        rows: MongoCollection[dict[str, Any]],
        ctx: Context,
        session: ClientSession | None = None,
    ) -> Stored | None:
        if ctx.idempotency is None:
            return None
        row = rows.find_one({"_id": _row_id(ctx)}, session=session)
        if row is None:
            return None
        if row["fingerprint"] != ctx.idempotency.fingerprint:
            raise DomainError(IDEMPOTENCY_KEY_REUSED)
        error = row.get("error")
        return Stored(row.get("answer"), DomainError.from_dict(error) if error else None)

    def store_answer(self, ctx: Context, session: ClientSession, answer: dict[str, Any]) -> None:
        """Stores in the open transaction; raises DuplicateKeyError when another was first."""
        self._rows.insert_one(_row(ctx, answer=answer), session=session)

    def store_error(self, ctx: Context, error: DomainError) -> None:
        """Stores a business error that a keyed command ended with (after its transaction ended).

        Raises Replayed when an equal request was first: its answer stands, and this error may well
        be no more than the sight of that request's effect.
        """
        if ctx.idempotency is None or error.kind not in STORED_KINDS | LOOKED_UP_KINDS:
            return
        if error.kind in LOOKED_UP_KINDS or error.error is STALE_VERSION:
            # Linearizable: a winner whose effect was seen may not be majority-committed yet.
            newest = self._rows.with_options(read_concern=ReadConcern("linearizable"))
            if (stored := self._read(newest, ctx)) is not None:
                raise Replayed(stored)
            return
        with self._client.start_session() as session:
            try:
                self._rows.insert_one(_row(ctx, error=error.as_dict()), session=session)
            except DuplicateKeyError:
                self.replay(ctx, session)

    def replay(self, ctx: Context, session: ClientSession) -> None:
        """Raises Replayed with what the winner of a race was told.

        `session` is the one that met the winner's row: its causal order makes the majority read
        wait for that row, which may be committed but not yet majority-committed.
        """
        stored = self.find(ctx, session)
        if stored is not None:
            raise Replayed(stored)


def _row_id(ctx: Context) -> str:
    # Neither actor ids nor RPC names hold blanks, so the three parts cannot run into each other.
    assert ctx.idempotency is not None
    return f"{ctx.actor.id} {ctx.idempotency.rpc} {ctx.idempotency.key}"


def _row(ctx: Context, **told: dict[str, Any]) -> dict[str, Any]:
    assert ctx.idempotency is not None
    fingerprint = ctx.idempotency.fingerprint
    return {"_id": _row_id(ctx), "fingerprint": fingerprint, **told, "created_at": real_now()}
