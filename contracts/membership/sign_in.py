"""Sign-in by a code that goes to an address or to a phone."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import ANYBODY, SERVICES_ONLY, whoever_has
from contracts.errors import membership as codes
from contracts.fields import Choice, Document, Id, Instant, Request, Text, Whole
from contracts.membership.inputs import EightDigits, EmailAddress, phone_number
from contracts.membership.sessions import SessionTokens
from contracts.records import Rpc


class StartSignIn(Request):
    email = EmailAddress(required=True)
    locale = Choice(
        "zh-CN", "en", load_default="zh-CN", metadata={"description": "language of the mail"}
    )
    proof = Text(
        load_default=None,
        allow_none=True,
        maximum=2000,
        metadata={
            "description": "the solution that `membership.sign_in_proof_needed` asks for;"
            " null: none was asked for",
            "example": None,
        },
    )


class StartPhoneSignIn(Request):
    phone = phone_number(required=True, metadata={"example": "+8613800138000"})
    locale = Choice(
        "zh-CN", "en", load_default="zh-CN", metadata={"description": "language of the message"}
    )
    proof = Text(
        load_default=None,
        allow_none=True,
        maximum=2000,
        metadata={
            "description": "the solution that `membership.sign_in_proof_needed` asks for;"
            " null: none was asked for",
            "example": None,
        },
    )


class SignInStarted(Document):
    """A code is on its way by mail; the answer is the same whoever has the address."""

    challenge_id = Id("chl", required=True)
    expires_at = Instant(required=True)
    resend_after_seconds = Whole(required=True)


class FinishSignIn(Request):
    challenge_id = Id("chl", required=True)
    code = EightDigits(required=True, metadata={"example": "0482 1375"})


class ChallengeRef(Request):
    challenge_id = Id("chl", required=True)


class SignInCode(Document):
    """For an address or a phone number: one of the two is null."""

    email = fields.String(required=True, allow_none=True)
    phone = fields.String(load_default=None, allow_none=True)
    code = fields.String(required=True)
    locale = fields.String(required=True)
    expires_at = Instant(required=True)


START_SIGN_IN = Rpc(
    "membership",
    "start_sign_in",
    "Send a code of eight digits to an address.",
    StartSignIn,
    SignInStarted,
    who=ANYBODY.but("limited per address"),
    errors=(codes.SIGN_IN_TOO_OFTEN, codes.SIGN_IN_PROOF_NEEDED),
    idempotent=False,
)
START_PHONE_SIGN_IN = Rpc(
    "membership",
    "start_phone_sign_in",
    "Send a code of eight digits to a phone; it is exchanged like one that was mailed.",
    StartPhoneSignIn,
    SignInStarted,
    who=ANYBODY.but("limited per number"),
    errors=(
        codes.SIGN_IN_TOO_OFTEN,
        codes.SIGN_IN_PROOF_NEEDED,
        codes.PHONE_COUNTRY_NOT_SERVED,
    ),
    idempotent=False,
)
FINISH_SIGN_IN = Rpc(
    "membership",
    "finish_sign_in",
    "Exchange the code for an access token (5 minutes) and a rotating refresh token.",
    FinishSignIn,
    SessionTokens,
    who=whoever_has("the code of the challenge"),
    errors=(codes.SIGN_IN_CODE_WRONG, codes.MAIL_DOMAIN_BLOCKED),
    idempotent=False,
)
FETCH_SIGN_IN_CODE = Rpc(
    "membership",
    "fetch_sign_in_code",
    "Give the code of a challenge to the service that sends it; refused after use or expiry.",
    ChallengeRef,
    SignInCode,
    who=SERVICES_ONLY,
    callers=("notifications",),
)
