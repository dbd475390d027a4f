"""The applicant names the plan: nobody is sold what they did not choose."""

import datetime as dt
from typing import Any

import pytest

from chassis.context import Context
from chassis.ids import new_id
from contracts import membership, payments
from contracts.errors import STALE_VERSION, DomainError
from contracts.errors import membership as codes
from tests.kit.existing import existing
from tests.store.membership.world import Neighbours, World


def renew(world: World, ctx: Context, membership_id: str, plan_id: str | None = None) -> Any:
    return world.ask(
        world.app.memberships.start_renewal,
        membership.START_RENEWAL,
        ctx,
        membership_id=membership_id,
        plan_id=plan_id,
    )


def choose(world: World, ctx: Context, application: dict[str, Any], plan_id: str) -> Any:
    return world.ask(
        world.app.applications.choose_plan,
        membership.CHOOSE_APPLICATION_PLAN,
        ctx,
        application_id=application["id"],
        plan_id=plan_id,
        expected_version=application["version"],
    )


def refusal(of: Any) -> DomainError:
    with pytest.raises(DomainError) as refused:
        of()
    return refused.value


def test_left_out_it_is_the_only_one_on_sale(world: World) -> None:
    """product.md §2: with two it has to be said; a draft may say it later."""
    first = world.sell()
    assert world.apply(world.person())["plan_id"] == first
    world.sell(state="draft")
    assert world.apply(world.person())["plan_id"] == first
    second = world.sell()
    to_be_named = refusal(lambda: world.apply(world.person()))
    assert to_be_named.error is codes.PLAN_TO_BE_NAMED
    assert to_be_named.params["plan_ids"] == [first, second]
    assert [one.pointer for one in to_be_named.fields] == ["/plan_id"]
    applicant = world.person()
    draft = world.apply(applicant, submit=False)
    assert draft["plan_id"] is None

    def submit() -> Any:
        use_case, asked = world.app.applications.submit, {"application_id": draft["id"]}
        return world.ask(use_case, membership.SUBMIT_APPLICATION, applicant, **asked)

    assert refusal(submit).error is codes.PLAN_TO_BE_NAMED
    choose(world, applicant, draft, second)
    assert submit()["plan_id"] == second


def test_what_is_not_on_sale_here_cannot_be_named(world: World) -> None:
    """Paused, closed, of another community, or unknown: nothing is stored."""
    elsewhere = world.sell(community_id=new_id("com"))
    closed, paused = world.sell(state="closed"), world.sell(state="paused")
    for plan_id in (elsewhere, closed, paused, new_id("pln")):
        for submit in (True, False):
            refused = refusal(lambda: world.apply(world.person(), plan_id, submit))  # noqa: B023
            assert (refused.error, refused.params) == (
                codes.PLAN_NOT_ON_SALE,
                {"plan_id": plan_id},
            )
    assert world.database.applications.count_documents({}) == 0


def test_the_newest_description_wins_in_any_order(world: World) -> None:
    """M-16: what was closed is not on sale again because an older event came late."""
    plan_id = world.sell(version=3, state="closed")
    world.sell(plan_id=plan_id, version=2)
    assert refusal(lambda: world.apply(world.person(), plan_id)).error is codes.PLAN_NOT_ON_SALE


def test_a_plan_that_was_made_a_moment_ago_is_asked_for(world: World) -> None:
    """Its description may still be on its way; payments is asked once."""
    world.sell()
    facts = {**world.described(), "version": 1}
    Neighbours.PLANS[facts["plan_id"]] = facts
    try:
        assert world.apply(world.person(), facts["plan_id"])["plan_id"] == facts["plan_id"]
    finally:
        del Neighbours.PLANS[facts["plan_id"]]
    assert world.apply(world.person(), facts["plan_id"])["state"] == "submitted"


def test_it_may_be_changed_until_it_is_decided(world: World) -> None:
    """Only by who read what is there; afterwards the purchase says what is paid for."""
    first, second = world.sell(), world.sell()
    applicant = world.person()
    applied = world.apply(applicant, first)
    changed = choose(world, applicant, applied, second)
    assert changed["plan_id"] == second
    assert choose(world, applicant, applied, second) == changed  # repeated
    assert refusal(lambda: choose(world, applicant, applied, first)).error is STALE_VERSION
    world.approve(applied["id"])
    (told,) = world.told(membership.APPLICATION_APPROVED)
    assert told.data["plan_id"] == second
    decided = world.application(applied["id"])
    late = refusal(lambda: choose(world, applicant, decided, first))
    assert (late.error, late.params["current_state"]) == (
        codes.APPLICATION_WRONG_STATE,
        "approved",
    )


def test_a_free_plan_joins_at_approval(world: World) -> None:
    """rules.md §2.1, §2.2: nothing to pay, no member number, a term of the plan's months."""
    free = world.sell(free=True, period_months=3)
    applicant = world.person()
    applied = world.apply(applicant, free)
    joined = world.approve(applied["id"])
    assert (joined["state"], joined["pay_by"]) == ("joined", None)
    member = world.membership(joined["membership_id"])
    assert (member["state"], member["number"], member["purchase_id"]) == ("active", None, None)
    assert member["joined_on"] == "2026-03-02"
    term = member["term"]
    assert (term["kind"], term["plan_id"], term["order_id"]) == ("free", free, None)
    assert (term["starts_on"], term["ends_on"]) == ("2026-03-02", "2026-06-01")
    assert member["grace_ends_on"] == "2026-06-08"
    assert world.told(membership.APPLICATION_APPROVED) == []  # payments sells nothing
    (activated,) = world.told(membership.ACTIVATED)
    assert (activated.sequence, activated.data["access_change"]) == (1, "gained")
    standing = world.told(membership.STANDING_CHANGED)[-1].data
    assert (standing["state"], standing["term_ends_on"]) == ("active", "2026-06-01")


def test_a_free_term_is_renewed_at_once_and_a_paid_one_is_a_first_payment(world: World) -> None:
    """rules.md §2.2: who never paid pays as who joins, and gets a number then."""
    free, paid = world.sell(free=True, period_months=1), world.sell()
    applicant = world.person()
    member = world.membership(world.approve(world.apply(applicant, free)["id"])["membership_id"])
    renewed = renew(world, applicant, member["id"])  # the plan of the present term
    assert (renewed["term"]["starts_on"], renewed["term"]["ends_on"]) == (
        "2026-04-02",
        "2026-05-01",
    )
    (event,) = world.told(membership.RENEWED)
    assert (event.sequence, event.data["access_change"]) == (2, "none")
    waiting = renew(world, applicant, member["id"], paid)
    (told,) = world.told(membership.RENEWAL_STARTED)
    assert (told.data["plan_id"], told.data["first_payment"]) == (paid, True)
    again = refusal(lambda: renew(world, applicant, member["id"], free))
    assert again.error is codes.RENEWAL_AWAITS_PAYMENT
    assert again.params == {"purchase_id": waiting["purchase_id"]}
    order = world.paid(
        told.data["term_id"],
        member["person_id"],
        period={"plan_id": paid, "months": 12, "extra_days": 0},
    )
    world.deliver(payments.ORDER_PAID, order)
    now = world.membership(member["id"])
    assert (now["number"], now["term"]["starts_on"]) == (1, "2026-05-02")
    (changed,) = world.told(membership.PLAN_CHANGED)
    assert (changed.sequence, changed.data["term"]["plan_id"]) == (3, paid)
    (answered,) = world.told(membership.PURCHASE_FULFILLED)
    assert (answered.data["starts_on"], answered.data["ends_on"]) == ("2026-05-02", "2027-05-01")


def test_a_renewal_is_of_the_plan_of_the_term_unless_another_is_named(world: World) -> None:
    """Nothing picks the newest: with the former plan closed, and two on sale, it is to be named."""
    usual = world.sell(plan_id=world.plan_id)
    applicant = world.person()
    member = world.member(applicant)
    assert member["term"]["plan_id"] == usual
    second = world.person()
    theirs = world.member(second)
    other = world.sell()
    world.clock.advance(dt.timedelta(days=330))
    waiting = renew(world, applicant, member["id"])
    (told,) = world.told(membership.RENEWAL_STARTED)
    assert (told.data["plan_id"], told.data["first_payment"]) == (usual, False)
    assert renew(world, applicant, member["id"], usual) == waiting
    changes = refusal(lambda: renew(world, applicant, member["id"], other))
    assert changes.error is codes.RENEWAL_AWAITS_PAYMENT  # another one is named at the purchase
    assert changes.params == {"purchase_id": waiting["purchase_id"]}
    unknown = refusal(lambda: renew(world, applicant, member["id"], new_id("pln")))
    assert unknown.error is codes.PLAN_NOT_ON_SALE
    world.sell(plan_id=usual, state="closed", version=2)
    third = world.sell()
    assert refusal(lambda: renew(world, second, theirs["id"])).error is codes.PLAN_TO_BE_NAMED
    renew(world, second, theirs["id"], third)
    assert world.told(membership.RENEWAL_STARTED)[-1].data["plan_id"] == third


def test_money_for_the_same_plan_is_a_plain_renewal(world: World) -> None:
    """rules.md §2.15: one change, one event."""
    world.sell(plan_id=world.plan_id)
    applicant = world.person()
    member = world.member(applicant)
    world.clock.advance(dt.timedelta(days=330))
    renew(world, applicant, member["id"])
    (told,) = world.told(membership.RENEWAL_STARTED)
    world.deliver(payments.ORDER_PAID, world.paid(told.data["term_id"], member["person_id"]))
    assert len(world.told(membership.RENEWED)) == 1
    assert world.told(membership.PLAN_CHANGED) == []


def test_what_each_public_event_says_about_access(world: World, run_jobs: Any) -> None:
    """rules.md §2.15: gained with the first payment, lost with the end, gained again by money."""
    world.sell(plan_id=world.plan_id)
    applicant = world.person()
    member = world.member(applicant)
    world.clock.advance(dt.timedelta(days=365 + 8))
    run_jobs()
    renew(world, applicant, member["id"])
    waiting = world.told(membership.RENEWAL_STARTED)[-1]
    order = world.paid(waiting.data["term_id"], member["person_id"])
    world.deliver(payments.ORDER_PAID, order)
    world.deliver(payments.ORDER_REFUNDED, world.refunded(order))
    public = world.told(
        membership.ACTIVATED,
        membership.ENTERED_GRACE,
        membership.EXPIRED,
        membership.RENEWED,
        membership.TERM_REVOKED,
    )
    said = [(event.event.name, event.data["access_change"]) for event in public]
    assert said == [
        ("activated", "gained"),
        ("entered_grace", "none"),
        ("expired", "lost"),
        ("renewed", "gained"),
        ("term_revoked", "lost"),
    ]


def test_applications_of_before_name_no_plan(world: World) -> None:
    """H-20: documents of before, and events without the field, go on as they were."""
    applied = world.apply(world.person())
    world.database.applications.update_one({"_id": applied["id"]}, {"$unset": {"plan_id": 1}})
    world.approve(applied["id"])
    stored = existing(world.database.applications.find_one({"_id": applied["id"]}))
    assert stored["state"] == "approved"
    assert world.told(membership.APPLICATION_APPROVED)[0].data["plan_id"] is None
