"""A change of a person's mail address, confirmed at the old one and at the new one (ADR 0052)."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import SERVICES_ONLY, SIGNED_IN
from contracts.errors import membership as codes
from contracts.fields import Choice, Document, Empty, Id, Instant, Request
from contracts.membership.inputs import EightDigits, EmailAddress
from contracts.membership.people import Person
from contracts.records import Event, Rpc
from contracts.states.membership import EMAIL_SIDES


class StartEmailChange(Request):
    email = EmailAddress(required=True, metadata={"description": "the new address"})


class EmailChange(Document):
    """What waits for its two codes, which went by mail; `email` is the new address."""

    id = Id("emc", required=True)
    email = fields.String(required=True)
    started_at = Instant(required=True)
    expires_at = Instant(required=True)


class ConfirmEmailChange(Request):
    old_code = EightDigits(
        required=True,
        metadata={
            "description": "the code from the mail to the old address",
            "example": "0482 1375",
        },
    )
    new_code = EightDigits(
        required=True,
        metadata={
            "description": "the code from the mail to the new address",
            "example": "7731 0946",
        },
    )


class EmailChangeSide(Request):
    """One of the two addresses of a change."""

    change_id = Id("emc", required=True)
    side = Choice(*EMAIL_SIDES, required=True)


class EmailCode(Document):
    """`code` is null when the new address is another person's, who is told that somebody tried;
    `name` is empty where it would be told to somebody who may not know the person."""

    email = fields.String(required=True)
    name = fields.String(required=True)
    locale = fields.String(required=True)
    code = fields.String(required=True, allow_none=True)
    expires_at = Instant(required=True)


class ChangedEmail(Document):
    """Where to tell of a change that was made."""

    email = fields.String(required=True)
    name = fields.String(required=True)
    locale = fields.String(required=True)


class EmailChangeFacts(Document):
    change_id = Id("emc", required=True)
    person_id = Id("per", required=True)


START_EMAIL_CHANGE = Rpc(
    "membership",
    "start_email_change",
    "Send a code to the old and to the new address; whether somebody has the new one is not said.",
    StartEmailChange,
    EmailChange,
    who=SIGNED_IN.signed_in_lately(),
    errors=(
        codes.EMAIL_MISSING,
        codes.EMAIL_UNCHANGED,
        codes.MAIL_DOMAIN_BLOCKED,
        codes.SIGN_IN_TOO_OFTEN,
    ),
)
GET_EMAIL_CHANGE = Rpc(
    "membership",
    "get_email_change",
    "The change of one's own address that waits for its codes.",
    Empty,
    EmailChange,
    who=SIGNED_IN,
)
WITHDRAW_EMAIL_CHANGE = Rpc(
    "membership",
    "withdraw_email_change",
    "Take the change of one's own address back; its codes are worth nothing then.",
    Empty,
    Empty,
    who=SIGNED_IN,
)
CONFIRM_EMAIL_CHANGE = Rpc(
    "membership",
    "confirm_email_change",
    "Change the address by both codes; all other sessions of the person end.",
    ConfirmEmailChange,
    Person,
    who=SIGNED_IN.but("with both codes"),
    errors=(codes.EMAIL_CODE_WRONG, codes.EMAIL_TAKEN),
)
FETCH_EMAIL_CODE = Rpc(
    "membership",
    "fetch_email_code",
    "Give one code of a change to the service that mails it; refused once the change is over.",
    EmailChangeSide,
    EmailCode,
    who=SERVICES_ONLY,
    callers=("notifications",),
)
GET_CHANGED_EMAIL = Rpc(
    "membership",
    "get_changed_email",
    "Where to tell of a change that was made.",
    EmailChangeSide,
    ChangedEmail,
    who=SERVICES_ONLY,
    callers=("notifications",),
)

EMAIL_CHANGE_STARTED = Event(
    "membership",
    "email_change_started",
    "Somebody wants another address; the codes are fetched by change id.",
    EmailChangeFacts,
    subject="email change id",
)
EMAIL_CHANGED = Event(
    "membership",
    "email_changed",
    "A person's address was changed; both addresses hear of it.",
    EmailChangeFacts,
    subject="email change id",
)
