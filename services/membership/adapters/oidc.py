"""Any provider of OpenID Connect, by the authorization code flow with PKCE and nonce.

What it offers is read at its well-known address and kept for an hour, as its keys are; those are
read again, too, for an ID token of a key that is not among them or that they do not verify. An ID
token is believed by a signature of a fixed list of algorithms, for our client, of this sign-in and
no other (OpenID Connect Core 3.1.3.7).
"""

import base64
import hmac
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import quote, urlencode

import jwt

from chassis.bounded_http import BoundedHttp, HttpAnswer, PartnerAway, PartnerSilent
from chassis.settings import is_http
from services.membership.adapters.ways import Begun, NonceWrong, NotVouched, Way
from services.membership.adapters.wechat import said_name
from services.membership.domain.identity.identities import Shown
from services.membership.domain.identity.sign_in_states import challenge_of

ALGORITHMS = ("RS256", "PS256", "ES256", "ES384", "EdDSA")
LEEWAY_SECONDS = 30
KEPT_SECONDS = 3600.0
REFETCH_SECONDS = 30.0  # tokens that are not believed make us ask for keys at most this often
LONGEST_SUB = 255
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
_NO_KEY_OF_THESE = (jwt.InvalidSignatureError, jwt.InvalidAlgorithmError)
T = TypeVar("T")
Keys = dict[str, jwt.PyJWK]


@dataclass(frozen=True)
class Offered:
    """What the provider says about itself."""

    authorize: str
    token: str
    keys: str
    secret_in_body: bool


class Kept(Generic[T]):
    """Something that the provider shows to everybody; asked for by one thread for all that wait."""

    def __init__(self, read: Callable[[], T]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._known: tuple[T, float] | None = None  # and when it was read
        self._failed_at = 0.0

    def get(self, most_seconds: float) -> T:
        """What was read within so many seconds, or is read now; raises PartnerAway."""
        wanted_at = time.monotonic()
        with self._lock:
            if self._known is not None and wanted_at - self._known[1] < most_seconds:
                return self._known[0]
            if self._failed_at > wanted_at:  # while this one waited
                raise PartnerAway("no answer to who asked before")
            try:
                known = self._read()
            except PartnerSilent as silent:
                self._failed_at = time.monotonic()
                # Nothing of a person's is in the question: so it answers nobody.
                raise PartnerAway(str(silent)) from None
            self._known = known, time.monotonic()
            return known


class OpenIdConnect:
    """Implements `Provider`."""

    def __init__(self, way: Way, *, in_clear: bool) -> None:
        self._way, self._in_clear = way, in_clear
        self._http = BoundedHttp("")
        self._offered = Kept(self._read_offered)
        self._keys = Kept(self._read_keys)

    def authorize_url(self, begun: Begun) -> str:
        query = {
            "response_type": "code",
            "client_id": self._way.client_id,
            "redirect_uri": begun.callback_url,
            "scope": "openid profile",
            "state": begun.state,
            "nonce": begun.nonce,
            "code_challenge": challenge_of(begun.verifier),
            "code_challenge_method": "S256",
        }
        address = self._offered.get(KEPT_SECONDS).authorize
        return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"

    def identify(self, code: str, begun: Begun | None) -> Shown:
        assert begun is not None  # only a mini program begins nothing
        offered = self._offered.get(KEPT_SECONDS)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": begun.callback_url,
            "code_verifier": begun.verifier,
        }
        headers = dict(_FORM)
        client, secret = self._way.client_id, self._way.client_secret
        if offered.secret_in_body:
            form |= {"client_id": client, "client_secret": secret}
        else:
            told = f"{quote(client, safe='')}:{quote(secret, safe='')}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(told).decode()}"
        body = urlencode(form).encode()
        answer = self._http.call("POST", offered.token, headers=headers, body=body)
        document = _object(answer)
        if answer.status != 200:
            raise NotVouched(str(document.get("error", answer.status))[:40])
        claims = self._claims(document.get("id_token"))
        nonce = str(claims.get("nonce", "")).encode(errors="replace")
        if not hmac.compare_digest(nonce, begun.nonce.encode()):
            raise NonceWrong
        name = said_name(claims.get("name") or claims.get("nickname"))
        subject = f"oidc:{self._way.issuer}|{claims['sub']}"
        return Shown(self._way.name, (subject,), name or self._way.name, name)

    def _claims(self, token: object) -> dict[str, Any]:
        """What an ID token says; raises NotVouched for one that is not to be believed."""
        try:
            header = jwt.get_unverified_header(str(token))
            if header.get("alg") not in ALGORITHMS:
                raise NotVouched("algorithm")
            claims = self._verified(str(token), header)
        except jwt.PyJWTError as problem:
            raise NotVouched(type(problem).__name__) from None
        audience, party = claims["aud"], claims.get("azp", self._way.client_id)
        if party != self._way.client_id or (isinstance(audience, list) and len(audience) > 1):
            raise NotVouched("audience")
        sub = claims["sub"]
        if not (isinstance(sub, str) and sub.isascii() and 0 < len(sub) <= LONGEST_SUB):
            raise NotVouched("sub")
        return claims

    def _verified(self, token: str, header: dict[str, Any]) -> dict[str, Any]:
        """The claims of a token that one of the keys verifies, read again where none does: a
        provider may change a key and not its name. Raises jwt.PyJWTError, NotVouched."""
        key_id = str(header.get("kid", ""))
        key = _find(self._keys.get(KEPT_SECONDS), key_id)
        if key is not None:
            try:
                return self._decode(token, key, header["alg"])
            except _NO_KEY_OF_THESE:
                pass
        key = _find(self._keys.get(REFETCH_SECONDS), key_id)
        if key is None:
            raise NotVouched("unknown key")
        return self._decode(token, key, header["alg"])

    def _decode(self, token: str, key: jwt.PyJWK, algorithm: str) -> dict[str, Any]:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            [algorithm],
            audience=self._way.client_id,
            issuer=self._way.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iat", "sub", "aud", "iss"]},
        )
        return claims

    def _read_keys(self) -> Keys:
        return _keys_in(
            _object(self._http.call("GET", self._offered.get(KEPT_SECONDS).keys, headers={}))
        )

    def _read_offered(self) -> Offered:
        issuer = self._way.issuer
        address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        answer = self._http.call("GET", address, headers={"Accept": "application/json"})
        document = _object(answer)
        if answer.status != 200 or document.get("issuer") != issuer:
            raise PartnerSilent(f"GET {address}: not the configuration of {issuer}")
        authorize, token, keys = (
            str(document.get(name, ""))
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
        )
        if not all(is_http(url, in_clear=self._in_clear) for url in (authorize, token, keys)):
            raise PartnerSilent(f"GET {address}: an address is missing, or not https://")
        methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        in_body = isinstance(methods, list) and "client_secret_basic" not in methods
        return Offered(authorize, token, keys, in_body)


def _object(answer: HttpAnswer) -> dict[str, Any]:
    document = answer.json()
    if not isinstance(document, dict):
        raise PartnerSilent(f"an answer of status {answer.status} that is no object")
    return document


def _keys_in(document: dict[str, Any]) -> Keys:
    """The keys that can be used, by id; one that cannot be read hides no other."""
    found: Keys = {}
    rows = document.get("keys")
    for row in rows if isinstance(rows, list) else []:
        try:
            found[str(row.get("kid", ""))] = jwt.PyJWK.from_json(json.dumps(row))
        except (jwt.PyJWTError, AttributeError, ValueError):
            continue
    return found


def _find(keys: Keys, key_id: str) -> jwt.PyJWK | None:
    """The key of a token; one that names none is of the only one (OpenID Connect Core 10.1)."""
    if not key_id and len(keys) == 1:
        (key_id,) = keys
    return keys.get(key_id)
