"""Many at once on one object: one wins, the others are told."""

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from prometheus_client import REGISTRY

from chassis.context import Context
from contracts import membership, payments
from contracts.errors import DomainError
from tests.kit.existing import existing
from tests.store.membership.world import World, uploaded


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each call gave, or the code of its refusal; all start together."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return call()
        except DomainError as error:
            return error.code

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_one_live_application_per_person(world: World) -> None:
    """D-8: 20 equal applications at once: one is made, 19 are told which one."""
    applicant = world.person()
    outcomes = at_once([lambda: world.apply(applicant)] * 20)
    made = [outcome for outcome in outcomes if isinstance(outcome, dict)]
    assert len(made) == 1
    assert outcomes.count("membership.application_live") == 19
    with pytest.raises(DomainError) as refused:
        world.apply(applicant)
    assert refused.value.params == {"application_id": made[0]["id"], "state": "submitted"}


@pytest.mark.parametrize("repetition", range(5))
def test_two_reviewers_at_once(world: World, repetition: int) -> None:
    """product.md §2: one wins, the other is told the state."""
    applied = world.apply(world.person())
    reject = world.app.reviews.reject
    outcomes = at_once(
        [
            lambda: world.approve(applied["id"], world.reviewers[0]),
            lambda: world.ask(
                reject,
                membership.REJECT_APPLICATION,
                world.reviewers[1],
                application_id=applied["id"],
                reason="full",
            ),
        ]
    )
    assert outcomes.count("membership.application_wrong_state") == 1
    events = world.told(membership.APPLICATION_APPROVED, membership.APPLICATION_REJECTED)
    assert len(events) == 1
    assert world.application(applied["id"])["state"] == events[0].data["state"]


def test_numbers_are_gap_free_when_all_pay_at_once(world: World) -> None:
    """product.md §2: 24 activations at once, in three processes, take the numbers 1 to 24."""
    orders = [world.order(world.approved()) for _ in range(24)]
    processes = itertools.cycle([world, world.another_process(), world.another_process()])
    at_once(
        [
            partial(process.deliver, payments.ORDER_PAID, order)
            for order, process in zip(orders, processes, strict=False)
        ]
    )
    activated = world.told(membership.ACTIVATED)
    assert sorted(event.data["number"] for event in activated) == list(range(1, 25))
    assert {event.sequence for event in activated} == {1}


def test_numbers_of_one_process_never_collide(world: World) -> None:
    """Who needs the next member number waits for their turn: no transaction is begun twice."""
    orders = [world.order(world.approved()) for _ in range(24)]
    begun = _begun()
    at_once([partial(world.deliver, payments.ORDER_PAID, order) for order in orders])
    assert _begun() - begun == len(orders)
    numbers = [event.data["number"] for event in world.told(membership.ACTIVATED)]
    assert sorted(numbers) == list(range(1, 25))


def _begun() -> float:
    return REGISTRY.get_sample_value("coterie_uow_attempts_total") or 0


def test_payment_and_lapse_at_once(world: World, run_jobs: Callable[[], None]) -> None:
    """Either the payment is in time or it is late; both ways the member pays once and is in."""
    approved = world.approved()
    world.clock.advance(approved_lifetime(approved, world))
    order = world.order(approved)
    at_once([run_jobs, lambda: world.deliver(payments.ORDER_PAID, order)])
    assert world.membership(approved["membership_id"])["state"] == "active"
    assert world.application(approved["id"])["state"] == "joined"
    withdrawn = world.told(membership.PURCHASE_WITHDRAWN)
    lapsed = world.told(membership.APPLICATION_LAPSED)
    assert len(withdrawn) == len(lapsed) <= 1


def approved_lifetime(approved: dict[str, Any], world: World) -> dt.timedelta:
    stored = existing(world.database.applications.find_one({"_id": approved["id"]}))
    return stored["pay_by"] - world.clock.now()


def test_one_person_per_address(world: World) -> None:
    """D-8: 20 first appearances of one address give one person."""
    ctx = Context.for_system("membership")

    def ensure(email: str) -> str:
        return world.app.people.ensure(email, "en", ctx)["_id"]

    people = at_once([partial(ensure, "new@example.com")] * 20)
    assert len(set(people)) == 1


def test_signing_in_while_being_imported(world: World, run_jobs: Callable[[], None]) -> None:
    """D-8: who appears for the first time in both ways at once is one person, and a member."""
    count = 60
    numbers = range(1, count + 1)
    rows = "".join(
        f"{n},m{n}@example.com,会员{n},2024-02-01,2027-01-31,医生,上海\n" for n in numbers
    )
    started = world.ask(
        world.app.imports.create,
        membership.CREATE_IMPORT,
        world.owner,
        community_id=world.community["id"],
        csv=uploaded("number,email,name,joined_on,term_ends_on,segment,city\n" + rows),
        dry_run=False,
    )
    ctx = Context.for_system("membership")

    def sign_in(number: int) -> None:
        world.app.people.ensure(f"m{number}@example.com", "en", ctx)

    at_once([run_jobs, *(partial(sign_in, n) for n in numbers)])
    run_jobs()
    done = existing(world.database.imports.find_one({"_id": started["id"]}))
    assert (done["state"], done["accepted"], done["refused"]) == ("done", count, 0)
    people = [p["email"] for p in world.database.people.find({"email": {"$regex": "^m[0-9]"}})]
    assert len(people) == len(set(people)) == count


def test_last_two_owners_cannot_both_go(world: World) -> None:
    """product.md §2: a community keeps an owner even when both are removed at once."""
    second = world.person("second@example.com")
    world.ask(
        world.app.roles.grant,
        membership.GRANT_ROLE,
        world.owner,
        community_id=world.community["id"],
        email="second@example.com",
        role="owner",
    )
    owners = [world.owner.require_person(), second.require_person()]
    operator = Context.for_operator("membership")

    def revoke(person_id: str) -> Any:
        return world.ask(
            world.app.roles.revoke,
            membership.REVOKE_ROLE,
            operator,
            community_id=world.community["id"],
            person_id=person_id,
            role="owner",
        )

    outcomes = at_once([partial(revoke, person_id) for person_id in owners])
    assert outcomes.count("membership.owner_is_last") == 1


def test_one_first_operator(empty: World) -> None:
    """The first operator is made once, also when ten shells try at once."""
    ctx = Context.for_operator("membership")

    def create(number: int) -> str:
        return empty.app.operators.create(f"op{number}@example.com", "en", ctx)["email"]

    outcomes = Counter(at_once([partial(create, n) for n in range(10)]))
    assert outcomes["membership.operator_exists"] == 9
