"""Who may apply: each rule, and that each is asked."""

import datetime as dt
from dataclasses import replace
from typing import Any, cast

import pytest

from contracts.errors import DomainError, ErrorCode
from contracts.errors.membership import ALREADY_MEMBER, JOINING_NOT_POSSIBLE, REAPPLY_TOO_EARLY
from services.membership.domain.terms.memberships import FOR_GOOD
from services.membership.domain.vetting import screening
from services.membership.domain.vetting.screening import Applicant, check_may_apply

NOW = dt.datetime(2026, 3, 2, 4, tzinfo=dt.UTC)
POLICY: Any = {"reapply_after_days": 90, "revival_days": 30}
REAPPLY = {
    "opens_on": "2026-03-03",
    "opens_at": "2026-03-03T04:00:00.000Z",
    "zone": "Asia/Shanghai",
}
STRANGER = Applicant(None, None, POLICY, "Asia/Shanghai", NOW)


def member(state: str, ends_on: str = "2026-12-31") -> Any:
    dated = None if state in ("pending_payment", "cancelled") else ends_on
    return {"_id": "mbr_1", "state": state, "ends_on": dated, "grace_ends_on": dated}


def kept_out(state: str, until: str) -> Any:
    return {**member(state, "2026-01-30"), "suspended_until": until}


def rejected(days_ago: int) -> Any:
    return {"rejection": {"at": NOW - dt.timedelta(days=days_ago)}}


@pytest.mark.parametrize(
    "applicant",
    [
        STRANGER,
        replace(STRANGER, rejected=rejected(90)),
        replace(STRANGER, membership=member("cancelled")),
        replace(STRANGER, membership=kept_out("active", "2026-03-01")),
        replace(STRANGER, membership=member("active", "2026-01-30")),  # revival is over, too
    ],
)
def test_who_may_apply(applicant: Applicant) -> None:
    check_may_apply(applicant)


@pytest.mark.parametrize(
    ("changes", "error", "params"),
    [
        (
            {"membership": member("active")},
            ALREADY_MEMBER,
            {"membership_id": "mbr_1", "state": "active"},
        ),
        (
            {"membership": member("active", "2026-02-20")},
            ALREADY_MEMBER,
            {"membership_id": "mbr_1", "state": "expired"},
        ),
        (
            {"membership": member("pending_payment")},
            ALREADY_MEMBER,
            {"membership_id": "mbr_1", "state": "pending_payment"},
        ),
        ({"rejected": rejected(89)}, REAPPLY_TOO_EARLY, REAPPLY),
        # Kept out, also by a membership that is over: they hear no more than that.
        ({"membership": kept_out("active", "2026-03-02")}, JOINING_NOT_POSSIBLE, {}),
        ({"membership": kept_out("cancelled", FOR_GOOD)}, JOINING_NOT_POSSIBLE, {}),
        # The first rule that refuses is the answer.
        ({"membership": member("active"), "rejected": rejected(1)}, ALREADY_MEMBER, None),
    ],
)
def test_who_may_not(
    changes: dict[str, Any], error: ErrorCode, params: dict[str, Any] | None
) -> None:
    with pytest.raises(DomainError) as refused:
        check_may_apply(replace(STRANGER, **changes))
    assert refused.value.error is error
    assert params is None or refused.value.params == params


def test_every_rule_is_in_the_table() -> None:
    rules = {
        function
        for function in vars(screening).values()
        if getattr(function, "__module__", "") == screening.__name__
        and cast(Any, function).__annotations__.get("return") == (DomainError | None)
    }
    assert rules == set(screening.RULES)
