"""Codes, refresh tokens and access tokens without a database."""

import datetime as dt
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from contracts.errors import DomainError
from contracts.errors import membership as codes
from services.membership.adapters.access_tokens import AccessTokens
from services.membership.domain.identity import sign_in as domain
from services.membership.settings import MembershipSettings

CODES = domain.Codes(b"secret")
NOW = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def pem(key: Key, password: bytes | None = None) -> str:
    encryption = (
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption()
    )
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(encoding, form, encryption).decode()


def test_codes_are_eight_digits_spread_over_their_range() -> None:
    """A code depends on secret and challenge and says nothing about the next one."""
    given = {domain.code_of(b"secret", f"chl_{n}") for n in range(2000)}
    assert len(given) > 1990
    assert all(len(code) == 8 and code.isdigit() for code in given)
    assert {code[0] for code in given} == set("0123456789")
    assert domain.code_of(b"other", "chl_1") != domain.code_of(b"secret", "chl_1")


@pytest.mark.parametrize(
    ("change", "later"),
    [({"used_at": NOW}, 0), ({}, 10), ({}, 60)],
    ids=["used", "expired on the dot", "expired"],
)
def test_closed_challenges_take_no_code(change: dict[str, Any], later: int) -> None:
    """O-2: 10 minutes, once."""
    challenge = domain.new_challenge(
        id="chl_1", kind="email", to="a@example.com", locale="en", now=NOW
    )
    right = domain.code_of(b"secret", "chl_1")
    domain.check_code(challenge, CODES, right, NOW + dt.timedelta(minutes=9))
    changed: Any = {**challenge, **change}
    at = NOW + dt.timedelta(minutes=later)
    with pytest.raises(DomainError) as refused:
        domain.check_code(changed, CODES, right, at)
    assert refused.value.error is codes.SIGN_IN_CODE_WRONG


SETTINGS: dict[str, Any] = {
    "env": "test",
    "amqp_url": "amqp://x",
    "mongo_url": "mongodb://x",
    "mongo_database": "x",
    "health_port": 1,
}


def test_seeded_people_have_one_code_in_development() -> None:
    """And nobody else has it, whatever their address ends with."""
    known = domain.Codes(b"secret", "12345678")

    def challenge(email: str) -> domain.Challenge:
        return domain.new_challenge(
            id="chl_1", kind="email", to=email, locale="en", now=dt.datetime.now(dt.UTC)
        )

    assert known.of(challenge("wang@seed.example")) == "12345678"
    for email in ("wang@seed.example.com", "wang@notseed.example", "seed.example@example.com"):
        assert known.of(challenge(email)) == domain.code_of(b"secret", "chl_1")
        assert not known.is_known(email)
    assert CODES.of(challenge("wang@seed.example")) == domain.code_of(b"secret", "chl_1")


@pytest.mark.parametrize(
    ("env", "code", "says"),
    [
        ("development", "12345678", None),
        ("development", "1234567", "is not eight digits"),
        ("production", "12345678", "is refused in production"),
    ],
)
def test_a_code_that_everybody_knows_is_refused_in_production(
    env: str, code: str, says: str | None
) -> None:
    """H-35."""
    key = pem(ec.generate_private_key(ec.SECP256R1()))
    given = {**SETTINGS, "env": env, "signing_key": key, "seed_code": code}
    problems = MembershipSettings(**given).problems()
    assert [says in one for one in problems if says] == ([True] if says else [])
    assert bool(problems) == (says is not None)


def test_sessions_run_out() -> None:
    """H-31: 30 days without a refresh end a session."""
    session = domain.new_session(id="ses_1", person_id="per_1", way="email", secret="s1", now=NOW)
    rotated = domain.rotate(session, "s1", "s2", NOW + dt.timedelta(days=29))
    assert rotated["expires_at"] == NOW + dt.timedelta(days=59)
    with pytest.raises(DomainError):
        domain.rotate(session, "s1", "s2", NOW + dt.timedelta(days=30))


def at(seconds: int) -> dt.datetime:
    return NOW + dt.timedelta(seconds=seconds)


def test_a_refresh_whose_answer_was_lost_may_be_repeated() -> None:
    """H-31: a server that dies between commit and reply does not sign its client out."""
    session = domain.new_session(id="ses_1", person_id="per_1", way="email", secret="s1", now=NOW)
    session = domain.rotate(session, "s1", "s2", at(0))
    session = domain.rotate(session, "s1", "s3", at(5))
    session = domain.rotate(session, "s1", "s4", at(29))
    assert session["ended_at"] is None
    assert domain.rotate(session, "s4", "s5", at(40))["ended_at"] is None


@pytest.mark.parametrize(
    ("steps", "last"),
    [
        ([("s1", "s2", 0)], ("s1", 30)),
        ([("s1", "s2", 0), ("s1", "s3", 20)], ("s1", 30)),
        ([("s1", "s2", 0), ("s2", "s3", 1)], ("s1", 2)),
        ([("s1", "s2", 0), ("s1", "s3", 1)], ("s2", 2)),
    ],
    ids=["too late", "30 seconds in all", "the newer one was used", "the one given in vain"],
)
def test_any_other_spent_token_ends_the_session(
    steps: list[tuple[str, str, int]], last: tuple[str, int]
) -> None:
    """H-31: who comes with a token that somebody went on from is one holder too many."""
    session = domain.new_session(id="ses_1", person_id="per_1", way="email", secret="s1", now=NOW)
    for secret, fresh, seconds in steps:
        session = domain.rotate(session, secret, fresh, at(seconds))
    secret, seconds = last
    assert domain.rotate(session, secret, "s9", at(seconds))["ended_at"] == at(seconds)


@pytest.mark.parametrize(
    "token", ["", "no-dot-in-here", f"ses_{'0' * 26}.", "ses_1.s1", f"ses_{'0' * 26}.\ud800"]
)
def test_what_is_no_refresh_token(token: str) -> None:
    with pytest.raises(DomainError) as refused:
        domain.split_refresh_token(token)
    assert refused.value.error is codes.SESSION_ENDED


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not a key",
        pem(rsa.generate_private_key(65537, 2048)),
        pem(ec.generate_private_key(ec.SECP384R1())),
        pem(ec.generate_private_key(ec.SECP256R1()), b"password"),
    ],
    ids=["empty", "garbage", "RSA", "P-384", "encrypted"],
)
def test_only_an_open_p256_key_signs(text: str) -> None:
    """H-30: one algorithm, one kind of key; the service does not start with another."""
    with pytest.raises(ValueError):
        AccessTokens(text)
    problems = MembershipSettings(**SETTINGS, signing_key=text).problems()
    assert [problem.split(":")[0] for problem in problems] == ["COTERIE_SIGNING_KEY"]


def test_key_id_is_the_thumbprint_of_the_public_key() -> None:
    """RFC 7638: the same key has the same id, another key another; derived secrets differ."""
    first, second = (pem(ec.generate_private_key(ec.SECP256R1())) for _ in range(2))
    assert AccessTokens(first).key_id == AccessTokens(first).key_id
    assert AccessTokens(first).key_id != AccessTokens(second).key_id
    assert len(AccessTokens(first).key_id) == 43
    assert AccessTokens(first).derive_secret("a") != AccessTokens(first).derive_secret("b")
