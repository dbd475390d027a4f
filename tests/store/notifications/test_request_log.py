"""The log of requests: kept once, for seven days, shown to whose they are and to operators."""

import dataclasses
import datetime as dt
from typing import Any

import pytest
from pymongo.database import Database

from chassis.access import Access, Rights, require_checked
from chassis.context import ANONYMOUS, Actor, Context, HeldKey, new_traceparent
from chassis.ids import new_id
from chassis.mongo import Document
from contracts.errors import OBJECT_NOT_FOUND, SIGN_IN_REQUIRED, DomainError
from contracts.notifications import GET_REQUEST, STORE_REQUESTS
from contracts.problems import load
from services.notifications.store import open_stores
from services.notifications.store.request_log import KEPT, MOST_OF_ONE_ID
from services.notifications.usecases.request_log import RequestLogUseCases

NOON = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
LI, AN, OPERATOR = "per_li", "per_an", "per_operator"
KEY = Actor("key", key=HeldKey("key_1", "com_1", ("owner",)))
OPERATORS_KEY = Actor("key", key=HeldKey("key_2", "system", ("operator",)))
ID = "checkout-0001"


@pytest.fixture
def log(db: Database[Document]) -> RequestLogUseCases:
    def held(ctx: Context, community_id: str) -> Rights:
        person_id = ctx.require_person()
        return frozenset(), lambda: person_id == OPERATOR

    return RequestLogUseCases(stores=open_stores(db), access=Access(held))


def asking(who: str | Actor) -> Context:
    actor = who if isinstance(who, Actor) else Actor("person", who)
    return Context(actor, "en", new_id("req"), new_traceparent())


def line(actor_id: str | None, **more: Any) -> dict[str, Any]:
    return {
        "request_id": ID,
        "at": "2026-11-21T12:00:00.000Z",
        "method": "GET",
        "route": "/v1/me",
        "status": 200,
        "code": None,
        "ms": 3,
        "actor_id": actor_id,
        "source": "192.0.2.0/24",
        **more,
    }


def store(log: RequestLogUseCases, *lines: dict[str, Any], batch_id: str | None = None) -> None:
    told = {"batch_id": batch_id or new_id("rql"), "requests": list(lines)}
    asked: Any = load(STORE_REQUESTS.request(), told)
    log.store(asked, asking(ANONYMOUS))


def seen(log: RequestLogUseCases, who: str | Actor, id: str = ID) -> list[str | None]:
    """Whose requests somebody is shown."""
    ctx = asking(who)
    found = log.get({"request_id": id}, ctx)
    require_checked(ctx, GET_REQUEST)
    dumped: dict[str, Any] = GET_REQUEST.response().dump(found)
    assert not GET_REQUEST.response().validate(dumped)
    return [one["actor_id"] for one in dumped["requests"]]


def test_everybody_sees_their_own_and_operators_all(log: RequestLogUseCases) -> None:
    """O-1: another's request of the same id is as if it were not there."""
    store(log, line(LI), line(LI, status=404), line("key_1"), line(None))
    assert seen(log, LI) == [LI, LI]
    assert seen(log, KEY) == ["key_1"]
    everybody = {LI, "key_1", None}
    assert set(seen(log, OPERATOR)) == set(seen(log, OPERATORS_KEY)) == everybody
    for stranger in (AN, dataclasses.replace(KEY, key=HeldKey("key_3", "com_1", ("owner",)))):
        with pytest.raises(DomainError) as refused:
            seen(log, stranger)
        assert refused.value.error is OBJECT_NOT_FOUND
    with pytest.raises(DomainError) as refused:
        seen(log, ANONYMOUS)
    assert refused.value.error is SIGN_IN_REQUIRED


def test_what_is_told_twice_is_kept_once(log: RequestLogUseCases) -> None:
    batch_id = new_id("rql")
    for _ in range(2):
        store(log, line(LI), line(LI, ms=4), batch_id=batch_id)
    assert seen(log, LI) == [LI, LI]


def test_so_many_of_one_id_are_shown_newest_first(log: RequestLogUseCases) -> None:
    many = [
        line(LI, at=f"2026-11-21T12:00:{second:02}.000Z", ms=second)
        for second in range(MOST_OF_ONE_ID + 5)
    ]
    store(log, *many)
    found = log.get({"request_id": ID}, asking(LI))
    assert [one["ms"] for one in found["requests"]] == list(range(24, 4, -1))


def test_it_is_read_along_an_index_and_ends(
    log: RequestLogUseCases, db: Database[Document]
) -> None:
    store(log, line(LI))
    for wanted in ({"request_id": ID}, {"request_id": ID, "actor_id": LI}):
        newest = [("actor_id", -1), ("at", -1)]
        plan = db["requests"].find(wanted).sort(newest).limit(20).explain()
        text = str(plan["queryPlanner"]["winningPlan"])
        assert "IXSCAN" in text
        assert "'SORT'" not in text
    garbage = db["requests"].index_information()["garbage"]
    assert garbage["expireAfterSeconds"] == KEPT.total_seconds()
