"""The table of rules: complete, without surprises, and never late."""

import datetime as dt

import pytest

from contracts.notifications import CATEGORIES, CHANNELS
from contracts.records import EVENTS
from services.notifications.domain.rules import BY_EVENT, BY_TYPE, RULES
from tests.unit.notifications.samples import facts_of, made_id

ZONE = "Asia/Shanghai"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.type)
def test_rule_fits_the_event_it_reads(rule):
    """Person, link and deadline of each rule come from facts that its event declares."""
    facts = facts_of(rule.event)
    assert rule.category in CATEGORIES
    assert set(rule.channels) <= set(CHANNELS)
    assert "{" not in rule.link.format(**facts)
    assert isinstance(rule.overdue(facts, dt.datetime(2026, 11, 21, tzinfo=dt.UTC), ZONE), bool)
    if rule.person:
        assert rule.recipient(facts) == made_id("per")


def test_one_rule_for_each_event_and_type():
    """A cause never makes two messages over one channel (I-11)."""
    assert len(BY_EVENT) == len(BY_TYPE) == len(RULES)
    assert set(BY_EVENT) <= set(EVENTS)


@pytest.mark.parametrize("type", ["application_approved", "payment_reminder"])
def test_pay_by_that_passed_is_not_announced(type):
    """product.md §5: re-check before sending."""
    rule = BY_TYPE[type]
    facts = facts_of(rule.event, pay_by="2026-11-24T08:00:00Z")
    pay_by = facts["pay_by"]
    assert not rule.overdue(facts, pay_by, ZONE)
    assert rule.overdue(facts, pay_by + dt.timedelta(milliseconds=1), ZONE)


@pytest.mark.parametrize("type", ["registration_selected", "seat_offered"])
def test_seat_that_went_to_others_is_not_announced(type):
    """product.md §5: an offer that expired is not announced."""
    rule = BY_TYPE[type]
    facts = facts_of(rule.event)
    assert not rule.overdue(facts, facts["until"] - dt.timedelta(milliseconds=1), ZONE)
    assert rule.overdue(facts, facts["until"], ZONE)


@pytest.mark.parametrize(
    ("days_left", "utc", "late"),
    [
        (7, "2027-11-20T15:59:00+00:00", False),  # still the last day in Shanghai
        (7, "2027-11-20T16:00:00+00:00", True),
        (-3, "2027-11-20T16:00:00+00:00", False),
        (-3, "2027-11-27T16:00:00+00:00", True),
    ],
)
def test_reminder_counts_days_where_the_community_is(days_left, utc, late):
    """Term ends are dates in the community's zone, the end included (product.md §2)."""
    rule = BY_TYPE["term_ending"]
    facts = facts_of(rule.event, days_left=days_left)
    assert rule.overdue(facts, dt.datetime.fromisoformat(utc), ZONE) is late
