"""A sign-in with an external provider, under way: begun here, gone on with there, come back once.

Times here are real time. Whoever began it keeps a secret, of which the hash is stored, so that
nobody can be brought to finish what another one began (login CSRF). Nonce and PKCE verifier are
derived and stored nowhere.
"""

import base64
import datetime as dt
import hashlib
import hmac

from contracts.aggregates import Aggregate
from contracts.errors import DomainError
from contracts.errors.membership import SIGN_IN_STATE_USED, SIGN_IN_STATE_WRONG
from services.membership.domain.identity.sign_in import hash_of

LIFETIME = dt.timedelta(minutes=10)
PREFIX = "sst_"


class SignInState(Aggregate):
    """`person_id` is who links the identity to themselves, None for who signs in. After it people
    go to `return_to`; the provider sends them to `callback_url` first."""

    way: str
    person_id: str | None
    secret_hash: str
    callback_url: str
    return_to: str
    locale: str
    used_at: dt.datetime | None
    expires_at: dt.datetime


def new_state(
    *,
    id: str,
    way: str,
    person_id: str | None,
    secret: str,
    callback_url: str,
    return_to: str,
    locale: str,
    now: dt.datetime,
) -> SignInState:
    return {
        "_id": id,
        "way": way,
        "person_id": person_id,
        "secret_hash": hash_of(secret),
        "callback_url": callback_url,
        "return_to": return_to,
        "locale": locale,
        "used_at": None,
        "expires_at": now + LIFETIME,
    }


def text_of(state: SignInState) -> str:
    """What rides along as `state`: letters and digits, since WeChat takes nothing else."""
    return state["_id"].removeprefix(PREFIX)


def use(
    state: SignInState | None, *, way: str, person_id: str | None, secret: str, now: dt.datetime
) -> SignInState:
    """The state, spent. Raises DomainError(SIGN_IN_STATE_WRONG) unless this browser and person
    began it for this way within ten minutes, DomainError(SIGN_IN_STATE_USED) for a repetition."""
    if state is None or not hmac.compare_digest(state["secret_hash"], hash_of(secret)):
        raise DomainError(SIGN_IN_STATE_WRONG)
    if state["way"] != way or state["person_id"] != person_id or now >= state["expires_at"]:
        raise DomainError(SIGN_IN_STATE_WRONG)
    if state["used_at"] is not None:
        raise DomainError(SIGN_IN_STATE_USED)
    return {**state, "used_at": now}


def nonce_of(state: SignInState, secret: bytes) -> str:
    """What the provider has to say again in its ID token."""
    return _derived(state, "nonce", secret)


def verifier_of(state: SignInState, secret: bytes) -> str:
    """The code verifier of PKCE (RFC 7636): 43 characters."""
    return _derived(state, "verifier", secret)


def challenge_of(verifier: str) -> str:
    """What the provider is told of a verifier (S256)."""
    return _base64url(hashlib.sha256(verifier.encode()).digest())


def _derived(state: SignInState, purpose: str, secret: bytes) -> str:
    told = f"{state['_id']} {purpose}".encode()
    return _base64url(hmac.new(secret, told, hashlib.sha256).digest())


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
