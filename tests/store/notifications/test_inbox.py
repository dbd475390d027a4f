"""No message closes the inbox that it is in, whatever is wrong with it (F4, M11)."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from pymongo.database import Database
from structlog.testing import capture_logs

from chassis.clock import FixedClock
from chassis.context import Actor, Context, new_traceparent
from chassis.ids import new_id
from chassis.mongo import Document
from chassis.uow import UnitOfWork
from contracts.errors import OBJECT_NOT_FOUND, SERVICE_UNAVAILABLE, DomainError, ErrorCode
from contracts.records import EVENTS
from services.notifications.adapters.membership import MembershipClient
from services.notifications.adapters.wording import Wording
from services.notifications.adapters.words import QuotedWords
from services.notifications.domain.rules import IN_APP, RULES, Rule
from services.notifications.store import open_stores
from services.notifications.usecases.notifications import NotificationUseCases
from tests.kit.neighbours import Answer, FakeMembership, Request
from tests.kit.usecases import made_event
from tests.store.notifications.world import NOON
from tests.unit.notifications.samples import facts_of, made_id

READER = made_id("per")
SHOWN = [rule for rule in RULES if IN_APP in rule.channels]
# What no text can be made of, or none in a calendar or currency.
ODD: tuple[Any, ...] = (
    None,
    2**62,
    "9999-99-99",
    "{{ 1/0 }}",
    {"a": 1},
    [1],
    dt.datetime(9999, 12, 31, 23, 59, tzinfo=dt.UTC),
    dt.datetime(1, 1, 1, tzinfo=dt.UTC),
)


class Membership(FakeMembership):
    """With communities that it does not know, or does not tell."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: dict[str, ErrorCode] = {}
        self.holders = [READER]

    def community(self, request: Request) -> Answer:
        if request["community_id"] in self.refused:
            raise DomainError(self.refused[request["community_id"]], noun="community")
        return super().community(request)


@pytest.fixture
def neighbour() -> Membership:
    return Membership()


@pytest.fixture
def inbox(db: Database[Document], neighbour: Membership) -> NotificationUseCases:
    clock = FixedClock(NOON)
    rpc: Any = neighbour
    return NotificationUseCases(
        stores=open_stores(db),
        uow=UnitOfWork(db, clock),
        clock=clock,
        membership=MembershipClient(rpc),
        quoted=QuotedWords(rpc),
        wording=Wording(),
    )


def tell(inbox: NotificationUseCases, rule: Rule) -> None:
    """The reader has a message of this kind."""
    event = made_event(EVENTS[rule.event], facts_of(rule.event), NOON)
    inbox.notify(event, Context.for_event("notifications", "notifications.on_news", event))


def read(inbox: NotificationUseCases, locale: str, limit: int = 50) -> list[Any]:
    """The whole inbox, page by page."""
    ctx = Context(Actor("person", READER), locale, new_id("req"), new_traceparent())
    found: list[Any] = []
    after: str | None = None
    while True:
        page = inbox.list_mine({"unread": False, "after": after, "limit": limit}, ctx)
        found += page["items"]
        after = page["next"]
        if after is None:
            return found


def broken(facts: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The facts without one, and with something odd in its place; then none at all."""
    for name in facts:
        yield {key: value for key, value in facts.items() if key != name}
        for odd in ODD:
            yield {**facts, name: odd}
    yield {}


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
def test_no_kind_of_message_with_any_wrong_fact_closes_the_inbox(
    db: Database[Document], inbox: NotificationUseCases, locale: str
) -> None:
    """F4: every kind, each fact missing or odd. All are listed, each with a title and a text."""
    for rule in SHOWN:
        tell(inbox, rule)
    good = {row["type"]: row for row in db["messages"].find({"channel": IN_APP})}
    about = {one["type"]: one["about"] for one in read(inbox, locale)}
    assert {type: one and one["kind"] for type, one in about.items()} == {
        rule.type: rule.about for rule in SHOWN
    }
    for type, one in about.items():
        assert one is None or one["id"] == good[type]["facts"][f"{one['kind']}_id"]
    wrong = [
        {**row, "_id": new_id("ntf"), "cause_id": new_id("evt"), "facts": facts}
        for row in good.values()
        for facts in broken(row["facts"])
    ]
    db["messages"].insert_many(wrong)
    with capture_logs() as lines:
        items = read(inbox, locale)
    assert len(items) == len(SHOWN) + len(wrong) > 1000
    assert all(item["title"] and item["text"] for item in items)
    assert {line["event"] for line in lines} == {"message_not_worded", "words_not_had"}


def test_a_kind_of_a_newer_release_shows_as_a_plain_line(
    db: Database[Document], inbox: NotificationUseCases
) -> None:
    """T-F18: of two releases side by side the older one has no words for it."""
    tell(inbox, SHOWN[0])
    db["messages"].update_one({"channel": IN_APP}, {"$set": {"type": "points_credited"}})
    (item,) = read(inbox, "en")
    assert "points credited" in item["text"]


def test_a_community_that_membership_does_not_know_closes_no_inbox(
    db: Database[Document], inbox: NotificationUseCases, neighbour: Membership
) -> None:
    """Membership was restored to before it: the messages of others are shown."""
    for rule in SHOWN[:3]:
        tell(inbox, rule)
    lost = new_id("com")
    neighbour.refused[lost] = OBJECT_NOT_FOUND
    db["messages"].update_one(
        {"channel": IN_APP, "type": SHOWN[1].type}, {"$set": {"community_id": lost}}
    )
    items = read(inbox, "en")
    assert len(items) == 3
    (plain,) = [item for item in items if item["community_id"] == lost]
    assert "Coterie" in plain["title"]
    assert "医生圈" in "".join(item["title"] for item in items if item is not plain)
    neighbour.refused[lost] = SERVICE_UNAVAILABLE
    with pytest.raises(DomainError):  # an outage is told, not papered over
        read(inbox, "en")
