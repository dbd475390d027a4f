"""API keys that programs show: resolved by membership, remembered for a while (H-32, ADR 0072).

A key that is remembered costs no call. Membership tells of each revocation over the live queue;
what this gateway did not hear, it finds out by asking again: after a minute, or after seconds while
it does not hear. While membership is away a key that it knows goes on for a quarter of an hour.
"""

import datetime as dt
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from eventlet.event import Event

from chassis.clock import real_now
from chassis.context import Actor, Context, HeldKey
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

FRESH = 60.0  # seconds
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
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._unknown: OrderedDict[str, float] = OrderedDict()  # until when
        self._revoked: OrderedDict[str, None] = OrderedDict()  # ids, as they were heard
        self._asking: dict[str, Event] = {}

    def heard(self, told: Mapping[str, Any]) -> None:
        """Takes the data of `membership.api_key_revoked`."""
        _remember(self._revoked, told["api_key_id"], None)

    def resolve(self, secret: str, ctx: Context, count: Callable[[], None]) -> Actor:
        """The program that shows a key. `count` is called before membership is asked about one that
        is not known here.

        Raises DomainError: API_KEY_MALFORMED, _UNKNOWN, _REVOKED, _EXPIRED, what `count` raises, or
        SERVICE_UNAVAILABLE.
        """
        if not is_well_formed(secret):
            raise DomainError(API_KEY_MALFORMED)
        digest = hashlib.sha256(secret.encode()).hexdigest()
        known = self._known.get(digest)
        if known is None:
            if self._unknown.get(digest, 0.0) > self._now():
                raise DomainError(API_KEY_UNKNOWN)
            known = self._asked_once(digest, ctx, count)
        elif not self._is_fresh(known):
            known = self._asked_again(digest, known, ctx)
        _remember(self._known, digest, known)
        self._require_good(known)
        return known.actor

    def require_going_on(self, actor: Actor) -> None:
        """For an answer in pieces: the key was not revoked since; raises DomainError."""
        if actor.key is not None and actor.key.id in self._revoked:
            raise DomainError(API_KEY_REVOKED)

    def _require_good(self, known: _Known) -> None:
        if known.revoked:
            raise DomainError(API_KEY_REVOKED)
        self.require_going_on(known.actor)
        if known.expires_at <= self._today():
            raise DomainError(API_KEY_EXPIRED)

    def _is_fresh(self, known: _Known) -> bool:
        now, heard_since = self._now(), self._live.heard_since
        if now < known.asked_again_at:
            return True
        hears = heard_since is not None and heard_since <= known.asked_at
        return now < known.asked_at + (FRESH if hears else FRESH_UNHEARD)

    def _asked_once(self, digest: str, ctx: Context, count: Callable[[], None]) -> _Known:
        """Many requests with a key that is new here ask once."""
        if (asking := self._asking.get(digest)) is not None:
            found: _Known = asking.wait()
            return found
        count()
        asking = self._asking[digest] = Event()
        try:
            known = self._ask(digest, ctx)
        except DomainError as refused:
            asking.send_exception(refused)
            raise
        finally:
            del self._asking[digest]
        asking.send(known)
        return known

    def _asked_again(self, digest: str, known: _Known, ctx: Context) -> _Known:
        try:
            return self._ask(digest, ctx)
        except DomainError as problem:
            now = self._now()
            if problem.kind is not Kind.UNAVAILABLE or now > known.asked_at + LONGEST_OUTAGE:
                self._known.pop(digest, None)
                raise
            known.asked_again_at = now + ASKED_AGAIN_AFTER
            return known

    def _ask(self, digest: str, ctx: Context) -> _Known:
        asked_at = self._now()  # what is revoked from now on is heard
        try:
            told, _ = self._rpc.call_marked(RESOLVE_API_KEY, {"digest": digest}, ctx)
        except DomainError as refused:
            if refused.error is API_KEY_UNKNOWN:
                _remember(self._unknown, digest, self._now() + UNKNOWN_FOR)
            raise
        key = HeldKey(told["id"], told["community_id"], tuple(told["roles"]))
        return _Known(
            Actor("key", scopes=tuple(told["scopes"]), key=key),
            dt.datetime.fromisoformat(told["expires_at"]),
            told["revoked_at"] is not None,
            asked_at,
        )


def _remember(where: OrderedDict[str, Any], name: str, what: Any) -> None:
    where[name] = what
    where.move_to_end(name)
    if len(where) > MOST:
        where.popitem(last=False)
