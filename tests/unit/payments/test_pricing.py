"""The pricing function and the rules of coupons (product.md §3, D-14)."""

import datetime as dt
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from chassis.ids import new_id
from contracts.money import Money
from contracts.payments import CreateCoupon, CreateQuote
from contracts.payments.coupons import FIELD_OF_KIND, CouponBenefit, normal_code
from contracts.states.payments import COUPON_KINDS
from services.payments.domain.checkout.pricing import Price, TriedCoupon, price
from services.payments.domain.coupons import coupons
from services.payments.domain.coupons.coupons import Buyer, Coupon
from tests.unit.payments.samples import MEMBER, NOW, STRANGER, coupon, plan


def priced(*tried: Coupon, buyer: Buyer = STRANGER, step: int | None = 0, **changes: Any) -> Price:
    attempts = [TriedCoupon(entry["code"], entry) for entry in tried]
    return price(plan(), step=step, promised=None, tried=attempts, buyer=buyer, now=NOW, **changes)


def broken(*tried: Coupon, **changes: Any) -> list[str | None]:
    lines = priced(*tried, **changes).trace
    return [line.get("broken_rule") for line in lines if line["rule"] == "coupon"]


LAPSED = Buyer(has_paid_before=True, has_joined=True, is_member=False, lapsed_days=30)
LONG_GONE = Buyer(has_paid_before=True, has_joined=True, is_member=False, lapsed_days=31)
HOUR = dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("changes", "buyer", "rule"),
    [
        ({}, STRANGER, None),
        ({"currency": "USD"}, STRANGER, "coupon_is_in_plan_currency"),
        ({"plan_ids": ["pln_1", "pln_2"]}, STRANGER, None),
        ({"plan_ids": ["pln_2"]}, STRANGER, "coupon_covers_plan"),
        ({"valid_from": NOW}, STRANGER, None),
        ({"valid_from": NOW + HOUR}, STRANGER, "coupon_has_begun"),
        ({"valid_until": NOW}, STRANGER, "coupon_is_not_over"),
        ({"valid_until": NOW + HOUR}, STRANGER, None),
        ({"minimum": 300_000}, STRANGER, None),
        ({"minimum": 300_001}, STRANGER, "price_reaches_minimum"),
        ({"audience": "newcomer"}, STRANGER, None),
        ({"audience": "newcomer"}, MEMBER, "person_is_newcomer"),
        ({"audience": "newcomer"}, LONG_GONE, "person_is_newcomer"),
        ({"audience": "newcomer"}, Buyer(True, False, False, None), "person_is_newcomer"),
        # Imported, expired and approved again: the standing has no term any more.
        ({"audience": "newcomer"}, Buyer(False, True, False, None), "person_is_newcomer"),
        ({"audience": "renewal"}, MEMBER, None),
        ({"audience": "renewal"}, LAPSED, None),
        ({"audience": "renewal"}, LONG_GONE, "person_is_renewing"),
        ({"audience": "renewal"}, STRANGER, "person_is_renewing"),
    ],
)
def test_each_rule_and_its_edge(changes: dict[str, Any], buyer: Buyer, rule: str | None) -> None:
    assert broken(coupon(**changes), buyer=buyer) == [rule]


@pytest.mark.parametrize(
    ("benefit", "discount", "days"),
    [
        ({"kind": "amount_off", "amount": 20_000}, 20_000, 0),
        ({"kind": "amount_off", "amount": 400_000}, 300_000, 0),
        ({"kind": "percent_off", "basis_points": 1_250}, 37_500, 0),
        ({"kind": "set_price", "price": 36_500}, 263_500, 0),
        ({"kind": "set_price", "price": 400_000}, 0, 0),
        ({"kind": "extra_days", "days": 30}, 0, 30),
    ],
)
def test_each_kind_of_benefit(benefit: dict[str, Any], discount: int, days: int) -> None:
    found = priced(coupon(benefit=benefit))
    assert (found.discount.amount, found.extra_days) == (discount, days)
    assert found.total.amount == 300_000 - discount


def test_only_one_coupon_applies_the_first_that_may() -> None:
    """product.md §3: one audience coupon plus ladder price; others refused with the reason."""
    first = coupon(_id="cpn_0", code="EXPRD", valid_until=NOW)
    second, third = coupon(), coupon(_id="cpn_3", code="SECND")
    assert broken(first, second, third) == [
        "coupon_is_not_over",
        None,
        "coupon_is_the_only_one",
    ]
    unknown = price(
        plan(),
        step=0,
        promised=None,
        tried=[TriedCoupon("NSUCH", None)],
        buyer=STRANGER,
        now=NOW,
    )
    assert unknown.trace[1] == {
        "rule": "coupon",
        "code": "NSUCH",
        "applied": False,
        "broken_rule": "code_is_known",
    }


def test_a_spent_coupon_gives_way_to_the_next() -> None:
    spent = {"cpn_1": coupons.LIMIT_REACHED}
    other = coupon(_id="cpn_2", code="SECND")
    assert broken(coupon(), other, spent=spent) == ["coupon_has_uses_left", None]


def test_a_promise_replaces_the_ladder() -> None:
    found = price(
        plan(price_lock="at_approval"),
        step=None,
        promised=Money(290_000, "CNY"),
        tried=[],
        buyer=STRANGER,
        now=NOW,
    )
    assert found.total.amount == 290_000
    assert found.trace[0] == {"rule": "promise", "lock": "at_approval", "amount": 290_000}


def test_percentages_round_half_up_once_and_the_trace_says_so() -> None:
    """D-14: rounded once, at quote time, by a written rule."""
    found = price(
        plan(base_price={"amount": 999, "currency": "CNY"}, ladder=None),
        step=None,
        promised=None,
        tried=[TriedCoupon("X", coupon(benefit={"kind": "percent_off", "basis_points": 1_050}))],
        buyer=STRANGER,
        now=NOW,
    )
    assert found.discount.amount == 105  # 104.895
    assert found.trace[1]["rounding"] == {"exact": "999 × 10.50 / 100", "rule": "half_up_once"}


benefits = st.one_of(
    [
        st.fixed_dictionaries({"kind": st.just(kind), name: st.integers(0, highest)})
        for kind, name, highest in (
            ("amount_off", "amount", 10**12),
            ("percent_off", "basis_points", 10_000),
            ("set_price", "price", 10**12),
            ("extra_days", "days", 3650),
        )
    ]
)


@given(
    base=st.integers(0, 10**13),
    benefit=benefits,
    step=st.integers(0, 1000),
)
def test_parts_sum_to_the_total_and_nothing_is_negative(
    base: int, benefit: dict[str, Any], step: int
) -> None:
    """D-13, D-14: integers only; discount + total = list price; 0 ≤ total ≤ list price."""
    found = price(
        plan(base_price={"amount": base, "currency": "CNY"}),
        step=step,
        promised=None,
        tried=[TriedCoupon("X", coupon(benefit=benefit))],
        buyer=STRANGER,
        now=NOW,
    )
    assert found.discount + found.total == found.list_price
    assert 0 <= found.total.amount <= found.list_price.amount
    assert all(type(part.amount) is int for part in (found.discount, found.total))


@pytest.mark.parametrize(
    "pasted",
    [
        " WELC2ME",
        "WELC2ME\n",
        "WELC 2ME",
        "ＷＥＬＣ２ＭＥ",
        "welc\u00a02me",
        "WELC\u200b2ME",
        "\ufeffWELC2ME\u2060",
        "WELC\u30002ME",
        "\u202aWELC2ME\u202c",
        "WE\u00adLC2ME",
        "WELC\t2ME",
    ],
)
def test_codes_are_taken_as_people_paste_them(pasted: str) -> None:
    """F20, rules.md §3.7: the field takes it, and it is the code."""
    request = {"purchase_id": new_id("pur"), "coupon_codes": [pasted]}
    assert CreateQuote().load(request)["coupon_codes"] == ["WELC2ME"]


@given(st.from_regex(r"[A-Z0-9]{3,24}", fullmatch=True))
def test_what_is_stored_as_a_code_is_one(code: str) -> None:
    assert normal_code(code) == normal_code(code.lower()) == code


def test_new_codes_have_six_characters() -> None:
    """rules.md §3.13: fewer can be guessed."""
    code = CreateCoupon().fields["code"]
    assert code.deserialize("WELC2M") == "WELC2M"
    for short in ("WEL", "WELC2"):
        with pytest.raises(ValidationError):
            code.deserialize(short)


def test_codes_ignore_case_and_avoid_lookalikes() -> None:
    """product.md §3: codes ignore case and use an alphabet without 0/1/I/J/O."""
    assert normal_code(" welc2me ") == "WELC2ME"
    code = CreateCoupon().fields["code"]
    assert code.deserialize("welc2me") == "welc2me"
    for letter in "01IJOijo":
        with pytest.raises(ValidationError):
            code.deserialize(f"WELC{letter}ME")


def test_every_kind_of_coupon_gives_something() -> None:
    """A kind of the contract without its line in the table would fail at the till; without its
    field or its type it could not be created."""
    types = [get_type_hints(gift)["kind"] for gift in get_args(coupons.Gift)]
    assert tuple(coupons.KINDS) == COUPON_KINDS
    assert tuple(get_args(kind)[0] for kind in types) == COUPON_KINDS
    assert tuple(FIELD_OF_KIND) == COUPON_KINDS
    assert {"kind", *FIELD_OF_KIND.values()} == set(CouponBenefit().fields)
