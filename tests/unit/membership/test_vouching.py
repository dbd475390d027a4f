"""Vouching: codes, who may, and a small model of what an application has."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import DomainError
from contracts.errors import membership as codes
from contracts.membership import Policy
from contracts.problems import load
from services.membership.adapters.signed_codes import SignedCodes
from services.membership.domain.vetting import applications, reviews, vouching
from services.membership.domain.vetting.reviews import Reviewer

NOW = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)
CODES = SignedCodes(b"0" * 32, codes.VOUCHING_CODE_WRONG)


def waiting(state: Any = "submitted") -> Any:
    made = applications.draft(
        id="app_1",
        community_id="com_1",
        person_id="per_applicant",
        plan_id=None,
        form_version=1,
        answers={},
        now=NOW,
    )
    return {**made, "state": state, "version": 1, "submitted_at": NOW}


def refused(call: Any, *arguments: Any) -> Any:
    with pytest.raises(DomainError) as error:
        call(*arguments)
    return error.value.error


@given(st.text(max_size=60))
def test_only_its_own_code_finds_an_application(text: str) -> None:
    code = CODES.of("app_1")
    assert CODES.id_of(code) == "app_1"
    if text != code:
        assert refused(CODES.id_of, text) is codes.VOUCHING_CODE_WRONG
    assert refused(CODES.id_of, f"app_2.{code.partition('.')[2]}")
    other = SignedCodes(b"1" * 32, codes.VOUCHING_CODE_WRONG)
    assert refused(other.id_of, code) is codes.VOUCHING_CODE_WRONG


@given(
    st.lists(st.tuples(st.sampled_from(["vouch", "take back"]), st.integers(0, 24)), max_size=60)
)
def test_an_application_has_one_vouch_of_each(steps: list[tuple[str, int]]) -> None:
    """rules.md §1.6, §1.7: against a set; who ever was in it gives no verdict, nor has a claim."""
    application: Any = waiting()
    model, near = set[str](), set[str]()
    for step, number in steps:
        member = f"per_{number}"
        if step == "vouch":
            application = {**application, "claimed_by": member, "claimed_until": NOW}
            if member in model:
                error = refused(vouching.vouch, application, member, "Yes", NOW)
                assert error is codes.VOUCHED_ALREADY
            elif len(model) == vouching.MOST_VOUCHES:
                error = refused(vouching.vouch, application, member, "Yes", NOW)
                assert error is codes.VOUCHES_ENOUGH
            else:
                application = vouching.vouch(application, member, "Yes", NOW)
                model.add(member)
                near.add(member)
                assert application["claimed_by"] is None
        elif member in model:
            application = vouching.take_back(application, member)
            model.remove(member)
        else:
            assert refused(vouching.vouch_of, application, member)
        assert {one["voucher_id"] for one in application.get("vouches", [])} == model
        assert ("vouches" in application) == bool(model)  # indexes go by it
        for one in ("per_1", "per_2"):
            barred = reviews.is_conflicted(application, None, Reviewer(one, False, None))
            assert barred == (one in near)


@pytest.mark.parametrize(
    "state", ["draft", "approved", "rejected", "withdrawn", "joined", "lapsed"]
)
def test_after_the_decision_nothing_is_said_or_taken_back(state: str) -> None:
    """The same refusal for every outcome: who vouches does not learn it here."""
    vouched = {**vouching.vouch(waiting(), "per_1", "Yes", NOW), "state": state}
    for error in (
        refused(vouching.vouch, vouched, "per_2", "Yes", NOW),
        refused(vouching.take_back, vouched, "per_1"),
    ):
        assert error is codes.VOUCHING_OVER


@pytest.mark.parametrize(
    ("changed", "may"),
    [
        ({}, True),
        ({"joined_on": "2025-12-02"}, True),
        ({"joined_on": "2025-12-03"}, False),  # 89 days
        ({"joined_on": None}, False),
        ({"ends_on": "2026-03-01"}, False),  # in grace
        ({"suspended_until": "2026-04-01"}, False),
    ],
)
def test_who_may_vouch(changed: dict[str, Any], may: bool) -> None:
    """rules.md §1.7: a membership that runs, and 90 days since joining."""
    membership: Any = {
        "state": "active",
        "joined_on": "2025-01-01",
        "ends_on": "2026-12-31",
        "grace_ends_on": "2027-01-07",
        "zone": "Asia/Shanghai",
        "terms": [],
        **changed,
    }
    policy: Any = load(Policy(), {"vouching": "flag"})
    if may:
        vouching.require_eligible(membership, policy, "2026-03-02")
    else:
        error = refused(vouching.require_eligible, membership, policy, "2026-03-02")
        assert error is codes.VOUCHER_NOT_ELIGIBLE
    assert refused(vouching.require_eligible, None, policy, "2026-03-02")


def test_words_go_with_who_said_them_and_with_the_applicant() -> None:
    both = vouching.vouch(vouching.vouch(waiting(), "per_1", "One", NOW), "per_2", "Two", NOW)
    left = vouching.forget_words(both, "per_1")["vouches"]
    assert [one["words"] for one in left] == ["", "Two"]
    gone = applications.forget({**both, "state": "rejected"})["vouches"]
    assert [(one["voucher_id"], one["words"]) for one in gone] == [("per_1", ""), ("per_2", "")]
    assert "vouches" not in applications.forget(waiting("rejected"))
