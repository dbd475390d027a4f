"""The table of rules: event → notification type → category → channels (product.md §5).

A rule reads the event's facts only. `overdue_after` is the re-check before sending: a message whose
time has passed is suppressed, never sent late (an offer that expired is not announced).
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

Facts = Mapping[str, Any]
Overdue = Callable[[Facts, dt.datetime, str], bool]

IN_APP, EMAIL = "in_app", "email"
BOTH = (IN_APP, EMAIL)
TRANSACTIONAL, REMINDER, SOCIAL = "transactional", "reminder", "social"


def never_overdue(facts: Facts, now: dt.datetime, zone: str) -> bool:
    """The message stays true."""
    return False


def pay_by_passed(facts: Facts, now: dt.datetime, zone: str) -> bool:
    """Nothing can be paid any more."""
    return bool(now > facts["pay_by"])


def seat_given_away(facts: Facts, now: dt.datetime, zone: str) -> bool:
    """The seat is not kept any more."""
    return bool(now >= facts["until"])


def reminded_day_passed(facts: Facts, now: dt.datetime, zone: str) -> bool:
    """The term that was said to end has ended, or the grace that was said to run is over."""
    last_day = facts["term"]["ends_on"] if facts["days_left"] >= 0 else facts["grace_ends_on"]
    return now.astimezone(ZoneInfo(zone)).date().isoformat() > last_day


@dataclass(frozen=True)
class Rule:
    """One kind of message. `person` names the fact that holds the person; None = not known yet.

    `link` is the gateway address of what the message is about, filled from the facts.
    """

    event: str
    type: str
    category: str
    channels: tuple[str, ...]
    link: str
    person: str | None = "person_id"
    overdue: Overdue = never_overdue

    def recipient(self, facts: Facts) -> str | None:
        """The person to tell, or None when only a sign-in challenge is known."""
        return facts[self.person] if self.person else None


def _application(event: str, type: str, category: str = TRANSACTIONAL, **more: Any) -> Rule:
    link = "/v1/applications/{application_id}"
    return Rule(f"coterie.membership.{event}.v1", type, category, BOTH, link, **more)


def _membership(event: str, type: str, category: str = TRANSACTIONAL, **more: Any) -> Rule:
    link = "/v1/memberships/{membership_id}"
    return Rule(f"coterie.membership.{event}.v1", type, category, BOTH, link, **more)


def _registration(event: str, channels: tuple[str, ...], **more: Any) -> Rule:
    link = "/v1/registrations/{registration_id}"
    return Rule(f"coterie.events.{event}.v1", event, TRANSACTIONAL, channels, link, **more)


RULES = (
    Rule(
        "coterie.membership.sign_in_requested.v1",
        "sign_in_code",
        TRANSACTIONAL,
        (EMAIL,),
        link="",
        person=None,
    ),
    _application("application_submitted", "application_received"),
    _application("application_info_requested", "application_info_requested"),
    _application("application_approved", "application_approved", overdue=pay_by_passed),
    _application("application_rejected", "application_rejected"),
    _application("application_lapsed", "application_lapsed"),
    _application("payment_reminder_due", "payment_reminder", REMINDER, overdue=pay_by_passed),
    _membership("activated", "membership_activated"),
    _membership("renewed", "membership_renewed"),
    _membership("entered_grace", "membership_in_grace"),
    _membership("expired", "membership_expired"),
    _membership("cancelled", "membership_cancelled"),
    _membership("term_ending", "term_ending", REMINDER, overdue=reminded_day_passed),
    Rule(
        "coterie.payments.order_refunded.v1",
        "order_refunded",
        TRANSACTIONAL,
        BOTH,
        link="/v1/orders/{order_id}",
        person="payer_id",
    ),
    _registration("registration_selected", BOTH, overdue=seat_given_away),
    _registration("registration_waitlisted", (IN_APP,)),
    _registration("registration_confirmed", (IN_APP,)),
    _registration("seat_offered", BOTH, overdue=seat_given_away),
    _registration("seat_lapsed", (IN_APP,)),
    _registration("registration_cancelled", BOTH),
)
BY_EVENT = {rule.event: rule for rule in RULES}
BY_TYPE = {rule.type: rule for rule in RULES}
