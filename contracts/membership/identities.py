"""Ways to sign in besides e-mail: accounts elsewhere and phones, linked and unlinked."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import ANYBODY, SIGNED_IN, the, whoever_has
from contracts.errors import membership as codes
from contracts.fields import (
    Boolean,
    Choice,
    Document,
    Empty,
    Id,
    Instant,
    Matching,
    Request,
)
from contracts.membership.inputs import front_end_address, way_name
from contracts.membership.sessions import SessionTokens
from contracts.membership.sign_in import FinishSignIn
from contracts.records import Event, Rpc
from contracts.states.membership import WAY_KINDS

_STATE = {"example": "01JD6Q3F0M8V6Z4X2K9T7R5WYB"}
_SECRET = {
    "description": "what the start answered for this browser alone",
    "example": "oJ3xX0Vd1c4l8m5S7mFQf0o0o2yq1yY0bXl5k9Zr7cE",
}
_CODE = {"description": "the `code` that the provider sent along", "example": "0e1f5a2b7c"}


class Way(Document):
    """`kind` says what a front end has to do: send people to an address (`oidc`, `wechat_website`
    with its QR code, `wechat_official` inside WeChat), or ask WeChat for a code in a mini program
    (`wechat_mini`)."""

    name = fields.String(required=True, metadata={"example": "wechat-website"})
    kind = Choice(*WAY_KINDS, required=True)
    label = fields.String(
        load_default="",  # an older release does not say
        metadata={
            "description": "what a button says, in the reader's language",
            "example": "微信",
        },
    )


class Ways(Document):
    """`phone_countries` are what numbers may begin with; none: no codes are sent to phones."""

    ways = fields.List(fields.Nested(Way), required=True)
    phone_countries = fields.List(fields.String(), required=True)


class StartAtWay(Request):
    way = way_name(required=True, metadata={"example": "wechat-website"})
    callback_url = front_end_address(
        required=True,
        metadata={
            "description": "the page of the front end to which the provider sends people back,"
            " where `state` and `code` are read; the provider has to know it, too",
            "example": "http://localhost:5173/signed-in",
        },
    )
    return_to = front_end_address(
        required=True,
        metadata={
            "description": "the page from which they came, which the end answers again",
            "example": "http://localhost:5173/join?claim=7Q2M",
        },
    )
    locale = Choice(
        "zh-CN", "en", load_default="zh-CN", metadata={"description": "language of a new person"}
    )


class StartedAtWay(Document):
    """Send the browser to `authorize_url`, and keep `browser_secret` in it (`sessionStorage`)."""

    authorize_url = fields.String(
        required=True, metadata={"example": "https://id.example.com/authorize?state=01JD6Q3F0M8V"}
    )
    state = fields.String(required=True, metadata=_STATE)
    browser_secret = fields.String(required=True, metadata=_SECRET)
    expires_at = Instant(required=True)


class FinishAtWay(Request):
    """Of a mini program the code alone, which it has from `wx.login`."""

    way = way_name(required=True, metadata={"example": "wechat-website"})
    code = Matching(r"[!-~]{1,2000}", "provider_code", required=True, metadata=_CODE)
    state = Matching(
        r"[0-9A-HJKMNP-TV-Z]{26}",
        "provider_state",
        load_default=None,
        allow_none=True,
        metadata=_STATE,
    )
    browser_secret = Matching(
        r"[A-Za-z0-9_-]{43}",
        "browser_secret",
        load_default=None,
        allow_none=True,
        metadata={**_SECRET, "description": f"{_SECRET['description']}; null: a mini program"},
    )


class SignedInAtWay(SessionTokens):
    return_to = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "where people go on; null for a mini program",
            "example": "https://app.example.com/join?claim=7Q2M",
        },
    )
    is_new = Boolean(required=True, metadata={"description": "whether the person came just now"})


class Identity(Document):
    """A way by which its person can sign in besides their address."""

    id = Id("idn", required=True)
    way = fields.String(required=True, metadata={"example": "phone"})
    label = fields.String(
        required=True,
        metadata={
            "description": "the phone number, or what the person is called there",
            "example": "+8613800138000",
        },
    )
    linked_at = Instant(required=True)


class Identities(Document):
    """All of a person, ten at most besides the address, which is changed, not unlinked; null for
    who has none."""

    email = fields.String(required=True, allow_none=True)
    identities = fields.List(fields.Nested(Identity), required=True)


class LinkedAtWay(Document):
    """What was linked, and where its person goes on."""

    identity = fields.Nested(Identity, required=True)
    return_to = fields.String(
        required=True,
        allow_none=True,
        metadata={"example": "https://app.example.com/settings"},
    )


class IdentityFacts(Document):
    """`way` is what it is called among the person's own ways; what it is called elsewhere, a
    number or an address is in no event. `identity_id` is null for the address (way `email`)."""

    identity_id = Id("idn", required=True, allow_none=True)
    person_id = Id("per", required=True)
    way = fields.String(required=True, metadata={"example": "wechat"})


class IdentityRef(Request):
    identity_id = Id("idn", required=True)


_REFUSED_THERE = (
    codes.SIGN_IN_STATE_USED,
    codes.SIGN_IN_IN_PREVIEW,
    codes.SIGN_IN_WAY_AWAY,
)
_NOT_STARTED = (
    codes.SIGN_IN_BEGINS_IN_PROGRAM,
    codes.RETURN_ADDRESS_NOT_ALLOWED,
    codes.SIGN_IN_WAY_AWAY,
)
ASKS_OTHERS_SECONDS = 9.0  # two or three answers of a provider, within what the gateway waits

LIST_WAYS = Rpc(
    "membership",
    "list_ways",
    "By which ways people can sign in besides e-mail.",
    Empty,
    Ways,
    who=ANYBODY,
)
START_AT_WAY = Rpc(
    "membership",
    "start_at_way",
    "Begin a sign-in with an external provider (WeChat, OpenID Connect): where to send the"
    " browser.",
    StartAtWay,
    StartedAtWay,
    who=ANYBODY,
    errors=_NOT_STARTED,
    deadline=ASKS_OTHERS_SECONDS,
    idempotent=False,
)
FINISH_AT_WAY = Rpc(
    "membership",
    "finish_at_way",
    "Exchange what the provider sent along for a session; creates the person at the first time.",
    FinishAtWay,
    SignedInAtWay,
    who=whoever_has("a code of the provider"),
    errors=(
        *_REFUSED_THERE,
        codes.SIGN_IN_STATE_WRONG,
        codes.SIGN_IN_NONCE_WRONG,
        codes.SIGN_IN_NOT_VOUCHED,
    ),
    deadline=ASKS_OTHERS_SECONDS,
    idempotent=False,
)
LIST_MY_IDENTITIES = Rpc(
    "membership",
    "list_my_identities",
    "By what the signed-in person can sign in.",
    Empty,
    Identities,
    who=SIGNED_IN,
)
START_LINKING = Rpc(
    "membership",
    "start_linking",
    "Begin to link an account elsewhere to oneself: where to send the browser.",
    StartAtWay,
    StartedAtWay,
    who=SIGNED_IN.signed_in_lately(),
    errors=_NOT_STARTED,
    deadline=ASKS_OTHERS_SECONDS,
    idempotent=False,
)
FINISH_LINKING = Rpc(
    "membership",
    "finish_linking",
    "Link the account elsewhere that the provider vouches for to oneself.",
    FinishAtWay,
    LinkedAtWay,
    who=SIGNED_IN.signed_in_lately("for a mini program"),
    errors=(
        *_REFUSED_THERE,
        codes.LINK_NOT_VOUCHED,
        codes.IDENTITY_TAKEN,
        codes.IDENTITIES_TOO_MANY,
    ),
    deadline=ASKS_OTHERS_SECONDS,
    idempotent=False,
)
LINK_BY_CODE = Rpc(
    "membership",
    "link_by_code",
    "Link a phone number, or an e-mail address if the account has none, by its sign-in code.",
    FinishSignIn,
    Identities,
    who=SIGNED_IN.signed_in_lately(),
    errors=(
        codes.LINK_CODE_WRONG,
        codes.IDENTITY_TAKEN,
        codes.IDENTITIES_TOO_MANY,
        codes.EMAIL_PRESENT,
        codes.MAIL_DOMAIN_BLOCKED,
    ),
    idempotent=False,
)
UNLINK_IDENTITY = Rpc(
    "membership",
    "unlink_identity",
    "Take a way to sign in away from oneself; all other sessions of the person end.",
    IdentityRef,
    Empty,
    who=the("holder").signed_in_lately(),
    errors=(codes.IDENTITY_LAST,),
)

IDENTITY_LINKED = Event(
    "membership",
    "identity_linked",
    "Somebody linked a way to sign in; what they came by at first is none.",
    IdentityFacts,
    subject="identity id; of an address person id",
)
IDENTITY_UNLINKED = Event(
    "membership",
    "identity_unlinked",
    "Somebody took a way to sign in away.",
    IdentityFacts,
    subject="identity id",
)
