"""Sessions: refreshed, listed, ended."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import OPERATORS, SIGNED_IN, the, whoever_has
from contracts.errors import membership as codes
from contracts.fields import (
    Boolean,
    Document,
    Empty,
    Id,
    Instant,
    PageRequest,
    Request,
    Whole,
    page_of,
)
from contracts.records import Event, Rpc


class SessionTokens(Document):
    """A session: a token for requests, and one that gets the next."""

    access_token = fields.String(required=True)
    token_type = fields.String(required=True)
    expires_in = Whole(required=True)
    refresh_token = fields.String(required=True)
    person_id = Id("per", required=True)


class RefreshSession(Request):
    # A text that is none of ours has ended, as one that was ours has: clients treat both alike.
    refresh_token = fields.String(required=True)


class Session(Document):
    """Where somebody is signed in; `last_used_at` is when its tokens were renewed last."""

    id = Id("ses", required=True)
    way = fields.String(
        load_default="email",
        metadata={"description": "how they signed in: `email`, `phone`, or the name of a way"},
    )
    started_at = Instant(required=True)
    last_used_at = Instant(required=True)
    expires_at = Instant(required=True)
    is_current = Boolean(
        required=True, metadata={"description": "the session of the token that asks"}
    )


class SessionRef(Request):
    session_id = Id("ses", required=True)


class EndMySessions(Request):
    keep_current = Boolean(
        load_default=False, metadata={"description": "the session of the token that asks goes on"}
    )


class SessionsOf(Request):
    person_id = Id("per", required=True)


class SessionsEnded(Document):
    """`session_id` is null when every session of the person that there was ended, but for the one
    that was kept."""

    person_id = Id("per", required=True)
    session_id = Id("ses", required=True, allow_none=True)
    kept_session_id = Id("ses", load_default=None, allow_none=True)
    ended_at = Instant(required=True)


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
LIST_MY_SESSIONS = Rpc(
    "membership",
    "list_my_sessions",
    "Where the signed-in person is signed in, newest first.",
    PageRequest,
    page_of(Session, "MySessions"),
    who=SIGNED_IN,
)
END_MY_SESSION = Rpc(
    "membership",
    "end_my_session",
    "End one of one's own sessions; ending it twice is one.",
    SessionRef,
    Empty,
    who=the("holder"),
)
END_MY_SESSIONS = Rpc(
    "membership",
    "end_my_sessions",
    "End all sessions of the signed-in person, this one too or all others.",
    EndMySessions,
    Empty,
    who=SIGNED_IN,
)
END_SESSIONS = Rpc(
    "membership",
    "end_sessions",
    "End all sessions of a person.",
    SessionsOf,
    Empty,
    who=OPERATORS.by_people(),
)
SESSIONS_ENDED = Event(
    "membership",
    "sessions_ended",
    "A session ended, or all of a person: access tokens of before are not to be taken any more.",
    SessionsEnded,
    subject="session id, or the person's id for all",
)
