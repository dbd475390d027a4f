"""Totals that are kept, so that reading them costs the same however much was sold.

Each is a number under a name of its community's: sides of the ledger's accounts, entries, orders by
state, paid orders by price.

    ledger.CNY.discounts.debit    entries    orders.paid    sold.join.CNY.300000.CNY.280000
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypedDict

from contracts.aggregates import MoneyFields
from contracts.types.payments import PriceCount
from services.payments.domain.books.ledger import StoredPosting
from services.payments.domain.checkout.orders import PAID_STATES, Order

ENTRIES = "entries"


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


def order_counts_as(order: Order) -> list[str]:
    """As what an order counts."""
    names = [f"orders.{order['state']}"]
    if order["state"] in PAID_STATES:
        prices = (order["list_price"], order["total"])
        said = ".".join(f"{money['currency']}.{money['amount']}" for money in prices)
        names.append(f"sold.{order['purpose']}.{said}")
    return names


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
