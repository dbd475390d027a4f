"""A lane of the relay when queues behind some types refuse or fall silent: only those wait."""

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import amqp
import eventlet
import pytest
from pymongo.collection import Collection

from chassis import mongo, relay_lane
from chassis.amqp_link import BrokerUnavailable
from chassis.amqp_publisher import Confirmation, ConfirmChannel, Refused
from chassis.clock import real_now
from chassis.commits import COMMITS, OUTSIDE, OWN, lanes_of
from chassis.ids import new_id
from chassis.migrate import apply_collection
from chassis.mongo import Document
from chassis.relay_lane import Lane
from contracts.membership import ACTIVATED, APPLICATION_LAPSED, STANDING_CHANGED
from deploy.local.nodes import Nodes
from tests.kit.existing import existing
from tests.kit.nodes import unique

Commits = Collection[Document]

BAD, GOOD, PUBLIC = APPLICATION_LAPSED.type, STANDING_CHANGED.type, ACTIVATED.type


class Publisher(ConfirmChannel):
    """A confirm channel to a broker whose queues take, refuse or never confirm a type.

    One that `blocks` lets nothing behind it through either, and soon nothing more is read.
    """

    def __init__(self) -> None:
        self.refuses: set[str] = set()
        self.silent: set[str] = set()
        self.blocks: set[str] = set()
        self.drops = 0  # connections that were given up
        self._blocked = False
        self.sent: list[tuple[str, str]] = []  # (event id, type), in order
        self._unanswered: list[Confirmation] = []
        self._heard_at: float | None = None

    def send(self, message: amqp.Message, *, exchange: str, routing_key: str) -> Confirmation:
        if len(self._unanswered) > 400 and self._blocked:
            raise BrokerUnavailable("stuck")
        self._blocked = self._blocked or routing_key in self.blocks
        self.sent.append((message.properties["message_id"], routing_key))
        confirmation = Confirmation()
        if routing_key in self.silent or self._blocked:
            self._unanswered.append(confirmation)
        else:
            self._heard_at = time.monotonic()
            full = Refused("a queue is full") if routing_key in self.refuses else None
            eventlet.spawn_n(confirmation.settle, full)
        return confirmation

    @property
    def heard(self) -> bool:
        return self._heard_at is not None

    def heard_since(self, moment: float) -> bool:
        return self._heard_at is not None and self._heard_at > moment

    def lost(self, error: Exception) -> None:
        for confirmation in self._unanswered:
            confirmation.settle(BrokerUnavailable(str(error)))

    def copies(self, event_type: str) -> Counter[str]:
        """How often each event of a type was sent."""
        return Counter(id for id, type in self.sent if type == event_type)


@pytest.fixture
def commits(nodes: Nodes) -> Iterator[Commits]:
    with mongo.connect(nodes.mongo_admin_url, application="green") as client:
        database = mongo.open_database(client, unique("t_"))
        apply_collection(database, COMMITS, lambda line: None)
        yield database["commits"]
        client.drop_database(database.name)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_lane, "FIRST_PAUSE", dt.timedelta(seconds=0.3))
    monkeypatch.setattr(relay_lane, "LONGEST_PAUSE", dt.timedelta(seconds=1))
    monkeypatch.setattr(relay_lane, "CONFIRM_SECONDS", 0.4)
    monkeypatch.setattr(relay_lane, "PROMPT_SECONDS", 0.05)


@pytest.fixture
def publisher() -> Publisher:
    return Publisher()


@pytest.fixture
def lane(commits: Commits, publisher: Publisher) -> Lane:
    return open_lane(commits, publisher)


def open_lane(commits: Commits, publisher: Publisher, name: str = OWN) -> Lane:
    leadership: Any = SimpleNamespace(held=True)
    opened = Lane(name, commits.database, leadership)
    opened.took_over()
    opened.connected(publisher)
    return opened


def event(subject: str, version: int, event_type: str = GOOD) -> Document:
    return {
        "id": new_id("evt"),
        "subject": subject,
        "version": version,
        "exchange": "membership.events",
        "key": event_type,
        "body": "",
    }


def commit(*events: Document) -> Document:
    for one in events:
        one["body"] = f'{{"id": "{one["id"]}", "type": "{one["key"]}"}}'
    return {
        "_id": new_id("cmt"),
        "at": real_now(),
        "actor": "system",
        "request_id": "r",
        "traceparent": "",
        "events": list(events),
        **lanes_of(list(events)),
    }


def run(lane: Lane, until: Callable[[], bool], seconds: float = 20.0) -> None:
    """Passes of the lane until a condition holds; the connection is made anew when it asks."""
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, lane._commits.find_one({f"{lane.name}.pending": True})
        try:
            pause = lane.work()
        except BrokerUnavailable as error:
            reconnect(lane, error)
            pause = 0.0
        eventlet.sleep(min(pause, 0.05))


def reconnect(lane: Lane, error: Exception) -> None:
    """The same broker, on a new connection."""
    publisher = lane._publisher
    assert isinstance(publisher, Publisher)
    lane.disconnected(error)
    publisher._unanswered, publisher._heard_at, publisher._blocked = [], None, False
    publisher.drops += 1
    lane.connected(publisher)


def published(commits: Commits, subject: str, lane: str = OWN) -> Callable[[], bool]:
    done = {"events.subject": subject, f"{lane}.published_at": {"$exists": True}}
    return lambda: commits.find_one(done) is not None


def nothing_pending(commits: Commits, lane: str = OWN) -> Callable[[], bool]:
    return lambda: commits.count_documents({f"{lane}.pending": True}) == 0


@pytest.mark.parametrize("how", ["refuses", "silent", "blocks"])
def test_thousands_that_are_not_taken_hold_up_nothing_else(
    commits: Commits, lane: Lane, publisher: Publisher, how: str
) -> None:
    """M-19: they are older, there are more than any batch holds, and they are tried one by one."""
    getattr(publisher, how).add(BAD)
    commits.insert_many(commit(event(f"bad-{n}", 1, BAD)) for n in range(2600))
    commits.insert_one(commit(event("good", 1)))
    run(lane, published(commits, "good"))
    # What comes while they wait is published at once, too.
    for n in range(20):
        commits.insert_one(commit(event(f"later-{n}", 1)))
        run(lane, published(commits, f"later-{n}"))
    tried_before = len(publisher.sent)
    end = time.monotonic() + 2
    run(lane, lambda: time.monotonic() > end)
    assert len(publisher.sent) - tried_before <= 10  # trials, not one for each of them
    getattr(publisher, how).clear()
    run(lane, nothing_pending(commits))
    assert len(publisher.copies(BAD)) == 2600


def test_a_connection_on_which_others_are_confirmed_stays(
    commits: Commits, lane: Lane, publisher: Publisher
) -> None:
    """A queue without a leader costs no connection as long as the broker confirms anything."""
    commits.insert_one(commit(event("good", 1)))
    run(lane, nothing_pending(commits))
    publisher.silent.add(BAD)
    commits.insert_one(commit(event("bad", 1, BAD)))
    first = {"events.subject": "bad", "own.attempts": {"$gt": 0}}
    numbers = iter(range(10_000))

    def others_go_on() -> bool:
        commits.insert_one(commit(event(f"good-{next(numbers)}", 1)))
        return commits.find_one(first) is not None

    run(lane, others_go_on)
    assert publisher.drops == 0


def test_later_events_of_the_aggregate_wait_and_keep_their_order(
    commits: Commits, lane: Lane, publisher: Publisher
) -> None:
    publisher.refuses.add(BAD)
    commits.insert_one(commit(event("held", 1, BAD)))
    run(lane, lambda: commits.find_one({"own.attempts": 1}) is not None)
    commits.insert_many(
        [commit(event("held", 2)), commit(event("held", 3)), commit(event("free", 1))]
    )
    run(lane, published(commits, "free"))
    sent = {id for id, _ in publisher.sent}
    later = commits.find({"events.subject": "held", "events.version": {"$gt": 1}})
    assert not sent & {commit["events"][0]["id"] for commit in later}
    publisher.refuses.clear()
    publisher.sent.clear()
    run(lane, nothing_pending(commits))
    in_order = [one["events"][0] for one in commits.find({"events.subject": "held"}).sort("_id", 1)]
    positions = [publisher.sent.index((one["id"], one["key"])) for one in in_order]
    assert positions == sorted(positions)


def test_one_commit_tells_two_aggregates(
    commits: Commits, lane: Lane, publisher: Publisher
) -> None:
    """A refused event of one is no reason to send the other's again."""
    publisher.refuses.add(BAD)
    both = commit(event("refused", 1, BAD), event("taken", 1))
    commits.insert_one(both)
    run(lane, lambda: commits.find_one({"own.attempts": {"$gte": 2}}) is not None)
    refused, taken = (one["id"] for one in both["events"])
    assert existing(commits.find_one())["own"]["left"] == [refused]
    assert publisher.copies(GOOD)[taken] == 1
    assert publisher.copies(BAD)[refused] >= 2
    publisher.refuses.clear()
    run(lane, nothing_pending(commits))
    assert publisher.copies(GOOD)[taken] == 1


def test_a_broker_that_says_nothing_is_tried_with_one_event(
    commits: Commits, lane: Lane, publisher: Publisher
) -> None:
    publisher.silent.update({BAD, GOOD})
    commits.insert_many(commit(event(f"s{n}", 1, (BAD, GOOD)[n % 2])) for n in range(1000))
    run(lane, lambda: publisher.drops >= 3)
    assert len(publisher.sent) <= publisher.drops + 1
    publisher.silent.clear()
    run(lane, nothing_pending(commits))


def test_lanes_do_not_wait_for_each_other(commits: Commits) -> None:
    """What integrators' queues do not take is pending for them alone."""
    ours, theirs = Publisher(), Publisher()
    theirs.refuses.add(PUBLIC)
    own, outside = open_lane(commits, ours), open_lane(commits, theirs, OUTSIDE)
    commits.insert_many(commit(event(f"m{n}", 1, PUBLIC)) for n in range(700))
    run(outside, lambda: commits.count_documents({"outside.attempts": {"$gt": 0}}) == 700)
    run(own, nothing_pending(commits))
    assert sum(ours.copies(PUBLIC).values()) == 700
    assert commits.count_documents({"outside.pending": True}) == 700


def test_a_new_owner_goes_on_where_the_former_stopped(
    commits: Commits, lane: Lane, publisher: Publisher
) -> None:
    """What was refused before it took over is tried carefully, and released as a whole."""
    publisher.refuses.add(BAD)
    commits.insert_many(commit(event(f"bad-{n}", 1, BAD)) for n in range(300))
    run(lane, lambda: commits.count_documents({"own.attempts": {"$gt": 0}}) == 300)
    successor = Publisher()
    successor.refuses.add(BAD)
    other = open_lane(commits, successor)
    commits.insert_one(commit(event("good", 1)))
    run(other, published(commits, "good"))
    run(other, lambda: len(successor.copies(BAD)) >= 1)
    assert len(successor.copies(BAD)) <= 3
    successor.refuses.clear()
    run(other, nothing_pending(commits))


def test_what_was_in_flight_when_the_connection_broke_is_sent_again(
    commits: Commits, lane: Lane, publisher: Publisher
) -> None:
    publisher.silent.add(GOOD)
    commits.insert_one(commit(event("s", 1)))
    lane.work()
    publisher.silent.clear()
    reconnect(lane, OSError("gone"))
    run(lane, nothing_pending(commits))
    assert set(publisher.copies(GOOD).values()) == {2}
    assert existing(commits.find_one())["own"]["attempts"] == 0
