"""Tokens of sessions that ended are over at once, and what is remembered of that is bounded."""

import datetime as dt
from typing import Any

import pytest

from contracts.errors import DomainError
from gateway.ended_sessions import MOST_ENDED, EndedSessions, SessionOver
from gateway.tokens import TokenVerifier
from tests.unit.gateway.test_tokens import (
    PERSON,
    SESSION,
    Clock,
    at,
    clock,
    key_file,
    token,
    verifier,
)

__all__ = ["clock", "key_file", "verifier"]  # the fixtures


def ended(verifier: TokenVerifier, second: int, session_id: str | None = SESSION) -> None:
    moment = dt.datetime.fromtimestamp(at(second), dt.UTC)
    verifier.ended.heard(told(moment, session_id))


def told(at: dt.datetime, session_id: str | None, kept: str | None = None) -> dict[str, Any]:
    """What membership tells."""
    about = {"person_id": PERSON, "session_id": session_id, "kept_session_id": kept}
    return {**about, "ended_at": at}


def is_taken(verifier: TokenVerifier, made: str) -> bool:
    try:
        verifier.verify(f"Bearer {made}")
    except DomainError as refused:
        return not isinstance(refused.__cause__, SessionOver)
    return True


def test_a_token_is_over_with_its_session(verifier: TokenVerifier) -> None:
    """M3: also one that was verified before, and is remembered."""
    made = token()
    assert is_taken(verifier, made)
    ended(verifier, 1)
    assert not is_taken(verifier, made)
    assert is_taken(verifier, token({"sid": f"{SESSION[:-1]}C"}))


def test_all_sessions_end_that_there_were(verifier: TokenVerifier) -> None:
    ended(verifier, 0, None)
    assert not is_taken(verifier, token({"iat": at(0)}))
    later = token({"iat": at(1), "nbf": at(0), "exp": at(300)})
    assert is_taken(verifier, later), "of a session that began after it"


def test_one_session_may_be_kept(clock: Clock) -> None:
    """ADR 0052: the one by which somebody changed their address goes on, also with tokens of
    before; when all end later, so does that one."""
    known = EndedSessions(lifetime=300, now=clock)
    moment = dt.datetime.fromtimestamp(clock.now, dt.UTC)
    before = int(clock.now) - 1
    known.heard(told(moment, None, "ses_kept"))
    assert known.include(PERSON, "ses_other", before)
    assert not known.include(PERSON, "ses_kept", before)
    known.heard(told(moment, None))
    assert known.include(PERSON, "ses_kept", before)


def test_what_is_over_anyway_is_forgotten(clock: Clock) -> None:
    known = EndedSessions(lifetime=300, now=clock)
    for number in range(3):
        clock.now += 200
        moment = dt.datetime.fromtimestamp(clock.now, dt.UTC)
        known.heard(told(moment, f"ses_{number}"))
    assert [known.include(PERSON, f"ses_{number}", 0) for number in range(3)] == [False, True, True]


@pytest.mark.parametrize("more", [1, 50])
def test_memory_is_bounded(clock: Clock, more: int) -> None:
    known = EndedSessions(lifetime=300, now=clock)
    moment = dt.datetime.fromtimestamp(clock.now, dt.UTC)
    for number in range(MOST_ENDED + more):
        known.heard(told(moment, f"ses_{number}"))
    kept = sum(known.include(PERSON, f"ses_{n}", 0) for n in range(MOST_ENDED + more))
    assert kept == MOST_ENDED
