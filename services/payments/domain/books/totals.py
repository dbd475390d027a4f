"""Totals that are kept, so that reading them costs the same however much was sold.

Each is a number under a name of its community's: sides of the ledger's accounts, entries, orders by
state, paid orders by price.

    ledger.CNY.discounts.debit    entries    orders.paid    sold.join.CNY.300000.CNY.280000
    month.2026-11.CNY.gross       of orders by the month in which they were paid
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Literal, TypedDict, cast

from contracts.aggregates import MoneyFields
from contracts.types.payments import PriceCount
from services.payments.domain.books.ledger import StoredPosting
from services.payments.domain.checkout.orders import PAID_STATES, Order

ENTRIES = "entries"
MONTH = "month."


class Balance(TypedDict):
    """Of one account in one currency, debit positive."""

    account: str
    currency: str
    balance: int


def entry_counts_as(currency: str, postings: Iterable[StoredPosting]) -> list[tuple[str, int]]:
    """What an entry of the ledger adds. The sides are apart, so that an account at zero shows."""
    sides = [
        (f"ledger.{currency}.{posting['account']}.{posting['side']}", posting["amount"])
        for posting in postings
    ]
    return [*sides, (ENTRIES, 1)]


def order_counts_as(order: Order) -> list[tuple[str, int]]:
    """What an order adds."""
    added = [(f"orders.{order['state']}", 1)]
    paid_on = order["paid_on"]
    if order["state"] in PAID_STATES and paid_on is not None:
        prices = (order["list_price"], order["total"])
        said = ".".join(f"{money['currency']}.{money['amount']}" for money in prices)
        added.append((f"sold.{order['purpose']}.{said}", 1))
        month = f"{MONTH}{paid_on[:7]}.{order['total']['currency']}"
        added += [
            (f"{month}.orders", 1),
            (f"{month}.gross", order["list_price"]["amount"]),
            (f"{month}.discounts", order["discount"]["amount"]),
            (f"{month}.refunds", order["refunded"]["amount"]),
        ]
    return [(name, by) for name, by in added if by]


class Earned(TypedDict):
    """What was sold in a month, in one currency."""

    month: str
    currency: str
    orders: int
    gross: int
    discounts: int
    refunds: int


_Part = Literal["orders", "gross", "discounts", "refunds"]


def by_month(totals: Mapping[str, int]) -> list[Earned]:
    """What was sold, by month and currency, earliest first."""
    found: dict[tuple[str, str], Earned] = {}
    for name, total in sorted(totals.items()):
        kind, *rest = name.split(".")
        if kind == MONTH.rstrip("."):
            month, currency, part = rest
            none = Earned(month=month, currency=currency, orders=0, gross=0, discounts=0, refunds=0)
            found.setdefault((month, currency), none)[cast(_Part, part)] += total
    return [row for row in found.values() if row["orders"]]


def balances(totals: Mapping[str, int]) -> list[Balance]:
    """By account and currency."""
    found: defaultdict[tuple[str, str], int] = defaultdict(int)
    for name, total in totals.items():
        kind, *rest = name.split(".")
        if kind == "ledger":
            currency, account, side = rest
            found[account, currency] += total if side == "debit" else -total
    return [
        {"account": account, "currency": currency, "balance": balance}
        for (account, currency), balance in sorted(found.items())
    ]


def orders_by_state(totals: Mapping[str, int]) -> dict[str, int]:
    """How many orders are in each state that any is in."""
    return {
        name.removeprefix("orders."): count
        for name, count in sorted(totals.items())
        if name.startswith("orders.") and count
    }


def paid_by_price(totals: Mapping[str, int]) -> list[PriceCount]:
    """How many orders were paid at which list price and total, cheapest first."""
    found: list[PriceCount] = []
    for name, count in totals.items():
        kind, *rest = name.split(".")
        if kind == "sold" and count:
            purpose, *prices = rest
            list_price, total = _money(*prices[:2]), _money(*prices[2:])
            found.append(
                {"purpose": purpose, "list_price": list_price, "total": total, "count": count}
            )
    return sorted(
        found,
        key=lambda row: (row["purpose"], row["list_price"]["amount"], row["total"]["amount"]),
    )


def _money(currency: str, amount: str) -> MoneyFields:
    return {"amount": int(amount), "currency": currency}
