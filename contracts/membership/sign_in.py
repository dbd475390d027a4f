"""Sign-in by a code, and sessions."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from contracts.access import ANYBODY, OPERATORS, SERVICES_ONLY, SIGNED_IN, whoever_has
from contracts.errors import membership as codes
from contracts.fields import Choice, Document, Empty, Id, Instant, Matching, Request, Text, Whole
from contracts.membership.inputs import EmailAddress
from contracts.records import Event, Rpc


class EightDigits(Matching):
    """A code as mails show it, `1234 5678`: blanks may stand anywhere and count for nothing."""

    def __init__(self, **kwargs: Any):
        super().__init__(" *([0-9] *){8}", "eight digits", **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return super()._deserialize(value, attr, data, **kwargs).replace(" ", "")


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
            "description": "the solution that `membership.sign_in_proof_needed` asks for",
            "example": None,
        },
    )


class SignInStarted(Document):
    challenge_id = Id("chl", required=True)
    expires_at = Instant(required=True)
    resend_after_seconds = Whole(required=True)


class FinishSignIn(Request):
    challenge_id = Id("chl", required=True)
    code = EightDigits(required=True, metadata={"example": "0482 1375"})


class SessionTokens(Document):
    access_token = fields.String(required=True)
    token_type = fields.String(required=True)
    expires_in = Whole(required=True)
    refresh_token = fields.String(required=True)
    person_id = Id("per", required=True)


class RefreshSession(Request):
    refresh_token = Text(required=True, minimum=20, maximum=200)


class SessionsOf(Request):
    person_id = Id("per", required=True)


class SessionsEnded(Document):
    """`session_id` is null when every session of the person that there was ended."""

    person_id = Id("per", required=True)
    session_id = Id("ses", required=True, allow_none=True)
    ended_at = Instant(required=True)


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
    "Send a code of eight digits to an address.",
    StartSignIn,
    SignInStarted,
    who=ANYBODY.but("limited per address"),
    errors=(codes.SIGN_IN_TOO_OFTEN, codes.SIGN_IN_PROOF_NEEDED),
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
REFRESH_SESSION = Rpc(
    "membership",
    "refresh_session",
    "Exchange a refresh token for new tokens; a token used twice ends its session.",
    RefreshSession,
    SessionTokens,
    who=whoever_has("the newest refresh token of the session"),
    errors=(codes.SESSION_ENDED,),
    idempotent=False,
)
END_SESSION = Rpc(
    "membership", "end_session", "End the session of the access token.", Empty, Empty, who=SIGNED_IN
)
END_MY_SESSIONS = Rpc(
    "membership",
    "end_my_sessions",
    "End all sessions of the signed-in person, this one too.",
    Empty,
    Empty,
    who=SIGNED_IN,
)
END_SESSIONS = Rpc(
    "membership",
    "end_sessions",
    "End all sessions of a person.",
    SessionsOf,
    Empty,
    who=OPERATORS,
)
SESSIONS_ENDED = Event(
    "membership",
    "sessions_ended",
    "A session ended, or all of a person: access tokens of before are not to be taken any more.",
    SessionsEnded,
    subject="session id, or the person's id for all",
)
FETCH_SIGN_IN_CODE = Rpc(
    "membership",
    "fetch_sign_in_code",
    "Give the code of a challenge to the service that mails it; refused after use or expiry.",
    ChallengeRef,
    SignInCode,
    who=SERVICES_ONLY,
    callers=("notifications",),
)
