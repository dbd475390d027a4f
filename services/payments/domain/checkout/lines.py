"""Lines: what is paid for at a price of its own, and what an order keeps of what it sells."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

from contracts.aggregates import MoneyFields
from contracts.money import Money
from contracts.types import payments as wire
from contracts.types.payments import PricedLine, TermBracket
from services.payments.domain.catalogue.plans import Plan
from services.payments.domain.checkout.pricing import Price


class Line(TypedDict):
    """So much of a kind, at so much each. `label`: what its owner called it when it could be paid
    first; missing in those of before labels."""

    kind: str
    amount: MoneyFields
    quantity: int
    label: NotRequired[str]


class Sold(TypedDict):
    """What an order keeps of what it sells; lines of a price grant no months. `refund_brackets`
    and `plan_name` are the plan's as they were when its price was told."""

    plan_id: str | None
    months: int
    zone: str
    refund_brackets: NotRequired[list[TermBracket]]
    plan_name: NotRequired[str]


def sold_plan(plan: Plan) -> Sold:
    return {
        "plan_id": plan["_id"],
        "months": plan["period_months"],
        "zone": plan["zone"],
        "refund_brackets": plan["refund_brackets"],
        "plan_name": plan["name"],
    }


def sold_lines(zone: str) -> Sold:
    return {"plan_id": None, "months": 0, "zone": zone}


def called(label: str, told: Sequence[Line]) -> list[Line]:
    """Lines with what their owner calls what they are for; it stays as it was then."""
    return [{**line, "label": label} for line in told]


def line_of_plan(total: MoneyFields) -> Line:
    """How a plan that was paid for reads as a line."""
    return {"kind": "plan", "amount": total, "quantity": 1}


def priced_lines(
    lines: Sequence[Line] | None, list_price: MoneyFields, plan_name: str | None
) -> list[PricedLine]:
    """What a price is made of, before coupons: lines of its own, or the plan as it was called."""
    if lines is None:
        return [{**_told(line_of_plan(list_price)), "label": plan_name}]
    return labelled(lines)


def labelled(lines: Sequence[Line]) -> list[PricedLine]:
    """Lines as a payer sees them."""
    return [{**_told(line), "label": line.get("label")} for line in lines]


def told_lines(lines: Sequence[Line] | None, total: MoneyFields) -> list[wire.Line]:
    """What an order's owner is told of its lines: no words."""
    return [_told(line) for line in lines or [line_of_plan(total)]]


def _told(line: Line) -> wire.Line:
    return {"kind": line["kind"], "amount": line["amount"], "quantity": line["quantity"]}


def price_of(lines: Sequence[Line]) -> Price:
    """What lines come to; nothing changes it."""
    first, *others = [Money.from_dict(line["amount"]) * line["quantity"] for line in lines]
    total = sum(others, start=first)
    trace = [
        {
            "rule": "line",
            "kind": line["kind"],
            "amount": line["amount"]["amount"],
            "quantity": line["quantity"],
        }
        for line in lines
    ]
    trace.append({"rule": "total", "amount": total.amount, "currency": total.currency})
    return Price(total, Money(0, total.currency), total, 0, None, trace)
