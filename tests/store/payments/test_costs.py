"""What each operation of payments costs, counted against its declaration."""

import datetime as dt
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from pymongo.database import Database

from chassis.context import ANONYMOUS, Context, new_traceparent
from chassis.ids import first_id_at, made_at, new_id
from chassis.mongo import Document
from contracts import events, membership, payments
from contracts.records import Event
from deploy.local.nodes import Nodes
from services.payments.service import SERVICE
from services.payments.store import SCHEMA
from tests.kit.costs import Driven, Meter, Scenario, Scenarios, check
from tests.kit.databases import migrated
from tests.kit.neighbours import miss_a_standing
from tests.kit.passes import OnePass
from tests.kit.usecases import made_event
from tests.store.payments.shop import Sale, Shop, term_dates

COSTS = Scenarios(SERVICE)
METER = Meter()
PAGE = {"after": None, "limit": 50}

Asked = tuple[Context, dict[str, Any]]
Told = tuple[Event, dict[str, Any]]


@pytest.fixture(scope="module")
def schema_database(nodes: Nodes) -> Iterator[Database[Document]]:
    with migrated(nodes, SCHEMA, [METER]) as database:
        yield database


def anybody() -> Context:
    return Context(ANONYMOUS, "zh-CN", new_id("req"), new_traceparent())


def standing(shop: Shop, person_id: str, *roles: str) -> dict[str, Any]:
    """What membership told about somebody."""
    return {
        "community_id": shop.community_id,
        "person_id": person_id,
        "roles": list(roles),
        "membership_id": None,
        "state": None,
        "zone": "Asia/Shanghai",
        "joined_on": None,
        "term_ends_on": None,
        "grace_ends_on": None,
        "level": None,
        "segment": None,
        "version": 1,
    }


def known(shop: Shop, ctx: Context, *roles: str) -> Context:
    """The person, whose standing has reached the replica."""
    told = standing(shop, ctx.require_person(), *roles)
    shop.app.standings.apply(made_event(membership.STANDING_CHANGED, told, shop.clock.now()), ctx)
    return ctx


def buyer(shop: Shop) -> Context:
    return known(shop, shop.person(), "applicant")


def community(shop: Shop) -> dict[str, Any]:
    return {"community_id": shop.community_id}


# ── What is on sale ─────────────────────────────────────────────────────────────────────────────


@COSTS.rpc(payments.CREATE_PLAN)
def _(shop: Shop) -> Asked:
    price = {"amount": 300_000, "currency": "CNY"}
    return shop.owner, {**community(shop), "name": "半年会员", "base_price": price}


@COSTS.rpc(payments.LIST_PLANS)
def _(shop: Shop) -> Asked:
    return anybody(), {**community(shop), **PAGE}


@COSTS.rpc(payments.GET_PLAN_HISTORY)
def _(shop: Shop) -> Asked:
    return shop.owner, {"plan_id": shop.plan["id"], **PAGE}


@COSTS.rpc(payments.GET_PRICE)
def _(shop: Shop) -> Asked:
    return anybody(), {"plan_id": shop.plan["id"]}


@COSTS.rpc(payments.GET_OFFER)
def _(shop: Shop) -> Asked:
    shop.sell(name="月度会员")
    return anybody(), community(shop)


@COSTS.rpc(payments.GET_REVENUE)
def _(shop: Shop) -> Asked:
    shop.paid()
    return shop.owner, community(shop)


@COSTS.rpc(payments.CREATE_COUPON)
def _(shop: Shop) -> Asked:
    coupon = {"name": "立减", "code": "WELC2ME", "audience": "any"}
    benefit = {"kind": "amount_off", "amount": 20_000}
    return shop.owner, {**community(shop), **coupon, "benefit": benefit}


@COSTS.rpc(payments.LIST_COUPONS)
def _(shop: Shop) -> Asked:
    shop.coupon()
    return shop.owner, {**community(shop), **PAGE}


@COSTS.rpc(payments.COUNT_COUPONS)
def _(shop: Shop) -> Asked:
    shop.coupon()
    return shop.owner, community(shop)


@COSTS.rpc(payments.GET_COUPON_HISTORY)
def _(shop: Shop) -> Asked:
    return shop.owner, {**community(shop), "coupon_id": shop.coupon()["id"], **PAGE}


def of_plan(shop: Shop) -> dict[str, Any]:
    return {"plan_id": shop.plan["id"]}


def of_coupon(shop: Shop) -> dict[str, Any]:
    return {"coupon_id": shop.coupon(limit=10)["id"]}


@COSTS.rpc(payments.GET_PLAN)
def _(shop: Shop) -> Asked:
    return anybody(), of_plan(shop)


@COSTS.rpc(payments.GET_PLAN, "a draft")
def _(shop: Shop) -> Asked:
    shop.sell(state="draft")
    return known(shop, shop.owner, "owner"), of_plan(shop)


@COSTS.rpc(payments.GET_PLAN_FACTS)
def _(shop: Shop) -> Asked:
    return Context.for_system("membership"), of_plan(shop)


@COSTS.rpc(payments.CHANGE_PLAN)
def _(shop: Shop) -> Asked:
    return shop.owner, {**of_plan(shop), "tier": "pro", "expected_version": 1}


@COSTS.rpc(payments.CHANGE_PLAN, "tried")
def _(shop: Shop) -> Asked:
    asked = {"tier": "pro", "simulate": True, "expected_version": 1}
    return shop.owner, {**of_plan(shop), **asked}


@COSTS.rpc(payments.PUT_PLAN_ON_SALE)
def _(shop: Shop) -> Asked:
    shop.sell(state="draft")
    return shop.owner, of_plan(shop)


@COSTS.rpc(payments.PAUSE_PLAN)
def _(shop: Shop) -> Asked:
    return shop.owner, of_plan(shop)


@COSTS.rpc(payments.CLOSE_PLAN)
def _(shop: Shop) -> Asked:
    return shop.owner, of_plan(shop)


@COSTS.rpc(payments.GET_COUPON)
def _(shop: Shop) -> Asked:
    return known(shop, shop.owner, "owner"), of_coupon(shop)


@COSTS.rpc(payments.CHANGE_COUPON)
def _(shop: Shop) -> Asked:
    return shop.owner, {**of_coupon(shop), "name": "立减二", "expected_version": 1}


@COSTS.rpc(payments.CHANGE_COUPON, "its limit")
def _(shop: Shop) -> Asked:
    return shop.owner, {**of_coupon(shop), "limit": 1000, "expected_version": 1}


@COSTS.rpc(payments.CHANGE_COUPON, "tried")
def _(shop: Shop) -> Asked:
    asked = {"limit": 1000, "simulate": True, "expected_version": 1}
    return shop.owner, {**of_coupon(shop), **asked}


@COSTS.rpc(payments.PAUSE_COUPON)
def _(shop: Shop) -> Asked:
    return shop.owner, of_coupon(shop)


@COSTS.rpc(payments.RESUME_COUPON)
def _(shop: Shop) -> Asked:
    asked = of_coupon(shop)
    shop.ask(shop.app.coupons.pause, payments.PAUSE_COUPON, shop.owner, **asked)
    return shop.owner, asked


@COSTS.rpc(payments.END_COUPON)
def _(shop: Shop) -> Asked:
    return shop.owner, of_coupon(shop)


@COSTS.rpc(payments.SET_PROVIDER_ACCOUNT)
def _(shop: Shop) -> Asked:
    names = {"merchant_id": "another", "secret_ref": "another", "expected_version": 1}
    return shop.owner, {**community(shop), "provider": "sandbox", **names}


@COSTS.rpc(payments.LIST_PROVIDER_ACCOUNTS)
def _(shop: Shop) -> Asked:
    return shop.owner, {"community_id": shop.community_id}


@COSTS.rpc(payments.GET_PROVIDER_ACCOUNT)
def _(shop: Shop) -> Asked:
    return shop.owner, {**community(shop), "provider": "sandbox"}


@COSTS.rpc(payments.GET_LEDGER)
def _(shop: Shop) -> Asked:
    shop.paid()
    return shop.owner, community(shop)


@COSTS.rpc(payments.GET_SALES)
def _(shop: Shop) -> Asked:
    shop.paid()
    return shop.owner, community(shop)


# ── From purchase to order ──────────────────────────────────────────────────────────────────────


@COSTS.rpc(payments.GET_PURCHASE)
def _(shop: Shop) -> Asked:
    ctx = buyer(shop)
    return ctx, {"purchase_id": shop.purchase(ctx)["id"]}


@COSTS.rpc(payments.GET_OPEN_ORDER)
def _(shop: Shop) -> Asked:
    asked = {**community(shop), "purchase_id": shop.ordered().purchase["id"]}
    return Context.for_system("membership"), asked


@COSTS.rpc(payments.LIST_PURCHASE_PROGRESS)
def _(shop: Shop) -> Asked:
    asked = {"purchase_ids": [shop.ordered().purchase["id"]]}
    return Context.for_system("membership"), asked


@COSTS.rpc(payments.TELL_PAID_AGAIN)
def _(shop: Shop) -> Asked:
    return Context.for_system("membership"), {"order_id": shop.paid().order["id"]}


@COSTS.rpc(payments.PAUSE_PURCHASE)
def _(shop: Shop) -> Asked:
    sale = shop.ordered()
    sale.open_payment()
    return Context.for_system("membership"), {
        **community(shop),
        "purchase_id": sale.purchase["id"],
    }


@COSTS.rpc(payments.CHOOSE_PURCHASE_PLAN)
def _(shop: Shop) -> Asked:
    ctx, usual = buyer(shop), shop.plan
    purchase, other = shop.purchase(ctx), shop.sell()
    shop.plan = usual
    seen = {"purchase_id": purchase["id"], "expected_version": purchase["version"]}
    return ctx, {**seen, "plan_id": other["id"]}


@COSTS.rpc(payments.LIST_MY_PURCHASES)
def _(shop: Shop) -> Asked:
    ctx = buyer(shop)
    shop.purchase(ctx)
    return ctx, PAGE


@COSTS.rpc(payments.CREATE_QUOTE)
def _(shop: Shop) -> Asked:
    ordered(shop)  # the first sale of a step makes its counter
    ctx = buyer(shop)
    return ctx, {"purchase_id": shop.purchase(ctx)["id"]}


@COSTS.rpc(payments.CREATE_QUOTE, "the first of a plan")
def _(shop: Shop) -> Asked:
    shop.sell(ladder=None)
    ctx = buyer(shop)
    return ctx, {"purchase_id": shop.purchase(ctx)["id"]}


@COSTS.rpc(payments.CREATE_QUOTE, "of a renewal at the price paid first")
def _(shop: Shop) -> Asked:
    shop.sell(renewal_price="as_first_paid")
    sale = shop.paid(buyer=buyer(shop))
    shop.answer(membership.PURCHASE_FULFILLED, sale)
    return sale.buyer, {"purchase_id": shop.renewal(sale.buyer)["id"]}


@COSTS.rpc(payments.CREATE_QUOTE, "with a coupon")
def _(shop: Shop) -> Asked:
    shop.coupon(audience="newcomer", limit=10)
    ordered(shop, "WELC2ME")  # the first sale makes the step's counter and reads the campaign
    ctx = buyer(shop)
    return ctx, {"purchase_id": shop.purchase(ctx)["id"], "coupon_codes": ["WELC2ME"]}


@COSTS.rpc(payments.CREATE_QUOTE, "with a coupon of many uses, all taken")
def _(shop: Shop) -> Asked:
    ordered(shop)  # the first sale of a step makes its counter
    shop.coupon(audience="newcomer", limit=1000)
    counters = shop.database.coupon_counters
    counters.update_many({}, [{"$set": {"used": "$limit"}}])
    ctx = buyer(shop)
    asked = {"coupon_codes": ["WELC2ME"], "on_refused": "ignore"}
    return ctx, {"purchase_id": shop.purchase(ctx)["id"], **asked}


@COSTS.rpc(payments.CREATE_QUOTE, "in place of an earlier one, with a coupon")
def _(shop: Shop) -> Asked:
    shop.coupon(audience="newcomer", limit=10)
    ctx = buyer(shop)
    purchase = shop.purchase(ctx)
    shop.quote(ctx, purchase)
    return ctx, {"purchase_id": purchase["id"], "coupon_codes": ["WELC2ME"]}


@COSTS.rpc(payments.CREATE_QUOTE, "in place of an earlier one")
def _(shop: Shop) -> Asked:
    ctx = buyer(shop)
    purchase = shop.purchase(ctx)
    shop.quote(ctx, purchase)
    return ctx, {"purchase_id": purchase["id"]}


@COSTS.rpc(payments.GET_QUOTE)
def _(shop: Shop) -> Asked:
    ctx = buyer(shop)
    return ctx, {"quote_id": shop.quote(ctx, shop.purchase(ctx))["id"]}


@COSTS.rpc(payments.CREATE_ORDER)
def _(shop: Shop) -> Asked:
    ordered(shop)  # the first sale of a step makes its counter
    ctx = buyer(shop)
    return ctx, {"quote_id": shop.quote(ctx, shop.purchase(ctx))["id"]}


@COSTS.rpc(payments.CREATE_ORDER, "with a coupon")
def _(shop: Shop) -> Asked:
    shop.coupon(audience="newcomer", limit=10)
    ordered(shop, "WELC2ME")  # the first sale makes the step's counter and reads the campaign
    ctx = buyer(shop)
    return ctx, {"quote_id": shop.quote(ctx, shop.purchase(ctx), "WELC2ME")["id"]}


@COSTS.rpc(payments.CREATE_ORDER, "for nothing")
def _(shop: Shop) -> Asked:
    shop.coupon(benefit={"kind": "percent_off", "percent": "100.00"})
    ctx = buyer(shop)
    return ctx, {"quote_id": shop.quote(ctx, shop.purchase(ctx), "WELC2ME")["id"]}


def at_once(ctx: Context, shop: Shop, total: int, *codes: str) -> Asked:
    seen = {"coupon_codes": list(codes), "total": {"amount": total, "currency": "CNY"}}
    return ctx, {"purchase_id": shop.purchase(ctx)["id"], **seen}


@COSTS.rpc(payments.ORDER_PURCHASE)
def _(shop: Shop) -> Asked:
    ordered(shop)  # the first sale of a step makes its counter
    return at_once(buyer(shop), shop, 300_000)


@COSTS.rpc(payments.ORDER_PURCHASE, "with a coupon")
def _(shop: Shop) -> Asked:
    shop.coupon(audience="newcomer", limit=10)
    ordered(shop, "WELC2ME")  # the first sale makes the step's counter and reads the campaign
    return at_once(buyer(shop), shop, 280_000, "WELC2ME")


@COSTS.rpc(payments.ORDER_PURCHASE, "with a coupon without limit")
def _(shop: Shop) -> Asked:
    shop.coupon(audience="newcomer")
    ordered(shop, "WELC2ME")  # the first sale makes the step's counter and reads the campaign
    return at_once(buyer(shop), shop, 280_000, "WELC2ME")


@COSTS.rpc(payments.ORDER_PURCHASE, "as a live quote says")
def _(shop: Shop) -> Asked:
    shop.coupon(audience="newcomer", limit=10)
    ctx = buyer(shop)
    ctx, asked = at_once(ctx, shop, 280_000, "WELC2ME")
    shop.quote(ctx, {"id": asked["purchase_id"]}, "WELC2ME")
    return ctx, asked


@COSTS.rpc(payments.ORDER_PURCHASE, "in place of a live quote")
def _(shop: Shop) -> Asked:
    shop.coupon(audience="newcomer", limit=10)
    ctx = buyer(shop)
    ctx, asked = at_once(ctx, shop, 280_000, "WELC2ME")
    shop.quote(ctx, {"id": asked["purchase_id"]})
    return ctx, asked


@COSTS.rpc(payments.GET_ORDER, "for its payer")
def _(shop: Shop) -> Asked:
    sale = ordered(shop)
    return sale.buyer, {"order_id": sale.order["id"]}


@COSTS.rpc(payments.GET_ORDER, "for the treasurer")
def _(shop: Shop) -> Asked:
    return shop.owner, {"order_id": ordered(shop).order["id"]}


@COSTS.rpc(payments.GET_ORDER_HISTORY)
def _(shop: Shop) -> Asked:
    return shop.owner, {"order_id": ordered(shop).order["id"], **PAGE}


@COSTS.rpc(payments.LIST_MY_ORDERS)
def _(shop: Shop) -> Asked:
    return ordered(shop).buyer, PAGE


@COSTS.rpc(payments.LIST_ORDERS)
def _(shop: Shop) -> Asked:
    ordered(shop)
    ordered(shop)
    return shop.owner, {**community(shop), **PAGE}


@COSTS.rpc(payments.LIST_ORDERS, "with how many there are")
def _(shop: Shop) -> Asked:
    ordered(shop)
    return shop.owner, {**community(shop), **PAGE, "count": True}


@COSTS.rpc(payments.LIST_ORDERS, "found by payer")
def _(shop: Shop) -> Asked:
    for sale in (ordered(shop), ordered(shop)):
        shop.neighbour.names[sale.buyer.require_person()] = "李"
    return shop.owner, {**community(shop), **PAGE, "search": "李"}


@COSTS.rpc(payments.COUNT_ORDERS)
def _(shop: Shop) -> Asked:
    ordered(shop)
    return shop.owner, community(shop)


@COSTS.rpc(payments.CANCEL_ORDER)
def _(shop: Shop) -> Asked:
    sale = ordered(shop)
    sale.open_payment()
    return sale.buyer, {"order_id": sale.order["id"]}


def ordered(shop: Shop, *codes: str) -> Sale:
    return shop.ordered(*codes, buyer=buyer(shop))


# ── Money ───────────────────────────────────────────────────────────────────────────────────────


def opening(sale: Sale) -> dict[str, Any]:
    return {"order_id": sale.order["id"], "provider": "sandbox"}


@COSTS.rpc(payments.OPEN_PAYMENT)
def _(shop: Shop) -> Asked:
    paying(shop)  # the merchant's first use is another case
    sale = ordered(shop)
    return sale.buyer, opening(sale)


@COSTS.rpc(payments.OPEN_PAYMENT, "again")
def _(shop: Shop) -> Asked:
    sale = paying(shop)
    return sale.buyer, opening(sale)


@COSTS.rpc(payments.OPEN_PAYMENT, "with a way back, the first in a minute")
def _(shop: Shop) -> Asked:
    paying(shop)
    sale = ordered(shop)
    shop.neighbour.link_hosts = ["club.example.com"]
    shop.later(minutes=2)
    return sale.buyer, {**opening(sale), "return_url": "https://club.example.com/paid"}


@COSTS.rpc(payments.RECEIVE_CALLBACK, "a capture")
def _(shop: Shop) -> Asked:
    return called_back(shop, captured(shop))


@COSTS.rpc(payments.RECEIVE_CALLBACK, "a capture with a coupon")
def _(shop: Shop) -> Asked:
    shop.coupon(audience="newcomer", limit=10)
    return called_back(shop, captured(shop, "WELC2ME"))


@COSTS.rpc(payments.RECEIVE_CALLBACK, "a refund")
def _(shop: Shop) -> Asked:
    shop.callback(captured(shop))  # the account was met before
    sale = refunding(shop)
    shop.app.refunds.move_due(OnePass(shop.clock.now(), "payments"))
    (number,) = shop.bank.refunds
    told = {"kind": "refund", "id": "n-1", "number": number, "state": "succeeded"}
    return called_back(shop, {**told, "amount": sale.order["total"]})


@COSTS.rpc(payments.RECEIVE_CALLBACK, "a repeated one")
def _(shop: Shop) -> Asked:
    told = captured(shop)
    shop.callback(told)
    return called_back(shop, told)


@COSTS.rpc(payments.OPEN_PAYMENT, "by transfer")
def _(shop: Shop) -> Asked:
    transferring(shop)  # the account's first use is another case
    sale = ordered(shop)
    return sale.buyer, {**opening(sale), "provider": "transfer"}


@COSTS.rpc(payments.LIST_TRANSFERS)
def _(shop: Shop) -> Asked:
    transferring(shop)
    transferring(shop)
    return shop.owner, {**community(shop), **PAGE}


@COSTS.rpc(payments.COUNT_TRANSFERS)
def _(shop: Shop) -> Asked:
    transferring(shop)
    return shop.owner, community(shop)


@COSTS.rpc(payments.CONFIRM_TRANSFER, "the whole")
def _(shop: Shop) -> Asked:
    return shop.owner, came(shop, transferring(shop), 300_000)


@COSTS.rpc(payments.CONFIRM_TRANSFER, "too much")
def _(shop: Shop) -> Asked:
    return shop.owner, came(shop, transferring(shop), 300_001)


@COSTS.rpc(payments.CONFIRM_TRANSFER, "a part")
def _(shop: Shop) -> Asked:
    return shop.owner, came(shop, transferring(shop), 100_000)


@COSTS.rpc(payments.CONFIRM_TRANSFER, "the first of two people")
def _(shop: Shop) -> Asked:
    shop.take_transfers(second_person_above={"amount": 1, "currency": "CNY"})
    return shop.owner, came(shop, transferring(shop), 300_000)


@COSTS.rpc(payments.LIST_DUE_REFUNDS)
def _(shop: Shop) -> Asked:
    transferring(shop).confirm(300_001)
    return shop.owner, {**community(shop), **PAGE}


@COSTS.rpc(payments.CONFIRM_REFUND)
def _(shop: Shop) -> Asked:
    sale = transferring(shop)
    sale.confirm(300_001)
    (refund,) = sale.now()["refunds"]
    return shop.owner, {"refund_id": refund["id"]}


@COSTS.rpc(payments.GET_TRANSFER_ACCOUNT)
def _(shop: Shop) -> Asked:
    payment = transferring(shop).payment
    return Context.for_system("notifications"), {"payment_id": payment["id"]}


def transferring(shop: Shop) -> Sale:
    """An order whose payer was told where to transfer."""
    if shop.database.provider_accounts.count_documents({"provider": "transfer"}) == 0:
        shop.take_transfers()
    return shop.transferring(buyer=buyer(shop))


def came(shop: Shop, sale: Sale, amount: int) -> dict[str, Any]:
    """What somebody says to have found on the account."""
    today = shop.clock.today("Asia/Shanghai").isoformat()
    said = {"amount": {"amount": amount, "currency": "CNY"}, "received_on": today}
    return {"payment_id": sale.payment["id"], **said}


@COSTS.rpc(payments.REFUND_ORDER)
def _(shop: Shop) -> Asked:
    sale = shop.paid(buyer=buyer(shop))
    shop.answer(membership.PURCHASE_FULFILLED, sale)
    return shop.owner, {"order_id": sale.order["id"], "reason": "moved away"}


@COSTS.rpc(payments.GET_REFUND_REASON)
def _(shop: Shop) -> Asked:
    refund = shop.database.refunds.find_one({"order_id": refunding(shop).order["id"]})
    assert refund is not None
    return Context.for_system("notifications"), {"refund_id": refund["_id"]}


@COSTS.rpc(payments.GET_REFUND_PREVIEW, "in the cool-off of a term")
def _(shop: Shop) -> Asked:
    sale = term(shop)
    return sale.buyer, {"order_id": sale.order["id"]}


@COSTS.rpc(payments.ASK_REFUND)
def _(shop: Shop) -> Asked:
    sale = term(shop)
    return sale.buyer, {"order_id": sale.order["id"], "why": "moves away"}


@COSTS.rpc(payments.GET_REFUND_REQUEST)
def _(shop: Shop) -> Asked:
    sale, asked = asking(shop)
    return sale.buyer, asked


@COSTS.rpc(payments.LIST_MY_REFUND_REQUESTS)
def _(shop: Shop) -> Asked:
    return asking(shop)[0].buyer, PAGE


@COSTS.rpc(payments.LIST_REFUND_REQUESTS)
def _(shop: Shop) -> Asked:
    asking(shop)
    return shop.owner, {**community(shop), **PAGE}


@COSTS.rpc(payments.COUNT_REFUND_REQUESTS)
def _(shop: Shop) -> Asked:
    asking(shop)
    return shop.owner, community(shop)


@COSTS.rpc(payments.GRANT_REFUND_REQUEST)
def _(shop: Shop) -> Asked:
    return shop.owner, asking(shop)[1]


@COSTS.rpc(payments.DECLINE_REFUND_REQUEST)
def _(shop: Shop) -> Asked:
    return shop.owner, {**asking(shop)[1], "words": "all meetups are over"}


@COSTS.rpc(payments.WITHDRAW_REFUND_REQUEST)
def _(shop: Shop) -> Asked:
    sale, asked = asking(shop)
    return sale.buyer, asked


@COSTS.rpc(payments.GET_REFUND_ANSWER)
def _(shop: Shop) -> Asked:
    return Context.for_system("notifications"), asking(shop)[1]


@COSTS.rpc(payments.GET_REFUND_REQUEST_HISTORY)
def _(shop: Shop) -> Asked:
    return shop.owner, {**asking(shop)[1], **PAGE}


def term(shop: Shop) -> Sale:
    """An order in its cool-off, whose term has begun."""
    sale = shop.paid(buyer=buyer(shop))
    shop.answer(membership.PURCHASE_FULFILLED, sale, starts_on="2026-03-02")
    return sale


def asking(shop: Shop) -> tuple[Sale, dict[str, Any]]:
    """The same, and the request of its payer."""
    sale = term(shop)
    asked = {"order_id": sale.order["id"], "why": "moves away"}
    made = shop.ask(shop.app.refund_requests.ask, payments.ASK_REFUND, sale.buyer, **asked)
    return sale, {"refund_request_id": made["id"]}


def paying(shop: Shop, *codes: str) -> Sale:
    """An order with an attempt that its payer has before them."""
    sale = ordered(shop, *codes)
    sale.open_payment()
    return sale


def refunding(shop: Shop) -> Sale:
    """A fulfilled order whose refund is promised."""
    sale = shop.paid(buyer=buyer(shop))
    shop.answer(membership.PURCHASE_FULFILLED, sale)
    asked = {"order_id": sale.order["id"], "reason": "moved away"}
    shop.ask(shop.app.refunds.refund_order, payments.REFUND_ORDER, shop.owner, **asked)
    return sale


def captured(shop: Shop, *codes: str) -> dict[str, Any]:
    """The callback of a payer who paid; the account was met before."""
    shop.paid(buyer=buyer(shop))
    sale = paying(shop, *codes)
    return sale.told(shop.bank.pay(sale.number))


def called_back(shop: Shop, told: dict[str, Any]) -> Asked:
    return Context(ANONYMOUS, "en", "req_00000000", new_traceparent()), shop.called_back(told)


# ── What others and time bring ──────────────────────────────────────────────────────────────────


@COSTS.reaction("on_standing_changed")
def _(shop: Shop) -> Told:
    return membership.STANDING_CHANGED, standing(shop, new_id("per"), "member")


@COSTS.reaction("on_application_submitted", "the price is promised")
def _(shop: Shop) -> Told:
    shop.sell(price_lock="at_application")
    return membership.APPLICATION_SUBMITTED, shop.applied(shop.person())


@COSTS.reaction("on_application_submitted", "no price is promised")
def _(shop: Shop) -> Told:
    return membership.APPLICATION_SUBMITTED, shop.applied(shop.person())


@COSTS.reaction("on_application_approved", "the price is promised")
def _(shop: Shop) -> Told:
    shop.sell(price_lock="at_approval")
    return membership.APPLICATION_APPROVED, shop.approval(shop.person())


@COSTS.reaction("on_application_approved", "no price is promised")
def _(shop: Shop) -> Told:
    return membership.APPLICATION_APPROVED, shop.approval(shop.person())


@COSTS.reaction("on_application_reopened")
def _(shop: Shop) -> Told:
    shop.sell(price_lock="at_approval")
    return membership.APPLICATION_REOPENED, shop.approval(shop.person(), opening=2)


@COSTS.reaction("on_renewal_started")
def _(shop: Shop) -> Told:
    return membership.RENEWAL_STARTED, shop.awaited(shop.person())


@COSTS.reaction("on_purchase_fulfilled")
def _(shop: Shop) -> Told:
    return membership.PURCHASE_FULFILLED, owners_answer(shop, shop.paid(buyer=buyer(shop)), None)


@COSTS.reaction("on_purchase_refused")
def _(shop: Shop) -> Told:
    sale = shop.paid(buyer=buyer(shop))
    return membership.PURCHASE_REFUSED, owners_answer(shop, sale, "application_withdrawn")


@COSTS.reaction("on_seat_payable")
def _(shop: Shop) -> Told:
    return events.SEAT_PAYABLE, shop.seat_facts(shop.person())


@COSTS.reaction("on_seat_given_up", "not paid, with an open order")
def _(shop: Shop) -> Told:
    return events.SEAT_GIVEN_UP, shop.given_up(shop.ordered(seat=True).purchase)


@COSTS.reaction("on_seat_given_up", "paid")
def _(shop: Shop) -> Told:
    return events.SEAT_GIVEN_UP, shop.given_up(shop.paid(seat=True).purchase, paid=True)


@COSTS.rpc(payments.GET_REFUND_PREVIEW)
def _(shop: Shop) -> Asked:
    sale = shop.paid(seat=True)
    return sale.buyer, {"order_id": sale.order["id"]}


@COSTS.rpc(payments.CREATE_QUOTE, "for a seat")
def _(shop: Shop) -> Asked:
    ctx = buyer(shop)
    return ctx, {"purchase_id": shop.seat(ctx)["id"]}


@COSTS.rpc(payments.ORDER_PURCHASE, "for a seat")
def _(shop: Shop) -> Asked:
    ctx = buyer(shop)
    total = {"amount": 9_900, "currency": "CNY"}
    return ctx, {"purchase_id": shop.seat(ctx)["id"], "total": total}


@COSTS.reaction("on_purchase_extended")
def _(shop: Shop) -> Told:
    approved = shop.approval(shop.person())
    shop.deliver(membership.APPLICATION_APPROVED, approved)
    told = {
        "purchase_id": payments.purchase_id_of(approved["term_id"]),
        "community_id": shop.community_id,
        "pay_by": approved["pay_by"] + dt.timedelta(days=2),
    }
    return membership.PURCHASE_EXTENDED, told


@COSTS.reaction("on_term_dates_changed")
def _(shop: Shop) -> Told:
    return membership.TERM_DATES_CHANGED, term_dates(shop.paid())


@COSTS.reaction("on_purchase_withdrawn")
def _(shop: Shop) -> Told:
    withdrawn = {"purchase_id": shop.purchase(buyer(shop))["id"], **community(shop)}
    return membership.PURCHASE_WITHDRAWN, {**withdrawn, "reason": "application_withdrawn"}


@COSTS.rpc(payments.EXPORT_MINE, "a purchase that was paid")
def _(shop: Shop) -> Asked:
    ctx = buyer(shop)
    shop.paid(buyer=ctx)
    return ctx, {"after": None, "limit": 50}


@COSTS.rpc(payments.EXPORT_PERSON, "a purchase that was paid")
def _(shop: Shop) -> Asked:
    ctx, operator = buyer(shop), shop.person()
    shop.paid(buyer=ctx)
    asked = {"community_id": membership.SYSTEM, "person_id": operator.require_person()}
    facts = shop.app.standings._rpc.call(membership.GET_STANDING, asked, ctx)
    told: Any = SimpleNamespace(data={**facts, "roles": ["operator"], "version": 1})
    shop.app.standings.apply(told, operator)
    return operator, {"person_id": ctx.require_person(), "after": None, "limit": 50}


@COSTS.reaction("on_person_erased", "an order with a refund")
def _(shop: Shop) -> Told:
    payer = refunding(shop).order["payer_id"]
    return membership.PERSON_ERASED, {"erasure_id": new_id("era"), "person_id": payer}


@COSTS.reaction("on_person_erased", "a request for a refund")
def _(shop: Shop) -> Told:
    payer = asking(shop)[0].order["payer_id"]
    return membership.PERSON_ERASED, {"erasure_id": new_id("era"), "person_id": payer}


def owners_answer(shop: Shop, sale: Sale, reason: str | None) -> dict[str, Any]:
    ids = {"order_id": sale.order["id"], "purchase_id": sale.purchase["id"]}
    return {**ids, **community(shop), "reason": reason}


@COSTS.job("tell_of_steps")
def _(shop: Shop) -> None:
    shop.sell(ladder={"step": 10_000, "every": 1, "places_before": 0})
    shop.paid()
    shop.run_jobs()


@COSTS.job("describe_plans")
def _(shop: Shop) -> None:
    shop.database.plans.update_many({}, {"$unset": {"state": ""}})


@COSTS.job("expire_quotes")
def _(shop: Shop) -> None:
    ctx = buyer(shop)
    shop.quote(ctx, shop.purchase(ctx))
    shop.later(minutes=16)


@COSTS.job("close_orders")
def _(shop: Shop) -> None:
    paying(shop)
    shop.later(minutes=31)


@COSTS.job("check_payments", "still awaited")
def _(shop: Shop) -> None:
    paying(shop)
    shop.later(seconds=11)


@COSTS.job("check_payments", "paid")
def _(shop: Shop) -> None:
    shop.bank.pay(paying(shop).number)
    shop.later(seconds=11)


@COSTS.job("remind_payers")
def _(shop: Shop) -> None:
    transferring(shop)
    shop.later(days=2, hours=13)


@COSTS.job("move_refunds", "submitted")
def _(shop: Shop) -> None:
    refunding(shop)


@COSTS.job("move_refunds", "done")
def _(shop: Shop) -> None:
    refunding(shop)
    shop.app.refunds.move_due(OnePass(shop.clock.now(), "payments"))
    for refund in shop.bank.refunds.values():
        refund["state"] = "succeeded"
    shop.later(minutes=20)


@COSTS.job("apply_callbacks")
def _(shop: Shop) -> None:
    sale = paying(shop)
    shop.callback(sale.told(shop.bank.pay(sale.number)))
    before = {"$set": {"arrived_at": shop.clock.now() - dt.timedelta(days=1)}}
    shop.database.callbacks.update_one({}, before)


@COSTS.job("settle_holds", "an order is open")
def _(shop: Shop) -> None:
    ordered(shop)
    shop.later(minutes=2)


@COSTS.job("settle_holds", "a place that a crash left behind")
def _(shop: Shop) -> None:
    ctx = buyer(shop)
    shop.quote(ctx, shop.purchase(ctx))
    shop.database.quotes.delete_many({})
    shop.later(minutes=2)


@COSTS.job("resync_standings", "one of one was behind")
def _(shop: Shop) -> None:
    miss_a_standing(shop.database, shop.neighbour, shop.community_id)


@COSTS.job("fold_totals", "two commits")
def _(shop: Shop) -> None:
    shop.database.commits.delete_many({})
    ordered(shop)
    ordered(shop)
    for number, commit in enumerate(shop.database.commits.find({"tally": {"$exists": True}})):
        shop.database.commits.delete_one({"_id": commit["_id"]})
        earlier = made_at(commit["_id"]) - dt.timedelta(minutes=1 + number)
        shop.database.commits.insert_one({**commit, "_id": first_id_at("cmt", earlier)})


@COSTS.job("verify_totals", "a community")
def _(shop: Shop) -> None:
    paying(shop)
    shop.database.job_state.insert_one({"_id": "verify_totals", "token": 1, "cursor": "before"})


@pytest.mark.parametrize("scenario", COSTS.all, ids=lambda scenario: scenario.row)
def test_costs(
    scenario: Scenario, shop: Shop, monkeypatch: pytest.MonkeyPatch, write_costs: bool
) -> None:
    """Each operation takes exactly what is declared in services/payments/costs.toml."""
    METER.install(monkeypatch)
    known(shop, shop.owner, "owner")
    service = Driven(SERVICE, shop.app, shop.database, shop.clock, shop.neighbour, METER)
    counted = scenario.play(shop, service)
    check("payments", scenario.kind, scenario.row, counted, write=write_costs)
