"""The steps of a join, from what term, application and purchase say of it."""

import datetime as dt
from typing import Any, cast

import pytest

from contracts.types.payments import OrderProgress, PurchaseProgress
from services.membership.domain.terms import joins
from services.membership.domain.terms.chains import Term
from services.membership.domain.terms.joins import AWAY, Told
from services.membership.domain.terms.memberships import offered_term
from services.membership.domain.vetting.applications import Application

NOW = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
PAY_BY = NOW + 72 * HOUR
HANDED_IN, APPROVED = NOW - 9 * HOUR, NOW - 8 * HOUR
MBR, APP = "mbr_1", "app_1"
APPLICATION = cast(
    Application,
    {"_id": APP, "submitted_at": HANDED_IN, "approved_at": APPROVED, "term_id": "trm_1"},
)


def term(**more: Any) -> Term:
    offered = offered_term("trm_1", "join", APP, "pln_1", PAY_BY)
    return cast(Term, {**offered, **more})


def order(**more: Any) -> OrderProgress:
    ordered: dict[str, Any] = {
        "id": "ord_1",
        "state": "open",
        "ordered_at": NOW - HOUR,
        "expires_at": NOW + HOUR,
        "paid_at": None,
        "fulfilment": "none",
        "given_back": False,
        **more,
    }
    return cast(OrderProgress, ordered)


def purchase(of: OrderProgress | None = None, **more: Any) -> PurchaseProgress:
    opened: dict[str, Any] = {
        "purchase_id": "pur_1",
        "state": "open",
        "opened_at": NOW - 7 * HOUR,
        "pay_by": PAY_BY,
        "order": of,
        "actions": [],
        **more,
    }
    return cast(PurchaseProgress, opened)


PAID = {"state": "paid", "paid_at": NOW, "fulfilment": "pending"}
FULFILLED = {"state": "fulfilled", "order_id": "ord_1"}
WITHDRAWN = {"state": "withdrawn"}
LOST = purchase(state="lapsed")
REFUSED = order(**{**PAID, "fulfilment": "refused"})

# What stands there, then the steps after the approval, in a letter each, and what is waited for.
CASES: list[tuple[dict[str, Any], Told, set[str], str, str | None]] = [
    ({}, None, {APP}, "cwwww", "publication"),
    ({}, None, set(), "cwwww", "message"),
    ({}, AWAY, set(), "uuuuu", None),
    ({}, purchase(), set(), "dcwww", "payer"),
    ({}, purchase(order()), set(), "ddcww", "payer"),
    ({}, purchase(order(expires_at=NOW)), set(), "ddcww", "provider"),
    ({}, purchase(order(**PAID)), set(), "dddcw", "message"),
    ({}, purchase(REFUSED), set(), "dddfs", "refund"),
    ({}, purchase(cast(OrderProgress, {**REFUSED, "given_back": True})), set(), "dddfs", None),
    ({}, purchase(pay_by=NOW), set(), "dfsss", None),
    (WITHDRAWN, LOST, set(), "dfsss", None),
    (WITHDRAWN, None, set(), "fssss", None),
    (WITHDRAWN, AWAY, set(), "uuuuu", None),
    (WITHDRAWN, purchase(order()), set(), "ddcww", "provider"),
    (WITHDRAWN, purchase(order(**PAID)), set(), "dddcw", "message"),
    (FULFILLED, purchase(order(**{**PAID, "fulfilment": "fulfilled"})), set(), "ddddd", None),
    (FULFILLED, purchase(order(**PAID)), {MBR}, "ddddc", "publication"),
    (FULFILLED, AWAY, set(), "ddddd", None),
    (FULFILLED, None, set(), "ddddd", None),
    ({"state": "refunded"}, AWAY, set(), "dddfs", None),
    ({**FULFILLED, "kind": "free", "order_id": None}, None, set(), "sssdd", None),
    ({**FULFILLED, "kind": "free", "order_id": None}, None, {MBR}, "sssdc", "publication"),
]


@pytest.mark.parametrize(("of", "told", "unpublished", "letters", "waits_for"), CASES)
def test_each_state_of_it(
    of: dict[str, Any], told: Told, unpublished: set[str], letters: str, waits_for: str | None
) -> None:
    steps = joins.steps_of(term(**of), MBR, APPLICATION, told, unpublished, NOW)
    names = [step["name"] for step in steps]
    assert names == ["applied", "approved", "payable", "ordered", "paid", "begun", "announced"]
    assert [step["state"][0] for step in steps] == [*"dd", *letters]
    assert [step["at"] for step in steps[:2]] == [HANDED_IN, APPROVED]
    waiting = [step for step in steps if step["waits_for"] is not None]
    assert [step["waits_for"] for step in waiting] == [waits_for][: len(waiting)]
    assert len(waiting) == (waits_for is not None)
    for step in steps:
        assert step["retried"] == (step["waits_for"] not in (None, "payer"))
    expected = "ended" if "f" in letters else "done" if set(letters) <= {*"ds"} else "under_way"
    assert joins.state_of(steps) == expected


def test_a_renewal_begins_with_what_can_be_paid() -> None:
    """It is told by the membership; there is no application."""
    renewal = term(purpose="renew", application_id=None)
    first, second, payable, *_ = joins.steps_of(renewal, MBR, None, None, {MBR}, NOW)
    assert (first["state"], second["state"]) == ("skipped", "skipped")
    assert (payable["waits_for"], payable["deadline"]) == ("publication", PAY_BY)


def test_an_approval_given_anew_is_of_another_term() -> None:
    former = term(id="trm_0", state="withdrawn")
    steps = joins.steps_of(former, MBR, APPLICATION, LOST, set(), NOW)
    assert (steps[1]["state"], steps[1]["at"]) == ("done", None)


def test_deadlines_are_those_of_the_present_step() -> None:
    said = {
        told["order"] is None: joins.steps_of(term(), MBR, APPLICATION, told, set(), NOW)
        for told in (purchase(), purchase(order()))
    }
    assert [step["deadline"] for step in said[True] if step["deadline"]] == [PAY_BY]
    assert [step["deadline"] for step in said[False] if step["deadline"]] == [NOW + HOUR]


@pytest.mark.parametrize(
    ("told", "stuck"),
    [
        (None, True),
        (purchase(), False),
        (purchase(order()), False),
        (purchase(order(**PAID)), False),
        (purchase(order(**{**PAID, "paid_at": NOW - joins.STUCK_AFTER})), True),
        (purchase(order(**{**PAID, "paid_at": NOW - HOUR, "fulfilment": "refused"})), False),
    ],
)
def test_what_is_stuck(told: PurchaseProgress | None, stuck: bool) -> None:
    assert joins.is_stuck(told, NOW) is stuck
