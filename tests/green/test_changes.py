"""What was written wakes who waits for it: seen in the stream, or told by the process itself."""

import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, cast

import eventlet
import pytest
from pymongo.database import Database

from chassis import changes, mongo
from chassis.changes import INSERT, Changes, WatchedCollection, Writes
from chassis.collections import Collection
from chassis.commits import COMMITS
from chassis.leadership import Leadership
from chassis.mongo import Document
from deploy.local.nodes import Nodes
from tests.kit.databases import unique

OWN, OUTSIDE = (
    Writes(COMMITS, (INSERT,), having="own"),
    Writes(COMMITS, (INSERT,), having="outside"),
)


@pytest.fixture
def database(nodes: Nodes) -> Iterator[Database[Document]]:
    with mongo.connect(nodes.mongo_admin_url, application="green") as client:
        opened = mongo.open_database(client, unique("t_"))
        yield opened
        client.drop_database(opened.name)


class Watched:
    """The changes of a process that leads, and when each listener was woken."""

    def __init__(self, database: Database[Document]) -> None:
        leads = SimpleNamespace(held=True, on_change=lambda _: None)
        self.changes = Changes(database, cast(Leadership, leads))
        self.woken: dict[str, list[float]] = {"own": [], "outside": []}
        for name, writes in (("own", OWN), ("outside", OUTSIDE)):
            self.changes.wake(self._note(name), writes)

    def _note(self, name: str) -> Callable[[], None]:
        return lambda: self.woken[name].append(time.monotonic())

    def times(self, name: str) -> int:
        return len(self.woken[name])


@pytest.fixture
def watched(database: Database[Document], probe: Callable[..., object]) -> Iterator[Watched]:
    made = Watched(database)
    made.changes.start()
    probe(lambda: made.times("own") and made.times("outside"), message="the stream is open")
    for woken in made.woken.values():
        woken.clear()
    yield made
    made.changes.stop()


def commit(number: int, **facts: Any) -> Document:
    return {"_id": f"cmt_{number}", **facts}


def test_an_own_commit_wakes_before_the_stream_shows_it_and_once(
    watched: Watched, database: Database[Document], probe: Callable[..., object]
) -> None:
    mine = commit(1, own={"pending": True})
    watched.changes.committed(mine)
    probe(lambda: watched.times("own") == 1, message="it is told at once")
    database[COMMITS.name].insert_one(mine)
    database[COMMITS.name].insert_one(commit(2, outside={}))  # of another process, after it
    probe(lambda: watched.times("outside") == 1, message="the stream came to the second")
    assert watched.times("own") == 1


def test_a_commit_of_another_process_wakes_who_waits_for_it(
    watched: Watched, database: Database[Document], probe: Callable[..., object]
) -> None:
    database[COMMITS.name].insert_one(commit(1, own={}))
    probe(lambda: watched.times("own") == 1, message="seen in the stream")
    assert watched.times("outside") == 0


def test_commits_at_once_are_one_waking(
    watched: Watched, probe: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first wakes at once, all that come within a moment once more."""
    monkeypatch.setattr(changes, "GATHER_SECONDS", 0.3)
    watched.changes.committed(commit(0, own={}))
    probe(lambda: watched.times("own") == 1, message="the first")
    for number in range(1, 50):
        watched.changes.committed(commit(number, own={}))
    eventlet.sleep(0)
    assert watched.times("own") == 1
    probe(lambda: watched.times("own") == 2, message="the others")
    first, second = watched.woken["own"]
    assert second - first >= 0.29


def test_what_the_stream_never_shows_is_not_kept_for_ever(
    watched: Watched,
    monkeypatch: pytest.MonkeyPatch,
    database: Database[Document],
    probe: Callable[..., object],
) -> None:
    """A commit that the stream had shown before it was told here."""
    monkeypatch.setattr(changes, "MOST_OWN", 3)
    for number in range(4):
        watched.changes.committed(commit(number, own={}))
    probe(lambda: watched.times("own"), message="they woke")
    eventlet.sleep(changes.GATHER_SECONDS * 3)
    known = watched.times("own")
    database[COMMITS.name].insert_one(commit(0, own={}))
    probe(lambda: watched.times("own") == known + 1, message="it counts as somebody else's")


THINGS = Collection("things", kept="for this test", validator={})


class Heard:
    def __init__(self) -> None:
        self.told: list[Any] = []

    def changed(self, id: str, version: int, person_id: str | None) -> None:
        self.told.append((id, version, person_id))

    def missed(self) -> None:
        self.told.append("missed")


def test_what_people_wait_for_is_told_with_its_version(
    database: Database[Document], probe: Callable[..., object]
) -> None:
    """Inserted and replaced, of those alone that people wait for; first, that some are missed."""
    made, heard = Watched(database), Heard()
    made.changes.announce(heard, [WatchedCollection(THINGS, "ord", person="payer_id")])
    made.changes.start()
    try:
        probe(lambda: heard.told == ["missed"], message="the stream is open")
        things = database["things"]
        things.insert_many(
            [
                {"_id": "ord_1", "version": 1, "payer_id": "per_1", "secret": "x"},
                {"_id": "dlv_1", "version": 1, "payer_id": "per_1"},
                {"_id": "ord_2", "payer_id": "per_1"},
            ]
        )
        things.update_one({"_id": "ord_1"}, {"$set": {"version": 2}})
        things.replace_one({"_id": "ord_1"}, {"version": 3, "payer_id": None})
        database["others"].insert_one({"_id": "ord_3", "version": 1, "payer_id": "per_1"})
        things.insert_one({"_id": "ord_4", "version": 1})
        probe(lambda: len(heard.told) == 4, message="all is told")
        assert heard.told[1:] == [("ord_1", 1, "per_1"), ("ord_1", 3, None), ("ord_4", 1, None)]
    finally:
        made.changes.stop()
