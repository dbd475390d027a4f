"""A quote says of each code whether it counts, or refuses the request and changes nothing."""

from dataclasses import replace
from typing import Any

import pytest

from chassis.context import Context
from chassis.wording import field_text
from contracts.errors import DomainError
from contracts.errors.payments import COUPON_REFUSED
from tests.store.payments.shop import Shop

KEPT = ("plans", "ladder_steps", "coupon_counters", "redemptions", "quotes", "orders", "purchases")


def everything(shop: Shop) -> dict[str, list[Any]]:
    return {name: list(shop.database[name].find().sort("_id", 1)) for name in KEPT}


def refused(shop: Shop, buyer: Context, purchase: dict[str, Any], *codes: str) -> DomainError:
    """A strict request that is refused and leaves all as it was."""
    before = everything(shop)
    with pytest.raises(DomainError) as refusal:
        shop.quote(buyer, purchase, *codes, on_refused="error")
    assert refusal.value.error is COUPON_REFUSED
    assert everything(shop) == before
    return refusal.value


def pointers(refusal: DomainError) -> dict[str, str]:
    return {problem.pointer: problem.code for problem in refusal.fields}


def test_a_slip_of_the_pen_is_refused_and_nothing_is_held(shop: Shop) -> None:
    """The plan, its ladder, the coupon and the purchase stay as they were; then it works."""
    shop.coupon(limit=1)
    buyer = shop.person()
    purchase = shop.purchase(buyer)
    refusal = refused(shop, buyer, purchase, "WELC2ME", "WELC3ME")
    assert refusal.params == {"reason": "unknown"}
    assert pointers(refusal) == {"/coupon_codes/1": "field.coupon_unknown"}
    quote = shop.quote(buyer, purchase, "welc2me", on_refused="error")
    assert (quote["coupon_code"], quote["discount"]["amount"]) == ("WELC2ME", 20_000)


def test_ignored_it_is_said_in_the_reader_s_language(shop: Shop) -> None:
    coupon = shop.coupon(limit=1)
    buyer = shop.person()
    purchase = shop.purchase(buyer)
    for locale in ("zh-CN", "en"):
        quote = shop.quote(replace(buyer, locale=locale), purchase, "NSUCHCODE", "WELC2ME")
        assert quote["coupons"] == [
            {
                "code": "NSUCHCODE",
                "coupon_id": None,
                "applied": False,
                "reason": "unknown",
                "detail": field_text("field.coupon_unknown", locale, {}),
            },
            {
                "code": "WELC2ME",
                "coupon_id": coupon["id"],
                "applied": True,
                "reason": None,
                "detail": None,
            },
        ]
        assert quote["total"]["amount"] == 280_000


def test_a_used_up_coupon_leaves_the_live_quote_alone(shop: Shop) -> None:
    """Whoever asks again with another code keeps what their first quote holds."""
    shop.coupon(limit=1)
    shop.coupon("SECND22", limit=1)
    other = shop.person()
    shop.quote(other, shop.purchase(other), "SECND22", on_refused="error")
    buyer = shop.person()
    purchase = shop.purchase(buyer)
    first = shop.quote(buyer, purchase, "WELC2ME", on_refused="error")
    refusal = refused(shop, buyer, purchase, "SECND22")
    assert pointers(refusal) == {"/coupon_codes/0": "field.coupon_used_up"}
    assert shop.uses("WELC2ME") == (0, 1)
    order = shop.order(buyer, first)
    assert (order["total"]["amount"], order["coupon_code"]) == (280_000, "WELC2ME")


def test_without_a_live_quote_nothing_is_left_of_what_was_tried(shop: Shop) -> None:
    shop.coupon(limit=1)
    shop.quote(other := shop.person(), shop.purchase(other), "WELC2ME", on_refused="error")
    buyer = shop.person()
    purchase = shop.purchase(buyer)
    with pytest.raises(DomainError) as refusal:
        shop.quote(buyer, purchase, "WELC2ME", on_refused="error")
    assert refusal.value.params == {"reason": "used_up"}
    assert shop.uses("WELC2ME") == (0, 1)
    assert shop.database.quotes.count_documents({"payer_id": buyer.require_person()}) == 0
    assert shop.database.redemptions.count_documents({"person_id": buyer.require_person()}) == 0
    (counter,) = shop.database.ladder_steps.find()
    assert len(counter["holds"]) == 1


def test_a_used_up_coupon_leaves_an_unsold_plan_unsold(shop: Shop) -> None:
    """Nobody was quoted its price, so its owner may still change it."""
    shop.coupon(limit=1)
    shop.database.coupon_counters.update_one({}, {"$set": {"used": 1}})
    buyer = shop.person()
    refusal = refused(shop, buyer, shop.purchase(buyer), "WELC2ME")
    assert refusal.params == {"reason": "used_up"}
    plan = shop.database.plans.find_one({})
    assert plan is not None
    assert not plan["sold"]


def test_who_used_it_before_is_told_so_and_keeps_their_quote(shop: Shop) -> None:
    shop.coupon()
    sale = shop.paid("WELC2ME")
    again = shop.purchase(sale.buyer)
    quote = shop.quote(sale.buyer, again)
    refusal = refused(shop, sale.buyer, again, "WELC2ME")
    assert pointers(refusal) == {"/coupon_codes/0": "field.coupon_used_before"}
    assert shop.order(sale.buyer, quote)["total"]["amount"] == 300_000


def test_the_same_code_again_is_the_payer_s_own_hold(shop: Shop) -> None:
    shop.coupon(limit=1)
    buyer = shop.person()
    purchase = shop.purchase(buyer)
    for _ in range(2):
        quote = shop.quote(buyer, purchase, "WELC2ME", on_refused="error")
        assert quote["discount"]["amount"] == 20_000
    assert shop.uses("WELC2ME") == (0, 1)


def test_membership_is_asked_once_about_a_payer_whom_nobody_knows(shop: Shop) -> None:
    shop.coupon(audience="newcomer", limit=5)
    buyer = shop.person()
    purchase = shop.purchase(buyer)
    asked = len(shop.neighbour.asked)
    shop.quote(buyer, purchase, "WELC2ME", on_refused="error")
    assert len(shop.neighbour.asked) == asked + 1


def test_orders_say_what_their_price_is_made_of(shop: Shop) -> None:
    """A renamed plan is called on them as it was called then."""
    shop.coupon()
    sale = shop.ordered("WELC2ME")
    shop.database.plans.update_one({}, {"$set": {"name": "改名"}})
    for shown in (sale.quote, sale.order, sale.now()):
        assert shown["lines"] == [
            {
                "kind": "plan",
                "label": "年度会员",
                "amount": {"amount": 300_000, "currency": "CNY"},
                "quantity": 1,
            }
        ]
        amounts = [shown[part]["amount"] for part in ("list_price", "discount", "total")]
        assert amounts == [300_000, 20_000, 280_000]
        assert shown["coupon_code"] == "WELC2ME"


def test_a_seat_s_lines_are_its_owner_s_to_name(shop: Shop) -> None:
    sale = shop.ordered(seat=True)
    for shown in (sale.quote, sale.now()):
        (line,) = shown["lines"]
        assert (line["kind"], line["label"], line["amount"]["amount"]) == (
            "seat",
            "周六午餐",
            9_900,
        )
        assert shown["coupon_code"] is None


def test_what_an_earlier_version_stored_is_shown_without_a_name(shop: Shop) -> None:
    sale = shop.ordered()
    for name in ("quotes", "orders"):
        shop.database[name].update_many({}, {"$unset": {"plan_name": ""}})
    (line,) = sale.now()["lines"]
    assert (line["kind"], line["label"]) == ("plan", None)
