"""What the membership service tells."""

from __future__ import annotations

from marshmallow import fields

from contracts.fields import Boolean, Choice, Day, Document, Id, Instant, Whole
from contracts.membership.memberships import Term
from contracts.news import things_changed
from contracts.purchases import PurchaseAnswer
from contracts.records import Audience, Event
from contracts.states.membership import (
    ACCESS_CHANGES,
    APPLICATION_STATES,
    CHANGE_CAUSES,
    MEMBERSHIP_STATES,
    UNDOERS,
)


def _named_plan() -> Id:
    described = "null = none was named: the only one on sale"
    return Id("pln", load_default=None, allow_none=True, metadata={"description": described})


class SignInRequested(Document):
    challenge_id = Id("chl", required=True)
    locale = fields.String(required=True)


class ApplicationFacts(Document):
    application_id = Id("app", required=True)
    community_id = Id("com", required=True)
    person_id = Id("per", required=True)
    state = Choice(*APPLICATION_STATES, required=True)
    submitted_at = Instant(
        load_default=None,
        allow_none=True,
        metadata={"description": "when it was first handed in; null from earlier versions"},
    )


class ApplicationApprovedFacts(ApplicationFacts):
    membership_id = Id("mbr", required=True)
    term_id = Id("trm", required=True)
    plan_id = _named_plan()
    pay_by = Instant(required=True)
    opening = Whole(
        load_default=1,
        metadata={"description": "how many times it was approved or reopened; prices are by it"},
    )


class DecisionUndone(ApplicationFacts):
    decision = Choice("approved", "rejected", required=True)
    by = Choice(
        *UNDOERS,
        required=True,
        metadata={"description": "the applicant undoes an approval by editing the answers"},
    )


class ApplicationDecided(ApplicationFacts):
    """A reviewer's step. Its words stay with the application: `get_decision_words` gives them to
    who writes to the applicant, by the instant `at` of the step."""

    reason = fields.String(required=True)
    at = Instant(required=True)


class PaymentReminder(ApplicationFacts):
    pay_by = Instant(required=True)


class MembershipFacts(Document):
    """The state of a membership after the fact; the same for all public membership events."""

    membership_id = Id("mbr", required=True)
    community_id = Id("com", required=True)
    person_id = Id("per", required=True)
    number = Whole(required=True, allow_none=True)
    state = Choice(*MEMBERSHIP_STATES, required=True)
    joined_on = Day(required=True, allow_none=True)
    term = fields.Nested(Term, required=True, allow_none=True)
    grace_ends_on = Day(required=True, allow_none=True)
    access_change = Choice(
        *ACCESS_CHANGES,
        load_default="none",
        metadata={"description": "whether the person gained or lost access by it (rules.md §2.15)"},
    )
    cause = Choice(*CHANGE_CAUSES, load_default=None, allow_none=True)


class SuspendedFacts(MembershipFacts):
    until = Day(
        required=True,
        allow_none=True,
        metadata={"description": "the last day of it; null = for good"},
    )


class PausedFacts(MembershipFacts):
    through = Day(
        required=True,
        metadata={"description": "the last day of it, unless it is resumed before"},
    )


class TermDatesChanged(Document):
    """What the dates of a term are now; complete, so that the newest one wins."""

    term_id = Id("trm", required=True)
    membership_id = Id("mbr", required=True)
    community_id = Id("com", required=True)
    order_id = Id("ord", required=True, allow_none=True)
    starts_on = Day(required=True)
    ends_on = Day(required=True)
    grace_ends_on = Day(
        required=True,
        allow_none=True,
        metadata={"description": "the last day of its grace; null = another term follows"},
    )
    paused_days = Whole(
        required=True, metadata={"description": "by how many days pauses have moved its end"}
    )


class ActivatedFacts(MembershipFacts):
    after_lapse = Boolean(
        load_default=False,
        metadata={"description": "paid after the approval had lapsed, and accepted all the same"},
    )


class TermEnding(MembershipFacts):
    days_left = fields.Integer(required=True)


class RenewalFacts(Document):
    membership_id = Id("mbr", required=True)
    community_id = Id("com", required=True)
    person_id = Id("per", required=True)
    term_id = Id("trm", required=True)
    plan_id = _named_plan()
    first_payment = Boolean(
        load_default=False,
        metadata={"description": "no term was ever paid or imported: it takes a place, as joining"},
    )
    pay_by = Instant(required=True)


class PurchaseWithdrawn(Document):
    purchase_id = Id("pur", required=True)
    community_id = Id("com", required=True)
    reason = fields.String(required=True)
    lapsed = Boolean(
        load_default=False,
        metadata={"description": "only its pay-by passed: a late payment may still be accepted"},
    )


class PurchaseExtended(Document):
    purchase_id = Id("pur", required=True)
    community_id = Id("com", required=True)
    pay_by = Instant(required=True)


def _application_event(name: str, meaning: str, data: type = ApplicationFacts) -> Event:
    return Event("membership", name, meaning, data, subject="application id")


def _membership_event(
    name: str, meaning: str, data: type = MembershipFacts, *, consumed: bool = True
) -> Event:
    return Event(
        "membership",
        name,
        meaning,
        data,
        subject="membership id",
        audience=Audience.INTEGRATORS,
        consumed=consumed,
    )


SIGN_IN_REQUESTED = Event(
    "membership",
    "sign_in_requested",
    "Somebody wants to sign in; the code is fetched once by challenge id.",
    SignInRequested,
    subject="challenge id",
)
PHONE_SIGN_IN_REQUESTED = Event(
    "membership",
    "phone_sign_in_requested",
    "Somebody wants to sign in by phone; number and code are fetched by challenge id.",
    SignInRequested,
    subject="challenge id",
)
APPLICATION_SUBMITTED = _application_event("application_submitted", "An application came in.")
APPLICATION_INFO_REQUESTED = _application_event(
    "application_info_requested", "A reviewer needs more from the applicant.", ApplicationDecided
)
APPLICATION_APPROVED = _application_event(
    "application_approved",
    "The application was approved; payments makes the membership payable.",
    ApplicationApprovedFacts,
)
APPLICATION_REJECTED = _application_event(
    "application_rejected", "The application was rejected.", ApplicationDecided
)
DECISION_UNDONE = _application_event(
    "decision_undone",
    "What was decided about the application is taken back: it is in review again.",
    DecisionUndone,
)
APPLICATION_REOPENED = _application_event(
    "application_reopened",
    "An application that had lapsed is approved again; payments makes the membership payable.",
    ApplicationApprovedFacts,
)
APPLICATION_LAPSED = _application_event(
    "application_lapsed", "An approved application was not paid in time."
)
PAYMENT_REMINDER_DUE = _application_event(
    "payment_reminder_due", "An approved applicant has not paid yet.", PaymentReminder
)
ACTIVATED = _membership_event(
    "activated", "A membership began: its first term was fulfilled.", ActivatedFacts
)
MEMBERSHIP_IMPORTED = _membership_event(
    "membership_imported",
    "A member of before came with an import; nobody joined now.",
    consumed=False,
)
RENEWED = _membership_event("renewed", "A further term was added.")
ENTERED_GRACE = _membership_event("entered_grace", "The term ended; access goes on in grace.")
PLAN_CHANGED = _membership_event(
    "plan_changed", "A further term was added, of another plan than the one before."
)
EXPIRED = _membership_event("expired", "The membership ended without renewal.")
TERM_REVOKED = _membership_event(
    "term_revoked",
    "One of several terms was refunded in full; a later one takes its place, or the one before goes"
    " on.",
    consumed=False,
)
CANCELLED = _membership_event("cancelled", "The membership ended by choice or by a full refund.")
ACCESS_GAINED = _membership_event(
    "access_gained",
    "The person has access again, by something that tells nothing else: a suspension or pause is"
    " over, or there are more days of grace.",
    consumed=False,
)
ACCESS_LOST = _membership_event(
    "access_lost",
    "The person has no access any more, by something that tells nothing else: a suspension, or a"
    " pause.",
    consumed=False,
)
SUSPENDED = Event(
    "membership",
    "suspended",
    "An owner keeps the member out, until a day or for good.",
    SuspendedFacts,
    subject="membership id",
)
SUSPENSION_ENDED = Event(
    "membership",
    "suspension_ended",
    "The member is kept out no more: the day has passed, or an owner lifted it.",
    MembershipFacts,
    subject="membership id",
)
PAUSED = Event(
    "membership",
    "paused",
    "The term is put aside: no access until it is resumed, or its days are used up.",
    PausedFacts,
    subject="membership id",
)
RESUMED = Event(
    "membership",
    "resumed",
    "A pause is over; its days have moved the end of the term.",
    MembershipFacts,
    subject="membership id",
)
TERM_DATES_CHANGED = Event(
    "membership",
    "term_dates_changed",
    "A term that was paid for has other dates: a pause, a refund before it, or days of grace that"
    " were given back.",
    TermDatesChanged,
    subject="term id",
)
CANCELLATION_CHOSEN = Event(
    "membership",
    "cancellation_chosen",
    "The member wants no more than what is paid for: the membership ends with its term.",
    MembershipFacts,
    subject="membership id",
)
RENEWAL_STARTED = Event(
    "membership",
    "renewal_started",
    "A member wants the next term; payments makes it payable.",
    RenewalFacts,
    subject="membership id",
)
TERM_ENDING = Event(
    "membership",
    "term_ending",
    "A reminder is due: the term ends soon, today, or has ended into grace.",
    TermEnding,
    subject="membership id",
)
PURCHASE_FULFILLED = Event(
    "membership",
    "purchase_fulfilled",
    "The paid order was turned into a term.",
    PurchaseAnswer,
    subject="order id",
)
PURCHASE_REFUSED = Event(
    "membership",
    "purchase_refused",
    "The paid order cannot be fulfilled; the payer gets the money back.",
    PurchaseAnswer,
    subject="order id",
)
PURCHASE_EXTENDED = Event(
    "membership",
    "purchase_extended",
    "There is more time to pay, because for a while nobody could.",
    PurchaseExtended,
    subject="purchase id",
)
PURCHASE_WITHDRAWN = Event(
    "membership",
    "purchase_withdrawn",
    "What was to be paid is not for sale any more.",
    PurchaseWithdrawn,
    subject="purchase id",
)
THINGS_CHANGED = things_changed("membership")
