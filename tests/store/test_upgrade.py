"""A database of an earlier version becomes one of today: nothing lost, nothing twice, no names."""

import datetime as dt
import gzip
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from bson import json_util
from pymongo.database import Database

from chassis import mongo as chassis_mongo
from chassis.clock import FixedClock, real_now
from chassis.commits import LANES, lanes_of_key
from chassis.context import Actor, Context, IdempotencyKey, Message, new_traceparent
from chassis.migrate import migrate
from chassis.migrations import into_commits
from chassis.schema import Migration, Progress, check_schema
from chassis.uow import AlreadyHandled, UnitOfWork
from contracts.records import EVENTS, SERVICES
from deploy.local.nodes import Nodes
from tests.kit.existing import existing
from tests.kit.nodes import unique

DATA = Path(__file__).parent.parent / "data" / "755a278"
FORMER = ("audit_log", "outbox", "inbox", "idempotency")

AWARE = json_util.JSONOptions(tz_aware=True, tzinfo=dt.UTC)

Collections = dict[str, list[dict[str, Any]]]
Upgraded = tuple[str, Collections, Database[Any]]


def frozen(service: str) -> Collections:
    text = gzip.decompress((DATA / f"{service}.json.gz").read_bytes())
    found: Collections = json_util.loads(text, json_options=AWARE)
    return found


def restore(database: Database[Any], collections: Collections) -> None:
    """The documents as they were, without today's validators."""
    for name, documents in collections.items():
        database.create_collection(name)
        if documents:
            database[name].insert_many(documents)


@pytest.fixture
def database(nodes: Nodes) -> Iterator[Database[Any]]:
    with chassis_mongo.connect(nodes.mongo_admin_url, application="upgrade") as client:
        database = chassis_mongo.open_database(client, unique("t_"))
        yield database
        database.command("dropAllRolesFromDatabase")
        client.drop_database(database.name)


@pytest.fixture(params=SERVICES)
def upgraded(request: pytest.FixtureRequest, database: Database[Any]) -> Upgraded:
    """Frozen data with today's migrations applied."""
    before = frozen(request.param)
    restore(database, before)
    migrate(database, schema_of(request.param), lambda line: None)
    return request.param, before, database


def schema_of(service: str) -> Any:
    return import_module(f"services.{service}.store").SCHEMA


def in_words_of_today(stored: Any) -> Any:
    """A frozen answer under the words that the wire has now; its one coupon takes an amount off."""
    words = {
        "least": "minimum",
        "most": "maximum",
        "n0": "places_before",
        "value": "amount",
        "told_through": "announced_through",
    }
    if isinstance(stored, list):
        return [in_words_of_today(one) for one in stored]
    if not isinstance(stored, dict):
        return stored
    return {words.get(name, name): in_words_of_today(one) for name, one in stored.items()}


def test_every_row_is_in_a_commit(upgraded: Upgraded) -> None:
    """D-12: the trail, the events, the messages and the stored answers are all there, once."""
    service, before, database = upgraded
    check_schema(database, schema_of(service))
    assert not set(FORMER) & set(database.list_collection_names())
    commits = list(database["commits"].find())
    assert sorted(c["message"] for c in commits if "message" in c) == sorted(
        row["_id"] for row in before["inbox"]
    )
    assert {
        c["key"]: (c["fingerprint"], c.get("answer"), c.get("error")) for c in commits if "key" in c
    } == {
        row["_id"]: (row["fingerprint"], in_words_of_today(row.get("answer")), row.get("error"))
        for row in before["idempotency"]
    }
    assert sorted(
        (line["id"], line["version"], line["action"], commit["actor"])
        for commit in commits
        for line in commit.get("changes", ())
    ) == sorted(
        (row["subject"], row["version"], row["action"], row["actor"]) for row in before["audit_log"]
    )
    assert {e["id"]: e["body"] for c in commits for e in c.get("events", ())} == {
        row["_id"]: row["body"] for row in before["outbox"]
    }


def test_what_was_not_published_is_pending(upgraded: Upgraded) -> None:
    """M-18: refused rows too, each in the lanes of its type."""
    _, before, database = upgraded
    for lane in LANES:
        waiting = database["commits"].find({f"{lane}.pending": True})
        assert sorted(id for commit in waiting for id in commit[lane]["left"]) == sorted(
            row["_id"]
            for row in before["outbox"]
            if row["published_at"] is None
            and row["routing_key"] in EVENTS
            and lane in lanes_of_key(row["routing_key"])
        )


def test_no_name_or_free_text_comes_into_the_trail(upgraded: Upgraded) -> None:
    """What cannot be taken out of a trail is not taken into it."""
    _, before, database = upgraded
    words = {
        text
        for collection in ("people", "applications", "meetups", "communities")
        for row in before.get(collection, ())
        for name in ("name", "email", "title", "description", "address")
        # People of that story are called by their parts, some of which are words of states, too.
        if isinstance(text := row.get(name), str) and not re.fullmatch("[a-z_]*", text)
    }
    assert words or not before.get("people")
    for commit in database["commits"].find({"changes.id": {"$exists": True}}):
        for line in commit["changes"]:
            assert not words & {*line["fields"], *line.get("details", {}).values()}


def test_seats_that_were_free_are_offered(database: Database[Any]) -> None:
    """What waited for a free seat when the services stopped gets it after the upgrade."""
    restore(database, frozen("events"))
    migrate(database, schema_of("events"), lambda line: None)
    assert database["seats"].count_documents({"freed": "upgrade"}) == len(frozen("events")["seats"])


def test_seats_are_counted_by_who_has_them(database: Database[Any]) -> None:
    """What a crash had left to nobody is free; people and live offers keep theirs."""
    before = frozen("events")
    (held, *_) = [one for one in before["seats"] if one["holds"]]
    held["holds"].append({**held["holds"][0], "id": "hld_of_nobody"})
    restore(database, before)
    migrate(database, schema_of("events"), lambda line: None)
    check_schema(database, schema_of("events"))
    for counter in before["seats"]:
        mine = {hold["id"] for hold in counter["holds"]} - {"hld_of_nobody"}
        now = existing(database["seats"].find_one({"_id": counter["_id"]}))
        assert (now["capacity"], now["taken"]) == (counter["limit"], len(mine))
    for name in ("registrations", "offers"):
        assert database[name].find_one({"hold_id": {"$exists": True}}) is None


def test_stored_answers_and_messages_still_count(upgraded: Upgraded) -> None:
    """H-13, M-15: a request or delivery from before the upgrade is known after it."""
    _, before, database = upgraded
    uow = UnitOfWork(database, FixedClock(real_now()))
    for row in before["idempotency"]:
        actor, rpc, key = row["_id"].split(" ")
        ctx = Context(
            Actor("person", actor), "en", "req_00000000", new_traceparent(),
            idempotency=IdempotencyKey(key, row["fingerprint"], rpc),
        )  # fmt: skip
        stored = uow.idempotency.find(ctx)
        assert stored is not None
        assert stored.answer == in_words_of_today(row.get("answer"))
    for row in before["inbox"][:3]:
        message = Message(*row["_id"].split(" "))
        ctx = Context(Actor("system"), "en", "req_00000000", new_traceparent(), message=message)
        with pytest.raises(AlreadyHandled):
            uow.run(ctx, lambda tx: None)


@pytest.mark.parametrize("at", [1, 3])
def test_a_migration_that_is_killed_goes_on(database: Database[Any], at: int) -> None:
    """D-12: run again after a kill it inserts nothing twice and loses nothing."""

    class Killed(Exception):
        pass

    before = frozen("membership")
    migrate_now = into_commits(1)
    schema = schema_of("membership")
    restore(database, before)
    migrate(database, _without_migrations(schema), lambda line: None)
    noted: list[dict[str, Any]] = []

    def save(progress: dict[str, Any]) -> None:
        if len(noted) == at:
            raise Killed
        noted.append(progress)

    with pytest.raises(Killed):
        migrate_now.apply(database, Progress(None, save))
    migrate(database, schema, lambda line: None)
    rows = sum(len(before[name]) for name in FORMER)
    assert database["commits"].count_documents({}) == rows
    assert not set(FORMER) & set(database.list_collection_names())


def _without_migrations(schema: Any) -> Any:
    nothing = Migration(1, "nothing yet", lambda database, progress: None)
    assert nothing.number == schema.migrations[0].number
    return type(schema)(schema.service, schema.collections)


def test_a_message_has_all_that_its_notification_and_delivery_had(database: Database[Any]) -> None:
    """I-11: each delivery is one message, in the app under the id that its reader knows; all but
    what people wrote (ADR 0049)."""
    before = frozen("notifications")
    restore(database, before)
    migrate(database, schema_of("notifications"), lambda line: None)
    assert not {"notifications", "deliveries"} & set(database.list_collection_names())
    told = {row["_id"]: row for row in before["notifications"]}
    messages = {row["_id"]: row for row in database["messages"].find()}
    assert len(messages) == len(before["deliveries"]) > len(told) > 0
    for delivery in before["deliveries"]:
        notification = told[delivery["notification_id"]]
        in_app = delivery["channel"] == "in_app"
        message = messages[notification["_id"] if in_app else delivery["_id"]]
        for name in ("recipient_id", "channel", "cause_id", "state", "attempts", "due_at"):
            assert message[name] == delivery[name]
        for name in ("type", "link", "category", "community_id", "request_id"):
            assert message[name] == notification[name]
        facts = {name: fact for name, fact in notification["facts"].items() if name != "message"}
        if message["type"] == "order_refunded":
            facts["reason"] = None
        assert message["facts"] == facts
        if in_app:
            assert message["read_at"] == notification["read_at"]
            assert message["version"] == notification["version"]
