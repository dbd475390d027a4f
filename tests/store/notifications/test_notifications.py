"""Written once for each cause, listed from an index, read by nobody else."""

import datetime as dt
import threading

import pytest

from chassis.clock import FixedClock
from chassis.context import Actor, Context, new_traceparent
from chassis.ids import new_id
from chassis.uow import UnitOfWork
from contracts import membership
from contracts.envelope import CloudEvent
from contracts.errors import DomainError
from services.notifications.adapters.wording import Wording
from services.notifications.store.deliveries import AlreadyTold, DeliveryStore
from services.notifications.store.notifications import NotificationStore
from services.notifications.usecases.notifications import Notifications
from tests.kit.commits import changes
from tests.kit.databases import stages
from tests.unit.notifications.samples import facts_of, made_id

NOON = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
COMMUNITY = {"name": "医生圈", "zone": "Asia/Shanghai"}


class KnownNeighbours:
    """Membership's answers without membership."""

    def community(self, community_id, ctx):
        return COMMUNITY


@pytest.fixture
def notifications(db):
    uow = UnitOfWork(db, FixedClock(NOON))
    return Notifications(
        uow, NotificationStore(db), DeliveryStore(db), KnownNeighbours(), Wording()
    )


def activated(event_id=None, person_id=None):
    event = membership.ACTIVATED
    facts = facts_of(event.type)
    if person_id:
        facts["person_id"] = person_id
    return CloudEvent(
        id=event_id or new_id("evt"),
        source="/coterie/membership",
        event=event,
        subject=facts["membership_id"],
        time=NOON,
        aggregateversion=1,
        data=facts,
        sequence=1,
        correlationid=new_id("req"),
        causationid=None,
        traceparent=None,
    )


def handling(event, consumer="notifications.on_membership_news"):
    return Context.for_event("notifications", consumer, event)


def reader(person_id, locale="en"):
    return Context(Actor("person", person_id), locale, new_id("req"), new_traceparent())


def test_a_cause_is_told_once_however_often_and_wherever_it_arrives(db, notifications):
    """I-11: 16 deliveries at once through consumers that know nothing of each other: one message
    and one delivery for each channel."""
    event = activated()
    failures = []

    def deliver(number):
        try:
            notifications.notify(event, handling(event, f"consumer-{number}"))
        except Exception as error:
            failures.append(error)

    racers = [threading.Thread(target=deliver, args=(number,)) for number in range(16)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert failures == []
    assert db["notifications"].count_documents({}) == 1
    rows = list(db["deliveries"].find())
    assert {(row["channel"], row["state"]) for row in rows} == {
        ("in_app", "sent"),
        ("email", "pending"),
    }
    assert len(rows) == 2


def test_sign_in_code_is_never_stored(db, notifications):
    """The message knows the challenge, not the code and not the address (architecture.md §3)."""
    event = activated()
    challenge = CloudEvent(
        **{
            **vars(event),
            "event": membership.SIGN_IN_REQUESTED,
            "data": facts_of(membership.SIGN_IN_REQUESTED.type),
            "subject": made_id("chl"),
        }
    )
    notifications.notify(challenge, handling(challenge))
    (message,) = db["notifications"].find()
    assert message["person_id"] is None
    assert set(message["facts"]) == {"challenge_id", "locale"}
    assert not message["in_app"]
    (delivery,) = db["deliveries"].find()
    assert delivery["recipient_id"] == made_id("chl")


def test_inbox_is_paged_newest_first_in_the_readers_language(notifications):
    """product.md §5; H-21: pages neither repeat nor skip."""
    person = new_id("per")
    for _ in range(5):
        event = activated(person_id=person)
        notifications.notify(event, handling(event))
    seen, after = [], None
    while True:
        page = notifications.list_mine({"after": after, "limit": 2}, reader(person, "zh-CN"))
        seen += page["items"]
        after = page["next"]
        if after is None:
            break
    ids = [item["id"] for item in seen]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 5
    assert seen[0]["title"] == "欢迎加入医生圈，您的会员编号：5101"
    assert seen[0]["link"] == f"/v1/memberships/{made_id('mbr')}"
    english = notifications.list_mine({"after": None, "limit": 1}, reader(person, "en"))
    assert english["items"][0]["title"] == "Welcome to 医生圈: member no. 5101"


def test_only_the_first_reading_counts_and_only_of_own_messages(db, notifications):
    """O-1: somebody else's message is answered like a missing one."""
    person = new_id("per")
    event = activated(person_id=person)
    notifications.notify(event, handling(event))
    (message,) = db["notifications"].find()
    request = {"notification_id": message["_id"]}
    with pytest.raises(DomainError) as foreign:
        notifications.mark_read(request, reader(new_id("per")))
    with pytest.raises(DomainError) as missing:
        notifications.mark_read({"notification_id": new_id("ntf")}, reader(person))
    assert foreign.value.as_dict() == missing.value.as_dict()
    first = notifications.mark_read(request, reader(person))
    again = notifications.mark_read(request, reader(person))
    assert first["read_at"] == NOON
    assert (again["version"], again["read_at"]) == (2, NOON)
    assert len(changes(db, "mark_notification_read")) == 1


def test_queries_use_indexes(db):
    """Every list and the job's scan come from an index, in its order."""
    inbox = db["notifications"].find({"person_id": "per_1", "in_app": True}).sort("_id", -1)
    due = db["deliveries"].find({"state": "pending", "due_at": {"$lte": NOON}})
    failed = db["deliveries"].find({"state": "failed"}).sort("_id", 1)
    for query in (inbox, due.sort([("due_at", 1), ("_id", 1)]), failed):
        assert not stages(query) & {"COLLSCAN", "SORT"}
    summary = db.command(
        "explain",
        {
            "aggregate": "deliveries",
            "pipeline": [
                {"$match": {"community_id": "com_1"}},
                {"$group": {"_id": {"t": "$type", "c": "$channel", "s": "$state"}}},
            ],
            "cursor": {},
        },
    )
    assert not stages(summary) & {"COLLSCAN", "FETCH"}


def test_database_refuses_what_is_no_delivery(db):
    """D-11: the validator stands behind the code."""
    with pytest.raises(Exception, match="failed validation"):
        db["deliveries"].insert_one({"_id": "dlv_1", "state": "lost"})


def test_one_delivery_per_cause_person_and_channel(db):
    """D-8: uniqueness by index; the same cause may reach several people."""
    store, uow = DeliveryStore(db), UnitOfWork(db, FixedClock(NOON))
    row = {
        "notification_id": "ntf_1",
        "community_id": None,
        "cause_id": "evt_1",
        "type": "x",
        "recipient_id": "per_1",
        "channel": "email",
        "state": "pending",
        "attempts": 0,
        "due_at": NOON,
        "settled_at": None,
        "last_error": None,
    }
    ctx = Context.for_system("notifications")

    def insert(*changes):
        rows = [{**row, **change} for change in changes]
        uow.run(ctx, lambda tx: store.insert_all(tx, rows))

    insert({"_id": "dlv_1"})
    insert({"_id": "dlv_2", "recipient_id": "per_2"})
    with pytest.raises(AlreadyTold):
        insert({"_id": "dlv_3", "channel": "in_app"}, {"_id": "dlv_4"})
    assert {one["_id"] for one in db["deliveries"].find()} == {"dlv_1", "dlv_2"}


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
def test_a_message_that_cannot_be_worded_hides_no_other(db, notifications, locale):
    """I-11: it shows as a plain line of its type, and can be marked read like any other."""
    person_id = made_id("per")
    for _ in range(3):
        event = activated(person_id=person_id)
        notifications.notify(event, handling(event))
    ids = [row["_id"] for row in db["notifications"].find().sort("_id", 1)]
    far = {"$set": {"facts.term.ends_on": "9999-99-99"}}
    assert db["notifications"].update_one({"_id": ids[1]}, far).modified_count == 1
    request = {"after": None, "limit": 20}
    items = notifications.list_mine(request, reader(person_id, locale))["items"]
    assert [item["id"] for item in items] == ids[::-1]
    assert items[0]["text"] == items[2]["text"] != items[1]["text"]
    assert COMMUNITY["name"] in items[1]["title"]
    assert "membership activated" in items[1]["text"]
    read = notifications.mark_read({"notification_id": ids[1]}, reader(person_id, locale))
    assert read["read_at"] is not None
