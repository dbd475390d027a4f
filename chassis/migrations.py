"""Numbered migrations that every service has, because they change what the chassis stores."""

import datetime as dt
import hashlib
import importlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from pymongo import UpdateOne
from pymongo.database import Database
from ulid import ULID

from chassis.commits import (
    ANSWERS_KEPT,
    COMMITS,
    EVENTS_KEPT,
    MESSAGES_KEPT,
    is_code,
    lanes_of,
)
from chassis.ids import noun_of
from chassis.mongo import Document, insert_missing
from chassis.schema import Migration, Progress

BATCH = 500
BOUNDS = {"least": "minimum", "most": "maximum"}
_UNCOUNTED = frozenset({"_id", "version", "created_at", "updated_at"})


def into_commits(number: int) -> Migration:
    """Audit trail, outbox, inbox and stored answers become commits; services are stopped."""
    return Migration(
        number, "audit_log, outbox, inbox and idempotency become commits", _apply, breaking=True
    )


def _apply(database: Database[Document], progress: Progress) -> None:
    # An event's lanes follow from its record; a process that migrates imports no records otherwise.
    importlib.import_module("contracts.catalogue")
    for name, commit_of in _SOURCES.items():
        after = progress.noted.get(name, "")
        while batch := list(
            database[name].find({"_id": {"$gt": after}}, sort=[("_id", 1)], limit=BATCH)
        ):
            # The same row always gives the same commit: one that is there came before a kill.
            insert_missing(database[COMMITS.name], [commit_of(row) for row in batch])
            after = batch[-1]["_id"]
            progress.save(**{**progress.noted, name: after})
    for name in _SOURCES:
        database.drop_collection(name)
    database["leases"].delete_one({"_id": "relay"})  # the one who leads publishes


def standard_words(
    number: int,
    documents: Callable[[Database[Document]], None] = lambda database: None,
    answer: Callable[[Document], Document] = lambda stored: stored,
) -> Migration:
    """What is stored gets the words that the wire has now; services are stopped.

    The bounds in stored refusals here; `documents` rewrites a service's own documents, `answer`
    gives a stored answer in the new words.
    """

    def apply(database: Database[Document], progress: Progress) -> None:
        documents(database)
        commits = database[COMMITS.name]
        after = progress.noted.get("commits", "")
        while batch := list(
            commits.find(
                {"_id": {"$gt": after}, "key": {"$exists": True}},
                {"answer": 1, "error": 1},
                sort=[("_id", 1)],
                limit=BATCH,
            )
        ):
            changes = []
            for commit in batch:
                reworded = {
                    name: change(commit[name])
                    for name, change in (("answer", answer), ("error", _reworded_error))
                    if name in commit
                }
                if any(commit[name] != part for name, part in reworded.items()):
                    changes.append(UpdateOne({"_id": commit["_id"]}, {"$set": reworded}))
            if changes:
                commits.bulk_write(changes)
            after = batch[-1]["_id"]
            progress.save(commits=after)

    return Migration(number, "stored words become those of the wire", apply, breaking=True)


def renamed(fields: Document, words: Mapping[str, str]) -> Document:
    """The same fields in the same order, some under another name."""
    return {words.get(name, name): value for name, value in fields.items()}


def _reworded_error(error: Document) -> Document:
    return {
        **error,
        "params": renamed(error["params"], BOUNDS),
        "fields": [{**one, "params": renamed(one["params"], BOUNDS)} for one in error["fields"]],
    }


def _from_audit(row: Document) -> Document:
    before, after = row["before"] or {}, row["after"] or {}
    names = {*before, *after} - _UNCOUNTED if row["before"] is not None else set()
    codes = {"state": after.get("state"), "reason": row["reason"]}
    details = {name: code for name, code in codes.items() if code and is_code(code)}
    change = {
        "kind": _kind(row["subject"]),
        "id": row["subject"],
        "community_id": row["community_id"],
        "version": row["version"],
        "action": row["action"],
        "fields": sorted(name for name in names if before.get(name) != after.get(name)),
        **({"details": details} if details else {}),
    }
    return {
        "_id": "cmt_" + row["_id"].removeprefix("aud_"),
        "at": row["at"],
        "actor": row["actor"],
        "request_id": row["request_id"],
        "traceparent": "",
        "changes": [change],
    }


def _from_outbox(row: Document) -> Document:
    wire = json.loads(row["body"])
    event = {
        "id": row["_id"],
        "subject": row["subject"],
        "version": row["version"],
        "exchange": row["exchange"],
        "key": row["routing_key"],
        "body": row["body"],
    }
    lanes = lanes_of([event])
    for lane in lanes.values():
        lane["attempts"], lane["error"] = row["attempts"], row["last_error"]
        if row["published_at"] is not None:
            for name in ("pending", "due_at", "left"):
                del lane[name]
            lane["published_at"] = row["published_at"]
    return {
        "_id": "cmt_" + row["_id"].removeprefix("evt_"),
        "at": row["created_at"],
        "actor": "system",
        "request_id": wire["correlationid"],
        "traceparent": wire.get("traceparent", ""),
        "events": [event],
        **lanes,
        "clear_at": (row["published_at"] or row["created_at"]) + EVENTS_KEPT,
    }


def _from_inbox(row: Document) -> Document:
    kept = {"message": row["_id"], "clear_at": row["handled_at"] + MESSAGES_KEPT}
    return {**_bare(row["_id"], row["handled_at"], "system"), **kept}


def _from_idempotency(row: Document) -> Document:
    actor = row["_id"].partition(" ")[0]
    commit = _bare(row["_id"], row["created_at"], actor)
    commit |= {"key": row["_id"], "clear_at": row["created_at"] + ANSWERS_KEPT}
    return commit | {n: row[n] for n in ("fingerprint", "answer", "error") if n in row}


def _bare(text: str, at: dt.datetime, actor: str) -> Document:
    """A commit without changes, under an id that its text and time give."""
    digest = hashlib.sha256(text.encode()).digest()
    made = ULID.from_bytes(ULID.from_datetime(at).bytes[:6] + digest[:10])
    return {"_id": f"cmt_{made}", "at": at, "actor": actor, "request_id": "", "traceparent": ""}


def _kind(subject: str) -> str:
    try:
        return noun_of(subject)
    except ValueError:
        return "standing" if ":" in subject else "message"


_SOURCES: dict[str, Callable[[Document], dict[str, Any]]] = {
    "audit_log": _from_audit,
    "outbox": _from_outbox,
    "inbox": _from_inbox,
    "idempotency": _from_idempotency,
}
