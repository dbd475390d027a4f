"""API keys that programs show: resolved by membership, remembered for a while (H-32, ADR 0072).

A key that is remembered costs no call. Membership tells of each revocation over the live queue;
what this gateway did not hear, it finds out by asking again: after a minute, or after seconds while
it does not hear. While membership is away a key that it knows goes on for a quarter of an hour.
"""

import datetime as dt
import hashlib
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from chassis.clock import real_now
from chassis.context import Actor, Context, HeldKey
from chassis.remembered import MINUTE, Remembered
from contracts.api_keys import PREFIX, is_well_formed
from contracts.errors import DomainError, Kind
from contracts.errors.gateway import (
    API_KEY_EXPIRED,
    API_KEY_MALFORMED,
    API_KEY_REVOKED,
    API_KEY_UNKNOWN,
)
from contracts.membership import RESOLVE_API_KEY
from contracts.records import Rpc

FRESH = MINUTE
FRESH_UNHEARD = 3.0  # while revocations may pass unheard; with the call it makes less than five
ASKED_AGAIN_AFTER = 5.0  # when membership was away
LONGEST_OUTAGE = 15 * 60.0  # as long as access tokens may live
UNKNOWN_FOR = 10.0
MOST = 10_000  # of each kind that is remembered, some 5 MB


class Live(Protocol):
    """The way by which revocations are heard."""

    @property
    def heard_since(self) -> float | None: ...


class Rpcs(Protocol):
    """The way to membership."""

    def call_marked(
        self, record: Rpc, request: dict[str, Any], ctx: Context
    ) -> tuple[dict[str, Any], bool]: ...


@dataclass
class _Known:
    """What membership said of a key; times are monotonic, but `expires_at`."""

    actor: Actor
    expires_at: dt.datetime
    revoked: bool
    asked_at: float
    asked_again_at: float = 0.0  # not before


def key_shown(authorization: str | None) -> str | None:
    """The API key of an Authorization header; None for anything else."""
    scheme, _, token = (authorization or "").partition(" ")
    return token if scheme.lower() == "bearer" and token.startswith(PREFIX) else None


class ApiKeys:
    """The keys that one gateway knows, by the SHA-256 of each: it does not keep them either."""

    def __init__(
        self,
        rpc: Rpcs,
        live: Live,
        *,
        now: Callable[[], float] = time.monotonic,
        today: Callable[[], dt.datetime] = real_now,
    ) -> None:
        self._rpc, self._live = rpc, live
        self._now, self._today = now, today
        self._known: Remembered[str, _Known] = Remembered(LONGEST_OUTAGE, MOST, now)
        self._unknown: Remembered[str, bool] = Remembered(UNKNOWN_FOR, MOST, now)
        self._revoked: Remembered[str, bool] = Remembered(math.inf, MOST, now)  # ids, as heard

    def heard(self, told: Mapping[str, Any]) -> None:
        """Takes the data of `membership.api_key_revoked`."""
        self._revoked.keep(told["api_key_id"], True)

    def resolve(self, secret: str, ctx: Context, count: Callable[[], None]) -> Actor:
        """The program that shows a key. `count` is called before membership is asked about one that
        is not known here.

        Raises DomainError: API_KEY_MALFORMED, _UNKNOWN, _REVOKED, _EXPIRED, what `count` raises, or
        SERVICE_UNAVAILABLE.
        """
        if not is_well_formed(secret):
            raise DomainError(API_KEY_MALFORMED)
        digest = hashlib.sha256(secret.encode()).hexdigest()
        known = self._known.find(digest)
        if known is None:
            if self._unknown.find(digest):
                raise DomainError(API_KEY_UNKNOWN)
            if not self._known.is_asked(digest):
                count()
            known = self._known.ask(digest, lambda: self._ask(digest, ctx))
        elif self._wants_asking(digest, known):
            known = self._asked_again(digest, known, ctx)
        self._require_good(known)
        return known.actor

    def require_going_on(self, actor: Actor) -> None:
        """For an answer in pieces: the key was not revoked since; raises DomainError."""
        if actor.key is not None and self._revoked.find(actor.key.id):
            raise DomainError(API_KEY_REVOKED)

    def _require_good(self, known: _Known) -> None:
        if known.revoked:
            raise DomainError(API_KEY_REVOKED)
        self.require_going_on(known.actor)
        if known.expires_at <= self._today():
            raise DomainError(API_KEY_EXPIRED)

    def _wants_asking(self, digest: str, known: _Known) -> bool:
        """Whether it is old; while one asks, others go on with it for as long as that may take."""
        heard_since = self._live.heard_since
        hears = heard_since is not None and heard_since <= known.asked_at
        until = max(known.asked_at + (FRESH if hears else FRESH_UNHEARD), known.asked_again_at)
        if self._known.is_asked(digest):
            until += RESOLVE_API_KEY.deadline
        return self._now() >= until

    def _asked_again(self, digest: str, known: _Known, ctx: Context) -> _Known:
        try:
            return self._known.ask(digest, lambda: self._ask(digest, ctx))
        except DomainError as problem:
            if problem.kind is not Kind.UNAVAILABLE:
                self._known.forget(digest)
                raise
            known.asked_again_at = self._now() + ASKED_AGAIN_AFTER
            return known

    def _ask(self, digest: str, ctx: Context) -> _Known:
        asked_at = self._now()  # what is revoked from now on is heard
        try:
            told, _ = self._rpc.call_marked(RESOLVE_API_KEY, {"digest": digest}, ctx)
        except DomainError as refused:
            if refused.error is API_KEY_UNKNOWN:
                self._unknown.keep(digest, True)
            raise
        key = HeldKey(told["id"], told["community_id"], tuple(told["roles"]))
        return _Known(
            Actor("key", scopes=tuple(told["scopes"]), key=key),
            dt.datetime.fromisoformat(told["expires_at"]),
            told["revoked_at"] is not None,
            asked_at,
        )
