"""API keys: what a team's server shows instead of an access token (H-32, ADR 0072)."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import (
    GRANTABLE_ROLES,
    KEY_SCOPES,
    OPERATORS,
    OWNING_ROLES,
    SERVICES_ONLY,
    SYSTEM_KEY_SCOPES,
    THE_GATEWAY,
    Scope,
    holders,
)
from contracts.api_keys import MOST_KEYS
from contracts.errors import membership as codes
from contracts.fields import (
    Choice,
    Document,
    Id,
    Instant,
    ListOf,
    Matching,
    PageRequest,
    Request,
    Text,
    Whole,
    page_of,
)
from contracts.records import Event, Rpc
from contracts.states.membership import API_KEY_STATES

MOST_DAYS = 366
_DIGEST = r"[0-9a-f]{64}"


def _scopes(scopes: tuple[Scope, ...]) -> ListOf:
    return ListOf(
        Choice(*scopes, metadata={"example": "meetups:read"}),
        required=True,
        minimum=1,
        maximum=len(scopes),
        metadata={"description": "what it is good for; each operation names its own"},
    )


class CreateSystemApiKey(Request):
    name = Text(
        required=True,
        minimum=1,
        maximum=60,
        metadata={"description": "what it is for", "example": "网站后台"},
    )
    scopes = _scopes(SYSTEM_KEY_SCOPES)
    expires_in_days = Whole(load_default=90, minimum=1, maximum=MOST_DAYS)


class CreateApiKey(CreateSystemApiKey):
    community_id = Id("com", required=True)
    scopes = _scopes(KEY_SCOPES)
    roles = ListOf(
        Choice(*GRANTABLE_ROLES, metadata={"example": "host"}),
        required=True,
        minimum=1,
        maximum=len(GRANTABLE_ROLES),
        metadata={"description": "the roles that it holds in the community"},
    )


class ApiKey(Document):
    """An API key as it is listed; what opens doors was shown once and is stored nowhere."""

    id = Id("key", required=True)
    community_id = fields.String(
        required=True,
        metadata={"description": "the community, or `system`: it is an operator's, for all"},
    )
    name = fields.String(required=True)
    hint = fields.String(
        required=True,
        metadata={
            "description": "its first characters, to tell keys apart",
            "example": "ck_live_7Fq",
        },
    )
    roles = fields.List(fields.String(), required=True)
    scopes = fields.List(fields.String(), required=True)
    state = Choice(*API_KEY_STATES, required=True)
    made_by = Id("per", required=True)
    created_at = Instant(required=True)
    expires_at = Instant(required=True)
    last_used_at = Instant(
        required=True,
        allow_none=True,
        metadata={"description": "when it was used last, to within an hour; null: never yet"},
    )
    revoked_at = Instant(required=True, allow_none=True)
    version = Whole(required=True)


class MadeApiKey(ApiKey):
    """`key` is shown here and never again."""

    key = fields.String(
        required=True,
        metadata={"description": "send it as `Authorization: Bearer …`; keep it as a secret"},
    )


class ListApiKeys(PageRequest):
    community_id = Id("com", required=True)


class ApiKeyRef(Request):
    api_key_id = Id("key", required=True)


class ApiKeyDigest(Request):
    digest = Matching(_DIGEST, "sha256", required=True, metadata={"example": 64 * "0"})


class ResolvedApiKey(Document):
    """What a gateway has to know of a key."""

    id = Id("key", required=True)
    community_id = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)
    scopes = fields.List(fields.String(), required=True)
    expires_at = Instant(required=True)
    revoked_at = Instant(required=True, allow_none=True)


class ApiKeyMade(Document):
    """What owners are told, who get the name by `get_api_key_names`; not what opens doors."""

    api_key_id = Id("key", required=True)
    community_id = Id("com", required=True)
    made_by = Id("per", required=True)
    hint = fields.String(required=True)
    expires_at = Instant(required=True)


class LeftApiKey(Document):
    """A key that goes on without who made it."""

    api_key_id = Id("key", required=True)
    hint = fields.String(required=True)
    last_used_at = Instant(required=True, allow_none=True)


class ApiKeysLeft(Document):
    """The live keys of an owner who is none any more: the others revoke what nobody needs."""

    community_id = Id("com", required=True)
    person_id = Id("per", required=True)
    keys = fields.List(fields.Nested(LeftApiKey), required=True)


class ApiKeyNamesRef(Request):
    community_id = Id("com", required=True)
    api_key_ids = ListOf(Id("key"), required=True, minimum=1, maximum=MOST_KEYS)


class ApiKeyNames(Document):
    """In the order of the ids; what is not there any more has none."""

    names = fields.List(fields.String(), required=True)


class ApiKeyRevoked(Document):
    api_key_id = Id("key", required=True)
    community_id = fields.String(required=True)


_OWNERS = holders(OWNING_ROLES).by_people()

CREATE_API_KEY = Rpc(
    "membership",
    "create_api_key",
    "Make an API key of a community; the answer shows it, and nothing shows it again.",
    CreateApiKey,
    MadeApiKey,
    who=_OWNERS.signed_in_lately(),
    errors=(codes.API_KEYS_MANY,),
    idempotent=False,  # its answer is not to be stored
)
LIST_API_KEYS = Rpc(
    "membership",
    "list_api_keys",
    "The API keys of a community, newest first; those that are over for 90 days more.",
    ListApiKeys,
    page_of(ApiKey, "ApiKeys"),
    who=_OWNERS,
)
CREATE_SYSTEM_API_KEY = Rpc(
    "membership",
    "create_system_api_key",
    "Make an API key that operates the system; the answer shows it, and nothing shows it again.",
    CreateSystemApiKey,
    MadeApiKey,
    who=OPERATORS.by_people().signed_in_lately(),
    errors=(codes.API_KEYS_MANY,),
    idempotent=False,
)
LIST_SYSTEM_API_KEYS = Rpc(
    "membership",
    "list_system_api_keys",
    "The API keys that operate the system, newest first; those that are over for 90 days more.",
    PageRequest,
    page_of(ApiKey, "SystemApiKeys"),
    who=OPERATORS.by_people(),
)
REVOKE_API_KEY = Rpc(
    "membership",
    "revoke_api_key",
    "Revoke an API key: within 5 seconds nobody takes it any more. Revoking it twice is one.",
    ApiKeyRef,
    ApiKey,
    who=_OWNERS,
)
RESOLVE_API_KEY = Rpc(
    "membership",
    "resolve_api_key",
    "What an API key may, by the digest of what was shown; a use within the hour is noted.",
    ApiKeyDigest,
    ResolvedApiKey,
    who=THE_GATEWAY,
    deadline=2.0,
)
GET_API_KEY_NAMES = Rpc(
    "membership",
    "get_api_key_names",
    "What owners called some API keys, for the message about them.",
    ApiKeyNamesRef,
    ApiKeyNames,
    who=SERVICES_ONLY,
    callers=("notifications",),
)
API_KEY_REVOKED = Event(
    "membership",
    "api_key_revoked",
    "An API key is not to be taken any more.",
    ApiKeyRevoked,
    subject="API key id",
)
API_KEY_MADE = Event(
    "membership",
    "api_key_made",
    "An owner made an API key of the community: all owners are told.",
    ApiKeyMade,
    subject="API key id",
)
API_KEYS_LEFT = Event(
    "membership",
    "api_keys_left",
    "Somebody is no owner any more, and keys that they made go on: the others are told.",
    ApiKeysLeft,
    subject="standing id",
)
