"""Stored documents as the contract shows them."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from chassis.mongo import Document
from services.payments.domain import orders, quotes

View = dict[str, Any]


def shown(document: Document) -> View:
    """A document whose fields are those of its contract schema; `_id` shows as `id`."""
    return {"id": document["_id"], **document}


def quote_view(quote: Document, now: dt.datetime) -> View:
    return {**shown(quote), "state": quotes.shown_state(quote, now)}


def new_order_view(order: Document, now: dt.datetime) -> View:
    """An order that nobody can have paid for yet."""
    return order_view({**order, "payments": [], "refunds": []}, now)


def order_view(order: Document, now: dt.datetime) -> View:
    """An order that was read with its payments and refunds."""
    return {
        **shown(order),
        "state": orders.shown_state(order, now),
        "payments": [shown(row) for row in sorted(order["payments"], key=_by_id)],
        "refunds": [shown(row) for row in sorted(order["refunds"], key=_by_id)],
    }


def _by_id(row: Document) -> str:
    return str(row["_id"])


def page_view(items: Iterable[View], following: str | None) -> View:
    return {"items": list(items), "next": following}
