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


def order_view(
    order: Document, payments: Iterable[Document], refunds: Iterable[Document], now: dt.datetime
) -> View:
    return {
        **shown(order),
        "state": orders.shown_state(order, now),
        "payments": [shown(payment) for payment in payments],
        "refunds": [shown(refund) for refund in refunds],
    }


def page_view(items: Iterable[View], following: str | None) -> View:
    return {"items": list(items), "next": following}
