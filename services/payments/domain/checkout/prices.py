"""What quotes and orders say about their price, and about what is held for it."""

from typing import Any, NotRequired, TypedDict

from contracts.aggregates import MoneyFields


class Priced(TypedDict):
    """`total` = `list_price` − `discount`; `trace` says how that came about."""

    list_price: MoneyFields
    discount: MoneyFields
    total: MoneyFields
    extra_days: int
    trace: list[dict[str, Any]]
    coupon_codes: list[str]


class Reserved(TypedDict):
    """A use of a coupon and a place on the ladder; the counters hold them (older documents do not
    name theirs)."""

    coupon_id: str | None
    redemption_id: str | None
    coupon_counter: NotRequired[str | None]
    step: int | None
    place_ref: str | None
    place_counter: NotRequired[str | None]
    promised: bool
