"""The table of rules: complete, without surprises, and never late."""

import datetime as dt

import pytest

from chassis.consumers import Queue
from contracts import membership
from contracts.records import EVENTS
from contracts.states.notifications import CATEGORIES, CHANNELS
from services.notifications.domain.rules import (
    BY_EVENT,
    BY_TYPE,
    CODES,
    RULES,
    Rule,
    never_overdue,
)
from services.notifications.service import JOBS, REACTIONS
from tests.unit.notifications.samples import facts_of, made_id

ZONE = "Asia/Shanghai"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.type)
def test_rule_fits_the_event_it_reads(rule: Rule) -> None:
    """Person, link and deadline of each rule come from facts that its event declares."""
    facts = facts_of(rule.event)
    assert rule.category in CATEGORIES
    assert set(rule.channels) <= set(CHANNELS)
    assert "{" not in rule.link.format(**facts)
    if rule.about is not None:
        assert facts[f"{rule.about}_id"] in rule.link.format(**facts)
    assert isinstance(rule.overdue(facts, dt.datetime(2026, 11, 21, tzinfo=dt.UTC), ZONE), bool)
    if rule.person and not rule.roles:
        assert rule.recipient(facts) == made_id("per")


def test_one_rule_for_each_type() -> None:
    """A cause never makes two messages of one kind over one channel (I-11); more than one kind
    only where they go to different addresses."""
    assert len(BY_TYPE) == len(RULES)
    assert set(BY_EVENT) <= set(EVENTS)
    several = {event: rules for event, rules in BY_EVENT.items() if len(rules) > 1}
    assert {event: [rule.side for rule in rules] for event, rules in several.items()} == {
        "coterie.membership.email_change_started.v1": ["old", "new"],
        "coterie.membership.email_changed.v1": ["old", "new"],
    }


def test_every_message_wakes_its_lane() -> None:
    """product.md §5: who waits for a mail does not wait for the next round."""
    wakes = {
        job.name: {str(writes.having).removeprefix("facts.") for writes in job.wakes}
        for job in JOBS
    }
    for rule in RULES:
        lane = "send_codes" if rule.priority in CODES else "send_deliveries"
        assert wakes[lane] & set(facts_of(rule.event)), rule.type


def test_every_rule_has_its_queue() -> None:
    """product.md §5: a rule whose event nobody takes would be silence, and a queue without a rule
    would fill the parking lot."""
    taken = [
        event.type
        for source in REACTIONS
        for event in (source.events if isinstance(source, Queue) else (source,))
    ]
    assert sorted(taken) == sorted([*BY_EVENT, membership.PERSON_ERASED.type])


@pytest.mark.parametrize("type", ["application_approved", "payment_reminder"])
def test_pay_by_that_passed_is_not_announced(type: str) -> None:
    """product.md §5: re-check before sending."""
    rule = BY_TYPE[type]
    facts = facts_of(rule.event, pay_by="2026-11-24T08:00:00Z")
    pay_by = facts["pay_by"]
    assert not rule.overdue(facts, pay_by, ZONE)
    assert rule.overdue(facts, pay_by + dt.timedelta(milliseconds=1), ZONE)


@pytest.mark.parametrize("type", ["registration_selected", "seat_offered"])
def test_seat_that_went_to_others_is_not_announced(type: str) -> None:
    """product.md §5: an offer that expired is not announced."""
    rule = BY_TYPE[type]
    facts = facts_of(rule.event)
    assert not rule.overdue(facts, facts["until"] - dt.timedelta(milliseconds=1), ZONE)
    assert rule.overdue(facts, facts["until"], ZONE)


def test_a_seat_that_cannot_be_paid_for_any_more_is_not_announced() -> None:
    """Money that comes later than that may find it gone."""
    rule = BY_TYPE["seat_payable"]
    facts = facts_of(rule.event)
    pay_by = facts["payable"]["pay_by"]
    assert not rule.overdue(facts, pay_by - dt.timedelta(milliseconds=1), ZONE)
    assert rule.overdue(facts, pay_by, ZONE)
    assert pay_by < facts["until"]


@pytest.mark.parametrize(
    ("days_left", "utc", "late"),
    [
        (7, "2027-11-20T15:59:00+00:00", False),  # still the last day in Shanghai
        (7, "2027-11-20T16:00:00+00:00", True),
        (-3, "2027-11-20T16:00:00+00:00", False),
        (-3, "2027-11-27T16:00:00+00:00", True),
    ],
)
def test_reminder_counts_days_where_the_community_is(days_left: int, utc: str, late: bool) -> None:
    """Term ends are dates in the community's zone, the end included (product.md §2)."""
    rule = BY_TYPE["term_ending"]
    facts = facts_of(rule.event, days_left=days_left)
    assert rule.overdue(facts, dt.datetime.fromisoformat(utc), ZONE) is late


@pytest.mark.parametrize(
    ("utc", "late"),
    [("2027-11-27T15:59:00+00:00", False), ("2027-11-27T16:00:00+00:00", True)],
)
def test_a_grace_that_is_over_is_not_announced(utc: str, late: bool) -> None:
    """R33: after a long outage the mail of the end goes out, not that of the grace as well."""
    grace, end = BY_TYPE["membership_in_grace"], BY_TYPE["membership_expired"]
    now = dt.datetime.fromisoformat(utc)
    assert grace.overdue(facts_of(grace.event), now, ZONE) is late
    assert not end.overdue(facts_of(end.event), now, ZONE)
    assert not grace.overdue(facts_of(grace.event, grace_ends_on=None), now, ZONE)


@pytest.mark.parametrize("type", ["transfer_incomplete", "transfer_ending"])
def test_a_transfer_whose_order_ended_is_not_asked_for(type: str) -> None:
    rule = BY_TYPE[type]
    facts = facts_of(rule.event)
    assert not rule.overdue(facts, facts["until"] - dt.timedelta(seconds=1), ZONE)
    assert rule.overdue(facts, facts["until"], ZONE)


def test_what_expires_and_what_is_sent_however_late() -> None:
    """R6: by kind. What stays true is sent after days; codes end with their challenge, which
    membership knows; seats are asked for, too."""
    expires = {
        "erasure_asked",
        "application_approved",
        "application_reopened",
        "payment_reminder",
        "term_ending",
        "membership_in_grace",
        "transfer_incomplete",
        "transfer_ending",
        "registration_selected",
        "seat_offered",
        "seat_payable",
        "meetup_changed",
        "reviews_overdue",
    }
    assert {rule.type for rule in RULES if rule.overdue is not never_overdue} == expires
    assert {rule.type for rule in RULES if rule.needs_seat} == {
        "registration_selected",
        "seat_offered",
        "seat_payable",
    }
    assert {rule.type for rule in RULES if rule.category == "reminder"} <= expires
