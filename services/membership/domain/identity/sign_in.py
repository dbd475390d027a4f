"""Signing in by a code of eight digits, mailed or sent to a phone, and sessions whose refresh token
rotates (product.md §7).

Times here are real time: nobody signs in on a moved clock. The code is derived from a secret and
the challenge id, so it is stored nowhere and can be sent again until it is used or expires.
"""

import datetime as dt
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Literal, NotRequired

from contracts.aggregates import Aggregate
from contracts.errors import DomainError
from contracts.errors.membership import SESSION_ENDED, SIGN_IN_CODE_WRONG

CODE_LIFETIME = dt.timedelta(minutes=10)
TRIES = 5
RESEND_AFTER = dt.timedelta(seconds=60)
ADDRESS_WINDOW, STARTS_PER_ADDRESS = dt.timedelta(hours=1), 5
# Of an address within a day: then it gets no new code. Those that are out by then may be guessed
# at 25 times more, which makes 100 (NIST SP 800-63B, 5.2.2).
WRONG_WINDOW, MOST_WRONG = dt.timedelta(days=1), 100 - STARTS_PER_ADDRESS * TRIES
ACCESS_LIFETIME = dt.timedelta(minutes=5)
REFRESH_LIFETIME = dt.timedelta(days=30)
SESSION_LIFETIME = dt.timedelta(days=90)
SPENT_REMEMBERED = 50
SEEDED = "@seed.example"  # people of `make seed`, who read no mail (RFC 2606)
REPEAT_WITHIN = dt.timedelta(seconds=30)
_REFRESH_TOKEN = re.compile(r"(ses_[0-9A-HJKMNP-TV-Z]{26})\.([A-Za-z0-9_-]{1,200})")


class Challenge(Aggregate):
    """An address, or a phone number, that somebody says is theirs: one of the two."""

    email: NotRequired[str]
    phone: NotRequired[str]
    locale: str
    tries_left: int
    used_at: dt.datetime | None
    expires_at: dt.datetime


class Session(Aggregate):
    """What a person signed in to, and how (`email` where it does not say); `spent_hashes` are of
    tokens that were exchanged."""

    person_id: str
    way: NotRequired[str]
    started_at: dt.datetime
    refresh_hash: str
    spent_hashes: list[str]
    rotated_at: NotRequired[dt.datetime | None]
    expires_at: dt.datetime
    ended_at: dt.datetime | None


def code_of(secret: bytes, challenge_id: str) -> str:
    """The eight digits of a challenge."""
    digest = hmac.new(secret, challenge_id.encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8]) % 100_000_000:08d}"


@dataclass(frozen=True)
class Codes:
    """The codes of challenges. In development `seeded` people have one that is known."""

    secret: bytes
    seeded: str = ""

    def of(self, challenge: Challenge) -> str:
        known = self.is_known(challenge.get("email", ""))
        return self.seeded if known else code_of(self.secret, challenge["_id"])

    def is_known(self, email: str) -> bool:
        """Whether everybody knows it beforehand."""
        return bool(self.seeded) and email.endswith(SEEDED)


def new_challenge(
    *, id: str, kind: Literal["email", "phone"], to: str, locale: str, now: dt.datetime
) -> Challenge:
    challenge: Challenge = {
        "_id": id,
        "locale": locale,
        "tries_left": TRIES,
        "used_at": None,
        "expires_at": now + CODE_LIFETIME,
    }
    challenge[kind] = to
    return challenge


def sent_to(challenge: Challenge) -> str:
    """The address or number to which the code goes."""
    return challenge["phone"] if "phone" in challenge else challenge["email"]


def check_code(challenge: Challenge | None, codes: Codes, code: str, now: dt.datetime) -> None:
    """Raises DomainError(SIGN_IN_CODE_WRONG) unless this code opens this challenge now."""
    if challenge is None or not is_open(challenge, now) or challenge["tries_left"] == 0:
        raise DomainError(SIGN_IN_CODE_WRONG)
    if not hmac.compare_digest(codes.of(challenge), code):
        raise DomainError(SIGN_IN_CODE_WRONG)


def is_open(challenge: Challenge, now: dt.datetime) -> bool:
    return challenge["used_at"] is None and now < challenge["expires_at"]


def new_session(*, id: str, person_id: str, way: str, secret: str, now: dt.datetime) -> Session:
    """A session whose first refresh token holds `secret`; it begins with the sign-in."""
    return {
        "_id": id,
        "person_id": person_id,
        "way": way,
        "started_at": now,
        "refresh_hash": hash_of(secret),
        "spent_hashes": [],
        "rotated_at": None,
        "expires_at": now + REFRESH_LIFETIME,
        "ended_at": None,
    }


def refresh_token(session_id: str, secret: str) -> str:
    return f"{session_id}.{secret}"


def split_refresh_token(token: str) -> tuple[str, str]:
    """Session id and secret; raises DomainError(SESSION_ENDED) for what is no refresh token."""
    found = _REFRESH_TOKEN.fullmatch(token)
    if found is None:
        raise DomainError(SESSION_ENDED)
    return found[1], found[2]


def rotate(session: Session, secret: str, fresh_secret: str, now: dt.datetime) -> Session:
    """The session with a new refresh token, or ended when a spent one came back.

    A spent token means that two parties hold the session: nobody keeps it (RFC 9700 §4.14.2). But
    an answer may get lost: while the newest token was never used, the one before it is taken for 30
    seconds more. The newest is spent by that, so that whoever holds it gives the other one away.
    Raises DomainError(SESSION_ENDED) for a session that is over, or a token it never had.
    """
    if session["ended_at"] is not None or now >= session["expires_at"]:
        raise DomainError(SESSION_ENDED)
    given, newest, spent = hash_of(secret), session["refresh_hash"], session["spent_hashes"]
    if _answer_was_lost(session, given, now):
        # The repeated token stays the last of the spent ones, and its 30 seconds are not renewed.
        spent, rotated_at = [*spent[:-1], newest, given], session["rotated_at"]
    elif given in spent:
        return end(session, now)
    elif hmac.compare_digest(given, newest):
        spent, rotated_at = [*spent, given], now
    else:
        raise DomainError(SESSION_ENDED)
    return {
        **session,
        "refresh_hash": hash_of(fresh_secret),
        "spent_hashes": spent[-SPENT_REMEMBERED:],
        "rotated_at": rotated_at,
        "expires_at": min(now + REFRESH_LIFETIME, session["started_at"] + SESSION_LIFETIME),
    }


def _answer_was_lost(session: Session, given: str, now: dt.datetime) -> bool:
    """Whether this is the token just exchanged, whose holder may not have got the new one."""
    rotated_at = session.get("rotated_at")  # sessions of earlier versions have none
    recent = rotated_at is not None and now - rotated_at < REPEAT_WITHIN
    return recent and session["spent_hashes"][-1:] == [given]


def end(session: Session, now: dt.datetime) -> Session:
    return {**session, "ended_at": now}


def hash_of(secret: str) -> str:
    """How a refresh token's secret is stored: it has 256 random bits, so a plain hash will do."""
    return hashlib.sha256(secret.encode()).hexdigest()
