"""What a community keeps of its members: from the form, changed later, told to neighbours."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from chassis.context import Context
from contracts import membership, payments
from contracts.errors import INVALID_INPUT, OBJECT_NOT_FOUND, STALE_VERSION, DomainError
from contracts.errors import membership as codes
from tests.store.membership.world import World

QUESTIONS = [
    {
        "key": "town",
        "kind": "single",
        "title": "City",
        "options": ["上海", "北京"],
        "fills": "city",
    },
    {"key": "firm", "kind": "short_text", "title": "Company", "fills": "company"},
    {"key": "tool", "kind": "short_text", "title": "Product", "fills": "product"},
    {"key": "why", "kind": "long_text", "title": "Why"},
]
ANSWERS: dict[str, Any] = {"town": "上海", "firm": "仁济医院", "tool": "呼吸机", "why": "学习"}


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world(form=[{"title": "About you", "questions": QUESTIONS}])


def change(world: World, ctx: Context, member: dict[str, Any], **changes: Any) -> dict[str, Any]:
    version = changes.pop("version", member["version"])
    return world.ask(
        world.app.profiles.change,
        membership.CHANGE_PROFILE,
        ctx,
        membership_id=member["id"],
        expected_version=version,
        **changes,
    )


def joined(world: World, ctx: Context) -> dict[str, Any]:
    applied = world.approve(world.apply(ctx, **ANSWERS)["id"])
    order = world.order(applied)
    world.deliver(payments.ORDER_PAID, order)
    return world.membership(applied["membership_id"])


def profile(found: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(found[name] for name in ("segment", "city", "company", "details"))


def test_joining_copies_what_the_form_fills(world: World) -> None:
    """And only that; of a free plan at approval, else with the payment."""
    expected = (None, "上海", "仁济医院", {"product": "呼吸机"})
    assert profile(joined(world, world.person())) == expected
    free = world.sell(free=True)
    applied = world.apply(world.person(), free, **ANSWERS)
    member = world.membership(world.approve(applied["id"])["membership_id"])
    assert profile(member) == expected
    standing = world.told(membership.STANDING_CHANGED)[-1].data
    assert (standing["city"], standing["plan_tier"], standing["ever_paid_or_imported"]) == (
        "上海",
        "",
        False,
    )


def test_people_change_their_own_and_owners_label_them(world: World) -> None:
    """Labels come from the owner's list, or from the owner; what is not given stays."""
    ctx = world.person()
    member = joined(world, ctx)
    changed = change(world, ctx, member, company="瑞金医院", details={"product": None}, city="北京")
    assert profile(changed) == (None, "北京", "瑞金医院", {})
    again = change(world, ctx, member, company="瑞金医院", details={"product": None}, city="北京")
    assert again == changed  # repeated
    with pytest.raises(DomainError) as refused:
        change(world, ctx, changed, city="火星", segment="vip", details={"secret": "x"})
    assert refused.value.error is INVALID_INPUT
    assert [wrong.pointer for wrong in refused.value.fields] == [
        "/segment",
        "/city",
        "/details/secret",
    ]
    labelled = change(world, world.owner, changed, segment="vip")
    assert profile(labelled)[:2] == ("vip", "北京")
    standing = world.told(membership.STANDING_CHANGED)[-1].data
    assert (standing["segment"], standing["city"]) == ("vip", "北京")
    assert "瑞金医院" not in str([event.data for event in world.told(membership.STANDING_CHANGED)])


def test_it_is_nobody_else_s_to_change(world: World) -> None:
    member = joined(world, world.person())
    for stranger in (world.person(), world.reviewers[0]):
        with pytest.raises(DomainError) as refused:
            change(world, stranger, member, company="x")
        assert refused.value.error is OBJECT_NOT_FOUND
    with pytest.raises(DomainError) as stale:
        change(world, world.owner, member, segment="vip", version=1)
    assert stale.value.error is STALE_VERSION


def test_history_is_not_changed(world: World) -> None:
    """A former membership of who joined again: no action, and a conflict that names its state."""
    ctx = world.person()
    former = joined(world, ctx)
    world.clock.advance(dt.timedelta(days=600))
    joined(world, ctx)
    now = world.membership(former["id"])
    assert now["actions"] == []
    with pytest.raises(DomainError) as refused:
        change(world, world.owner, now, city="杭州")
    assert refused.value.error is codes.MEMBERSHIP_WRONG_STATE
    assert refused.value.params == {"current_state": "expired"}


@pytest.mark.parametrize(
    ("question", "at"),
    [
        ({"kind": "long_text", "fills": "company"}, "kind"),
        ({"kind": "short_text", "fills": "city"}, "kind"),
        ({"kind": "short_text", "fills": "company", "private": True}, "private"),
    ],
)
def test_questions_that_cannot_fill_a_profile(
    make_world: Callable[..., World], question: dict[str, Any], at: str
) -> None:
    """Private answers would be shown; labels are not what people write."""
    form = [{"title": "x", "questions": [{"key": "q", "title": "Q", **question}]}]
    with pytest.raises(DomainError) as refused:
        make_world(form=form)
    assert [wrong.pointer for wrong in refused.value.fields] == [f"/form/0/questions/0/{at}"]


def test_neighbours_ask_for_some_and_for_audiences(world: World) -> None:
    """Those asked for in their order; members of today, by label, page by page."""
    people = [world.person() for _ in range(5)]
    members = [joined(world, ctx) for ctx in people[:4]]
    for member, segment in zip(members, ("a", "a", "b", "a"), strict=True):
        change(world, world.owner, member, segment=segment)
    ids = [ctx.require_person() for ctx in reversed(people)]
    service = Context.for_system("payments")
    asked = {"community_id": world.community["id"], "person_ids": ids}
    found = world.ask(world.app.standings.get_some, membership.GET_STANDINGS, service, **asked)
    assert [one["person_id"] for one in found["items"]] == ids
    assert [one["segment"] for one in found["items"]] == [None, "a", "b", "a", "a"]
    assert found["items"][0]["version"] == 0

    def audience(**wanted: Any) -> Any:
        use_case = world.app.standings.list_audience
        asked = {"community_id": world.community["id"], **wanted}
        return world.ask(use_case, membership.LIST_AUDIENCE, service, **asked)

    assert len(audience()["items"]) == 4
    first = audience(segment="a", city="上海", limit=2)
    rest = audience(segment="a", city="上海", limit=2, after=first["next"])
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)
    world.clock.advance(dt.timedelta(days=365 + 8))
    assert audience()["items"] == []
