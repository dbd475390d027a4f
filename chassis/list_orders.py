"""The order of a list that staff asked for (`contracts.lists`), and what it leaves out."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from chassis.aggregates import LATE_COMMITS
from chassis.mongo import Document
from contracts.lists import CHANGE


class ListOrder(NamedTuple):
    """By which field, which way round, and what is asked of that field."""

    sort_field: str
    descending: bool
    wanted: Document


AS_MADE = ListOrder("_id", False, {})


def list_order(
    sort: str | None,
    updated_after: dt.datetime | None,
    among: Mapping[str, Document],
) -> ListOrder:
    """The order of a list by its request. `among` has what an index asks of the field that it is
    for, which a query has to name (D-9)."""
    if updated_after is not None:
        since: Document = {"updated_at": {"$gte": updated_after - LATE_COMMITS}}
        return ListOrder(CHANGE, False, since)
    if sort is None:
        return AS_MADE
    field = sort.removeprefix("-")
    return ListOrder(_FIELDS.get(field, field), sort.startswith("-"), among.get(field, {}))


_FIELDS = {"created_at": "_id"}  # ids are in the order in which they were made


def within(field: str, first: Any, past: Any, *, last: Any = None) -> Document:
    """The filter of what has a field from `first` on, before `past`, or up to `last`; nothing where
    nobody set a bound."""
    bounds = {"$gte": first, "$lt": past, "$lte": last}
    known = {way: bound for way, bound in bounds.items() if bound is not None}
    return {field: known} if known else {}
