"""Apply, approve, pay, be a member: the path through the service, on a real database."""

import datetime as dt
from collections.abc import Callable

import pytest

from chassis.delivery import Ignored
from chassis.ids import new_id
from chassis.uow import AlreadyHandled
from contracts import membership, payments
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.errors import membership as codes
from tests.kit.existing import existing
from tests.store.membership.world import World


def test_from_application_to_numbered_member(world: World) -> None:
    """product.md §2: approval opens a membership and names its purchase, payment makes a member."""
    applicant = world.person()
    applied = world.apply(applicant)
    assert applied["state"] == "submitted"
    approved = world.approve(applied["id"])
    assert approved["state"] == "approved"
    assert approved["pay_by"] == "2026-03-05T04:00:00.000Z"
    (told,) = world.told(membership.APPLICATION_APPROVED)
    assert approved["purchase_id"] == payments.purchase_id_of(told.data["term_id"])
    assert world.application(applied["id"])["purchase_id"] == approved["purchase_id"]
    waiting = world.membership(approved["membership_id"])
    assert waiting["purchase_id"] == approved["purchase_id"]

    order = world.order(approved)
    world.deliver(payments.ORDER_PAID, order)
    member = world.membership(approved["membership_id"])
    assert (member["state"], member["number"]) == ("active", 1)
    assert (member["term"]["starts_on"], member["term"]["ends_on"]) == ("2026-03-02", "2027-03-01")
    assert member["grace_ends_on"] == "2027-03-08"
    assert world.application(applied["id"])["state"] == "joined"
    (activated,) = world.told(membership.ACTIVATED)
    assert (activated.sequence, activated.data["number"]) == (1, 1)
    (answered,) = world.told(membership.PURCHASE_FULFILLED)
    assert answered.subject == order["order_id"]
    standing = world.told(membership.STANDING_CHANGED)[-1].data
    assert (standing["state"], standing["term_ends_on"]) == ("active", "2027-03-01")
    assert "member" in standing["roles"]


def test_repeated_deliveries_have_one_effect(world: World) -> None:
    """M-15: the same event again is known by the inbox, an equal one by the state.

    The equal one is an operator's `stuck-purchases retry`: the answer may be lost, so it is given
    again, and payments ignores what it knows.
    """
    approved = world.approved()
    order = world.order(approved)
    event_id = new_id("evt")
    world.deliver(payments.ORDER_PAID, order, id=event_id)
    with pytest.raises(AlreadyHandled):
        world.deliver(payments.ORDER_PAID, order, id=event_id)
    world.deliver(payments.ORDER_PAID, order)
    assert len(world.told(membership.ACTIVATED)) == 1
    answers = world.told(membership.PURCHASE_FULFILLED)
    assert [answer.subject for answer in answers] == [order["order_id"]] * 2


def test_second_payment_and_unknown_term_are_refused(world: World) -> None:
    """architecture.md §5a: what cannot be fulfilled is refused with a reason, so it is refunded."""
    member = world.member()
    application = existing(world.database.applications.find_one({"membership_id": member["id"]}))
    again = world.paid(application["term_id"], member["person_id"])
    unknown = world.paid(new_id("trm"), member["person_id"])
    for order in (again, unknown):
        world.deliver(payments.ORDER_PAID, order)
    refused = {
        event.subject: event.data["reason"] for event in world.told(membership.PURCHASE_REFUSED)
    }
    assert refused == {
        again["order_id"]: "term_paid_already",
        unknown["order_id"]: "term_unknown",
    }


def test_other_subjects_are_left_alone(world: World) -> None:
    """A seat at a meetup is no term: nothing is answered, and the events count as ignored."""
    seat = world.paid(new_id("trm"), new_id("per"), subject={"kind": "meetup_seat", "ref": "x"})
    for event, data in (
        (payments.ORDER_PAID, seat),
        (payments.ORDER_REFUNDED, world.refunded(seat)),
    ):
        with pytest.raises(Ignored):
            world.deliver(event, data)
    assert world.told(membership.PURCHASE_REFUSED, membership.PURCHASE_FULFILLED) == []


def test_reminders_then_lapse_then_late_payment(world: World, run_jobs: Callable[[], None]) -> None:
    """product.md §2: reminders at 24 h and 60 h once each, lapse at 72 h, late payment counts."""
    approved = world.approved()
    for hours, expected in ((23, 0), (2, 1), (1, 1), (35, 2), (1, 2)):
        world.clock.advance(dt.timedelta(hours=hours))
        run_jobs()
        assert len(world.told(membership.PAYMENT_REMINDER_DUE)) == expected, hours
    world.clock.advance(dt.timedelta(hours=10))
    run_jobs()
    assert world.application(approved["id"])["state"] == "lapsed"
    assert world.membership(approved["membership_id"])["state"] == "cancelled"
    (withdrawn,) = world.told(membership.PURCHASE_WITHDRAWN)
    assert withdrawn.data["purchase_id"] == approved["purchase_id"]
    assert withdrawn.data["lapsed"]

    world.deliver(payments.ORDER_PAID, world.order(approved))
    member = world.membership(approved["membership_id"])
    assert (member["state"], member["number"]) == ("active", 1)
    assert world.application(approved["id"])["state"] == "joined"


def test_late_payment_of_who_applied_again_is_refused(
    world: World, run_jobs: Callable[[], None]
) -> None:
    """product.md §2: no longer admissible under the old application: refused, so refunded."""
    applicant = world.person()
    approved = world.approved(applicant)
    world.clock.advance(dt.timedelta(hours=73))
    run_jobs()
    world.apply(applicant)
    world.deliver(payments.ORDER_PAID, world.order(approved))
    (refused,) = world.told(membership.PURCHASE_REFUSED)
    assert refused.data["reason"] == "applied_again"


def test_late_payment_does_not_admit_whom_a_later_review_rejected(
    world: World, run_jobs: Callable[[], None]
) -> None:
    """product.md §2: the newer application decides, also after it ended."""
    applicant = world.person()
    approved = world.approved(applicant)
    world.clock.advance(dt.timedelta(hours=73))
    run_jobs()
    again = world.apply(applicant)
    world.ask(
        world.app.reviews.reject,
        membership.REJECT_APPLICATION,
        world.reviewers[0],
        application_id=again["id"],
        reason="other",
        message="not this time",
    )
    world.deliver(payments.ORDER_PAID, world.order(approved))
    (refused,) = world.told(membership.PURCHASE_REFUSED)
    assert refused.data["reason"] == "applied_again"
    assert world.membership(approved["membership_id"])["state"] == "cancelled"


def test_who_becomes_a_member_is_told_if_their_approval_had_lapsed(
    world: World, run_jobs: Callable[[], None]
) -> None:
    """F21: it was said that the approval had lapsed, so the welcome says that it counts again."""
    late, in_time = world.approved(), world.approved()
    world.deliver(payments.ORDER_PAID, world.order(in_time))
    world.clock.advance(dt.timedelta(hours=73))
    run_jobs()
    (lapsed,) = world.told(membership.APPLICATION_LAPSED)
    assert lapsed.data["application_id"] == late["id"]
    world.deliver(payments.ORDER_PAID, world.order(late))
    welcomed = {
        told.data["membership_id"]: told.data["after_lapse"]
        for told in world.told(membership.ACTIVATED)
    }
    assert welcomed == {late["membership_id"]: True, in_time["membership_id"]: False}


def test_withdrawn_before_its_purchase_was_opened(world: World) -> None:
    """architecture.md §5a: payments is told in any case, whichever event it meets first."""
    applicant = world.person()
    approved = world.approved(applicant)
    world.ask(
        world.app.applications.withdraw,
        membership.WITHDRAW_APPLICATION,
        applicant,
        application_id=approved["id"],
    )
    (withdrawn,) = world.told(membership.PURCHASE_WITHDRAWN)
    assert withdrawn.data["purchase_id"] == approved["purchase_id"]
    assert not withdrawn.data["lapsed"]


def test_what_payments_opened_under_another_id_keeps_it(world: World) -> None:
    """A term of before, whose purchase's id does not follow from its own, goes on."""
    approved = world.approved()
    known = {"purchase_id": new_id("pur")}
    world.database.applications.update_one({"_id": approved["id"]}, {"$set": known})
    world.database.memberships.update_one(
        {"_id": approved["membership_id"]}, {"$set": {"terms.0.purchase_id": known["purchase_id"]}}
    )
    for shown in (world.application(approved["id"]), world.membership(approved["membership_id"])):
        assert shown["purchase_id"] == known["purchase_id"]
    world.deliver(payments.ORDER_PAID, world.order(approved, **known))
    assert world.membership(approved["membership_id"])["state"] == "active"
    (answered,) = world.told(membership.PURCHASE_FULFILLED)
    assert answered.data["purchase_id"] == known["purchase_id"]


def test_full_refund_ends_the_membership(world: World) -> None:
    """product.md §2: a full refund of the current term ends it; a partial one does not."""
    approved = world.approved()
    order = world.order(approved)
    world.deliver(payments.ORDER_PAID, order)
    world.deliver(payments.ORDER_REFUNDED, world.refunded(order, full=False))
    assert world.membership(approved["membership_id"])["state"] == "active"
    world.deliver(payments.ORDER_REFUNDED, world.refunded(order))
    ended = world.membership(approved["membership_id"])
    assert (ended["state"], ended["term"], ended["number"]) == ("cancelled", None, 1)
    (cancelled,) = world.told(membership.CANCELLED)
    assert cancelled.sequence == 2
    world.deliver(payments.ORDER_REFUNDED, world.refunded(order))
    assert len(world.told(membership.CANCELLED)) == 1


def test_refund_that_overtakes_its_payment(world: World) -> None:
    """M-16: reactions come in any order; money that went back buys nothing."""
    approved = world.approved()
    order = world.order(approved)
    world.deliver(payments.ORDER_REFUNDED, world.refunded(order, fulfilled=False))
    world.deliver(payments.ORDER_PAID, order)
    (refused,) = world.told(membership.PURCHASE_REFUSED)
    assert refused.data["reason"] == "order_refunded"
    assert world.membership(approved["membership_id"])["state"] == "pending_payment"


def test_a_new_application_does_not_undo_having_been_a_member(world: World) -> None:
    """product.md §3: who a newcomer is, neighbours read from the standing."""
    applicant = world.person()
    member = world.member(applicant)
    world.clock.advance(dt.timedelta(days=500))  # expired, and revival is over
    again = world.approved(applicant)
    waiting = world.told(membership.STANDING_CHANGED)[-1].data
    assert waiting["membership_id"] == again["membership_id"]
    assert (waiting["state"], waiting["joined_on"]) == ("pending_payment", member["joined_on"])
    world.deliver(payments.ORDER_PAID, world.order(again))
    joined = world.told(membership.STANDING_CHANGED)[-1].data
    assert (joined["state"], joined["joined_on"]) == ("active", member["joined_on"])


def test_who_joins_again_keeps_the_number(world: World) -> None:
    """rules.md §2.2: given the first time, then kept for ever; nobody else gets it."""
    applicant = world.person()
    approved = world.approved(applicant)
    order = world.order(approved)
    world.deliver(payments.ORDER_PAID, order)
    world.deliver(payments.ORDER_REFUNDED, world.refunded(order))
    second = world.member(applicant)
    assert second["id"] != approved["membership_id"]
    assert second["number"] == 1
    assert world.member()["number"] == 2
    counts = world.ask(
        world.app.memberships.count,
        membership.GET_MEMBERSHIP_COUNTS,
        world.owner,
        community_id=world.community["id"],
    )
    assert (counts["memberships"]["active"], counts["memberships"]["cancelled"]) == (2, 0)


def test_who_joins_again_before_their_end_was_told_has_lost_access(world: World) -> None:
    """rules.md §2.15: the former membership is retired, and nothing else is told of it."""
    applicant = world.person()
    former = world.member(applicant)
    world.clock.advance(dt.timedelta(days=600))  # and no job was running
    assert world.database.memberships.find_one({"_id": former["id"]}, {"state": 1}) == {
        "_id": former["id"],
        "state": "active",
    }
    second = world.approved(applicant)
    (lost,) = world.told(membership.ACCESS_LOST)
    assert (lost.sequence, lost.data["membership_id"]) == (2, former["id"])
    assert (lost.data["state"], lost.data["access_change"]) == ("expired", "lost")
    world.deliver(payments.ORDER_PAID, world.order(second))
    assert world.told(membership.ACTIVATED)[-1].data["access_change"] == "gained"


def test_member_cannot_apply_and_strangers_see_nothing(world: World) -> None:
    """O-1: what is not yours answers exactly like what is not there."""
    applicant = world.person()
    member = world.member(applicant)
    with pytest.raises(DomainError) as refused:
        world.apply(applicant)
    assert refused.value.error is codes.ALREADY_MEMBER
    stranger = world.person()
    answers = []
    for membership_id in (member["id"], new_id("mbr")):
        with pytest.raises(DomainError) as hidden:
            world.ask(
                world.app.memberships.get,
                membership.GET_MEMBERSHIP,
                stranger,
                membership_id=membership_id,
            )
        answers.append(hidden.value.as_dict())
    assert answers[0] == answers[1]
    assert answers[0]["code"] == OBJECT_NOT_FOUND.code
