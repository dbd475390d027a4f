"""Only tokens of the membership service pass, whatever else looks like one (H-30, RFC 8725)."""

import base64
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chassis.wording import error_text
from contracts.errors import DomainError
from gateway.tokens import CACHE_SECONDS, LEEWAY, KeyFileError, TokenVerifier

PERSON, SESSION = "per_01JD6Q3F0M8V6Z4X2K9T7R5WYB", "ses_01JD6Q3F0M8V6Z4X2K9T7R5WYB"
KEY = ec.generate_private_key(ec.SECP256R1())
SECOND_KEY = ec.generate_private_key(ec.SECP256R1())
STRANGER = ec.generate_private_key(ec.SECP256R1())
HEADER = {"typ": "at+jwt", "kid": "one"}


def at(seconds: int) -> int:
    """So many seconds from now: PyJWT looks at the real time."""
    return int(time.time()) + seconds


def claims_of(**others: Any) -> dict[str, Any]:
    """Sound claims but for these; None leaves one out."""
    claims = {
        "iss": "coterie",
        "aud": "coterie",
        "sub": PERSON,
        "sid": SESSION,
        "scope": "user",
        "iat": at(0),
        "nbf": at(0),
        "exp": at(300),
        **others,
    }
    return {name: value for name, value in claims.items() if value is not None}


class Clock:
    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


def jwks(**keys: ec.EllipticCurvePrivateKey) -> str:
    entries = [
        {**jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": kid}
        for kid, key in keys.items()
    ]
    return json.dumps({"keys": entries})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "public_keys.json"
    path.write_text(jwks(one=KEY))
    return path


@pytest.fixture
def verifier(key_file: Path, clock: Clock) -> TokenVerifier:
    return TokenVerifier(key_file, now=clock)


def token(
    claims: dict[str, Any] | None = None,
    header: dict[str, Any] | None = None,
    key: Any = KEY,
    algorithm: str = "ES256",
) -> str:
    heads = {k: v for k, v in {**HEADER, **(header or {})}.items() if v is not None}
    return jwt.encode(claims_of(**(claims or {})), key, algorithm=algorithm, headers=heads)


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def pem() -> bytes:
    return KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def signed_with_the_public_key_as_hmac_secret() -> str:
    """RS/HS confusion, written by hand because libraries refuse to sign so."""
    import hashlib
    import hmac

    signing = f"{part({**HEADER, 'alg': 'HS256'})}.{part(claims_of())}"
    mac = hmac.digest(pem(), signing.encode(), hashlib.sha256)
    return f"{signing}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def with_other_claims() -> str:
    head, _, signature = token().split(".")
    return f"{head}.{part(claims_of(sub='per_01JD6Q3F0M8V6Z4X2K9T7R5WYC'))}.{signature}"


def with_der_signature() -> str:
    from cryptography.hazmat.primitives.hashes import SHA256

    signing = f"{part({**HEADER, 'alg': 'ES256'})}.{part(claims_of())}"
    der = KEY.sign(signing.encode(), ec.ECDSA(SHA256()))
    return f"{signing}.{base64.urlsafe_b64encode(der).rstrip(b'=').decode()}"


def with_own_key_in_the_header() -> str:
    own = jwt.algorithms.ECAlgorithm.to_jwk(STRANGER.public_key(), as_dict=True)
    return token(header={"jwk": own}, key=STRANGER)


FORGED: dict[str, Callable[[], str]] = {
    "signed by a stranger": lambda: token(key=STRANGER),
    "alg none": lambda: f"{part({**HEADER, 'alg': 'none'})}.{part(claims_of())}.",
    "alg None": lambda: f"{part({**HEADER, 'alg': 'None'})}.{part(claims_of())}.",
    "no signature": lambda: token().rpartition(".")[0] + ".",
    "other claims under the signature": with_other_claims,
    "public key as HMAC secret": signed_with_the_public_key_as_hmac_secret,
    "HS256": lambda: token(key="x" * 32, algorithm="HS256"),
    "RS256": lambda: token(key=rsa.generate_private_key(65537, 2048), algorithm="RS256"),
    "EdDSA": lambda: token(key=ed25519.Ed25519PrivateKey.generate(), algorithm="EdDSA"),
    "ES384": lambda: token(key=ec.generate_private_key(ec.SECP384R1()), algorithm="ES384"),
    "ASN.1 signature": with_der_signature,
    "own key in the header": with_own_key_in_the_header,
    "own key set by address": lambda: token(
        header={"jku": "https://evil.example.com/jwks"}, key=STRANGER
    ),
    "unknown kid": lambda: token(header={"kid": "two"}),
    "kid as a path": lambda: token(header={"kid": "../../dev/null"}),
    "no kid": lambda: token(header={"kid": None}),
    "another kind of token": lambda: token(header={"typ": "JWT"}),
    "refresh token kind": lambda: token(header={"typ": "rt+jwt"}),
    "no kind": lambda: token(header={"typ": None}),
    "critical extension": lambda: token(header={"crit": ["b64"], "b64": False}),
    "other issuer": lambda: token({"iss": "evil"}),
    "other audience": lambda: token({"aud": "integrators"}),
    "several audiences": lambda: token({"aud": ["coterie", "evil"]}),
    "expired": lambda: token({"iat": at(-400), "nbf": at(-400), "exp": at(-LEEWAY)}),
    "not yet valid": lambda: token({"nbf": at(60)}),
    "issued in the future": lambda: token({"iat": at(60)}),
    "lives longer than 15 minutes": lambda: token({"exp": at(960)}),
    "no expiry": lambda: token({"exp": None}),
    "expiry as text": lambda: token({"exp": str(at(300))}),
    "expiry as float": lambda: token({"exp": at(300) + 0.5}),
    "expiry as boolean": lambda: token({"nbf": True}),
    "no subject": lambda: token({"sub": None}),
    "subject is no person": lambda: token({"sub": "app_01JD6Q3F0M8V6Z4X2K9T7R5WYB"}),
    "subject is no id": lambda: token({"sub": "admin"}),
    "no session": lambda: token({"sid": None}),
    "no scope": lambda: token({"scope": None}),
    "scope as list": lambda: token({"scope": ["user"]}),
    "two parts": lambda: "e30.e30",
    "five parts": lambda: "e30.e30.e30.e30.e30",
    "not base64": lambda: "!!!.???.***",
    "nothing": lambda: "",
    "non-ASCII": lambda: "äöü.äöü.äöü",
    "huge": lambda: token({"padding": "x" * 5000}),
}


def test_at_least_twenty_forgeries_are_tried() -> None:
    assert len(FORGED) >= 20


@pytest.mark.parametrize("forged", FORGED.values(), ids=list(FORGED))
def test_a_forged_token_is_refused(verifier: TokenVerifier, forged: Callable[[], str]) -> None:
    """H-30: at least 20 forged tokens, all 401; also after a valid one was cached."""
    assert verifier.verify(f"Bearer {token()}").person_id == PERSON
    with pytest.raises(DomainError) as refused:
        verifier.verify(f"Bearer {forged()}")
    assert refused.value.code in ("gateway.token_malformed", "gateway.token_invalid")


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("expired", "gateway.token_invalid"),
        ("unknown kid", "gateway.token_invalid"),
        ("not base64", "gateway.token_malformed"),
        ("nothing", "gateway.token_malformed"),
        ("signed by a stranger", "gateway.token_malformed"),
    ],
)
def test_what_is_to_be_refreshed_is_told_from_what_is_no_token(
    verifier: TokenVerifier, kind: str, code: str
) -> None:
    """A client that refreshes on the one would do so for ever on the other."""
    with pytest.raises(DomainError) as refused:
        verifier.verify(f"Bearer {FORGED[kind]()}")
    assert refused.value.code == code


def test_a_token_by_itself_lacks_its_scheme(verifier: TokenVerifier) -> None:
    with pytest.raises(DomainError) as refused:
        verifier.verify(token())
    assert refused.value.code == "gateway.token_scheme_wrong"
    assert "Bearer" in error_text(refused.value, "zh-CN")


@pytest.mark.parametrize("scheme", ["Basic", "Token", "Bearer:"])
def test_another_scheme_is_refused(verifier: TokenVerifier, scheme: str) -> None:
    with pytest.raises(DomainError) as refused:
        verifier.verify(f"{scheme} {token()}")
    assert refused.value.code == "gateway.token_scheme_wrong"


def test_nobody_is_asked_to_sign_in(verifier: TokenVerifier) -> None:
    with pytest.raises(DomainError) as refused:
        verifier.verify(None)
    assert refused.value.code == "request.sign_in_required"


def test_a_valid_token_says_who_and_what_for(verifier: TokenVerifier) -> None:
    bearer = verifier.verify(f"bearer {token({'scope': 'applications:read events:read'})}")
    assert bearer.person_id == PERSON
    assert bearer.session_id == SESSION
    assert bearer.scopes == ("applications:read", "events:read")


def test_clocks_of_two_hosts_may_differ_a_little(verifier: TokenVerifier) -> None:
    """Ours is up to LEEWAY behind or before the one that signed."""
    for times in ({"iat": at(3), "nbf": at(3)}, {"iat": at(-300), "exp": at(-1)}):
        assert verifier.verify(f"Bearer {token(times)}").person_id == PERSON


def test_a_cached_token_ends_at_its_expiry(
    key_file: Path, monkeypatch: pytest.MonkeyPatch, probe: Callable[..., object]
) -> None:
    """H-31: access tokens are short; the cache never makes them longer."""
    monkeypatch.setattr("gateway.tokens.LEEWAY", 0)
    verifier = TokenVerifier(key_file)
    expiry = at(2)
    short = f"Bearer {token({'exp': expiry})}"
    verifier.verify(short)

    def refused() -> bool:
        try:
            verifier.verify(short)
        except DomainError:
            return True
        return False

    probe(refused, 5, "the token has ended")
    assert time.time() >= expiry


def test_keys_roll_over_without_a_restart(
    verifier: TokenVerifier, key_file: Path, clock: Clock
) -> None:
    """H-31: two live keys; a key that was taken out is out within a second or so, cache or not."""
    old = f"Bearer {token()}"
    new = f"Bearer {token(header={'kid': 'two'}, key=SECOND_KEY)}"
    verifier.verify(old)

    key_file.write_text(jwks(one=KEY, two=SECOND_KEY))
    clock.now += 1.1
    verifier.verify(old)
    verifier.verify(new)

    key_file.write_text(jwks(two=SECOND_KEY))
    clock.now += 1.1
    verifier.verify(new)
    with pytest.raises(DomainError):
        verifier.verify(old)


def test_a_broken_key_file_keeps_the_keys(
    verifier: TokenVerifier, key_file: Path, clock: Clock
) -> None:
    key_file.write_text("{")
    clock.now += CACHE_SECONDS + 1
    assert verifier.verify(f"Bearer {token()}").person_id == PERSON


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        '{"keys": []}',
        '{"keys": [{"kty": "oct", "k": "AAAA", "kid": "one"}]}',
        '{"keys": [{"kty": "EC", "crv": "P-256", "kid": "one"}]}',
        json.dumps(
            {
                "keys": [
                    {
                        **jwt.algorithms.ECAlgorithm.to_jwk(
                            ec.generate_private_key(ec.SECP384R1()).public_key(), as_dict=True
                        ),
                        "kid": "one",
                    }
                ]
            }
        ),
        json.dumps(
            {"keys": [{**jwt.algorithms.ECAlgorithm.to_jwk(KEY, as_dict=True), "kid": "one"}]}
        ),
    ],
)
def test_a_key_file_that_cannot_be_used_stops_the_start(tmp_path: Path, content: str) -> None:
    """Also a private key, a secret, or a key of another curve."""
    path = tmp_path / "keys.json"
    path.write_text(content)
    with pytest.raises(KeyFileError):
        TokenVerifier(path)


def test_real_time_is_the_default(key_file: Path) -> None:
    assert TokenVerifier(key_file).verify(f"Bearer {token()}").person_id == PERSON
