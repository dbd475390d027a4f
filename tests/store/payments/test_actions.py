"""What the answers say that somebody may do is what the commands take, and nothing else is."""

from typing import Any

from chassis.context import ANONYMOUS, Context
from chassis.ids import new_id
from contracts import membership, payments
from contracts.errors import SERVICE_UNAVAILABLE, DomainError
from tests.store.payments.shop import Sale, Shop


def on_plan(shop: Shop, ctx: Context) -> list[str]:
    plan = shop.ask(shop.app.plans.get, payments.GET_PLAN, ctx, plan_id=shop.plan["id"])
    listing = {"community_id": shop.community_id}
    page = shop.ask(shop.app.plans.list_of_community, payments.LIST_PLANS, ctx, **listing)
    assert plan in page["items"]
    return plan["actions"]


def on_coupon(shop: Shop, coupon: dict[str, Any], ctx: Context) -> list[str]:
    found = shop.ask(shop.app.coupons.get, payments.GET_COUPON, ctx, coupon_id=coupon["id"])
    listing = {"community_id": shop.community_id}
    page = shop.ask(shop.app.coupons.list_of_community, payments.LIST_COUPONS, ctx, **listing)
    assert page["items"] == [found]
    return found["actions"]


def on_purchase(sale: Sale, ctx: Context) -> list[str]:
    found = sale.shop.ask(
        sale.shop.app.purchases.get, payments.GET_PURCHASE, ctx, purchase_id=sale.purchase["id"]
    )
    return found["actions"]


def on_order(sale: Sale, ctx: Context) -> list[str]:
    shop, asked = sale.shop, {"order_id": sale.order["id"]}
    actions = shop.ask(shop.app.orders.get, payments.GET_ORDER, ctx, **asked)["actions"]
    if ctx == shop.owner:
        listing = {"community_id": shop.community_id}
        page = shop.ask(
            shop.app.order_lists.list_of_community, payments.LIST_ORDERS, ctx, **listing
        )
        assert [one["actions"] for one in page["items"]] == [actions]
    return actions


def test_owners_see_what_they_may_do_with_a_plan(shop: Shop) -> None:
    shop.sell(state="draft")
    assert on_plan(shop, shop.owner) == ["change_plan", "put_plan_on_sale", "close_plan"]
    ref: Any = {"plan_id": shop.plan["id"]}
    shop.app.plan_changes.put_on_sale(ref, shop.owner)
    assert on_plan(shop, shop.owner) == ["change_plan", "pause_plan", "close_plan"]
    assert on_plan(shop, shop.person()) == []
    assert on_plan(shop, Context(ANONYMOUS, "zh-CN", new_id("req"), "")) == []
    shop.app.plan_changes.close(ref, shop.owner)
    assert on_plan(shop, shop.owner) == []


def test_a_plan_is_shown_without_actions_while_membership_is_away(shop: Shop) -> None:
    def silent(request: Any) -> Any:
        raise DomainError(SERVICE_UNAVAILABLE)

    shop.neighbour.answers[membership.GET_STANDING] = silent
    assert on_plan(shop, shop.person()) == []


def test_treasurers_see_what_they_may_do_with_a_coupon(shop: Shop) -> None:
    coupon = shop.coupon()
    ref: Any = {"coupon_id": coupon["id"]}
    assert on_coupon(shop, coupon, shop.owner) == ["change_coupon", "pause_coupon", "end_coupon"]
    shop.app.coupons.pause(ref, shop.owner)
    assert on_coupon(shop, coupon, shop.owner) == ["change_coupon", "resume_coupon", "end_coupon"]
    shop.app.coupons.end(ref, shop.owner)
    assert on_coupon(shop, coupon, shop.owner) == []


def test_payers_and_treasurers_see_what_they_may_do_with_an_order(shop: Shop) -> None:
    sale = shop.ordered()
    assert on_purchase(sale, sale.buyer) == []  # its order comes first
    assert on_order(sale, sale.buyer) == ["open_payment", "cancel_order"]
    assert on_order(sale, shop.owner) == []
    sale.open_payment()
    sale.pay()
    assert on_order(sale, sale.buyer) == ["ask_refund"]
    assert on_order(sale, shop.owner) == ["refund_order"]
    asked: Any = {"order_id": sale.order["id"], "amount": None, "reason": "moves away"}
    shop.app.refunds.refund_order(asked, shop.owner)
    assert on_order(sale, shop.owner) == on_order(sale, sale.buyer) == []


def test_payers_see_that_they_may_order_again(shop: Shop) -> None:
    sale = shop.ordered()
    asked: Any = {"order_id": sale.order["id"]}
    shop.app.orders.cancel(asked, sale.buyer)
    assert on_order(sale, sale.buyer) == []
    taken = ["create_quote", "order_purchase"]
    assert on_purchase(sale, sale.buyer) == [*taken, "choose_purchase_plan"]
    assert on_purchase(sale, shop.owner) == []
    sale.purchase = shop.seat(sale.buyer)
    assert on_purchase(sale, sale.buyer) == taken  # it has no plan to choose


def test_an_order_of_nothing_is_not_paid_at_a_provider(shop: Shop) -> None:
    shop.coupon(benefit={"kind": "percent_off", "percent": "100.00"})
    sale = shop.ordered("WELC2ME")
    assert on_order(sale, sale.buyer) == []


def test_who_may_confirm_a_transfer_sees_it(shop: Shop) -> None:
    """Never the payer; and nothing is left to confirm once all of it is there."""
    shop.take_transfers()
    sale = shop.transferring()
    payer = sale.buyer.require_person()
    shop.neighbour.standings[payer] = {"roles": ["treasurer"]}

    def listed(ctx: Context) -> list[str]:
        of = {"community_id": shop.community_id}
        page = shop.ask(shop.app.transfers.list_of_community, payments.LIST_TRANSFERS, ctx, **of)
        (row,) = page["items"]
        return row["actions"]

    assert (listed(shop.owner), listed(sale.buyer)) == (["confirm_transfer"], [])
    sale.confirm(300_000)
    assert listed(shop.owner) == []
