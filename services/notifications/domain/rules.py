"""The table of rules: event → notification type → category → channels (product.md §5).

A rule reads the event's facts only. `overdue` is the re-check before sending: a message whose time
has passed is suppressed, never sent late (an offer that expired is not announced).
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from zoneinfo import ZoneInfo

from contracts.access import GrantableRole
from contracts.states.membership import EmailSide, LinkKind, LinkPurpose
from contracts.states.notifications import Category, Channel

Facts = Mapping[str, Any]
Words = Literal["decision", "refund", "place", "transfer", "refund_answer", "keys"]
Overdue = Callable[[Facts, dt.datetime, str], bool]

IN_APP: Channel = "in_app"
BOTH: tuple[Channel, ...] = (IN_APP, "email")

# Of what is due the lowest number goes first; codes, which somebody waits for at a screen, have a
# lane of their own besides.
CODE = 0
PRIORITIES: dict[Category, int] = {"transactional": 1, "reminder": 2, "social": 3, "campaign": 4}


def never_overdue(facts: Facts, now: dt.datetime, zone: str) -> bool:
    """The message stays true."""
    return False


def pay_by_passed(facts: Facts, now: dt.datetime, zone: str) -> bool:
    """Nothing can be paid any more."""
    return bool(now > facts["pay_by"])


def transfer_over(facts: Facts, now: dt.datetime, zone: str) -> bool:
    """The order that it was for has ended."""
    return bool(now >= facts["until"])


def seat_given_away(facts: Facts, now: dt.datetime, zone: str) -> bool:
    """The seat is not kept any more."""
    return bool(now >= facts["until"])


def seat_unpayable(facts: Facts, now: dt.datetime, zone: str) -> bool:
    """The seat cannot be paid for any more."""
    return bool(now >= facts["payable"]["pay_by"])


def meetup_begun(facts: Facts, now: dt.datetime, zone: str) -> bool:
    """Whoever wanted to come is there, or hears of it too late."""
    return bool(now >= facts["starts_at"])


def grace_over(facts: Facts, now: dt.datetime, zone: str) -> bool:
    """The grace that was said to run has ended: the membership's end is told by itself."""
    last_day = facts["grace_ends_on"]
    return last_day is not None and _today(now, zone) > last_day


def reminded_day_passed(facts: Facts, now: dt.datetime, zone: str) -> bool:
    """The term that was said to end has ended, or the grace that was said to run is over."""
    last_day = facts["term"]["ends_on"] if facts["days_left"] >= 0 else facts["grace_ends_on"]
    return _today(now, zone) > last_day


def reminder_day_over(facts: Facts, now: dt.datetime, zone: str) -> bool:
    """The day of which it speaks is over; the next one has its own."""
    return _today(now, zone) > facts["day"]


def erasure_begun(facts: Facts, now: dt.datetime, zone: str) -> bool:
    """It cannot be taken back any more."""
    return bool(now >= facts["erase_at"])


def _today(now: dt.datetime, zone: str) -> str:
    return now.astimezone(ZoneInfo(zone)).date().isoformat()


@dataclass(frozen=True)
class Lead:
    """Where a message leads: what it is about, and where the community's own site shows that, if
    the community says so; with a `purpose` the address is a signed link."""

    about: LinkKind
    page: str | None
    purpose: LinkPurpose | None = None

    def signed(self, purpose: LinkPurpose, token: str) -> "Lead":
        """The address with a token in its fragment, which browsers send to no server."""
        return Lead(self.about, f"{self.page}#link={token}", purpose)


@dataclass(frozen=True)
class Rule:
    """One kind of message. `person` names the fact that holds the person; None = not known yet.

    `link` is the gateway address of what the message is about, filled from the facts; `about` is
    its kind, where the fact `<kind>_id` holds its id. `words` says
    whose words belong into it: events and messages hold none, they are asked for when it is worded.
    With `roles` it is for all who hold one of them in the community.
    What has a `side` goes to that address of a change of addresses, whoever reads mail there. With
    `has_code` membership gives the code that it brings, until nobody needs it any more. With
    `needs_seat` the events service is asked, too, before a mail goes out: the seat may have
    been declined, or the registration withdrawn, long before its time. With a `purpose` its mail
    leads there by a signed link, which acts on what the fact `acts_on` names, or on the purchase
    that the facts say is payable.
    """

    event: str
    type: str
    category: Category
    channels: tuple[Channel, ...]
    link: str
    about: LinkKind | None = None
    person: str | None = "person_id"
    roles: tuple[GrantableRole, ...] = ()
    overdue: Overdue = never_overdue
    words: Words | None = None
    side: EmailSide | None = None
    has_code: bool = False
    needs_seat: bool = False
    purpose: LinkPurpose | None = None
    acts_on: str = ""

    @property
    def priority(self) -> int:
        """Before what else that is due it goes."""
        return CODE if self.has_code else PRIORITIES[self.category]

    def recipient(self, facts: Facts) -> str | None:
        """The person to tell, or None when only a sign-in challenge is known."""
        return facts[self.person] if self.person else None

    def acted_on(self, facts: Facts) -> tuple[str | None, str | None]:
        """What its link acts on, and until when, as far as the facts say it."""
        payable = facts.get("payable")
        if payable is not None:
            return payable["purchase_id"], payable["pay_by"]
        return facts.get(self.acts_on), facts.get("until")

    def lead(self, facts: Facts, links: Mapping[Any, Any]) -> Lead | None:
        """Where it leads by the `links` of its community; None when it is about an account."""
        if self.about is None:
            return None
        address, id = links.get(self.about), facts.get(f"{self.about}_id")
        return Lead(self.about, address.replace("{id}", id) if address and id else None)


def _application(event: str, type: str, category: Category = "transactional", **more: Any) -> Rule:
    link = "/v1/applications/{application_id}"
    name = f"coterie.membership.{event}.v1"
    return Rule(name, type, category, BOTH, link, about="application", **more)


def _membership(event: str, type: str, category: Category = "transactional", **more: Any) -> Rule:
    link = "/v1/memberships/{membership_id}"
    name = f"coterie.membership.{event}.v1"
    return Rule(name, type, category, BOTH, link, about="membership", **more)


def _transfer(event: str, category: Category) -> Rule:
    return Rule(
        f"coterie.payments.{event}.v1",
        event,
        category,
        BOTH,
        link="/v1/orders/{order_id}",
        about="order",
        person="payer_id",
        overdue=transfer_over,
        words="transfer",
    )


def _registration(event: str, channels: tuple[Channel, ...], **more: Any) -> Rule:
    link = "/v1/registrations/{registration_id}"
    name = f"coterie.events.{event}.v1"
    return Rule(name, event, "transactional", channels, link, about="registration", **more)


def _email_change(event: str, type: str, side: EmailSide, **more: Any) -> Rule:
    name, link = f"coterie.membership.{event}.v1", "/v1/me/email-change"
    return Rule(name, f"{type}_{side}", "transactional", ("email",), link, side=side, **more)


def _identity(event: str) -> Rule:
    name, link = f"coterie.membership.{event}.v1", "/v1/me/identities"
    return Rule(name, event, "transactional", ("email",), link)


def _of_keys(event: str) -> Rule:
    name, link = f"coterie.membership.{event}.v1", "/v1/communities/{community_id}/api-keys"
    return Rule(name, event, "transactional", BOTH, link, roles=("owner",), words="keys")


# Membership knows an application's purchase.
PAYS: dict[str, Any] = {"purpose": "pay", "acts_on": "application_id"}
RENEWS: dict[str, Any] = {"purpose": "renew", "acts_on": "membership_id"}
RULES = (
    Rule(
        "coterie.membership.sign_in_requested.v1",
        "sign_in_code",
        "transactional",
        ("email",),
        link="",
        person=None,
        has_code=True,
    ),
    Rule(
        "coterie.membership.phone_sign_in_requested.v1",
        "phone_code",
        "transactional",
        ("sms",),
        link="",
        person=None,
        has_code=True,
    ),
    _email_change("email_change_started", "email_code", "old", has_code=True),
    _email_change("email_change_started", "email_code", "new", has_code=True),
    _email_change("email_changed", "email_changed", "old"),
    _email_change("email_changed", "email_changed", "new"),
    Rule(
        "coterie.membership.erasure_asked.v1",
        "erasure_asked",
        "transactional",
        ("email",),
        link="/v1/me/erasure",
        overdue=erasure_begun,
    ),
    _identity("identity_linked"),
    _identity("identity_unlinked"),
    _of_keys("api_key_made"),
    _of_keys("api_keys_left"),
    Rule(
        "coterie.payments.provider_account_changed.v1",
        "provider_account_changed",
        "transactional",
        BOTH,
        link="/v1/communities/{community_id}/provider-accounts/{provider}",
        roles=("owner", "treasurer"),
    ),
    Rule(
        "coterie.membership.reviews_overdue.v1",
        "reviews_overdue",
        "reminder",
        BOTH,
        link="/v1/communities/{community_id}/review-queue",
        roles=("owner", "reviewer"),
        overdue=reminder_day_over,
    ),
    _application("application_submitted", "application_received"),
    _application("application_info_requested", "application_info_requested", words="decision"),
    _application("application_approved", "application_approved", overdue=pay_by_passed, **PAYS),
    _application("application_rejected", "application_rejected", words="decision"),
    _application("application_lapsed", "application_lapsed"),
    _application("decision_undone", "application_decision_undone"),
    _application("application_reopened", "application_reopened", overdue=pay_by_passed, **PAYS),
    _application(
        "payment_reminder_due", "payment_reminder", "reminder", overdue=pay_by_passed, **PAYS
    ),
    _membership("activated", "membership_activated"),
    _membership("renewed", "membership_renewed"),
    _membership("plan_changed", "membership_plan_changed"),
    _membership("entered_grace", "membership_in_grace", overdue=grace_over, **RENEWS),
    _membership("expired", "membership_expired"),
    _membership("cancelled", "membership_cancelled"),
    _membership("cancellation_chosen", "membership_ends_with_term"),
    _membership("suspended", "membership_suspended"),
    _membership("paused", "membership_paused"),
    _membership("resumed", "membership_resumed"),
    _membership("suspension_ended", "membership_suspension_ended"),
    _membership("term_ending", "term_ending", "reminder", overdue=reminded_day_passed, **RENEWS),
    Rule(
        "coterie.payments.order_refunded.v1",
        "order_refunded",
        "transactional",
        BOTH,
        link="/v1/orders/{order_id}",
        about="order",
        person="payer_id",
        words="refund",
    ),
    Rule(
        "coterie.payments.refund_declined.v1",
        "refund_declined",
        "transactional",
        BOTH,
        link="/v1/orders/{order_id}",
        about="order",
        person="payer_id",
        words="refund_answer",
    ),
    _transfer("transfer_incomplete", "transactional"),
    _transfer("transfer_ending", "reminder"),
    _registration(
        "registration_selected",
        BOTH,
        overdue=seat_given_away,
        needs_seat=True,
        purpose="decline",
        acts_on="registration_id",
    ),
    _registration("registration_waitlisted", (IN_APP,)),
    _registration("registration_confirmed", (IN_APP,)),
    _registration(
        "seat_offered",
        BOTH,
        overdue=seat_given_away,
        needs_seat=True,
        purpose="decline",
        acts_on="offer_id",
    ),
    _registration("seat_payable", BOTH, overdue=seat_unpayable, needs_seat=True, purpose="pay"),
    _registration("seat_lapsed", (IN_APP,)),
    _registration("registration_cancelled", BOTH),
    _registration("meetup_changed", BOTH, overdue=meetup_begun, words="place"),
)
BY_EVENT = {
    event: tuple(rule for rule in RULES if rule.event == event)
    for event in dict.fromkeys(rule.event for rule in RULES)
}
BY_TYPE = {rule.type: rule for rule in RULES}
# The lanes in which messages are sent: none waits for another, within one the priority decides.
CODES = (CODE,)
OTHERS = tuple(sorted({rule.priority for rule in RULES} - {CODE}))
KINDS = {CODE: "code", **{number: category for category, number in PRIORITIES.items()}}
