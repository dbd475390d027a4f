"""What the types of aggregates are made of: a TypedDict each, in the domain of its service.

    class Order(Aggregate):
        community_id: str
        state: OrderState  # a Literal: its words are what the database lets in
        total: MoneyFields
        paid_on: Day | None  # always there, but may be null
        place_counter: NotRequired[str]  # older documents lack it

The database's validator is made from it (`chassis.validators.aggregate_of`), so that a field is
declared once. A plain `int` is a count and never negative.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, NotRequired, TypedDict


@dataclass(frozen=True)
class Pattern:
    """Marks a text of this regular expression."""

    text: str


@dataclass(frozen=True)
class Signed:
    """Marks an integer that may be negative."""


@dataclass(frozen=True)
class Open:
    """Marks an object of which the database checks no field: who wrote it did."""


Day = Annotated[str, Pattern(r"^\d{4}-\d{2}-\d{2}$")]
Currency = Annotated[str, Pattern("^[A-Z]{3}$")]
Integer = Annotated[int, Signed()]


class Aggregate(TypedDict):
    """What every aggregate has; the store gives a new one its version and times."""

    _id: str
    version: NotRequired[int]
    created_at: NotRequired[dt.datetime]
    updated_at: NotRequired[dt.datetime]


class MoneyFields(TypedDict):
    """Money as it is stored and sent; to calculate with, `Money.from_dict`."""

    amount: Integer
    currency: Currency
