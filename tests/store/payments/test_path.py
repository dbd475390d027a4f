"""Buying a membership: quote, order, payment, callback, fulfilment, refund."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from chassis.context import Context, IdempotencyKey
from chassis.ids import new_id
from contracts import membership, payments
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.errors.payments import (
    ORDER_WRONG_STATE,
    PROVIDER_ACCOUNT_IN_USE,
    PURCHASE_HAS_ORDER,
    QUOTE_EXPIRED,
    REFUND_TOO_LARGE,
)
from services.payments.store import Stores
from tests.kit.existing import existing
from tests.store.payments.shop import OF_BOTH, Sale, Shop


def test_a_purchase_is_paid_once_and_told_once(shop: Shop) -> None:
    """P-6: payment, order, receipt, ledger and event appear together."""
    shop.coupon(audience="newcomer")
    sale = shop.ordered("welc2me")
    assert sale.quote["list_price"]["amount"] == 300_000
    assert sale.quote["total"]["amount"] == 280_000
    assert sale.quote["step"] == 0
    assert [line["rule"] for line in sale.quote["trace"]] == ["ladder", "coupon", "total"]
    assert shop.uses("WELC2ME") == (0, 1)
    sale.open_payment()
    assert sale.payment["state"] == "pending"
    assert sale.payment["pay_url"].endswith(sale.number)
    sale.pay()
    order = sale.now()
    assert (order["state"], order["fulfilment"]) == ("paid", "pending")
    assert order["receipt_number"] == "00000001"
    (told,) = shop.told(payments.ORDER_PAID)
    assert told.data["order_id"] == order["id"]
    assert told.data["paid_on"] == "2026-03-02"
    assert told.data["period"]["months"] == 12
    assert shop.ledger() == {
        "provider_clearing": 280_000,
        "discounts": 20_000,
        "deferred_income": -300_000,
    }
    assert shop.uses("WELC2ME") == (1, 0)
    assert shop.unsettled() == 0
    shop.answer(membership.PURCHASE_FULFILLED, sale)
    assert sale.now()["fulfilment"] == "fulfilled"
    shop.answer(membership.PURCHASE_REFUSED, sale, "too late")
    assert sale.now()["fulfilment"] == "fulfilled"


@OF_BOTH
def test_receipts_are_numbered_without_a_gap(shop: Shop) -> None:
    for _ in range(3):
        shop.paid()
    numbers = sorted(row["receipt_number"] for row in shop.database.orders.find())
    assert numbers == ["00000001", "00000002", "00000003"]


def test_a_new_quote_replaces_the_live_one_and_gives_everything_back(shop: Shop) -> None:
    shop.coupon(limit=1)
    buyer = shop.person()
    purchase = shop.purchase(buyer)
    first = shop.quote(buyer, purchase, "WELC2ME")
    second = shop.quote(buyer, purchase, "WELC2ME")
    assert second["total"] == first["total"]
    assert shop.uses("WELC2ME") == (0, 1)
    assert shop.price()["places_left"] == 99
    with pytest.raises(DomainError) as refused:
        shop.order(buyer, first)
    assert refused.value.error is QUOTE_EXPIRED
    assert refused.value.params == {"current_state": "replaced"}


@OF_BOTH
def test_the_same_quote_gives_the_same_order(shop: Shop) -> None:
    sale = shop.ordered()
    assert shop.order(sale.buyer, sale.quote)["id"] == sale.order["id"]
    with pytest.raises(DomainError) as refused:
        shop.quote(sale.buyer, sale.purchase)
    assert refused.value.error is PURCHASE_HAS_ORDER
    assert refused.value.params == {"order_id": sale.order["id"]}


def test_an_expired_quote_of_the_same_worth_still_makes_an_order(shop: Shop) -> None:
    """P-9: never a silent new price; the same price is no new price."""
    buyer = shop.person()
    quote = shop.quote(buyer, shop.purchase(buyer))
    shop.later(minutes=16)
    order = shop.order(buyer, quote)
    assert order["total"] == quote["total"]
    assert order["quote_id"] != quote["id"]


def test_an_expired_quote_of_another_worth_gives_a_fresh_one(shop: Shop) -> None:
    """product.md §3: 409 price_changed with a fresh quote."""
    buyer = shop.person()
    until = shop.clock.now() + dt.timedelta(minutes=10)
    shop.coupon(valid_until=until.isoformat())
    quote = shop.quote(buyer, shop.purchase(buyer), "WELC2ME")
    shop.later(minutes=16)
    with pytest.raises(DomainError) as refused:
        shop.order(buyer, quote)
    assert refused.value.code == "payments.price_changed"
    fresh = existing(shop.database.quotes.find_one({"_id": refused.value.params["quote_id"]}))
    assert fresh["total"]["amount"] == 300_000
    assert fresh["trace"][1]["broken_rule"] == "coupon_is_not_over"


def test_quotes_expire_and_give_place_and_coupon_back(shop: Shop) -> None:
    """D-10: an expired quote counts as expired before the sweep; the sweep frees what it held."""
    shop.coupon(limit=1)
    buyer = shop.person()
    quote = shop.quote(buyer, shop.purchase(buyer), "WELC2ME")
    shop.later(minutes=15)
    seen = shop.ask(shop.app.quotes.get, payments.GET_QUOTE, buyer, quote_id=quote["id"])
    assert seen["state"] == "expired"
    shop.run_jobs()
    assert existing(shop.database.quotes.find_one())["state"] == "expired"
    assert shop.uses("WELC2ME") == (0, 0)
    assert shop.database.redemptions.count_documents({}) == 0
    assert shop.price()["places_left"] == 100


def test_an_unpaid_order_expires_after_its_provider_closed_it(shop: Shop) -> None:
    """architecture.md §4: query and close at the provider first, then the order, then its holds."""
    shop.coupon(limit=1)
    sale = shop.ordered("WELC2ME")
    sale.open_payment()
    shop.later(minutes=29)
    shop.run_jobs()
    assert sale.state == "open"
    shop.later(minutes=2)
    assert sale.state == "expired"
    shop.run_jobs()
    assert sale.now()["payments"][0]["state"] == "cancelled"
    assert not shop.bank.payments[sale.number]["open"]
    assert shop.uses("WELC2ME") == (0, 0)
    assert shop.price()["places_left"] == 100
    again = shop.quote(sale.buyer, sale.purchase, "WELC2ME")
    assert again["total"]["amount"] == 280_000


def test_a_free_order_is_paid_by_its_coupon(shop: Shop) -> None:
    """I-3: a 100 % coupon is a payment of nothing."""
    shop.coupon(benefit={"kind": "percent_off", "percent": "100.00"}, refund_returns_use=True)
    sale = shop.ordered("WELC2ME")
    assert sale.order["state"] == "paid"
    assert shop.ledger() == {"discounts": 300_000, "deferred_income": -300_000}
    assert shop.uses("WELC2ME") == (1, 0)
    shop.answer(membership.PURCHASE_REFUSED, sale, "not admissible")
    assert sale.state == "refunded"
    assert shop.uses("WELC2ME") == (0, 0)


def test_a_payer_cancels_an_unpaid_order(shop: Shop) -> None:
    sale = shop.ordered()
    sale.open_payment()
    view = shop.ask(
        shop.app.orders.cancel, payments.CANCEL_ORDER, sale.buyer, order_id=sale.order["id"]
    )
    assert view["state"] == "cancelled"
    assert shop.price()["places_left"] == 100
    shop.quote(sale.buyer, sale.purchase)


@OF_BOTH
def test_cancelling_what_was_paid_finds_the_money(shop: Shop) -> None:
    """The money came first: the order is paid, and the payer is told so."""
    sale = shop.ordered()
    sale.open_payment()
    shop.bank.pay(sale.number)
    with pytest.raises(DomainError) as refused:
        shop.ask(
            shop.app.orders.cancel, payments.CANCEL_ORDER, sale.buyer, order_id=sale.order["id"]
        )
    assert refused.value.error is ORDER_WRONG_STATE
    assert refused.value.params == {"current_state": "paid"}
    assert len(shop.told(payments.ORDER_PAID)) == 1


# ── Refunds ─────────────────────────────────────────────────────────────────────────────────────


def refund(shop: Shop, sale: Sale, amount: int | None = None) -> dict[str, Any]:
    return shop.ask(
        shop.app.refunds.refund_order,
        payments.REFUND_ORDER,
        shop.owner,
        order_id=sale.order["id"],
        reason="搬家",
        amount=None if amount is None else {"amount": amount, "currency": "CNY"},
    )


def test_a_full_refund_gives_money_and_coupon_back_but_no_place(shop: Shop) -> None:
    """rules.md §3.2: a refunded place stays taken; its coupon's use returns if it says so."""
    shop.coupon(limit=1, refund_returns_use=True)
    sale = shop.paid("WELC2ME")
    shop.answer(membership.PURCHASE_FULFILLED, sale)
    assert refund(shop, sale)["state"] == "created"
    assert shop.told(payments.ORDER_REFUNDED) == []
    shop.settle_refunds()
    assert sale.state == "refunded"
    (told,) = shop.told(payments.ORDER_REFUNDED)
    assert (told.data["full"], told.data["fulfilled"]) == (True, True)
    assert told.data["amount"]["amount"] == 280_000
    assert told.data["reason"] is None, "M6: a treasurer's words stay with the refund"
    asked = {"refund_id": told.data["refund_id"]}
    system = Context.for_system("notifications")
    words = shop.ask(shop.app.refunds.reason, payments.GET_REFUND_REASON, system, **asked)
    assert words == {"reason": "搬家"}
    assert shop.ledger() == {
        "provider_clearing": 0,
        "discounts": 20_000,
        "deferred_income": -300_000,
        "refunds": 280_000,
        "refunds_payable": 0,
    }
    assert shop.uses("WELC2ME") == (0, 0)
    assert shop.price()["places_left"] == 99
    again = shop.ordered("WELC2ME", buyer=shop.person())
    assert again.order["total"]["amount"] == 280_000


def test_partial_refunds_never_exceed_what_was_paid(shop: Shop) -> None:
    """P-13: many partial refunds sum exactly."""
    sale = shop.paid()
    refund(shop, sale, 100_000)
    refund(shop, sale, 150_000)
    with pytest.raises(DomainError) as refused:
        refund(shop, sale, 50_001)
    assert refused.value.error is REFUND_TOO_LARGE
    assert refused.value.params == {"maximum": 50_000, "currency": "CNY"}
    shop.settle_refunds()
    assert sale.state == "partially_refunded"
    assert [told.data["full"] for told in shop.told(payments.ORDER_REFUNDED)] == [False, False]
    refund(shop, sale)
    shop.settle_refunds()
    assert sale.state == "refunded"
    assert sale.now()["refunded"]["amount"] == 300_000
    with pytest.raises(DomainError):
        refund(shop, sale)


@OF_BOTH
def test_a_failed_refund_is_shown_and_tried_again_once(shop: Shop) -> None:
    sale = shop.paid()
    refund(shop, sale)
    shop.settle_refunds("failed")
    assert sale.state == "paid"
    (failed,) = shop.app.refunds.failed()
    shop.app.refunds.retry(failed["_id"], shop.owner)
    assert shop.app.refunds.failed() == []
    with pytest.raises(DomainError):
        shop.app.refunds.retry(failed["_id"], shop.owner)
    shop.bank.refunds.clear()
    shop.settle_refunds()
    assert sale.state == "refunded"
    assert shop.ledger()["provider_clearing"] == 0


@OF_BOTH
def test_refunds_that_were_tried_again_hide_no_newer_failure(shop: Shop, stores: Stores) -> None:
    """Operators see money that is owed however many failures were seen to before."""
    first, second = shop.paid(), shop.paid()
    refund(shop, first)
    shop.settle_refunds("failed")
    (failed,) = shop.app.refunds.failed()
    shop.app.refunds.retry(failed["_id"], shop.owner)
    refund(shop, second)
    shop.run_jobs()
    shop.settle_refunds("failed")
    shown = [row["order_id"] for row in stores.refunds.failed(limit=2)]
    assert shown == [first.order["id"], second.order["id"]]


@OF_BOTH
def test_a_refused_purchase_is_refunded_in_full(shop: Shop) -> None:
    """architecture.md §5a: refused → full refund, told once."""
    sale = shop.paid()
    shop.answer(membership.PURCHASE_REFUSED, sale, "term_unknown")
    shop.answer(membership.PURCHASE_REFUSED, sale, "term_unknown")
    assert sale.now()["fulfilment"] == "refused"
    shop.settle_refunds()
    assert sale.state == "refunded"
    (told,) = shop.told(payments.ORDER_REFUNDED)
    assert (told.data["full"], told.data["fulfilled"]) == (True, False)
    assert told.data["reason"] == "term_unknown"


@OF_BOTH
def test_the_merchant_of_payments_stays_and_its_secret_may_change(shop: Shop) -> None:
    """P-24: what is under way is asked with the merchant it began with."""

    def name(merchant_id: str, secret_ref: str) -> dict[str, Any]:
        stored = existing(shop.database.provider_accounts.find_one())
        return shop.ask(
            shop.app.accounts.set,
            payments.SET_PROVIDER_ACCOUNT,
            shop.owner,
            community_id=shop.community_id,
            provider="sandbox",
            merchant_id=merchant_id,
            secret_ref=secret_ref,
            expected_version=stored["version"],
        )

    name("doctors-first", "doctors-first")
    shop.account = name("doctors-second", "doctors-second")
    shop.ordered().open_payment()
    with pytest.raises(DomainError) as refused:
        name("doctors-third", "doctors-third")
    assert refused.value.error is PROVIDER_ACCOUNT_IN_USE
    assert refused.value.params == {"merchant_id": "doctors-second"}
    assert name("doctors-second", "rotated")["secret_ref"] == "rotated"


# ── Who may see what ────────────────────────────────────────────────────────────────────────────


@OF_BOTH
def test_a_foreign_object_answers_like_a_missing_one(shop: Shop) -> None:
    """O-1: the same code for somebody else's and for nobody's."""
    sale = shop.paid()
    stranger = shop.person()
    asked = {
        (shop.app.orders.get, payments.GET_ORDER): {"order_id": sale.order["id"]},
        (shop.app.quotes.get, payments.GET_QUOTE): {"quote_id": sale.quote["id"]},
        (shop.app.purchases.get, payments.GET_PURCHASE): {"purchase_id": sale.purchase["id"]},
        (shop.app.orders.create, payments.CREATE_ORDER): {"quote_id": sale.quote["id"]},
        (shop.app.orders.cancel, payments.CANCEL_ORDER): {"order_id": sale.order["id"]},
        (shop.app.payments.open, payments.OPEN_PAYMENT): {
            "order_id": sale.order["id"],
            "provider": "sandbox",
        },
        (shop.app.refunds.refund_order, payments.REFUND_ORDER): {
            "order_id": sale.order["id"],
            "reason": "mine",
        },
    }
    for (use_case, record), request in asked.items():
        with pytest.raises(DomainError) as refused:
            shop.ask(use_case, record, stranger, **request)
        assert refused.value.error is OBJECT_NOT_FOUND, record.name


def test_staff_operations_are_for_staff(shop: Shop) -> None:
    """O-5: deny by default."""
    stranger = shop.person()
    for use_case, record in (
        (shop.app.ledger.balances, payments.GET_LEDGER),
        (shop.app.ledger.sales, payments.GET_SALES),
        (shop.app.coupons.list_of_community, payments.LIST_COUPONS),
        (shop.app.order_lists.list_of_community, payments.LIST_ORDERS),
    ):
        with pytest.raises(DomainError) as refused:
            shop.ask(use_case, record, stranger, community_id=shop.community_id)
        assert refused.value.code == "request.not_permitted", record.name


def test_lists_and_sales_are_exact(shop: Shop) -> None:
    shop.coupon()
    buyer = shop.person()
    for _ in range(2):
        shop.paid("WELC2ME", buyer=buyer)
    shop.ordered(buyer=buyer)
    shop.neighbour.names = {buyer.require_person(): "孙"}
    mine = shop.ask(shop.app.order_lists.list_mine, payments.LIST_MY_ORDERS, buyer, limit=2)
    assert len(mine["items"]) == 2
    rest = shop.ask(
        shop.app.order_lists.list_mine, payments.LIST_MY_ORDERS, buyer, after=mine["next"]
    )
    assert [order["state"] for order in mine["items"] + rest["items"]] == ["open", "paid", "paid"]
    assert rest["next"] is None
    paid = shop.ask(
        shop.app.order_lists.list_of_community,
        payments.LIST_ORDERS,
        shop.owner,
        community_id=shop.community_id,
        state="paid",
    )
    assert [order["display_name"] for order in paid["items"]] == ["孙", "孙"]
    purchases = shop.ask(shop.app.purchases.list_mine, payments.LIST_MY_PURCHASES, buyer)
    assert len(purchases["items"]) == 3
    sales = shop.sales()
    assert sales["orders_by_state"] == {"open": 1, "paid": 2}
    assert sales["coupon_uses"] == {"WELC2ME": 1}
    assert [(row["total"]["amount"], row["count"]) for row in sales["paid_by_price"]] == [
        (280_000, 1),
        (300_000, 1),
    ]


@OF_BOTH
def test_of_an_erased_payer_money_stays_and_words_go(shop: Shop) -> None:
    """M6, P-2: what a treasurer wrote about them goes from the refund and from stored answers;
    what we gave back by ourselves keeps its code."""
    sale = shop.paid()
    shop.answer(membership.PURCHASE_FULFILLED, sale)
    key = IdempotencyKey(new_id("req"), "f", payments.REFUND_ORDER.routing_key)
    keyed = dataclasses.replace(shop.owner, idempotency=key)
    asked = {"order_id": sale.order["id"], "reason": "搬家", "amount": None}
    shop.ask(shop.app.refunds.refund_order, payments.REFUND_ORDER, keyed, **asked)
    assert "搬家" in str(list(shop.database.commits.find()))
    refused_one = shop.paid(buyer=sale.buyer)
    shop.answer(membership.PURCHASE_REFUSED, refused_one, "membership_ended")
    ledger = shop.ledger()
    payer = sale.buyer.require_person()
    shop.deliver(membership.PERSON_ERASED, {"erasure_id": new_id("era"), "person_id": payer})
    everything = str([list(shop.database[name].find()) for name in ("refunds", "commits")])
    assert "搬家" not in everything
    reasons = {one["reason"] for one in shop.database.refunds.find()}
    assert reasons == {"payer_erased", "membership_ended"}
    assert shop.ledger() == ledger
    (told,) = shop.told(payments.PERSON_DATA_ERASED)
    assert told.subject == payer


@OF_BOTH
def test_what_is_written_about_an_erased_payer_is_not_kept(shop: Shop) -> None:
    """M6: their money can still be given back; why stays a code."""
    sale = shop.paid()
    shop.answer(membership.PURCHASE_FULFILLED, sale)
    erased = {"erasure_id": new_id("era"), "person_id": sale.buyer.require_person()}
    shop.deliver(membership.PERSON_ERASED, erased)
    asked = {"order_id": sale.order["id"], "reason": "搬家", "amount": None}
    key = IdempotencyKey(new_id("req"), "f", payments.REFUND_ORDER.routing_key)
    keyed = dataclasses.replace(shop.owner, idempotency=key)
    shop.ask(shop.app.refunds.refund_order, payments.REFUND_ORDER, keyed, **asked)
    everything = [list(shop.database[name].find()) for name in ("refunds", "orders", "commits")]
    assert "搬家" not in str(everything)
    (refund,) = shop.database.refunds.find()
    assert (refund["reason"], refund["written"]) == ("payer_erased", False)
