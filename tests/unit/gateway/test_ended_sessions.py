"""Tokens of sessions that ended are over at once, and what is remembered of that is bounded."""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from typing import Any

import eventlet
import pytest

from contracts.errors import DomainError
from gateway.ended_sessions import (
    AT_A_TIME,
    ENDS_KNOWN,
    ENDS_MISSED,
    MOST_ENDED,
    EndedSessions,
    SessionOver,
    SharedEnds,
)
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


class Wire:
    """The live queue between two gateways, of which the second begins to hear."""

    def __init__(self) -> None:
        self.opened: list[Callable[[], None]] = []
        self.told: list[tuple[str, Any]] = []

    def tell(self, kind: str, document: Mapping[str, Any]) -> None:
        self.told.append((kind, json.loads(json.dumps(document))))


def test_what_a_gateway_missed_the_others_tell_it(clock: Clock) -> None:
    """In parts that a message bears; and nothing older stands in the place of what it heard."""
    here, there = (EndedSessions(lifetime=300, now=clock) for _ in range(2))
    wires = [Wire(), Wire()]
    answering, asking = (
        SharedEnds(ended, wire) for ended, wire in zip((here, there), wires, strict=True)
    )
    moment = dt.datetime.fromtimestamp(clock.now, dt.UTC)
    for number in range(AT_A_TIME + 1):
        here.heard(told(moment, f"ses_{number}"))
    here.heard(told(moment, None, "ses_kept"))
    there.heard(told(moment + dt.timedelta(seconds=1), None))
    wires[1].opened[0]()
    while len(wires[1].told) < 2:
        eventlet.sleep(0)
    assert [kind for kind, _ in wires[1].told] == [ENDS_MISSED, ENDS_KNOWN]
    (own,) = wires[1].told[1][1]["ends"]
    assert own[0] == PERSON, "the others may have missed it"
    answering.asked({})
    while len(wires[0].told) < 2:
        eventlet.sleep(0)
    for _, document in wires[0].told:
        asking.heard(document)
    before = int(clock.now) - 1
    assert all(there.include(PERSON, f"ses_{number}", before) for number in range(AT_A_TIME + 1))
    assert there.include(PERSON, "ses_kept", before)


@pytest.mark.parametrize("document", [{}, {"ends": [["ses"]]}, {"ends": [["ses", "x", None]]}])
def test_what_no_gateway_says_is_refused(clock: Clock, document: Any) -> None:
    with pytest.raises((ValueError, KeyError)):
        SharedEnds(EndedSessions(lifetime=300, now=clock), Wire()).heard(document)
