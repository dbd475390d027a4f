"""Who follows a link pays one purchase: its own, or the next term of the membership (H-34)."""

from typing import Any

import pytest

from chassis.context import Context
from contracts import membership
from contracts.errors import LINK_ELSEWHERE, LINK_USED, DomainError
from tests.kit.usecases import following
from tests.store.payments.shop import Shop

PRICE = 300_000


def code_of(call: Any, *arguments: Any, **more: Any) -> str:
    with pytest.raises(DomainError) as refused:
        call(*arguments, **more)
    return refused.value.code


def pay(shop: Shop, visitor: Context, purchase: dict[str, Any]) -> dict[str, Any]:
    """Price, order and an attempt to pay, all by the link."""
    total = shop.quote(visitor, purchase)["total"]["amount"]
    order = shop.order_at_once(visitor, purchase, total=total)
    shop.open_payment(visitor, order)
    return order


def test_a_link_pays_its_purchase_and_no_other(shop: Shop) -> None:
    """Of the same payer, too."""
    buyer = shop.person()
    mine, other = shop.purchase(buyer), shop.purchase(buyer)
    visitor = following(buyer, "pay", mine["id"])
    assert code_of(shop.quote, visitor, other) == LINK_ELSEWHERE.code
    assert code_of(shop.order_at_once, visitor, other, total=PRICE) == LINK_ELSEWHERE.code
    others_order = shop.order(buyer, shop.quote(buyer, other))
    assert code_of(shop.open_payment, visitor, others_order) == LINK_ELSEWHERE.code
    assert code_of(shop.order, visitor, shop.quote(visitor, mine)) == LINK_ELSEWHERE.code
    order = pay(shop, visitor, mine)
    assert order["purchase_id"] == mine["id"]


def test_a_link_pays_a_seat_until_that_is_given_up(shop: Shop) -> None:
    buyer = shop.person()
    seat = shop.seat(buyer)
    visitor = following(buyer, "pay", seat["id"])
    assert pay(shop, visitor, seat)["purchase_id"] == seat["id"]
    gone = shop.seat(buyer)
    shop.give_up(gone)
    assert code_of(shop.quote, following(buyer, "pay", gone["id"]), gone) == LINK_USED.code


def test_a_strangers_link_finds_nothing(shop: Shop) -> None:
    purchase = shop.purchase(shop.person())
    visitor = following(shop.person(), "pay", purchase["id"])
    assert code_of(shop.quote, visitor, purchase) == "request.object_not_found"


def test_a_link_for_something_else_pays_nothing(shop: Shop) -> None:
    buyer = shop.person()
    purchase = shop.purchase(buyer)
    visitor = following(buyer, "decline", purchase["id"])
    assert code_of(shop.quote, visitor, purchase) == LINK_ELSEWHERE.code


def test_an_attempt_that_failed_is_repeated_until_it_is_paid(shop: Shop) -> None:
    """The link is used when the purchase is over, not when it is ordered."""
    buyer = shop.person()
    purchase = shop.purchase(buyer)
    visitor = following(buyer, "pay", purchase["id"])
    first = pay(shop, visitor, purchase)
    shop.later(minutes=40)  # nobody paid, and the order's time is over
    shop.run_jobs(2)
    second = pay(shop, visitor, purchase)
    assert second["id"] != first["id"]
    shop.deliver(
        membership.PURCHASE_WITHDRAWN,
        {
            "purchase_id": purchase["id"],
            "community_id": shop.community_id,
            "reason": "application_withdrawn",
        },
    )
    assert code_of(shop.quote, visitor, purchase) == LINK_USED.code


def test_a_link_to_renew_pays_that_membership(shop: Shop) -> None:
    member = shop.person()
    told = shop.awaited(member)
    shop.deliver(membership.RENEWAL_STARTED, told)
    purchase = shop.seen(member, told["term_id"])
    visitor = following(member, "renew", told["membership_id"])
    assert pay(shop, visitor, purchase)["purchase_id"] == purchase["id"]
    joining, another = shop.purchase(member), shop.renewal(member)
    assert code_of(shop.quote, visitor, another) == LINK_ELSEWHERE.code
    assert code_of(shop.quote, visitor, joining) == LINK_ELSEWHERE.code
