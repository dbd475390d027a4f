"""The one MongoClient of a process, and the bounds every call to the database keeps.

Majority and journal for writes, majority for reads, primary only (D-1): a decision is never made on
data that could be rolled back. Every call ends within CALL_SECONDS, or earlier inside `bounded`.
"""

import datetime as dt
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import pymongo
from bson.errors import BSONError
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
    WTimeoutError,
)
from pymongo.monitoring import CommandListener
from pymongo.read_concern import ReadConcern
from pymongo.read_preferences import ReadPreference
from pymongo.write_concern import WriteConcern

from chassis.context import Deadline

Document = dict[str, Any]

CALL_SECONDS = 5.0
MOST_TOLD = 300  # characters of an error in a line
WATCHERS = 10  # connections beyond the workers': relay, change stream, leases, health

MAJORITY = WriteConcern(w="majority", j=True)
DUPLICATE_KEY = 11000

# Server states that pass by themselves: shutting down, no primary, interrupted by either; and 290,
# a transaction that the server gave up at its commit, which it does not label as transient.
_PASSING_CODES = frozenset({91, 189, 290, 10107, 11600, 11602, 13435, 13436})


def connect(
    url: str,
    *,
    application: str,
    max_workers: int = 50,
    listeners: Sequence[CommandListener] = (),
) -> MongoClient[Document]:
    """A client for a replica set at `url`; nothing is sent before the first call."""
    return MongoClient(
        url,
        appname=application,
        tz_aware=True,
        tzinfo=dt.UTC,
        maxPoolSize=max_workers + WATCHERS,
        timeoutMS=int(CALL_SECONDS * 1000),
        serverSelectionTimeoutMS=3000,
        connectTimeoutMS=3000,
        retryWrites=True,
        retryReads=True,
        event_listeners=list(listeners),
    )


def open_database(client: MongoClient[Document], name: str) -> Database[Document]:
    """A service's database with the concerns that every decision needs."""
    return client.get_database(
        name,
        read_preference=ReadPreference.PRIMARY,
        read_concern=ReadConcern("majority"),
        write_concern=MAJORITY,
    )


def bounded(deadline: Deadline | None, most: float = CALL_SECONDS) -> AbstractContextManager[Any]:
    """All calls inside end by `deadline` and within `most` seconds together.

    Nested bounds never lengthen each other. A passed deadline still leaves one millisecond, because
    pymongo takes zero as "no limit"; the call then fails as timed out.
    """
    left = most if deadline is None else min(most, deadline.remaining())
    return pymongo.timeout(max(left, 0.001))


def insert_missing(collection: Collection[Document], documents: Sequence[Document]) -> None:
    """Inserts those whose unique keys are not there yet; done again, it changes nothing."""
    try:
        collection.insert_many(documents, ordered=False)
    except BulkWriteError as error:
        if any(problem["code"] != DUPLICATE_KEY for problem in error.details["writeErrors"]):
            raise


def is_unavailable(error: BaseException) -> bool:
    """Whether the database did not answer (in time), as against refused what it was asked."""
    if isinstance(error, ConnectionFailure | ExecutionTimeout | WTimeoutError):
        return True
    if not isinstance(error, PyMongoError):
        return False
    return error.timeout or getattr(error, "code", None) in _PASSING_CODES


def told(error: BaseException) -> str:
    """An error for the log: its type and text, of one that may quote a document type and code.

    Those quote what the server or the driver refused: keys of a unique index, whole documents,
    commands. The names of an index' fields are ours.
    """
    kind = type(error).__name__
    if isinstance(error, OperationFailure):
        details = error.details or {}
        codes = {row["code"] for row in details.get("writeErrors", ())} or {error.code}
        text = f"{kind} {', '.join(str(code) for code in codes)}"
        fields = ", ".join(details.get("keyPattern", ()))
        return f"{text} ({fields})" if fields else text
    return kind if isinstance(error, BSONError) else f"{kind}: {error}"[:MOST_TOLD]


def quotes_documents(error: BaseException) -> bool:
    """Whether the text of an error may hold what people wrote, or their addresses."""
    return isinstance(error, OperationFailure | BSONError)


def check_replica_set(client: MongoClient[Document]) -> None:
    """Raises RuntimeError when the server cannot do transactions: it is not in a replica set."""
    if "setName" not in client.admin.command("hello"):
        raise RuntimeError("MongoDB must run as a replica set (one member is enough)")
