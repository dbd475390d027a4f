"""What a buyer is told of each code: it counts, or why it does not, in their language."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.wording import field_text
from contracts.errors import DomainError
from contracts.errors.payments import COUPON_REFUSED
from contracts.money import Money
from contracts.payments.prices import REASONS, STEPS, field_code
from contracts.problems import FIELD_CODES
from contracts.states.payments import COUPON_REASONS
from services.payments.domain.catalogue.plans import Plan
from services.payments.domain.checkout.lines import Line, price_of, priced_lines
from services.payments.domain.checkout.pricing import Price, Trace, TriedCoupon, price
from services.payments.domain.coupons import coupons
from services.payments.usecases import tried_coupons
from tests.unit.payments.samples import NOW, STRANGER, coupon, plan

KINDS: dict[str, dict[str, Any]] = {
    "VALID": {},
    "PAUSED": {"state": "paused"},
    "DOLLARS": {"currency": "USD"},
    "ELSEWHERE": {"plan_ids": ["pln_2"]},
    "LATER": {"valid_from": NOW.replace(year=NOW.year + 1)},
    "OVER": {"valid_until": NOW},
    "MEMBERS": {"audience": "renewal"},
    "DEAR": {"minimum": 10**9},
    "SPENT": {},
    "SPENTBYPAYER": {},
}
REFUSED = {
    "UNKNOWN": "unknown",
    "PAUSED": "inactive",
    "DOLLARS": "other_currency",
    "ELSEWHERE": "other_plan",
    "LATER": "not_started",
    "OVER": "expired",
    "MEMBERS": "renewals_only",
    "DEAR": "minimum_not_reached",
    "SPENT": "used_up",
    "SPENTBYPAYER": "used_before",
}
SPENT = {"SPENT": coupons.LIMIT_REACHED, "SPENTBYPAYER": coupons.PERSON_LIMIT_REACHED}


def priced(kinds: list[str], base: int = 300_000) -> Price:
    """The price with one code of each of these kinds, called as its kind is."""
    tried = [
        TriedCoupon(kind, None if kind == "UNKNOWN" else coupon(_id=kind, code=kind, **KINDS[kind]))
        for kind in kinds
    ]
    own = plan(base_price={"amount": base, "currency": "CNY"}, ladder=None)
    return price(own, step=None, promised=None, tried=tried, buyer=STRANGER, now=NOW, spent=SPENT)


def test_every_rule_has_its_reason_and_every_reason_its_words() -> None:
    """A rule without one would fail at the till; each says what to do, in one language."""
    rules = {rule.__name__ for rule in coupons.RULES}
    others = {
        coupons.UNKNOWN,
        coupons.LIMIT_REACHED,
        coupons.PERSON_LIMIT_REACHED,
        coupons.ANOTHER_APPLIED,
    }
    assert {*REASONS} == rules | others | {"coupon_is_in_window"}
    assert {*REASONS.values()} == {*COUPON_REASONS}
    words = {reason: FIELD_CODES[field_code(reason)] for reason in COUPON_REASONS}
    for en, zh in words.values():
        assert en.isascii()
        assert not re.search("[A-Za-z]", zh)
    for own in zip(*words.values(), strict=True):
        assert len({*own}) == len(COUPON_REASONS)


@given(
    kinds=st.permutations(["VALID", *REFUSED]).flatmap(
        lambda order: st.integers(0, len(order)).map(lambda many: order[:many])
    ),
    base=st.integers(0, 10**9 - 1),
    locale=st.sampled_from(["zh-CN", "en"]),
)
def test_each_code_is_told_of_once_and_lines_come_to_the_list_price(
    kinds: list[str], base: int, locale: str
) -> None:
    """One counts at most; whoever is to be refused for one is refused for exactly those."""
    found = priced(kinds, base)
    told = tried_coupons.told(found.trace, "cpn_1", locale)
    assert [one["code"] for one in told] == kinds
    applied = [one["code"] for one in told if one["applied"]]
    assert applied == (["VALID"] if "VALID" in kinds else [])
    assert tried_coupons.applied_code(found.trace) == next(iter(applied), None)
    for one in told:
        reason = REFUSED.get(one["code"])
        words = None if reason is None else field_text(f"field.coupon_{reason}", locale, {})
        assert (one["reason"], one["detail"]) == (reason, words)
        assert (one["coupon_id"] is None) == (not one["applied"])
    refused = [kind for kind in kinds if kind in REFUSED]
    if refused:
        with pytest.raises(DomainError) as refusal:
            tried_coupons.require_applied(found.trace, kinds)
        assert refusal.value.error is COUPON_REFUSED
        assert refusal.value.params == {"reason": REFUSED[refused[0]]}
        assert [problem.pointer for problem in refusal.value.fields] == [
            f"/coupon_codes/{kinds.index(kind)}" for kind in refused
        ]
    else:
        tried_coupons.require_applied(found.trace, kinds)
    (line,) = priced_lines(None, found.list_price.as_dict(), "年度会员")
    assert Money.from_dict(line["amount"]) * line["quantity"] == found.discount + found.total
    assert (line["kind"], line["label"]) == ("plan", "年度会员")


def test_of_two_that_may_be_used_the_second_is_one_too_many() -> None:
    own = [TriedCoupon("FRST", coupon()), TriedCoupon("SECND", coupon(_id="cpn_2", code="SECND"))]
    found = price(plan(), step=0, promised=None, tried=own, buyer=STRANGER, now=NOW)
    told = tried_coupons.told(found.trace, "cpn_1", "en")
    assert [one["reason"] for one in told] == [None, "another_applied"]
    with pytest.raises(DomainError) as refusal:
        tried_coupons.require_applied(found.trace, ["frst", "secnd"])
    assert [problem.pointer for problem in refusal.value.fields] == ["/coupon_codes/1"]


def test_a_trace_of_before_still_says_why() -> None:
    """Orders are kept for ever, with the rules as they were called then."""
    step = {"rule": "coupon", "code": "X", "applied": False, "broken_rule": "coupon_is_in_window"}
    assert tried_coupons.told([step], None, "en")[0]["reason"] == "expired"


def test_every_step_of_a_price_is_one_that_is_told() -> None:
    """Typed outside: a step without its document would be none that clients know."""
    seat: Line = {"kind": "seat", "amount": {"amount": 9_900, "currency": "CNY"}, "quantity": 2}
    first, renewal = plan(), plan(renewal_price="as_first_paid")
    share = coupon(benefit={"kind": "percent_off", "basis_points": 1_050})

    def steps(
        sold: Plan, step: int | None = None, *, tried: list[TriedCoupon] | None = None, **more: Any
    ) -> Trace:
        more = {"promised": None, **more}
        return price(sold, step=step, tried=tried or [], buyer=STRANGER, now=NOW, **more).trace

    traces = [
        priced(["VALID", "OVER"]).trace,
        price_of([seat]).trace,
        steps(first, 3),
        steps(first, promised=Money(1, "CNY")),
        steps(renewal, renewal=Money(1, "CNY")),
        steps(first, 0, tried=[TriedCoupon("X", share)]),
    ]
    seen = [step for trace in traces for step in trace]
    assert {step["rule"] for step in seen} == {*STEPS}
    for step in seen:
        assert STEPS[step["rule"]]().load(step) == step
        assert {*step} <= {*STEPS[step["rule"]]._declared_fields}
