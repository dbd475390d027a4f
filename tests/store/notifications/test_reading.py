"""An inbox is read one by one or up to a message; what is left is counted."""

import threading
from typing import Any

import pytest
from pymongo.database import Database

from chassis.context import Context
from chassis.ids import new_id
from chassis.mongo import Document
from contracts.notifications import MOST_UNREAD
from services.notifications.store.messages import UNREAD
from services.notifications.usecases.notifications import NotificationUseCases
from tests.kit.commits import changes
from tests.kit.databases import stages
from tests.store.notifications.world import ALL, NOON, activated, handling, reader


def told(inbox: NotificationUseCases, person: str, count: int) -> list[str]:
    """So many new messages of the person; the ids of all, oldest first."""
    for _ in range(count):
        event = activated(person_id=person)
        inbox.notify(event, handling(event))
    items = inbox.list_mine({**ALL, "limit": 100}, reader(person))["items"]
    return [item["id"] for item in items][::-1]


def through(inbox: NotificationUseCases, ctx: Context, id: str) -> int:
    return inbox.mark_read_through({"read_through": id}, ctx)["unread"]


def unread(inbox: NotificationUseCases, person: str) -> tuple[list[str], int]:
    page = inbox.list_mine({**ALL, "limit": 100, "unread": True}, reader(person))
    return [item["id"] for item in page["items"]], page["unread"]


def test_all_up_to_one_are_read_and_newer_ones_are_not(
    db: Database[Document], notifications: NotificationUseCases
) -> None:
    """The first reading counts; nobody else's inbox changes; each is in the trail."""
    me, other = new_id("per"), new_id("per")
    ids = told(notifications, me, 4)
    told(notifications, other, 1)
    notifications.mark_read({"notification_id": ids[1]}, reader(me))
    assert unread(notifications, me) == ([ids[3], ids[2], ids[0]], 3)
    assert through(notifications, reader(me), ids[2]) == 1
    assert unread(notifications, me) == ([ids[3]], 1)
    rows = {row["_id"]: row for row in db["messages"].find({"_id": {"$in": ids}})}
    assert [rows[id]["version"] for id in ids] == [2, 2, 2, 1]
    assert [rows[id]["read_at"] for id in ids] == [NOON, NOON, NOON, None]
    assert through(notifications, reader(me), ids[2]) == 1
    trail = changes(db, "mark_notification_read")
    assert sorted(change["id"] for change in trail) == sorted(ids[:3])
    assert {(change["version"], *change["fields"]) for change in trail} == {(2, "read_at")}
    assert unread(notifications, other)[1] == 1
    assert through(notifications, reader(me), ids[3]) == 0
    mails = db["messages"].find({"recipient_id": me, "channel": "email"})
    assert {mail["read_at"] for mail in mails} == {None}


def test_the_place_may_be_gone_and_the_count_has_an_end(
    notifications: NotificationUseCases,
) -> None:
    """An id is a place in time, like a cursor: nothing is told about whose it is."""
    me = new_id("per")
    before = new_id("ntf")
    told(notifications, me, MOST_UNREAD + 1)
    assert through(notifications, reader(me), before) == MOST_UNREAD
    assert through(notifications, reader(me), new_id("ntf")) == 0


def test_what_comes_meanwhile_stays_unread(
    db: Database[Document], notifications: NotificationUseCases
) -> None:
    """Six who mark at once, while messages come and one is read by itself: each is read once, and
    none that is newer than what was seen."""
    me = new_id("per")
    ids = told(notifications, me, 12)
    failures: list[Exception] = []

    def run(work: Any) -> None:
        try:
            work()
        except Exception as error:
            failures.append(error)

    racers = [
        *[lambda: through(notifications, reader(me), ids[-1])] * 6,
        lambda: notifications.mark_read({"notification_id": ids[5]}, reader(me)),
        *[lambda: told(notifications, me, 3)] * 3,
    ]
    threads = [threading.Thread(target=run, args=(work,)) for work in racers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    left, count = unread(notifications, me)
    assert (len(left), count) == (9, 9)
    assert not set(left) & set(ids)
    assert len(changes(db, "mark_notification_read")) == len(ids)
    read = db["messages"].find({"_id": {"$in": ids}})
    assert {row["version"] for row in read} == {2}


@pytest.mark.parametrize("newest", [None, "ntf_01JD6Q3F0M8V6Z4X2K9T7R5WYB"])
def test_what_is_unread_is_read_along_its_index(db: Database[Document], newest: str | None) -> None:
    mine: Document = {**UNREAD, "recipient_id": "per_1"}
    if newest is not None:
        mine["_id"] = {"$lte": newest}
    assert not stages(db["messages"].find(mine)) & {"COLLSCAN", "SORT"}
