"""How what payments keeps looks outside: answers of RPCs, data of events."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, cast

from contracts.money import Money
from contracts.types import payments as wire
from services.payments.domain.catalogue.plans import Plan, is_free
from services.payments.domain.checkout import orders, quotes
from services.payments.domain.checkout.lines import labelled, priced_lines, told_lines
from services.payments.domain.checkout.orders import Order
from services.payments.domain.checkout.purchases import Purchase
from services.payments.domain.checkout.quotes import Quote
from services.payments.domain.checkout.refund_terms import Due
from services.payments.domain.coupons.coupons import Coupon
from services.payments.domain.money import transfers
from services.payments.domain.money.accounts import BankAccount, ProviderAccount, TransferTerms
from services.payments.domain.money.payments import NextAction, Payment
from services.payments.domain.money.refund_requests import RefundRequest
from services.payments.domain.money.refunds import Refund
from services.payments.domain.money.transfers import Receipt, Transfer
from services.payments.store.checkout.orders import OrderWithMoney
from services.payments.usecases import tried_coupons


def plan_view(plan: Plan) -> wire.Plan:
    """A plan as anybody sees it."""
    return {
        "id": plan["_id"],
        "community_id": plan["community_id"],
        "name": plan["name"],
        "base_price": plan["base_price"],
        "period_months": plan["period_months"],
        "ladder": plan["ladder"],
        "price_lock": plan["price_lock"],
        "description": plan["description"],
        "renewal_price": plan["renewal_price"],
        "tier": plan["tier"],
        "refund_brackets": plan["refund_brackets"],
        "state": plan["state"],
        "sold": plan["sold"],
        "version": plan["version"],
        "created_at": plan["created_at"],
    }


def changed_plan_view(plan: Plan, unaffected: wire.Unaffected | None) -> wire.ChangedPlan:
    """A plan after a change, or as it would be, with what it would leave alone."""
    simulated = unaffected is not None
    return {**plan_view(plan), "simulated": simulated, "unaffected": unaffected}


def plan_facts(plan: Plan) -> wire.PlanFacts:
    """What neighbours keep of a plan."""
    return {
        "plan_id": plan["_id"],
        "community_id": plan["community_id"],
        "state": plan["state"],
        "free": is_free(plan),
        "period_months": plan["period_months"],
        "tier": plan["tier"],
        "plan_name": plan["name"],
    }


def known_plan_view(plan: Plan) -> wire.KnownPlan:
    """The same for who asks."""
    return {**plan_facts(plan), "version": plan["version"]}


def coupon_view(coupon: Coupon, used: int, held: int) -> wire.Coupon:
    """A campaign with its uses, for staff."""
    return {
        "id": coupon["_id"],
        "community_id": coupon["community_id"],
        "name": coupon["name"],
        "code": coupon["code"],
        "benefit": cast(wire.CouponBenefit, coupon["benefit"]),  # a gift has what its kind shows
        "audience": coupon["audience"],
        "plan_ids": coupon["plan_ids"],
        "limit": coupon["limit"],
        "per_person": coupon["per_person"],
        "minimum": coupon["minimum"],
        "used": used,
        "held": held,
        "valid_from": coupon["valid_from"],
        "valid_until": coupon["valid_until"],
        "refund_returns_use": coupon["refund_returns_use"],
        "state": coupon["state"],
        "version": coupon["version"],
        "created_at": coupon["created_at"],
    }


def changed_coupon_view(
    coupon: Coupon, used: int, held: int, unaffected: wire.Unaffected | None
) -> wire.ChangedCoupon:
    """A campaign after a change, or as it would be, with what it would leave alone."""
    simulated = unaffected is not None
    view = coupon_view(coupon, used, held)
    return {**view, "simulated": simulated, "unaffected": unaffected}


def purchase_view(purchase: Purchase) -> wire.Purchase:
    """A purchase as its payer and treasurers see it."""
    return {
        "id": purchase["_id"],
        "community_id": purchase["community_id"],
        "payer_id": purchase["payer_id"],
        "subject": purchase["subject"],
        "plan_id": purchase["plan_id"],
        "lines": labelled(purchase.get("lines", [])),
        "refund_terms": purchase.get("refund_terms"),
        "purpose": purchase["purpose"],
        "state": purchase["state"],
        "order_id": purchase["order_id"],
        "pay_by": purchase["pay_by"],
        "version": purchase["version"],
        "created_at": purchase["created_at"],
    }


def quote_view(quote: Quote, now: dt.datetime, locale: str) -> wire.Quote:
    """A quote as its payer sees it."""
    trace, coupon_id = quote["trace"], quote["coupon_id"]
    # One of lines that an earlier version made does not name them.
    lines = quote.get("lines", None if quote["plan_id"] else [])
    return {
        "id": quote["_id"],
        "purchase_id": quote["purchase_id"],
        "plan_id": quote["plan_id"],
        "state": quotes.shown_state(quote, now),
        "list_price": quote["list_price"],
        "discount": quote["discount"],
        "total": quote["total"],
        "extra_days": quote["extra_days"],
        "coupon_id": coupon_id,
        "coupon_code": tried_coupons.applied_code(trace),
        "coupons": tried_coupons.told(trace, coupon_id, locale),
        "lines": priced_lines(lines, quote["list_price"], quote.get("plan_name")),
        "step": quote["step"],
        "trace": tried_coupons.steps(trace),
        "refund_brackets": quote.get("refund_brackets", []),
        "expires_at": quote["expires_at"],
        "version": quote["version"],
    }


def new_order_view(order: Order, now: dt.datetime) -> wire.Order:
    """An order that nobody can have paid for yet."""
    return _order_view(order, [], [], now)


def order_view(order: OrderWithMoney, now: dt.datetime) -> wire.Order:
    """An order as its payer and treasurers see it."""
    return _order_view(order, order["payments"], order["refunds"], now)


def _order_view(
    order: Order, payments: Sequence[Payment], refunds: Sequence[Refund], now: dt.datetime
) -> wire.Order:
    return {
        "id": order["_id"],
        "purchase_id": order["purchase_id"],
        "quote_id": order["quote_id"],
        "community_id": order["community_id"],
        "payer_id": order["payer_id"],
        "subject": order["subject"],
        "plan_id": order["plan_id"],
        "lines": priced_lines(order.get("lines"), order["list_price"], order.get("plan_name")),
        "state": orders.shown_state(order, now),
        "fulfilment": order["fulfilment"],
        "list_price": order["list_price"],
        "discount": order["discount"],
        "total": order["total"],
        "coupon_code": tried_coupons.applied_code(order["trace"]),
        "refunded": order["refunded"],
        "trace": tried_coupons.steps(order["trace"]),
        "refund_brackets": order.get("refund_brackets", []),
        "refund_terms": order.get("refund_terms"),
        "payments": [payment_view(row) for row in sorted(payments, key=lambda row: row["_id"])],
        "refunds": [refund_view(row) for row in sorted(refunds, key=lambda row: row["_id"])],
        "refund_request_id": order.get("refund_request_id"),
        "receipt_number": order["receipt_number"],
        "expires_at": order["expires_at"],
        "paid_at": order["paid_at"],
        "version": order["version"],
        "created_at": order["created_at"],
        "updated_at": order["updated_at"],
    }


def latest_order_view(order: Order, display_name: str | None, now: dt.datetime) -> wire.LatestOrder:
    """An order in short, for who looks after a community's money."""
    return {
        "id": order["_id"],
        "payer_id": order["payer_id"],
        "display_name": display_name,
        "lines": priced_lines(order.get("lines"), order["list_price"], order.get("plan_name")),
        "state": orders.shown_state(order, now),
        "total": order["total"],
        "refunded": order["refunded"],
        "paid_at": order["paid_at"],
        "created_at": order["created_at"],
    }


def payment_view(payment: Payment) -> wire.Payment:
    """An attempt as its payer and treasurers see it."""
    return {
        "id": payment["_id"],
        "order_id": payment["order_id"],
        "provider": payment["provider"],
        "amount": payment["amount"],
        "state": payment["state"],
        "pay_url": _pay_url(payment),
        "transfer": _transfer_to_make(payment["next_action"]),
        "created_at": payment["created_at"],
    }


def _pay_url(payment: Payment) -> str | None:
    """Nobody is sent to the page of an attempt that is over."""
    action = payment["next_action"] if payment["state"] == "pending" else None
    return action["url"] if action is not None and action["kind"] == "redirect" else None


def _transfer_to_make(action: NextAction | None) -> wire.TransferToMake | None:
    if action is None or action["kind"] != "transfer":
        return None
    return {
        "reference": action["reference"],
        "pay_to": _bank_account_view(action["pay_to"]),
        "until": action["until"],
    }


def _bank_account_view(account: BankAccount) -> wire.BankAccount:
    return {
        "holder": account["holder"],
        "bank": account["bank"],
        "number": account["number"],
        "note": account["note"],
    }


def transfer_view(transfer: Transfer, order: Order) -> wire.Transfer:
    """A transfer as treasurers see it."""
    said = transfer["claim"]
    return {
        "payment_id": transfer["payment_id"],
        "order_id": order["_id"],
        "payer_id": order["payer_id"],
        "community_id": transfer["community_id"],
        "reference": transfer["reference"],
        "state": transfer["state"],
        "amount": transfer["amount"],
        "received": transfer["received"],
        "returned": transfer["returned"],
        "receipts": [_receipt_view(receipt) for receipt in transfer["receipts"]],
        "claim": None if said is None else _receipt_view(said),
        "expires_at": transfer["expires_at"],
        "created_at": transfer["created_at"],
    }


def _receipt_view(receipt: Receipt) -> wire.Receipt:
    return {
        "amount": receipt["amount"],
        "received_on": receipt["received_on"],
        "note": receipt["note"],
        "confirmed_by": receipt["confirmed_by"],
        "confirmed_at": receipt["confirmed_at"],
    }


def refund_view(refund: Refund) -> wire.Refund:
    """A refund as its payer and treasurers see it."""
    return {
        "id": refund["_id"],
        "order_id": refund["order_id"],
        "amount": refund["amount"],
        "state": refund["state"],
        "reason": refund["reason"],
        "created_at": refund["created_at"],
    }


def refund_request_view(asked: RefundRequest) -> wire.RefundRequest:
    """A request as its payer and treasurers see it."""
    return {
        "id": asked["_id"],
        "community_id": asked["community_id"],
        "order_id": asked["order_id"],
        "payer_id": asked["payer_id"],
        "state": asked["state"],
        "why": asked["why"],
        "policy_amount": asked["policy_amount"],
        "policy_basis_points": asked["policy_basis_points"],
        "gives_up": asked["policy_basis_points"] > 0,
        "words": asked["words"],
        "refund_id": asked["refund_id"],
        "version": asked["version"],
        "created_at": asked["created_at"],
    }


def refund_declined_facts(asked: RefundRequest) -> wire.RefundDeclined:
    """Who is told that nothing comes back."""
    return {
        "refund_request_id": asked["_id"],
        "order_id": asked["order_id"],
        "community_id": asked["community_id"],
        "payer_id": asked["payer_id"],
    }


def account_view(account: ProviderAccount) -> wire.ProviderAccount:
    """An account with a provider, for treasurers."""
    terms = account.get("transfer")
    return {
        "id": account["_id"],
        "community_id": account["community_id"],
        "provider": account["provider"],
        "merchant_id": None if terms else account["merchant_id"],
        "secret_ref": None if terms else account["secret_ref"],
        "transfer": None if terms is None else _terms_view(terms),
        "version": account["version"],
    }


def account_changed_facts(
    before: ProviderAccount | None, after: ProviderAccount, changed_by: str
) -> wire.ProviderAccountChanged:
    """What who looks after the money is told: of a bank account's number the end alone."""
    terms, new = after.get("transfer"), _settings(after)
    old = {} if before is None else _settings(before)
    return {
        "account_id": after["_id"],
        "community_id": after["community_id"],
        "provider": after["provider"],
        "changed_by": changed_by,
        "changed": [name for name in new if name not in old or old[name] != new[name]],
        "number_ends": None if terms is None else terms["pay_to"]["number"][-4:],
        "second_person_above": None if terms is None else terms["second_person_above"],
    }


def _settings(account: ProviderAccount) -> dict[str, Any]:
    """What owners name of an account, by name."""
    terms = account.get("transfer")
    if terms is not None:
        return {**_terms_view(terms)}
    return {"merchant_id": account["merchant_id"], "secret_ref": account["secret_ref"]}


def _terms_view(terms: TransferTerms) -> wire.TransferTerms:
    return {
        "pay_to": _bank_account_view(terms["pay_to"]),
        "transfer_days": terms["transfer_days"],
        "second_person_above": terms["second_person_above"],
    }


def transfer_news_facts(transfer: Transfer, order: Order) -> wire.TransferNews:
    """What a payer is told while a transfer is not whole."""
    return {
        "payment_id": transfer["payment_id"],
        "order_id": order["_id"],
        "community_id": transfer["community_id"],
        "payer_id": order["payer_id"],
        "reference": transfer["reference"],
        "received": transfer["received"],
        "missing": transfers.missing(transfer).as_dict(),
        "until": transfer["expires_at"],
    }


def order_paid_facts(order: Order) -> wire.OrderPaid:
    """What the owner of an order's subject needs to know."""
    paid_at, paid_on = order["paid_at"], order["paid_on"]
    assert paid_at is not None
    assert paid_on is not None
    return {
        "order_id": order["_id"],
        "purchase_id": order["purchase_id"],
        "community_id": order["community_id"],
        "payer_id": order["payer_id"],
        "subject": order["subject"],
        "purpose": order["purpose"],
        "total": order["total"],
        "lines": told_lines(order.get("lines"), order["total"]),
        "period": _period(order),
        "paid_at": paid_at,
        "paid_on": paid_on,
    }


def _period(order: Order) -> wire.SoldPeriod | None:
    plan_id = order["plan_id"]
    if plan_id is None:
        return None
    return {"plan_id": plan_id, "months": order["months"], "extra_days": order["extra_days"]}


def refund_preview(order: Order, due: Due | None) -> wire.RefundPreview:
    """What its payer gets back by giving up now; nothing where no terms say it."""
    nothing = Money(0, order["total"]["currency"])
    return {
        "order_id": order["_id"],
        "amount": (due.amount if due else nothing).as_dict(),
        "basis_points": due.basis_points if due else 0,
        "until": due.until if due else None,
    }
