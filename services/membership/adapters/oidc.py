"""Any provider of OpenID Connect, by the authorization code flow with PKCE and nonce.

What it offers is read at its well-known address and kept for an hour, its keys until an ID token
names one that is not among them. An ID token is believed by a signature of a fixed list of
algorithms, for our client, of this sign-in and no other (OpenID Connect Core 3.1.3.7).
"""

import base64
import hmac
import json
import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import jwt

from chassis.bounded_http import BoundedHttp, HttpAnswer, PartnerSilent
from services.membership.adapters.ways import Begun, NonceWrong, NotVouched, Way, is_provider_url
from services.membership.adapters.wechat import said_name
from services.membership.domain.identity.identities import Shown
from services.membership.domain.identity.sign_in_states import challenge_of

ALGORITHMS = ("RS256", "PS256", "ES256", "ES384", "EdDSA")
LEEWAY_SECONDS = 30
KEPT_SECONDS = 3600.0
REFETCH_SECONDS = 30.0  # unknown keys make us ask for keys at most this often
LONGEST_SUB = 255
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


@dataclass(frozen=True)
class Offered:
    """What the provider says about itself."""

    authorize: str
    token: str
    keys: str
    secret_in_body: bool
    read_at: float


class OpenIdConnect:
    """Implements `Provider`."""

    def __init__(self, way: Way, *, in_clear: bool) -> None:
        self._way, self._in_clear = way, in_clear
        self._http = BoundedHttp("")
        self._offered: Offered | None = None
        self._keys: dict[str, jwt.PyJWK] = {}
        self._keys_read_at = -REFETCH_SECONDS
        self._lock = threading.Lock()

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
        address = self._offers().authorize
        return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"

    def identify(self, code: str, begun: Begun | None) -> Shown:
        assert begun is not None  # only a mini program begins nothing
        offered = self._offers()
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
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), begun.nonce.encode()):
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
            key = self._key(str(header.get("kid", "")))
            claims: dict[str, Any] = jwt.decode(
                str(token),
                key,
                [header["alg"]],
                audience=self._way.client_id,
                issuer=self._way.issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iat", "sub", "aud", "iss"]},
            )
        except jwt.PyJWTError as problem:
            raise NotVouched(type(problem).__name__) from None
        audience, party = claims["aud"], claims.get("azp", self._way.client_id)
        if party != self._way.client_id or (isinstance(audience, list) and len(audience) > 1):
            raise NotVouched("audience")
        if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= LONGEST_SUB:
            raise NotVouched("sub")
        return claims

    def _key(self, key_id: str) -> jwt.PyJWK:
        with self._lock:
            known = self._keys.get(key_id)
            is_time = time.monotonic() - self._keys_read_at >= REFETCH_SECONDS
            if known is None and is_time:
                answer = self._http.call("GET", self._offers().keys, headers={})
                self._keys = _read_keys(_object(answer))
                self._keys_read_at = time.monotonic()
                known = self._keys.get(key_id)
        if known is None:
            raise NotVouched("unknown key")
        return known

    def _offers(self) -> Offered:
        offered = self._offered
        if offered is None or time.monotonic() - offered.read_at > KEPT_SECONDS:
            self._offered = offered = self._read_offered()
        return offered

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
        if not all(is_provider_url(url, self._in_clear) for url in (authorize, token, keys)):
            raise PartnerSilent(f"GET {address}: an address is missing, or not https://")
        methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        in_body = isinstance(methods, list) and "client_secret_basic" not in methods
        return Offered(authorize, token, keys, in_body, time.monotonic())


def _object(answer: HttpAnswer) -> dict[str, Any]:
    document = answer.json()
    if not isinstance(document, dict):
        raise PartnerSilent(f"an answer of status {answer.status} that is no object")
    return document


def _read_keys(document: dict[str, Any]) -> dict[str, jwt.PyJWK]:
    """The keys that can be used, by id; one that cannot be read hides no other."""
    found: dict[str, jwt.PyJWK] = {}
    rows = document.get("keys")
    for row in rows if isinstance(rows, list) else []:
        try:
            found[str(row.get("kid", ""))] = jwt.PyJWK.from_json(json.dumps(row))
        except (jwt.PyJWTError, AttributeError, ValueError):
            continue
    return found
