"""Who belongs to a community, as meetups are shown to."""

import datetime as dt
from typing import Any

import pytest

from chassis.standings import Standing
from contracts import events


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"state": "active", "joined_on": "2026-01-01"}, True),
        ({"state": "expired", "joined_on": "2024-01-01"}, False),
        ({"state": "pending_payment"}, False),
        ({"state": "cancelled"}, False),  # approved, never paid
        ({"state": None, "membership_id": None}, False),
        ({"state": None, "membership_id": None, "roles": ["scanner"]}, True),
        ({"state": None, "membership_id": None, "roles": ["applicant"]}, False),
    ],
)
def test_who_belongs(facts: dict[str, Any], expected: bool) -> None:
    """O-1: who has not paid yet is no member and sees no meetup; nor does who was one."""
    nobody = dict.fromkeys(
        ("joined_on", "term_ends_on", "grace_ends_on", "level", "segment", "state")
    )
    known = {
        **nobody,
        "community_id": "com_1",
        "person_id": "per_1",
        "membership_id": "mbr_1",
        "roles": [],
        **facts,
    }
    roles = Standing.of(known, dt.date(2026, 11, 21)).roles
    assert (not events.GET_MEETUP.who.roles.isdisjoint(roles)) is expected
