"""What whole screens of payments show: revenue by month, the public offer, my orders."""

import datetime as dt
from typing import Any

import pytest

from chassis.context import Context
from contracts import membership, payments
from contracts.errors import OBJECT_NOT_FOUND, SERVICE_UNAVAILABLE, DomainError
from tests.store.payments.shop import Shop
from tests.store.payments.test_totals import refund_part


def revenue(shop: Shop, **days: str) -> dict[str, Any]:
    here = {"community_id": shop.community_id, **days}
    return shop.ask(shop.app.revenue.get, payments.GET_REVENUE, shop.owner, **here)


def offer(shop: Shop) -> dict[str, Any]:
    here = {"community_id": shop.community_id}
    return shop.ask(shop.app.offers.get, payments.GET_OFFER, shop.person(), **here)


SHORT = {"id", "payer_id", "state", "total", "refunded", "paid_at", "created_at"}


def yuan(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "CNY"}


def test_revenue_is_by_the_month_of_payment(shop: Shop) -> None:
    """A refund counts where its order does; months without anything are left out."""
    nothing = revenue(shop)
    assert (nothing["total"], nothing["months"], nothing["latest_orders"]) == (None, [], [])
    shop.coupon()
    shop.paid("WELC2ME")
    refund_part(shop)
    first = shop.clock.now()
    shop.later(days=62)
    shop.paid()
    found = revenue(shop)
    month = f"{first:%Y-%m}"
    assert found["months"][0] == {
        "month": month,
        "orders": 2,
        "gross": yuan(600_000),
        "discounts": yuan(20_000),
        "refunds": yuan(100),
        "net": yuan(579_900),
    }
    assert [row["orders"] for row in found["months"]] == [2, 1]
    assert found["total"]["net"] == yuan(879_900)
    assert found["waiting"] == {"transfers": 0, "refunds": 0, "refund_requests": 0}
    shop.take_transfers()
    shop.transferring()
    assert revenue(shop)["waiting"]["transfers"] == 1
    only = revenue(shop, since=f"{month}-28", until=f"{month}-01")
    assert [row["month"] for row in only["months"]] == [month]
    found = revenue(shop)
    assert [one["paid_at"] is not None for one in found["latest_orders"]] == [False, *[True] * 3]
    ids = [one["id"] for one in found["latest_orders"]]
    assert ids == sorted(ids, reverse=True)


def test_revenue_has_a_longest_time_and_is_not_for_all(shop: Shop) -> None:
    for days in (
        {"since": "2020-01-01"},
        {"since": "0001-01-01"},
        {"since": "2026-02-01", "until": "2026-01-31"},
    ):
        with pytest.raises(DomainError) as refused:
            revenue(shop, **days)
        assert [one.pointer for one in refused.value.fields] == ["/since"]
    here = {"community_id": shop.community_id}
    with pytest.raises(DomainError) as stopped:
        shop.ask(shop.app.revenue.get, payments.GET_REVENUE, shop.person(), **here)
    assert stopped.value.code == "request.not_permitted"


def test_an_offer_is_what_is_sold_now(shop: Shop) -> None:
    """Each plan at the price that `…/price` tells; drafts and paused ones are not in it."""
    first = shop.plan
    shop.sell(name="草稿", state="draft")
    flat = shop.sell(name="月度会员", ladder=None, base_price=yuan(30_000))
    shop.plan = first
    found = offer(shop)
    assert found["community"]["name"] == "医生圈"
    assert [plan["name"] for plan in found["plans"]] == [shop.plan["name"], "月度会员"]
    laddered, other = found["plans"]
    told = shop.price()
    for name in ("price", "step", "places_left", "next_price"):
        assert laddered[name] == told[name]
    assert (other["id"], other["price"]) == (flat["id"], yuan(30_000))
    assert (other["places_left"], other["next_price"]) == (None, None)
    buyer = shop.person()
    shop.quote(buyer, shop.purchase(buyer, plan_id=first["id"]))
    assert offer(shop)["plans"][0]["places_left"] == told["places_left"] - 1


def test_a_hidden_community_lists_no_plans_to_strangers(shop: Shop) -> None:
    """product.md §2: membership says who sees it; a plan by its own id is who has the id's."""
    use_case, record = shop.app.plans.list_of_community, payments.LIST_PLANS
    here = {"community_id": shop.community_id}
    assert shop.ask(use_case, record, shop.person(), **here)["items"]
    shop.neighbour.shows_itself = False
    with pytest.raises(DomainError) as refused:
        shop.ask(use_case, record, shop.person(), **here)
    assert refused.value.error is OBJECT_NOT_FOUND


def test_a_hidden_community_offers_nothing(shop: Shop) -> None:
    whole = shop.neighbour.community
    hidden = {**whole({"community_id": shop.community_id}), "visibility": "hidden"}
    shop.neighbour.answers[membership.GET_COMMUNITY] = lambda request: hidden
    with pytest.raises(DomainError) as refused:
        offer(shop)
    assert refused.value.code == "request.object_not_found"


def test_the_latest_orders_are_short(shop: Shop) -> None:
    sale = shop.paid()
    (row,) = revenue(shop)["latest_orders"]
    assert row.pop("lines")[0]["label"] == shop.plan["name"]
    seen = sale.now()
    assert row == {"display_name": None, **{name: seen[name] for name in sorted(SHORT)}}


def test_who_may_pay_reads_by_which_ways(shop: Shop) -> None:
    """None when there is nothing to pay, or somebody else pays."""
    assert offer(shop)["providers"] == ["sandbox"]
    shop.take_transfers()
    ways = ["sandbox", "transfer"]
    sale = shop.ordered()

    def by(ctx: Context) -> tuple[list[str], list[str]]:
        purchases, orders = shop.app.purchases.get, shop.app.orders.get
        purchase = {"purchase_id": sale.purchase["id"]}
        order = {"order_id": sale.order["id"]}
        return (
            shop.ask(purchases, payments.GET_PURCHASE, ctx, **purchase)["providers"],
            shop.ask(orders, payments.GET_ORDER, ctx, **order)["providers"],
        )

    assert (by(sale.buyer), by(shop.owner)) == (([], ways), ([], []))
    sale.open_payment()
    sale.pay()
    assert by(sale.buyer) == ([], [])
    assert offer(shop)["providers"] == ways
    shop.providers.pop("sandbox")
    assert offer(shop)["providers"] == ["transfer"]  # this installation does not have the other


def test_a_purchase_names_its_plan(shop: Shop) -> None:
    buyer = shop.person()
    purchase = shop.purchase(buyer)
    seen = {"purchase_id": purchase["id"]}
    named = shop.ask(shop.app.purchases.get, payments.GET_PURCHASE, buyer, **seen)
    shop.seat(buyer)
    page = shop.ask(shop.app.purchases.list_mine, payments.LIST_MY_PURCHASES, buyer)
    assert named["plan_name"] == shop.plan["name"]
    assert [one["plan_name"] for one in page["items"]] == [None, shop.plan["name"]]


def test_my_orders_say_what_i_may_do_with_each(shop: Shop) -> None:
    """Which is mine to say, so that nobody's roles are read."""

    def silent(request: Any) -> Any:
        raise DomainError(SERVICE_UNAVAILABLE)

    sale = shop.paid()
    shop.ordered(buyer=sale.buyer)
    shop.neighbour.answers[membership.GET_STANDING] = silent
    page = shop.ask(shop.app.order_lists.list_mine, payments.LIST_MY_ORDERS, sale.buyer)
    actions = [row["actions"] for row in page["items"]]
    assert actions == [["open_payment", "cancel_order"], ["ask_refund"]]


def test_an_ended_attempt_leads_to_no_page(shop: Shop) -> None:
    sale = shop.ordered()
    sale.open_payment()
    (pending,) = sale.now()["payments"]
    assert pending["pay_url"]
    sale.pay()
    (paid,) = sale.now()["payments"]
    assert (paid["state"], paid["pay_url"]) == ("confirmed", None)


def test_my_orders_say_what_each_was_for(shop: Shop) -> None:
    shop.coupon()
    sale = shop.paid("welc2me")
    list_mine = shop.app.order_lists.list_mine
    (row,) = shop.ask(list_mine, payments.LIST_MY_ORDERS, sale.buyer)["items"]
    assert (row["list_price"], row["discount"]) == (yuan(300_000), yuan(20_000))
    assert (row["total"], row["coupon_code"]) == (yuan(280_000), "WELC2ME")
    assert row["receipt_number"] == "00000001"
    assert (row["plan_name"], row["community"]["name"]) == (shop.plan["name"], "医生圈")

    def away(request: Any) -> Any:
        raise DomainError(SERVICE_UNAVAILABLE)

    shop.neighbour.answers[membership.GET_COMMUNITY_HEADS] = away
    (row,) = shop.ask(list_mine, payments.LIST_MY_ORDERS, sale.buyer)["items"]
    assert (row["plan_name"], row["community"]) == (shop.plan["name"], None)


def test_lists_of_orders_take_several_states_and_count(shop: Shop) -> None:
    shop.paid()
    shop.ordered()
    listed = shop.app.order_lists.list_of_community
    here = {"community_id": shop.community_id, "limit": 1, "count": True}
    both = shop.ask(listed, payments.LIST_ORDERS, shop.owner, **here, state="open,paid")
    assert (len(both["items"]), both["total"]) == (1, 2)
    assert shop.ask(listed, payments.LIST_ORDERS, shop.owner, **here, state="paid")["total"] == 1
    assert shop.ask(listed, payments.LIST_ORDERS, shop.owner, **here)["total"] == 2
    now = f"{shop.clock.now():%Y-%m-%dT%H:%M:%SZ}"
    later = f"{shop.clock.now() + dt.timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    for bounds, number in (
        ({"paid_from": now}, 1),
        ({"paid_before": now}, 0),
        ({"paid_from": now, "paid_before": later, "sort": "-paid_at", "state": "paid"}, 1),
    ):
        found = shop.ask(listed, payments.LIST_ORDERS, shop.owner, **here, **bounds)
        assert (len(found["items"]), found["total"]) == (number, number)
    for wrong in ({"search": "Li"}, {"paid_from": now, "sort": "created_at"}):
        with pytest.raises(DomainError) as refused:
            shop.ask(listed, payments.LIST_ORDERS, shop.owner, **here, **wrong)
        assert refused.value.fields[0].code == "field.combination"


def test_a_year_of_months_is_read_when_nobody_names_them(shop: Shop) -> None:
    shop.paid()
    shop.later(days=300)
    assert len(revenue(shop)["months"]) == 1
    shop.later(days=90)
    assert revenue(shop)["months"] == []
