"""Signing in, linking and unlinking at the same moment, and while a provider is away, on a real
database (rules.md §2.21)."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest

from chassis.bounded_http import PartnerAway
from chassis.job_items import SILENT_IN_A_ROW
from chassis.partners import LEFT_ALONE_SECONDS
from contracts.errors import membership as codes
from services.membership.domain.identity.identities import Shown
from tests.store.membership.test_identities import (
    Vouching,
    as_person,
    come,
    identities,
    start,
    unlink,
    wechat,
    with_ways,
)
from tests.store.membership.test_races import at_once
from tests.store.membership.test_sign_in import refused
from tests.store.membership.world import World


@pytest.fixture
def provider(empty: World) -> Vouching:
    return with_ways(empty)


def test_no_session_outlives_an_unlinking_at_the_same_moment(
    empty: World, provider: Vouching, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sign-in has read whose the account is; then it is unlinked and all sessions are ended."""
    provider.people |= {"c1": wechat("wx1", "li"), "c2": Shown("company", ("oidc:x|1",), "Li")}
    person = as_person(come(empty, start(empty), "c1"))
    come(empty, start(empty, "company", person), "c2", "company", person)
    first = identities(empty, person)[0]
    stores = empty.app.identities._identities
    read: list[Any] = []

    def by_keys(tx: Any, keys: Sequence[str]) -> Any:
        found = type(stores).by_keys(stores, tx, keys)
        if not read:
            read.append(found)
            unlink(empty, person, first["id"])
        return found

    monkeypatch.setattr(stores, "by_keys", by_keys)
    tokens = come(empty, start(empty), "c1")
    assert read[0], "it was linked still"
    assert tokens["is_new"]
    assert tokens["person_id"] != person.require_person()
    mine = {"person_id": person.require_person(), "ended_at": None}
    assert [one["_id"] for one in empty.database.sessions.find(mine)] == [person.actor.session_id]


@pytest.mark.parametrize("repetition", range(3))
def test_linking_and_unlinking_at_once_leave_a_way(
    empty: World, provider: Vouching, repetition: int
) -> None:
    """Two are taken away while a third is linked: whatever came first, the person can come back."""
    provider.people |= {
        "c1": wechat("wx1", "li"),
        "c2": Shown("company", ("oidc:x|1",), "Li"),
        "c3": Shown("company", ("oidc:x|2",), "Li"),
    }
    person = as_person(come(empty, start(empty), "c1"))
    come(empty, start(empty, "company", person), "c2", "company", person)
    linking = start(empty, "company", person)
    at_once(
        [
            partial(come, empty, linking, "c3", "company", person),
            *[partial(unlink, empty, person, one["id"]) for one in identities(empty, person)],
        ]
    )
    left = list(empty.database.identities.find({"person_id": person.require_person()}))
    assert left
    code_of = {"wechat:wx1:o-wx1-li": "c1", "oidc:x|1": "c2", "oidc:x|2": "c3"}
    for one in left:
        code = code_of[one["keys"][0]]
        way = "company" if one["way"] == "company" else "wechat-website"
        again = come(empty, start(empty, way), code, way)
        assert (again["person_id"], again["is_new"]) == (person.require_person(), False)


def test_who_is_to_come_again_has_spent_nothing(empty: World, provider: Vouching) -> None:
    """While a provider is left alone its answer is 503 with Retry-After; the same is taken then."""
    provider.people |= {"c1": wechat("wx1", "li"), "away": PartnerAway("ReadTimeout")}
    waiting = start(empty)
    for _ in range(SILENT_IN_A_ROW):
        asking = start(empty)
        assert refused(come, empty, asking, "away").error is codes.SIGN_IN_WAY_AWAY
    problem = refused(come, empty, waiting, "c1")
    assert problem.error is codes.SIGN_IN_WAY_AWAY
    assert problem.params["retry_after"] == LEFT_ALONE_SECONDS
    assert refused(start, empty, "wechat-website").error is codes.SIGN_IN_WAY_AWAY
    mini = refused(come, empty, {}, "c1", "wechat-mini")
    assert mini.error is codes.SIGN_IN_WAY_AWAY, "another way to the same host"
    start(empty, "company")
    empty.app.ways._partners.clear()
    assert come(empty, waiting, "c1")["is_new"]
    assert refused(come, empty, asking, "c1").error is codes.SIGN_IN_STATE_USED
