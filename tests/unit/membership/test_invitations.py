"""Invitations: who may use one, and what an application holds of it, against a small model."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import DomainError
from contracts.errors import membership as codes
from contracts.membership import Policy
from contracts.problems import load
from services.membership.domain.vetting import applications, invitations, reviews, undoing
from services.membership.domain.vetting.reviews import Reviewer

NOW = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)
POLICY: Any = {**load(Policy(), {}), "invitations_skip_review": True}


def an_invitation(**changes: Any) -> Any:
    return {
        "_id": "inv_1",
        "community_id": "com_1",
        "inviter_id": "per_inviter",
        "label": "dinner",
        "plan_id": None,
        "uses": 1,
        "used": 0,
        "skips_review": True,
        "expires_at": NOW + dt.timedelta(days=1),
        "revoked_at": None,
        **changes,
    }


def invited(state: Any = "draft", person_id: str = "per_applicant", **changes: Any) -> Any:
    made = applications.draft(
        id="app_1",
        community_id="com_1",
        person_id=person_id,
        plan_id=None,
        form_version=1,
        answers={},
        now=NOW,
    )
    kept = invitations.invited_by(an_invitation(**changes))
    at = None if state == "draft" else NOW
    return {**made, "state": state, "version": 1, "submitted_at": at, "invitation": kept}


def refused(call: Any, *arguments: Any) -> Any:
    with pytest.raises(DomainError) as error:
        call(*arguments)
    return error.value.error


def test_a_link_is_over_in_three_ways() -> None:
    invitations.require_usable(an_invitation(), NOW)
    usable = invitations.require_usable
    later = NOW + dt.timedelta(days=1)
    assert refused(usable, an_invitation(revoked_at=NOW), NOW) is codes.INVITATION_REVOKED
    assert refused(usable, an_invitation(), later) is codes.INVITATION_EXPIRED
    assert refused(usable, an_invitation(used=1), NOW) is codes.INVITATION_USED_UP
    assert refused(usable, an_invitation(used=2), NOW) is codes.INVITATION_USED_UP


def test_what_was_revoked_stays_so() -> None:
    once = invitations.revoke(an_invitation(), NOW)
    assert invitations.revoke(once, NOW + dt.timedelta(days=1)) is once


STEPS: dict[str, Any] = {
    "reject": lambda it: reviews.reject(it, "other", "", NOW),
    "approve": lambda it: reviews.approve(it, NOW, POLICY),
    "withdraw": lambda it: applications.withdraw(it, NOW),
    "lapse": lambda it: applications.lapse(it, NOW),
    "join": applications.join,
    "undo": lambda one: undoing.undo(one, NOW, POLICY),
    "reopen": lambda it: undoing.reopen(it, "per_owner", NOW, POLICY),
    "forget": applications.forget,
}


@given(st.lists(st.sampled_from([*STEPS]), max_size=12))
def test_a_use_is_held_until_an_end_without_approval(steps: list[str]) -> None:
    """rules.md §1.11: given back once, taken again with the undo; a model of two facts."""
    application, used = invited("submitted"), 1
    approved = False
    for step in steps:
        try:
            application = STEPS[step](application)
        except DomainError:
            continue
        if step in ("approve", "reopen", "undo"):
            approved = step != "undo"
        application, by = invitations.settle_use(application)
        used += by
        ended = application["state"] in ("rejected", "withdrawn")
        assert used == (0 if ended and not approved else 1), step
        assert application["invitation"]["holds_use"] == bool(used)
        assert invitations.settle_use(application) == (application, 0)


def test_it_approves_the_first_time_and_others_alone() -> None:
    """rules.md §1.11: as the policy says now; never for who made it."""
    assert invitations.asks_to_skip(invited(), POLICY)
    assert not invitations.asks_to_skip(invited("needs_info"), POLICY)
    assert not invitations.asks_to_skip(invited(person_id="per_inviter"), POLICY)
    assert not invitations.asks_to_skip(invited(skips_review=False), POLICY)
    off: Any = load(Policy(), {})
    assert not invitations.asks_to_skip(invited(), off)
    plain = invited()
    del plain["invitation"]
    assert not invitations.asks_to_skip(plain, POLICY)
    assert invitations.settle_use(plain) == (plain, 0)


def test_an_undo_takes_its_approval_away() -> None:
    approved = invitations.approve(invited("submitted"), NOW, POLICY)
    assert (approved["state"], approved["invitation"]["approved"]) == ("approved", True)
    assert undoing.decided_by(approved) is None
    assert not undoing.undo(approved, NOW, POLICY)["invitation"]["approved"]


def test_who_invited_is_conflicted() -> None:
    """rules.md §1.6."""
    application = invited("submitted")
    for person_id, barred in (("per_inviter", True), ("per_other", False)):
        who = Reviewer(person_id, True, None)
        assert reviews.is_conflicted(application, None, who) is barred
