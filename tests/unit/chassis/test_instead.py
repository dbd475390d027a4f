"""What goes instead of what was refused: asked of the object's own query, as the same caller."""

from typing import Any

import pytest

from chassis.context import ANONYMOUS, Actor, Context
from chassis.instead import queries_of, say_instead
from contracts import events, membership, notifications, payments
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.errors.payments import ORDER_WRONG_STATE, PLAN_SOLD
from contracts.records import RPCS

DECLARED = (events, membership, notifications)
CODE = ORDER_WRONG_STATE.code
PERSON = Context(Actor("person", "per_1", "ses_1"), "en", "req_1", "trace")


def error() -> DomainError:
    return DomainError(ORDER_WRONG_STATE, current_state="paid")


def answers(request: Any, ctx: Context) -> Any:
    assert (request, ctx) == ({"order_id": "ord_1"}, PERSON)
    return {"actions": ["ask_refund"]}


def test_the_query_follows_from_the_names() -> None:
    known = {rpc.routing_key: rpc for rpc in RPCS.values()}
    assert queries_of(payments.CANCEL_ORDER, known) == {CODE: payments.GET_ORDER}
    assert queries_of(payments.GET_ORDER, known) == {}
    found = {code for rpc in RPCS.values() for code in queries_of(rpc, known)}
    assert found == {
        "events.meetup_wrong_state",
        "events.registration_wrong_state",
        "membership.application_wrong_state",
        "membership.membership_wrong_state",
        "payments.coupon_wrong_state",
        "payments.order_wrong_state",
        "payments.plan_wrong_state",
        "payments.purchase_wrong_state",
        "payments.refund_request_wrong_state",
    }


def test_it_is_said_to_who_may_see_the_object() -> None:
    refused = error()
    say_instead(refused, {CODE: answers}, {"order_id": "ord_1", "reason": "x"}, PERSON)
    assert refused.params == {"current_state": "paid", "allowed_actions": ["ask_refund"]}


def test_nothing_is_said_to_who_may_not() -> None:
    def hides(request: Any, ctx: Context) -> Any:
        raise DomainError(OBJECT_NOT_FOUND, noun="order")

    refused = error()
    say_instead(refused, {CODE: hides}, {"order_id": "ord_1"}, PERSON)
    assert refused.params == {"current_state": "paid"}


@pytest.mark.parametrize("actor", [ANONYMOUS, Actor("system", None, None)])
def test_only_people_are_told(actor: Actor) -> None:
    refused = error()
    ctx = Context(actor, "en", "req_1", "trace")
    say_instead(refused, {CODE: answers}, {"order_id": "ord_1"}, ctx)
    assert refused.params == {"current_state": "paid"}


def test_other_refusals_stay_as_they_are() -> None:
    refused = DomainError(PLAN_SOLD)
    say_instead(refused, {CODE: answers}, {"order_id": "ord_1"}, PERSON)
    assert refused.params == {}
