"""A standing as of a date: ends are inclusive and count before any sweep (product.md §2)."""

import datetime as dt
from typing import Any

import pytest

from chassis.standings import Standing

FACTS = {
    "community_id": "com_1",
    "person_id": "per_1",
    "roles": ["member", "reviewer"],
    "membership_id": "mbr_1",
    "state": "active",
    "zone": "Asia/Shanghai",
    "joined_on": "2025-12-01",
    "term_ends_on": "2026-11-30",
    "grace_ends_on": "2026-12-07",
    "level": None,
    "segment": "medical",
    "version": 4,
}


@pytest.mark.parametrize(
    ("stored", "today", "state", "active"),
    [
        ("active", "2026-11-30", "active", True),
        ("active", "2026-12-01", "grace", True),
        ("grace", "2026-12-07", "grace", True),
        ("active", "2026-12-08", "expired", False),
        ("grace", "2026-12-08", "expired", False),
        ("expired", "2026-11-01", "expired", False),
        ("suspended", "2026-11-01", "suspended", False),
        ("paused", "2026-11-01", "paused", False),
        ("pending_payment", "2026-11-01", "pending_payment", False),
        ("cancelled", "2026-11-30", "cancelled", False),
        ("cancelled", "2026-12-01", "cancelled", False),
        (None, "2026-11-01", None, False),
    ],
)
def test_state_and_access(stored: str | None, today: str, state: str | None, active: bool) -> None:
    standing = Standing.of({**FACTS, "state": stored}, dt.date.fromisoformat(today))
    assert (standing.state, standing.is_active) == (state, active)
    assert ("member" in standing.roles) == active
    assert "reviewer" in standing.roles


@pytest.mark.parametrize(
    ("facts", "today", "state", "is_member"),
    [
        ({"state": "suspended", "suspended_until": "2026-11-10"}, "2026-11-10", "suspended", True),
        ({"state": "suspended", "suspended_until": "2026-11-10"}, "2026-11-11", "active", True),
        ({"state": "suspended", "suspended_until": "2026-12-03"}, "2026-12-04", "grace", True),
        ({"state": "suspended", "suspended_until": "9999-12-31"}, "2027-12-31", "suspended", False),
        ({"state": "paused", "paused_through": "2026-11-10"}, "2026-11-10", "paused", True),
        ({"state": "paused", "paused_through": "2026-11-10"}, "2026-11-11", "active", True),
        ({"state": "paused", "paused_through": "2026-11-10"}, "2026-12-03", "grace", True),
        ({"cancels_at_end": True}, "2026-11-30", "active", True),
        ({"cancels_at_end": True}, "2026-12-01", "cancelled", False),
    ],
)
def test_who_is_kept_out_or_leaves(
    facts: dict[str, Any], today: str, state: str, is_member: bool
) -> None:
    """rules.md §2.1, §3.6: by facts and dates; who is kept out is a member for prices."""
    standing = Standing.of({**FACTS, **facts}, dt.date.fromisoformat(today))
    assert (standing.state, standing.is_member) == (state, is_member)
    assert standing.is_active == (state in ("active", "grace"))


def test_missing_dates() -> None:
    forever = Standing.of(
        {**FACTS, "term_ends_on": None, "grace_ends_on": None}, dt.date(2030, 1, 1)
    )
    assert forever.state == "active"
    no_grace = Standing.of({**FACTS, "grace_ends_on": None}, dt.date(2026, 12, 1))
    assert no_grace.state == "expired"
    cancelled = Standing.of(
        {**FACTS, "state": "cancelled", "term_ends_on": None}, dt.date(2026, 1, 1)
    )
    assert not cancelled.is_active
