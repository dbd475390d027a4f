"""Plans and coupons as owners change them, and what renewals pay."""

from typing import Any

import pytest

from contracts.errors import DomainError
from contracts.money import Money
from services.payments.domain.catalogue import plans
from services.payments.domain.catalogue.plans import PLAN
from services.payments.domain.catalogue.renewals import renewal_price
from services.payments.domain.coupons import coupons
from services.payments.domain.coupons.coupons import COUPON, Case, broken_rule
from tests.unit.payments.samples import NOW, STRANGER, coupon, plan

FREE = {"amount": 0, "currency": "CNY"}
TERMS: list[dict[str, Any]] = [
    {"base_price": {"amount": 1, "currency": "CNY"}},
    {"ladder": None},
    {"period_months": 6},
    {"price_lock": "at_approval"},
]


@pytest.mark.parametrize(("state", "on_sale"), [("draft", 0), ("on_sale", 1), ("paused", 0)])
def test_only_what_is_on_sale_is_sold(state: str, on_sale: int) -> None:
    assert plans.is_on_sale(plan(state=state)) == bool(on_sale)


def test_the_end_of_a_plan_and_of_a_coupon_is_the_end() -> None:
    assert PLAN.final == {"closed"}
    assert COUPON.final == {"ended"}
    with pytest.raises(DomainError, match="plan_wrong_state"):
        PLAN.move(plan(state="closed"), "on_sale")
    with pytest.raises(DomainError, match="plan_wrong_state"):
        plans.change(plan(state="closed"), {"name": "x"})
    with pytest.raises(DomainError, match="coupon_wrong_state"):
        coupons.change(coupon(state="ended"), {"name": "x"})


@pytest.mark.parametrize("term", TERMS, ids=lambda term: next(iter(term)))
def test_terms_stay_once_somebody_was_told_them(term: dict[str, Any]) -> None:
    known = {"period_months": 12, "price_lock": "at_payment"}
    with pytest.raises(DomainError, match="plan_sold"):
        plans.change(plan(sold=True, **known), term)
    changed: Any = plans.change(plan(sold=False, **known), term)
    assert {name: changed[name] for name in term} == term


def test_words_and_the_same_terms_may_be_written_always() -> None:
    before = plan(period_months=12)
    words = {"name": "x", "tier": "pro", "renewal_price": "current_step"}
    changed: Any = plans.change(before, {**words, "base_price": before["base_price"]})
    assert {name: changed[name] for name in words} == words


def test_a_plan_of_an_earlier_version_is_on_sale_and_counts_as_sold() -> None:
    former: Any = {"_id": "pln_1", "name": "x"}
    now = plans.as_now(former)
    assert (now["state"], now["sold"], now["renewal_price"]) == ("on_sale", True, "base")
    assert (now["tier"], now["description"]) == ("", "")


def test_free_is_what_never_costs_anything() -> None:
    assert plans.is_free(plan(base_price=FREE, ladder=None))
    assert not plans.is_free(plan(base_price=FREE))
    assert not plans.is_free(plan(ladder=None))


@pytest.mark.parametrize(
    ("rule", "first_paid", "step", "amount"),
    [
        ("base", 280_000, 3, 300_000),
        ("as_first_paid", 280_000, 3, 280_000),
        ("as_first_paid", None, 3, 330_000),
        ("current_step", 280_000, 3, 330_000),
        ("current_step", None, None, 300_000),
    ],
)
def test_a_renewal_pays_by_its_plan_s_rule(
    rule: str, first_paid: int | None, step: int | None, amount: int
) -> None:
    """rules.md §3.5."""
    paid = None if first_paid is None else Money(first_paid, "CNY")
    sold = plan(renewal_price=rule)
    assert renewal_price(sold, first_paid=paid, step=step) == Money(amount, "CNY")


def test_a_coupon_without_a_limit_gets_none() -> None:
    with pytest.raises(DomainError, match="coupon_unlimited"):
        coupons.change(coupon(limit=None), {"limit": 5})


@pytest.mark.parametrize("state", ["paused", "ended"])
def test_a_coupon_that_is_not_active_says_so(state: str) -> None:
    case = Case("pln_1", Money(300_000, "CNY"), STRANGER, NOW)
    assert broken_rule(coupon(state=state), case) == "coupon_is_active"
    assert broken_rule(coupon(), case) is None
