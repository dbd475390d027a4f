"""An OpenID provider: discovery, keys, authorize, token, userinfo.

Each client has the secret `secret-of-<client_id>`. `fault` of the form on which somebody says who
they are makes the ID token wrong: `nonce`, `audience`, `issuer`, `expired` or `signature`.
"""

import base64
import binascii
import hashlib
import json
import time
from collections.abc import Callable

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from sandbox.identity.codes import Codes, Grant
from sandbox.identity.pages import ask_who, back, field
from sandbox.web import BoundedRequest, json_response, route

ID_TOKEN_SECONDS = 300
FAULTS = ("", "nonce", "audience", "issuer", "expired", "signature")
_KEPT = ("client_id", "redirect_uri", "state", "nonce", "code_challenge")


class OpenIdProvider:
    """`public_url` is where browsers meet it; programs ask where they asked first."""

    def __init__(self, public_url: str | None, page: Callable[..., Response]) -> None:
        self._public_url = public_url
        self._page = page
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        numbers = self._key.public_key().public_numbers()
        self._jwk = {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "n": _base64url(numbers.n.to_bytes(256)),
            "e": _base64url(numbers.e.to_bytes(3)),
        }
        self._jwk["kid"] = hashlib.sha256(self._jwk["n"].encode()).hexdigest()[:16]
        self._codes, self._tokens = Codes(), Codes()

    def routes(self) -> list[Rule]:
        """The routing table under /oidc."""
        return [
            route("/oidc/.well-known/openid-configuration", "GET", self.configuration),
            route("/oidc/jwks", "GET", lambda request: json_response({"keys": [self._jwk]})),
            route("/oidc/authorize", "GET", self.ask),
            route("/oidc/authorize", "POST", self.authorize),
            route("/oidc/token", "POST", self.token),
            route("/oidc/userinfo", "GET", self.userinfo),
        ]

    def configuration(self, request: BoundedRequest) -> Response:
        """What is offered where."""
        issuer = self._issuer(request)
        pages = f"{self._public_url}/oidc" if self._public_url else issuer
        return json_response(
            {
                "issuer": issuer,
                "authorization_endpoint": f"{pages}/authorize",
                "token_endpoint": f"{issuer}/token",
                "userinfo_endpoint": f"{issuer}/userinfo",
                "jwks_uri": f"{issuer}/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    def ask(self, request: BoundedRequest) -> Response:
        """The page on which somebody says who they are."""
        if field(request.args, "response_type") != "code":
            return _refused(400, "unsupported_response_type")
        if "openid" not in field(request.args, "scope").split():
            return _refused(400, "invalid_scope")
        if field(request.args, "code_challenge_method", default="S256") != "S256":
            return _refused(400, "invalid_request")
        kept = {name: field(request.args, name, default="") for name in _KEPT}
        return ask_who(self._page, request, "OpenID", kept)

    def authorize(self, request: BoundedRequest) -> Response:
        """What somebody said, and the way back."""
        form = request.form
        told = {name: field(form, name, default="") for name in _KEPT}
        if form.get("refuse"):
            return back(told["redirect_uri"], error="access_denied", state=told["state"])
        told["fault"] = field(form, "fault", default="")
        if told["fault"] not in FAULTS:
            return _refused(400, "invalid_request")
        user, name = field(form, "user"), field(form, "name", default="")
        code = self._codes.issue(Grant(told["client_id"], user, name, told))
        return back(told["redirect_uri"], code=code, state=told["state"])

    def token(self, request: BoundedRequest) -> Response:
        """The exchange of a code (RFC 6749 §4.1.3, RFC 7636 §4.6)."""
        client_id = _authenticated(request)
        if client_id is None:
            return _refused(401, "invalid_client")
        if request.form.get("grant_type") != "authorization_code":
            return _refused(400, "unsupported_grant_type")
        grant = self._codes.take(request.form.get("code", ""))
        if grant is None or grant.client_id != client_id:
            return _refused(400, "invalid_grant")
        if grant.told["redirect_uri"] != request.form.get("redirect_uri"):
            return _refused(400, "invalid_grant")
        digest = hashlib.sha256(request.form.get("code_verifier", "").encode()).digest()
        if grant.told["code_challenge"] not in ("", _base64url(digest)):
            return _refused(400, "invalid_grant")
        return json_response(
            {
                "access_token": self._tokens.issue(grant),
                "token_type": "Bearer",
                "expires_in": ID_TOKEN_SECONDS,
                "id_token": self._id_token(grant, self._issuer(request)),
            }
        )

    def userinfo(self, request: BoundedRequest) -> Response:
        """Whose an access token is."""
        grant = self._tokens.look(request.headers.get("Authorization", "").removeprefix("Bearer "))
        if grant is None:
            return _refused(401, "invalid_token")
        return json_response({"sub": grant.user, "name": grant.name})

    def _id_token(self, grant: Grant, issuer: str) -> str:
        fault = grant.told["fault"]
        now = int(time.time()) - (3600 if fault == "expired" else 0)
        claims = {
            "iss": f"{issuer}/other" if fault == "issuer" else issuer,
            "sub": grant.user,
            "aud": "somebody-else" if fault == "audience" else grant.client_id,
            "iat": now,
            "exp": now + ID_TOKEN_SECONDS,
            "nonce": "of-another-sign-in" if fault == "nonce" else grant.told["nonce"],
            "name": grant.name,
        }
        header = {"alg": "RS256", "typ": "JWT", "kid": self._jwk["kid"]}
        signed = ".".join(_base64url(json.dumps(part).encode()) for part in (header, claims))
        signature = self._key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        if fault == "signature":
            signature = signature[::-1]
        return f"{signed}.{_base64url(signature)}"

    def _issuer(self, request: BoundedRequest) -> str:
        return f"{request.host_url.rstrip('/')}/oidc"


def _authenticated(request: BoundedRequest) -> str | None:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    try:
        client_id, _, secret = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    is_right = scheme == "Basic" and secret == f"secret-of-{client_id}"
    return client_id if is_right else None


def _refused(status: int, error: str) -> Response:
    return json_response({"error": error}, status)


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
