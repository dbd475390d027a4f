"""Written once for each cause, listed from an index, read by nobody else."""

import threading
from typing import Any

import pytest
from pymongo.database import Database

from chassis.clock import FixedClock
from chassis.ids import new_id
from chassis.mongo import Document
from chassis.uow import UnitOfWork
from contracts import events, membership, payments
from contracts.errors import SERVICE_UNAVAILABLE, DomainError
from contracts.types import notifications as wire
from services.notifications.adapters.membership import MembershipClient
from services.notifications.adapters.wording import Wording
from services.notifications.adapters.words import QuotedWords
from services.notifications.store import open_stores
from services.notifications.usecases.notifications import NotificationUseCases
from tests.kit.commits import changes
from tests.kit.databases import stages
from tests.kit.existing import existing
from tests.kit.neighbours import FakeMembership
from tests.kit.usecases import made_event
from tests.store.notifications.world import ALL, NOON, activated, handling, reader
from tests.unit.notifications.samples import facts_of, made_id


def test_a_cause_is_told_once_however_often_and_wherever_it_arrives(
    db: Database[Document], notifications: NotificationUseCases
) -> None:
    """I-11: 16 deliveries at once through consumers that know nothing of each other: one message
    for each channel."""
    event = activated()
    failures: list[Exception] = []

    def deliver(number: int) -> None:
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
    rows = list(db["messages"].find())
    assert {(row["channel"], row["state"]) for row in rows} == {
        ("in_app", "sent"),
        ("email", "pending"),
    }
    assert len(rows) == 2


def test_sign_in_code_is_never_stored(
    db: Database[Document], notifications: NotificationUseCases
) -> None:
    """The message knows the challenge, not the code and not the address (architecture.md §3)."""
    facts = facts_of(membership.SIGN_IN_REQUESTED.type)
    challenge = made_event(membership.SIGN_IN_REQUESTED, facts, NOON, subject=made_id("chl"))
    notifications.notify(challenge, handling(challenge))
    (message,) = db["messages"].find()
    assert message["recipient_id"] == made_id("chl")
    assert set(message["facts"]) == {"challenge_id", "locale"}
    assert message["channel"] == "email"


def test_words_of_people_are_asked_for_and_never_stored(db: Database[Document]) -> None:
    """M6: what a reviewer or treasurer wrote stays where it was written; without an answer about
    it the message stands without them."""
    neighbour, person, clock = FakeMembership(), new_id("per"), FixedClock(NOON)
    use_cases = NotificationUseCases(
        stores=open_stores(db),
        uow=UnitOfWork(db, clock),
        clock=clock,
        membership=MembershipClient(neighbour),  # type: ignore[arg-type]
        quoted=QuotedWords(neighbour),  # type: ignore[arg-type]
        wording=Wording(),
    )
    for about, told, whose in (
        ("app", membership.APPLICATION_REJECTED, "person_id"),
        ("app", membership.APPLICATION_INFO_REQUESTED, "person_id"),
        ("rfd", payments.ORDER_REFUNDED, "payer_id"),
        ("reg", events.MEETUP_CHANGED, "person_id"),
        ("rrq", payments.REFUND_DECLINED, "payer_id"),
    ):
        event = made_event(told, facts_of(told.type, **{whose: person}), NOON)
        use_cases.notify(event, handling(event))
        neighbour.words[made_id(about)] = "亲自写的话"
    assert "亲自写的话" not in str(list(db["messages"].find()))
    shown = use_cases.list_mine(ALL, reader(person, "en"))["items"]
    assert ["亲自写的话" in item["text"] for item in shown] == [True] * 5
    neighbour.answers |= dict.fromkeys(
        (
            membership.GET_DECISION_WORDS,
            payments.GET_REFUND_REASON,
            payments.GET_REFUND_ANSWER,
            events.GET_PLACE_WORDS,
        ),
        away,
    )
    shown = use_cases.list_mine(ALL, reader(person, "en"))["items"]
    assert "Your application was not accepted" in shown[4]["text"]
    assert "Reason" not in shown[2]["text"]
    assert "see the meetup" in shown[1]["text"]
    assert "Your order stays as it is" in shown[0]["text"]


def away(request: dict[str, Any]) -> dict[str, Any]:
    raise DomainError(SERVICE_UNAVAILABLE)


def test_inbox_is_paged_newest_first_in_the_readers_language(
    notifications: NotificationUseCases,
) -> None:
    """product.md §5; H-21: pages neither repeat nor skip."""
    person = new_id("per")
    for _ in range(5):
        event = activated(person_id=person)
        notifications.notify(event, handling(event))
    seen: list[wire.Notification] = []
    after: str | None = None
    while True:
        page = notifications.list_mine({**ALL, "after": after, "limit": 2}, reader(person, "zh-CN"))
        seen += page["items"]
        after = page["next"]
        if after is None:
            break
    ids = [item["id"] for item in seen]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 5
    assert seen[0]["title"] == "欢迎加入医生圈，您的会员编号：5101"
    assert seen[0]["link"] == f"/v1/memberships/{made_id('mbr')}"
    assert seen[0]["page"] is None
    english = notifications.list_mine({**ALL, "limit": 1}, reader(person, "en"))
    assert english["items"][0]["title"] == "Welcome to 医生圈: member no. 5101"


def test_a_message_leads_to_the_page_of_its_object(db: Database[Document]) -> None:
    """product.md §5: as the community says when it is read; within a minute of a change."""
    neighbour, clock, seconds = FakeMembership(), FixedClock(NOON), [0.0]
    rpc: Any = neighbour
    inbox = NotificationUseCases(
        stores=open_stores(db),
        uow=UnitOfWork(db, clock),
        clock=clock,
        membership=MembershipClient(rpc, lambda: seconds[0]),
        quoted=QuotedWords(rpc),
        wording=Wording(),
    )
    person = new_id("per")
    event = activated(person_id=person)
    inbox.notify(event, handling(event))

    def page() -> str | None:
        (shown,) = inbox.list_mine(ALL, reader(person))["items"]
        return shown["page"]

    assert page() is None
    neighbour.links = {"membership": "https://club.example.cn/memberships/{id}"}
    seconds[0] = 60.0
    assert page() == f"https://club.example.cn/memberships/{made_id('mbr')}"


def test_only_the_first_reading_counts_and_only_of_own_messages(
    db: Database[Document], notifications: NotificationUseCases
) -> None:
    """O-1: somebody else's message is answered like a missing one."""
    person = new_id("per")
    event = activated(person_id=person)
    notifications.notify(event, handling(event))
    in_app = existing(db["messages"].find_one({"channel": "in_app"}))
    mail = existing(db["messages"].find_one({"channel": "email"}))
    request: wire.NotificationRef = {"notification_id": in_app["_id"]}
    with pytest.raises(DomainError) as foreign:
        notifications.mark_read(request, reader(new_id("per")))
    with pytest.raises(DomainError) as missing:
        notifications.mark_read({"notification_id": new_id("ntf")}, reader(person))
    with pytest.raises(DomainError) as mailed:
        notifications.mark_read({"notification_id": mail["_id"]}, reader(person))
    assert foreign.value.as_dict() == missing.value.as_dict() == mailed.value.as_dict()
    first = notifications.mark_read(request, reader(person))
    again = notifications.mark_read(request, reader(person))
    assert first["read_at"] == NOON
    assert (again["version"], again["read_at"]) == (2, NOON)
    assert len(changes(db, "mark_notification_read")) == 1


def test_queries_use_indexes(db: Database[Document]) -> None:
    """Every list comes from an index, in its order."""
    inbox = db["messages"].find({"recipient_id": "per_1", "channel": "in_app"}).sort("_id", -1)
    failed = db["messages"].find({"state": "failed"}).sort("_id", 1)
    for query in (inbox, failed):
        assert not stages(query) & {"COLLSCAN", "SORT"}


def test_database_refuses_what_is_no_delivery(db: Database[Document]) -> None:
    """D-11: the validator stands behind the code."""
    with pytest.raises(Exception, match="failed validation"):
        db["messages"].insert_one({"_id": "dlv_1", "state": "lost"})


def test_one_message_per_cause_person_and_channel(db: Database[Document]) -> None:
    """D-8: uniqueness by index; the same cause may reach several people. What a kill left out is
    added by the repetition."""
    store = open_stores(db).messages
    row: dict[str, Any] = {
        "community_id": None,
        "cause_id": "evt_1",
        "type": "x",
        "category": "social",
        "facts": {},
        "link": "",
        "request_id": "req_1",
        "recipient_id": "per_1",
        "channel": "email",
        "read_at": None,
        "state": "pending",
        "attempts": 0,
        "due_at": NOON,
        "settled_at": None,
        "last_error": None,
    }

    def add(*changes: dict[str, Any]) -> None:
        messages: list[Any] = [{**row, **change} for change in changes]
        store.add(messages, NOON)

    add({"_id": "dlv_1"})
    add({"_id": "dlv_2", "recipient_id": "per_2"})
    add({"_id": "dlv_3"}, {"_id": "ntf_4", "channel": "in_app"})
    assert {one["_id"] for one in db["messages"].find()} == {"dlv_1", "dlv_2", "ntf_4"}
    with pytest.raises(Exception, match="failed validation"):
        add({"_id": "dlv_5", "state": "lost", "cause_id": "evt_2"})


def test_what_is_not_read_yet_is_counted_and_listed(
    db: Database[Document], notifications: NotificationUseCases
) -> None:
    """Along an index of its own, and counted up to a bound; what is read is in neither."""
    person = new_id("per")
    for _ in range(3):
        event = activated(person_id=person)
        notifications.notify(event, handling(event))
    ctx = reader(person)
    whole = notifications.list_mine(ALL, ctx)
    assert (len(whole["items"]), whole["unread"]) == (3, 3)
    notifications.mark_read({"notification_id": whole["items"][1]["id"]}, ctx)
    page = notifications.list_mine({**ALL, "unread": True, "limit": 1}, ctx)
    assert ([one["id"] for one in page["items"]], page["unread"]) == ([whole["items"][0]["id"]], 2)
    rest: wire.ListMyNotifications = {"unread": True, "after": page["next"], "limit": 9}
    last = notifications.list_mine(rest, ctx)
    assert [one["id"] for one in last["items"]] == [whole["items"][2]["id"]]
    wanted = {"channel": "in_app", "read_at": None, "recipient_id": person}
    found = db["messages"].find(wanted).sort("_id", -1)
    assert found.explain()["queryPlanner"]["winningPlan"]["inputStage"]["indexName"] == "unread"


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
def test_a_message_that_cannot_be_worded_hides_no_other(
    db: Database[Document], notifications: NotificationUseCases, locale: str
) -> None:
    """I-11: it shows as a plain line of its type, and can be marked read like any other."""
    person_id = made_id("per")
    for _ in range(3):
        event = activated(person_id=person_id)
        notifications.notify(event, handling(event))
    ids = [row["_id"] for row in db["messages"].find({"channel": "in_app"}).sort("_id", 1)]
    far = {"$set": {"facts.term.ends_on": "9999-99-99"}}
    assert db["messages"].update_one({"_id": ids[1]}, far).modified_count == 1
    items = notifications.list_mine(ALL, reader(person_id, locale))["items"]
    assert [item["id"] for item in items] == ids[::-1]
    assert items[0]["text"] == items[2]["text"] != items[1]["text"]
    assert "医生圈" in items[1]["title"]
    assert "membership activated" in items[1]["text"]
    read = notifications.mark_read({"notification_id": ids[1]}, reader(person_id, locale))
    assert read["read_at"] is not None
