"""For whom, why and until when work is done; rides with every call, message and commit.

Passed explicitly: context variables do not survive a greenlet being spawned.
"""

import dataclasses
import json
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from chassis.ids import new_id
from contracts.access import BY_LINK, SIGNED_IN, SIGNED_IN_LATELY, Who
from contracts.envelope import CloudEvent
from contracts.errors import (
    DEFAULT_LOCALE,
    KEY_NOT_TAKEN,
    LINK_ELSEWHERE,
    LOCALES,
    SIGN_IN_AGAIN,
    SIGN_IN_REQUIRED,
    DomainError,
)

REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")

ACTOR_HEADER = "coterie-actor"
LOCALE_HEADER = "coterie-locale"
REQUEST_ID_HEADER = "coterie-request-id"
TRACE_HEADER = "traceparent"

REMAINING_HEADER = "coterie-remaining-ms"
SENT_AT_HEADER = "coterie-sent-at-ms"
IDEMPOTENCY_HEADER = "coterie-idempotency"


@dataclass(frozen=True)
class Link:
    """A signed link that somebody follows (ADR 0061): it lets them do one thing (`purpose`) to one
    object, as the person whom it was sent to, without a session.

    `about` is what its message was about. `until` is when the thing itself is over in business
    time, `expires_at` when the link is in real time (both Unix seconds). One to renew is for the
    term that follows the one that ends on the day `after`.
    """

    id: str
    purpose: str
    community_id: str
    about: str
    object_id: str
    until: int
    expires_at: int
    after: str | None = None


@dataclass(frozen=True)
class HeldKey:
    """An API key that a program shows (ADR 0072), with the roles that it holds in one community, or
    in the system as a whole."""

    id: str
    community_id: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Actor:
    """Who asks: `kind` is person, key, anonymous, system (a service) or operator (its shell).

    A person signed in at an instant of real time (Unix seconds), or follows a `link` instead, which
    no RPC takes but those that say so; a program shows a `key`; an operator has a `name`.
    """

    kind: str
    person_id: str | None = None
    session_id: str | None = None
    scopes: tuple[str, ...] = ()
    service: str | None = None
    signed_in_at: int | None = None
    name: str | None = None
    link: Link | None = None
    key: HeldKey | None = None

    @property
    def id(self) -> str:
        """One word for audit and idempotency: a person's id, a key's, `system:payments`,
        `operator:li`, `anonymous`."""
        if self.person_id:
            return self.person_id
        if self.key is not None:
            return self.key.id
        named = self.name or self.service
        return f"{self.kind}:{named}" if named else self.kind


ANONYMOUS = Actor("anonymous")
# An operator's shell works inside the service's process: its authority has no form on the wire.
_KINDS_ON_THE_WIRE = ("person", "key", "anonymous", "system")


class Deadline:
    """A point in real time, counted monotonic, after which nobody waits for the answer."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self._at - time.monotonic())

    @property
    def expired(self) -> bool:
        return time.monotonic() >= self._at

    def __repr__(self) -> str:
        return f"Deadline({self.remaining():.3f} s left)"


@dataclass(frozen=True)
class IdempotencyKey:
    """A client's key, the fingerprint of its request, and the RPC that it belongs to (H-11)."""

    key: str
    fingerprint: str
    rpc: str = ""


@dataclass(frozen=True)
class Message:
    """The event delivery that a consumer is handling."""

    consumer: str
    source: str
    event_id: str


@dataclass(frozen=True)
class Context:
    """The circumstances of one piece of work."""

    actor: Actor
    locale: str
    request_id: str
    traceparent: str
    deadline: Deadline | None = None
    idempotency: IdempotencyKey | None = None
    message: Message | None = None
    # Against what the caller was held so far (`chassis.access`); shared by all copies.
    checked: set[Who] = field(default_factory=set, compare=False, repr=False)
    # The keys under which this work stored its answer; shared by all copies.
    answered: set[IdempotencyKey] = field(default_factory=set, compare=False, repr=False)

    def require_person(self) -> str:
        """The person who asks; raises DomainError(SIGN_IN_REQUIRED) when nobody signed in, and
        (KEY_NOT_TAKEN) of a program."""
        self.checked.add(SIGNED_IN)
        self._refuse_keys()
        if self.actor.person_id is None:
            raise DomainError(SIGN_IN_REQUIRED)
        return self.actor.person_id

    def require_linked(self, *object_ids: str | None) -> None:
        """For who follows a link: one of these is its object; raises DomainError(LINK_ELSEWHERE).

        Whoever signed in is not asked.
        """
        self.checked.add(BY_LINK)
        if self.actor.link is not None and self.actor.link.object_id not in object_ids:
            raise DomainError(LINK_ELSEWHERE)

    def require_recent_sign_in(self) -> None:
        """Raises DomainError(SIGN_IN_AGAIN) unless the person signed in within ten minutes.

        At a shell nobody signs in; a program cannot, which is DomainError(KEY_NOT_TAKEN).
        """
        self._refuse_keys()
        signed_in_at = self.actor.signed_in_at or 0
        if self.actor.kind == "person" and time.time() - signed_in_at > SIGNED_IN_LATELY:
            raise DomainError(SIGN_IN_AGAIN, max_age=SIGNED_IN_LATELY)

    def _refuse_keys(self) -> None:
        if self.actor.key is not None:
            raise DomainError(KEY_NOT_TAKEN)

    def as_system(self, service: str) -> "Context":
        """The same work, done in the service's own name."""
        return dataclasses.replace(self, actor=Actor("system", service=service), idempotency=None)

    def without_key(self) -> "Context":
        """The same work without Idempotency-Key: for the units of work before the keyed one."""
        return dataclasses.replace(self, idempotency=None)

    def without_key_or_message(self) -> "Context":
        """The same work without Idempotency-Key and message: for a unit of work that is safe to
        repeat by itself, beside the one that carries the answer or the message."""
        return dataclasses.replace(self, idempotency=None, message=None)

    def with_deadline(self, seconds: float) -> "Context":
        """The same work with at most `seconds` left."""
        left = seconds if self.deadline is None else min(seconds, self.deadline.remaining())
        return dataclasses.replace(self, deadline=Deadline(left))

    @classmethod
    def for_system(cls, service: str) -> Self:
        """Work that nobody asked for: jobs and start-up."""
        return cls(
            Actor("system", service=service), DEFAULT_LOCALE, new_id("req"), new_traceparent()
        )

    @classmethod
    def for_operator(cls, service: str, name: str | None = None) -> Self:
        """Work ordered at the service's command line, by whom `name` says."""
        actor = Actor("operator", service=service, name=name)
        return cls(actor, DEFAULT_LOCALE, new_id("req"), new_traceparent())

    @classmethod
    def for_event(cls, service: str, consumer: str, event: CloudEvent) -> Self:
        """Work that an event causes; the request id of the cause goes on (correlationid)."""
        return cls(
            Actor("system", service=service),
            DEFAULT_LOCALE,
            event.correlationid,
            continue_trace(event.traceparent),
            message=Message(consumer, event.source, event.id),
        )

    def headers(self) -> dict[str, str]:
        """The context as AMQP headers of a call."""
        actor = {name: value for name, value in vars(self.actor).items() if value}
        if self.actor.link is not None:
            actor["link"] = vars(self.actor.link)
        if self.actor.key is not None:
            actor["key"] = vars(self.actor.key)
        headers = {
            ACTOR_HEADER: json.dumps(actor),
            LOCALE_HEADER: self.locale,
            REQUEST_ID_HEADER: self.request_id,
            TRACE_HEADER: self.traceparent,
        }
        if self.deadline is not None:
            headers[REMAINING_HEADER] = str(int(self.deadline.remaining() * 1000))
            headers[SENT_AT_HEADER] = str(int(time.time() * 1000))
        if self.idempotency is not None:
            headers[IDEMPOTENCY_HEADER] = json.dumps(
                {"key": self.idempotency.key, "fingerprint": self.idempotency.fingerprint}
            )
        return headers

    @classmethod
    def from_headers(cls, headers: Mapping[str, Any], *, rpc: str) -> Self:
        """The context of a received call to `rpc`; raises ValueError when the headers are not ours.

        Whether their sender may say so is not decided here. The time that the message spent on its
        way counts against the deadline; a clock that is behind never adds time.
        """
        try:
            deadline = None
            if REMAINING_HEADER in headers:
                elapsed = int(time.time() * 1000) - int(headers[SENT_AT_HEADER])
                left = int(headers[REMAINING_HEADER]) - max(0, elapsed)
                deadline = Deadline(left / 1000)
            idempotency = None
            if IDEMPOTENCY_HEADER in headers:
                idempotency = IdempotencyKey(**json.loads(headers[IDEMPOTENCY_HEADER]), rpc=rpc)
            locale = headers.get(LOCALE_HEADER)
            return cls(
                actor=_read_actor(headers[ACTOR_HEADER]),
                locale=locale if locale in LOCALES else DEFAULT_LOCALE,
                request_id=accept_request_id(headers.get(REQUEST_ID_HEADER)),
                traceparent=continue_trace(headers.get(TRACE_HEADER)),
                deadline=deadline,
                idempotency=idempotency,
            )
        except (AttributeError, KeyError, TypeError, ValueError) as problem:
            raise ValueError(f"headers do not carry a context: {problem!r}") from problem


def _read_actor(text: str) -> Actor:
    told = json.loads(text)
    link = Link(**told["link"]) if "link" in told else None
    key = HeldKey(**told["key"]) if "key" in told else None
    if key is not None:
        key = dataclasses.replace(key, roles=tuple(key.roles))
    scopes = tuple(told.get("scopes", ()))
    actor = Actor(**{**told, "scopes": scopes, "link": link, "key": key})
    names = [actor.person_id, actor.session_id, actor.service, *actor.scopes]
    if key is not None:
        names += [key.id, key.community_id, *key.roles]
    sound = (actor.kind == "person") == bool(actor.person_id)
    if actor.kind not in _KINDS_ON_THE_WIRE or not sound or (actor.kind == "key") != bool(key):
        raise ValueError(f"nobody speaks for {actor.kind}")
    if not all(name is None or isinstance(name, str) for name in names):
        raise TypeError("an actor's names are texts")
    return actor


def accept_request_id(offered: str | None) -> str:
    """The caller's request id when it is well formed, else a new one (H-24)."""
    return offered if offered and REQUEST_ID.fullmatch(offered) else new_id("req")


def new_traceparent() -> str:
    """The start of a W3C trace, version 00, sampled."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def continue_trace(incoming: str | None) -> str:
    """A new span of the caller's trace; an invalid or missing header starts a new trace (H-25)."""
    if not incoming or not _TRACEPARENT.fullmatch(incoming):
        return new_traceparent()
    version, trace, _, flags = incoming.split("-")
    return f"{version}-{trace}-{secrets.token_hex(8)}-{flags}"
