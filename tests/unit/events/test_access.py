"""Who belongs to a community, as meetups are shown to."""

import datetime as dt

import pytest

from chassis.standings import Standing
from services.events.usecases.access import belongs


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"state": "active", "joined_on": "2026-01-01"}, True),
        ({"state": "expired", "joined_on": "2024-01-01"}, True),
        ({"state": "pending_payment"}, False),
        ({"state": "cancelled"}, False),  # approved, never paid
        ({"state": None, "membership_id": None}, False),
        ({"state": None, "membership_id": None, "roles": ["scanner"]}, True),
        ({"state": None, "membership_id": None, "roles": ["applicant"]}, False),
    ],
)
def test_who_belongs(facts, expected):
    """O-1: who was approved and has not paid is no member yet, and sees no meetup."""
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
    assert belongs(Standing.of(known, dt.date(2026, 11, 21))) is expected
