"""A change whose answer was lost is asked for again with the same If-Match (R26)."""

from typing import Any

import pytest

from contracts import membership
from contracts.errors import STALE_VERSION, DomainError
from tests.store.membership.world import FORM, World

OTHER = [{**FORM[0], "title": "Another"}]


def stale(call: Any, *arguments: Any, **request: Any) -> int:
    with pytest.raises(DomainError) as refused:
        call(*arguments, **request)
    assert refused.value.error is STALE_VERSION
    current: int = refused.value.params["current_version"]
    return current


def commits(world: World) -> int:
    return world.database.commits.count_documents({})


def test_of_oneself(world: World) -> None:
    ctx = world.person()
    change = (world.app.people.change_me, membership.CHANGE_ME, ctx)
    first = world.ask(*change, name="李伟", expected_version=1)
    before = commits(world)
    assert world.ask(*change, name="李伟", expected_version=1) == first
    assert (first["version"], commits(world)) == (2, before)
    assert stale(world.ask, *change, name="李娜", expected_version=1) == 2
    world.ask(*change, name="李娜", expected_version=2)
    # What came in between may have been overwritten on purpose.
    assert stale(world.ask, *change, name="李娜", expected_version=1) == 3


def test_of_an_application(world: World) -> None:
    ctx = world.person()
    draft = world.ask(
        world.app.applications.create,
        membership.CREATE_APPLICATION,
        ctx,
        community_id=world.community["id"],
        answers={},
        submit=False,
    )
    change = (world.app.applications.change, membership.CHANGE_APPLICATION, ctx)
    asked = {"application_id": draft["id"], "expected_version": 1}
    first = world.ask(*change, **asked, answers={"city": "上海"})
    before = commits(world)
    assert world.ask(*change, **asked, answers={"city": "上海"}) == first
    assert commits(world) == before
    assert stale(world.ask, *change, **asked, answers={"city": "北京"}) == 2


def test_of_a_form(world: World) -> None:
    change = (world.app.communities.change_form, membership.CHANGE_FORM, world.owner)
    asked = {"community_id": world.community["id"], "expected_version": 1}
    first = world.ask(*change, **asked, form=OTHER)
    before = commits(world)
    again = world.ask(*change, **asked, form=OTHER)
    assert (again, commits(world)) == (first, before)
    assert again["form_version"] == 2
    assert stale(world.ask, *change, **asked, form=FORM) == 2
