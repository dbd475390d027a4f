"""Links are no access tokens, nor the other way round, and neither is forged (H-34, RFC 8725)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest

from chassis.context import Link
from contracts.errors import LINK_EXPIRED, LINK_UNKNOWN, DomainError
from gateway.tokens import LEEWAY, LINK_MAX_AGE, TokenVerifier
from tests.unit.gateway.test_tokens import (
    FORGED,
    KEY,
    PERSON,
    SECOND_KEY,
    STRANGER,
    Clock,
    at,
    clock,
    jwks,
    key_file,
    part,
    token,
    verifier,
)

__all__ = ["clock", "key_file", "verifier"]  # fixtures

ULID = "01JD6Q3F0M8V6Z4X2K9T7R5WYB"
HEADER = {"typ": "link+jwt", "kid": "one"}


def claims_of(**others: Any) -> dict[str, Any]:
    """Sound claims but for these; None leaves one out."""
    claims = {
        "iss": "coterie",
        "aud": "coterie:links",
        "sub": PERSON,
        "jti": f"lnk_{ULID}",
        "iat": at(0),
        "exp": at(3600),
        "purpose": "renew",
        "community": f"com_{ULID}",
        "about": f"mbr_{ULID}",
        "object": f"mbr_{ULID}",
        "until": at(7200),
        "after": "2026-12-31",
        **others,
    }
    return {name: value for name, value in claims.items() if value is not None}


def link(
    claims: dict[str, Any] | None = None, header: dict[str, Any] | None = None, key: Any = KEY
) -> str:
    heads = {k: v for k, v in {**HEADER, **(header or {})}.items() if v is not None}
    return jwt.encode(claims_of(**(claims or {})), key, algorithm="ES256", headers=heads)


def for_somebody_else() -> str:
    head, _, signature = link().split(".")
    return f"{head}.{part(claims_of(sub='per_01JD6Q3F0M8V6Z4X2K9T7R5WYC'))}.{signature}"


WRONG: dict[str, Callable[[], str]] = {
    "an access token": token,
    "an access token called a link": lambda: token(header={"typ": "link+jwt"}),
    "an access token for links": lambda: token({"aud": "coterie:links"}),
    "a link called an access token": lambda: link(header={"typ": "at+jwt"}),
    "a link for the API": lambda: link({"aud": "coterie"}),
    "for both": lambda: link({"aud": ["coterie", "coterie:links"]}),
    "signed by a stranger": lambda: link(key=STRANGER),
    "for somebody else": for_somebody_else,
    "no signature": lambda: link().rpartition(".")[0] + ".",
    "cut off": lambda: link()[:-4],
    "alg none": lambda: f"{part({**HEADER, 'alg': 'none'})}.{part(claims_of())}.",
    "unknown kid": lambda: link(header={"kid": "two"}),
    "critical extension": lambda: link(header={"crit": ["b64"], "b64": False}),
    "other issuer": lambda: link({"iss": "evil"}),
    "no end": lambda: link({"exp": None}),
    "longer than a month": lambda: link({"exp": at(LINK_MAX_AGE + 60)}),
    "end as text": lambda: link({"exp": str(at(300))}),
    "until as text": lambda: link({"until": "soon"}),
    "issued in the future": lambda: link({"iat": at(60)}),
    "nobody's": lambda: link({"sub": None}),
    "an object's": lambda: link({"sub": f"app_{ULID}"}),
    "no id": lambda: link({"jti": None}),
    "no purpose": lambda: link({"purpose": None}),
    "purposes": lambda: link({"purpose": ["pay", "renew"]}),
    "no object": lambda: link({"object": None}),
    "object is no id": lambda: link({"object": "*"}),
    "after as number": lambda: link({"after": 1}),
    "huge": lambda: link({"padding": "x" * 5000}),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=list(WRONG))
def test_a_wrong_link_is_refused(verifier: TokenVerifier, wrong: Callable[[], str]) -> None:
    with pytest.raises(DomainError) as refused:
        verifier.verify_link(wrong())
    assert refused.value.error is LINK_UNKNOWN


@pytest.mark.parametrize("forged", FORGED.values(), ids=list(FORGED))
def test_what_is_no_access_token_is_no_link_either(
    verifier: TokenVerifier, forged: Callable[[], str]
) -> None:
    with pytest.raises(DomainError):
        verifier.verify_link(forged())


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "Link"])
def test_a_link_opens_no_session(verifier: TokenVerifier, scheme: str) -> None:
    """Neither as it is, nor with another type or another audience."""
    for text in (link(), link(header={"typ": "at+jwt"}), link({"aud": "coterie"})):
        with pytest.raises(DomainError) as refused:
            verifier.verify(f"{scheme} {text}")
        bare = "gateway.token_malformed" if scheme != "Link" else "gateway.token_scheme_wrong"
        assert refused.value.code == bare


def test_a_link_says_who_and_what_for(verifier: TokenVerifier) -> None:
    object_id, expires_at, until = f"mbr_{ULID}", at(600), at(900)
    person_id, read = verifier.verify_link(link({"exp": expires_at, "until": until}))
    assert person_id == PERSON
    assert read == Link(
        f"lnk_{ULID}",
        "renew",
        f"com_{ULID}",
        object_id,
        object_id,
        until,
        expires_at,
        "2026-12-31",
    )
    assert verifier.verify_link(link({"after": None}))[1].after is None


def test_a_link_ends_in_time(verifier: TokenVerifier) -> None:
    with pytest.raises(DomainError) as refused:
        verifier.verify_link(link({"iat": at(-400), "exp": at(-LEEWAY)}))
    assert refused.value.error is LINK_EXPIRED


def test_links_outlive_a_change_of_keys(
    verifier: TokenVerifier, key_file: Path, clock: Clock
) -> None:
    """H-31: as long as the former key is in the file."""
    old = link()
    key_file.write_text(jwks(one=KEY, two=SECOND_KEY))
    clock.now += 1.1
    assert verifier.verify_link(old) == verifier.verify_link(old)
    verifier.verify_link(link(header={"kid": "two"}, key=SECOND_KEY))
    key_file.write_text(jwks(two=SECOND_KEY))
    clock.now += 1.1
    with pytest.raises(DomainError) as refused:
        verifier.verify_link(old)
    assert refused.value.error is LINK_UNKNOWN
