"""Sign-in by a code, and sessions."""

from __future__ import annotations

from marshmallow import fields

from contracts.errors import membership as codes
from contracts.fields import Choice, Document, Empty, Id, Instant, Matching, Request, Text, Whole
from contracts.membership.inputs import email_address
from contracts.records import Rpc


class StartSignIn(Request):
    email = email_address(required=True)
    locale = Choice(
        "zh-CN", "en", load_default="zh-CN", metadata={"description": "language of the mail"}
    )


class SignInStarted(Document):
    challenge_id = Id("chl", required=True)
    expires_at = Instant(required=True)
    resend_after_seconds = Whole(required=True)


class FinishSignIn(Request):
    challenge_id = Id("chl", required=True)
    code = Matching(r"[0-9]{6}", "six digits", required=True, metadata={"example": "048213"})


class SessionTokens(Document):
    access_token = fields.String(required=True)
    token_type = fields.String(required=True)
    expires_in = Whole(required=True)
    refresh_token = fields.String(required=True)
    person_id = Id("per", required=True)


class RefreshSession(Request):
    refresh_token = Text(required=True, least=20, most=200)


class ChallengeRef(Request):
    challenge_id = Id("chl", required=True)


class SignInCode(Document):
    email = fields.String(required=True)
    code = fields.String(required=True)
    locale = fields.String(required=True)
    expires_at = Instant(required=True)


START_SIGN_IN = Rpc(
    "membership",
    "start_sign_in",
    "Send a six-digit code to an address.",
    StartSignIn,
    SignInStarted,
    errors=(codes.SIGN_IN_TOO_OFTEN,),
    idempotent=False,
)
FINISH_SIGN_IN = Rpc(
    "membership",
    "finish_sign_in",
    "Exchange the code for an access token (5 minutes) and a rotating refresh token.",
    FinishSignIn,
    SessionTokens,
    errors=(codes.SIGN_IN_CODE_WRONG,),
    idempotent=False,
)
REFRESH_SESSION = Rpc(
    "membership",
    "refresh_session",
    "Exchange a refresh token for new tokens; a token used twice ends its session.",
    RefreshSession,
    SessionTokens,
    errors=(codes.SESSION_ENDED,),
    idempotent=False,
)
END_SESSION = Rpc("membership", "end_session", "End the session of the access token.", Empty, Empty)
FETCH_SIGN_IN_CODE = Rpc(
    "membership",
    "fetch_sign_in_code",
    "Give the code of a challenge to the service that mails it; refused after use or expiry.",
    ChallengeRef,
    SignInCode,
    callers=("notifications",),
)
