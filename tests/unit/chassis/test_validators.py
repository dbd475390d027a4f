"""The validator of an aggregate is made from its type."""

import datetime as dt
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import pytest

from chassis import validators
from chassis.validators import FLAG, INSTANT, INTEGER, MONEY, OPEN, TEXT, WHOLE, aggregate_of
from contracts.aggregates import Aggregate, Day, Integer, MoneyFields, Open

State = Literal["open", "paid"]


class Line(TypedDict):
    text: str
    amount: Integer
    note: NotRequired[str]


class Off(TypedDict):
    kind: Literal["off"]
    amount: int


class Days(TypedDict):
    kind: Literal["days"]
    days: int


class Bill(Aggregate):
    state: State
    count: int
    live: bool
    at: dt.datetime
    paid_on: Day | None
    ended_as: Literal["expired"] | None
    total: MoneyFields
    lines: list[Line]
    answers: dict[str, Any]
    parts: list[Annotated[Line, Open()]]
    gives: Off | Days
    later: NotRequired[str | None]


def test_each_form() -> None:
    assert aggregate_of(Bill) == validators.aggregate(
        state=validators.one_of("open", "paid"),
        count=WHOLE,
        live=FLAG,
        at=INSTANT,
        paid_on=validators.nullable(validators.DAY),
        ended_as=validators.nullable(validators.one_of("expired")),
        total=MONEY,
        lines=validators.list_of(
            validators.shape(text=TEXT, amount=INTEGER, note=validators.optional(TEXT))
        ),
        answers=OPEN,
        parts=validators.list_of(OPEN),
        gives={
            "oneOf": [
                validators.shape(kind=validators.one_of("off"), amount=WHOLE),
                validators.shape(kind=validators.one_of("days"), days=WHOLE),
            ]
        },
        later=validators.optional(validators.nullable(TEXT)),
    )


@pytest.mark.parametrize("annotation", [float, set[str], str | int, list])
def test_a_type_that_says_nothing_to_the_database(annotation: Any) -> None:
    with pytest.raises(TypeError, match="not known"):
        validators.form_of(annotation)
