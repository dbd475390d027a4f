"""A join or renewal seen as one thing, on a real database, and told again where it is stuck."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from chassis.commits import COMMITS
from chassis.context import Context
from chassis.ids import new_id
from contracts import membership, payments
from contracts.errors import OBJECT_NOT_FOUND, SERVICE_UNAVAILABLE, DomainError
from services.membership.usecases.terms import joins
from tests.kit.commits import changes, pending_commits
from tests.store.membership.world import Neighbours, World

ACTIONS = ["create_quote", "order_purchase", "choose_purchase_plan"]


@pytest.fixture(autouse=True)
def neighbours() -> Iterator[None]:
    """Payments knows no purchase, until a test says so."""
    yield
    Neighbours.PROGRESS = {}
    Neighbours.TOLD_AGAIN.clear()


def opened(world: World, purchase_id: str, order: dict[str, Any] | None = None) -> None:
    """Payments heard of it."""
    now = world.clock.now()
    known = {"purchase_id": purchase_id, "state": "open", "opened_at": now, "pay_by": None}
    more = {"order": order, "actions": ACTIONS}
    Neighbours.PROGRESS = {purchase_id: {**known, **more}}


def paid(world: World, order_id: str, fulfilment: str = "pending") -> dict[str, Any]:
    now = world.clock.now()
    return {
        "id": order_id,
        "state": "paid",
        "ordered_at": now,
        "expires_at": now,
        "paid_at": now,
        "fulfilment": fulfilment,
        "given_back": False,
    }


def join(world: World, ctx: Context, join_id: str) -> dict[str, Any]:
    return world.ask(world.app.joins.get, membership.GET_JOIN, ctx, join_id=join_id)


def states(seen: dict[str, Any]) -> str:
    """The first letters of the steps' states."""
    return "".join(step["state"][0] for step in seen["steps"])


def publish(world: World) -> None:
    world.database[COMMITS.name].update_many({}, {"$unset": {"own": "", "outside": ""}})


def refused(world: World, ctx: Context, join_id: str) -> DomainError:
    with pytest.raises(DomainError) as error:
        join(world, ctx, join_id)
    return error.value


def later(monkeypatch: pytest.MonkeyPatch, minutes: int = 11) -> None:
    """So long after what was done, in real time."""
    now = joins.real_now()
    monkeypatch.setattr(joins, "real_now", lambda: now + dt.timedelta(minutes=minutes))


def test_from_the_approval_to_access(world: World) -> None:
    ctx = world.person()
    application = world.approved(ctx)
    id = application["purchase_id"]
    seen = join(world, ctx, id)
    assert states(seen) == "ddcwwww"
    assert seen["steps"][2]["waits_for"] == "publication"
    publish(world)
    assert join(world, ctx, id)["steps"][2]["waits_for"] == "message"
    opened(world, id)
    seen = join(world, ctx, id)
    assert (states(seen), seen["actions"], seen["state"]) == ("dddcwww", ACTIONS, "under_way")
    order = world.order(application)
    opened(world, id, paid(world, order["order_id"]))
    seen = join(world, ctx, id)
    assert (states(seen), seen["order_id"]) == ("dddddcw", order["order_id"])
    world.deliver(payments.ORDER_PAID, order)
    assert states(join(world, ctx, id)) == "ddddddc"
    publish(world)
    seen = join(world, ctx, id)
    assert (states(seen), seen["state"]) == ("ddddddd", "done")
    assert (seen["starts_on"], seen["ends_on"]) == ("2026-03-02", "2027-03-01")
    assert (seen["purpose"], seen["application_id"]) == ("join", application["id"])


def test_a_renewal(world: World) -> None:
    ctx = world.person()
    member = world.member(ctx)
    world.clock.advance(dt.timedelta(days=350))
    started = world.ask(
        world.app.memberships.start_renewal,
        membership.START_RENEWAL,
        ctx,
        membership_id=member["id"],
    )
    publish(world)
    seen = join(world, ctx, started["purchase_id"])
    assert (states(seen), seen["purpose"], seen["application_id"]) == ("sscwwww", "renew", None)
    assert seen["membership_id"] == member["id"]


def test_what_is_free_is_not_asked_about(world: World) -> None:
    """Its id follows from the term, as everywhere; payments never knows it."""
    world.sell(free=True)
    ctx = world.person()
    application = world.approved(ctx)
    publish(world)
    Neighbours.PROGRESS = DomainError(SERVICE_UNAVAILABLE)
    seen = join(world, ctx, application["purchase_id"])
    assert (states(seen), seen["state"]) == ("ddsssdd", "done")


def test_payments_is_away(world: World) -> None:
    ctx = world.person()
    application = world.approved(ctx)
    Neighbours.PROGRESS = DomainError(SERVICE_UNAVAILABLE)
    seen = join(world, ctx, application["purchase_id"])
    assert (states(seen), seen["actions"]) == ("dduuuuu", [])
    world.deliver(payments.ORDER_PAID, world.order(application))
    publish(world)
    assert states(join(world, ctx, application["purchase_id"])) == "ddddddd"


def test_who_sees_it(world: World) -> None:
    """As the membership; what can be done is told to its person alone."""
    ctx = world.person()
    id = world.approved(ctx)["purchase_id"]
    opened(world, id)
    for staff in (world.owner, world.reviewers[0], Context.for_operator("membership")):
        assert join(world, staff, id)["actions"] == []
    assert refused(world, world.person(), id).error is OBJECT_NOT_FOUND
    assert refused(world, ctx, new_id("pur")).error is OBJECT_NOT_FOUND


def stuck(world: World) -> list[joins.StuckJoin]:
    found, after = world.app.joins.stuck(None, Context.for_operator("membership"))
    assert after is None
    return found


def retry(world: World, id: str) -> str | None:
    return world.app.joins.retry(id, Context.for_operator("membership"))


def test_what_payments_never_heard_of_is_told_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The very event of the approval, with its id and time, so nothing comes of it twice."""
    first, second = (world.approved(world.person())["purchase_id"] for _ in range(2))
    publish(world)
    assert stuck(world) == []  # it may be on its way
    later(monkeypatch)
    opened(world, second)
    assert [(one.join_id, one.missing) for one in stuck(world)] == [(first, "purchase")]
    before = world.told(membership.APPLICATION_APPROVED)
    assert retry(world, first) == "opening"
    assert pending_commits(world.database) == 1
    assert world.told(membership.APPLICATION_APPROVED) == before
    assert len(changes(world.database, "retry_join")) == 1
    assert retry(world, second) is None


def test_a_renewal_is_told_again(world: World) -> None:
    ctx = world.person()
    member = world.member(ctx)
    world.clock.advance(dt.timedelta(days=350))
    step, rpc = world.app.memberships.start_renewal, membership.START_RENEWAL
    started = world.ask(step, rpc, ctx, membership_id=member["id"])
    publish(world)
    assert retry(world, started["purchase_id"]) == "opening"
    (commit,) = world.database[COMMITS.name].find({"own.pending": True})
    assert [event["key"] for event in commit["events"]] == [membership.RENEWAL_STARTED.type]


def test_what_was_paid_and_has_no_answer_is_told_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = world.approved(world.person())
    id, order = application["purchase_id"], world.order(application)
    opened(world, id, paid(world, order["order_id"]))
    later(monkeypatch)
    assert stuck(world) == []
    world.clock.advance(dt.timedelta(minutes=10))
    assert [(one.join_id, one.missing) for one in stuck(world)] == [(id, "answer")]
    assert retry(world, id) == "payment"
    assert [order["order_id"]] == Neighbours.TOLD_AGAIN
    # What was lost comes after all, and what was told again, too.
    for _ in range(2):
        world.deliver(payments.ORDER_PAID, order)
    assert len(world.told(membership.ACTIVATED)) == 1
    assert stuck(world) == []
    opened(world, id, paid(world, order["order_id"], "fulfilled"))
    assert retry(world, id) is None


def test_a_retry_needs_payments(world: World) -> None:
    id = world.approved(world.person())["purchase_id"]
    Neighbours.PROGRESS = DomainError(SERVICE_UNAVAILABLE)
    with pytest.raises(DomainError) as error:
        retry(world, id)
    assert error.value.error is SERVICE_UNAVAILABLE
    assert changes(world.database, "retry_join") == []


def test_more_than_a_page_is_read_page_by_page(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joins, "BATCH", 2)
    ids_of = sorted(world.approved(world.person())["purchase_id"] for _ in range(3))
    later(monkeypatch)
    found, after = list[str](), None
    operator = Context.for_operator("membership")
    while True:
        some, after = world.app.joins.stuck(after, operator)
        found += [one.join_id for one in some]
        if after is None:
            break
    assert sorted(found) == ids_of
