"""What moves money goes by membership's own word, however old the replica is (M5, R15)."""

from collections.abc import Callable
from typing import Any

import pytest

from chassis.context import Context
from contracts import membership, payments
from contracts.errors import (
    NOT_PERMITTED,
    OBJECT_NOT_FOUND,
    SERVICE_UNAVAILABLE,
    DomainError,
    ErrorCode,
)
from tests.store.payments.shop import Shop

Command = Callable[[Shop, Context], Any]


def refund(shop: Shop, ctx: Context) -> Any:
    (order,) = shop.database.orders.find()
    asked = {"order_id": order["_id"], "reason": "asked"}
    return shop.ask(shop.app.refunds.refund_order, payments.REFUND_ORDER, ctx, **asked)


def set_account(shop: Shop, ctx: Context) -> Any:
    return shop.ask(
        shop.app.accounts.set,
        payments.SET_PROVIDER_ACCOUNT,
        ctx,
        community_id=shop.community_id,
        provider="sandbox",
        merchant_id=shop.account["merchant_id"],
        secret_ref="doctors-sandbox",
        expected_version=shop.account["version"],
    )


def create_coupon(shop: Shop, ctx: Context) -> Any:
    shop.owner = ctx
    return shop.coupon("LATECQMER")


def create_plan(shop: Shop, ctx: Context) -> Any:
    shop.owner = ctx
    return shop.sell()


COMMANDS = [refund, set_account, create_coupon, create_plan]


def staff(shop: Shop) -> Context:
    """An owner whom the replica knows, as told by event."""
    ctx = shop.person()
    facts = {
        **shop.neighbour.standing(
            {"community_id": shop.community_id, "person_id": ctx.require_person()}
        ),
        "roles": ["owner"],
        "version": 1,
    }
    shop.neighbour.standings[ctx.require_person()] = {"roles": ["owner"], "version": 1}
    shop.app.standings._remember(facts)
    return ctx


@pytest.mark.parametrize("command", COMMANDS)
def test_who_lost_the_role_is_refused_before_it_was_told(shop: Shop, command: Command) -> None:
    """E8: the queue is behind, the replica still says owner."""
    shop.paid()
    former = staff(shop)
    shop.neighbour.standings[former.require_person()] = {"roles": [], "version": 2}
    with pytest.raises(DomainError) as refused:
        command(shop, former)
    expected: ErrorCode = OBJECT_NOT_FOUND if command is refund else NOT_PERMITTED
    assert refused.value.error is expected


@pytest.mark.parametrize("command", COMMANDS)
def test_who_was_given_the_role_may_at_once(shop: Shop, command: Command) -> None:
    shop.paid()
    fresh = staff(shop)
    shop.database.standings.update_one(
        {"person_id": fresh.require_person()}, {"$set": {"roles": [], "version": 0}}
    )
    command(shop, fresh)


@pytest.mark.parametrize("command", COMMANDS)
def test_without_membership_nothing_moves(shop: Shop, command: Command) -> None:
    shop.paid()
    owner = staff(shop)

    def away(request: dict[str, Any]) -> dict[str, Any]:
        raise DomainError(SERVICE_UNAVAILABLE)

    shop.neighbour.answers[membership.GET_STANDING] = away
    with pytest.raises(DomainError) as refused:
        command(shop, owner)
    assert refused.value.error is SERVICE_UNAVAILABLE
    assert shop.database.refunds.count_documents({}) == 0
