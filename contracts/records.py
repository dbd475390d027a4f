"""One record per RPC and per event; the registry feeds generators, tests and permissions."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from enum import StrEnum

from marshmallow import Schema

from contracts.access import SERVICES_ONLY, Who
from contracts.errors import ErrorCode
from contracts.reading import as_read
from contracts.states.membership import LinkPurpose

SERVICES = ("membership", "payments", "events", "notifications")
GATEWAY = "gateway"

RPCS: dict[str, Rpc] = {}
EVENTS: dict[str, Event] = {}


class Audience(StrEnum):
    """Who may read an event."""

    INTERNAL = "internal"
    INTEGRATORS = "integrators"


@dataclass(frozen=True)
class ByLink:
    """Who follows a signed link for this purpose may call an RPC, too, as its person and about its
    object alone (ADR 0061).

    `field` of the request names that object; without one the use case holds what it found against
    the link (`Context.require_linked`). A refusal that is `over` says that what the link was for is
    done, or cannot be done any more: it is answered as `request.link_used`.
    """

    purpose: LinkPurpose
    field: str = ""
    over: tuple[ErrorCode, ...] = ()


@dataclass(frozen=True)
class Rpc:
    """A question or command that needs an answer now.

    `deadline` is in seconds, end to end. `idempotent` says that executing the same request twice
    leaves the same state and gives the same answer (a query, a natural key, or a stored
    Idempotency-Key); only then may a delivery be repeated. `who` are the people that may call it,
    `callers` the deployables: the broker lets no other send it, and the callee answers no other.
    `by_link` says for which purposes a signed link does in the place of a session.
    """

    service: str
    name: str
    meaning: str
    request: type[Schema]
    response: type[Schema]
    who: Who = field(kw_only=True)
    callers: tuple[str, ...] = (GATEWAY,)
    errors: tuple[ErrorCode, ...] = ()
    deadline: float = 5.0
    idempotent: bool = True
    by_link: tuple[ByLink, ...] = field(kw_only=True, default=())

    def __post_init__(self) -> None:
        if self.service not in SERVICES or self.routing_key in RPCS:
            raise ValueError(f"RPC {self.routing_key}: unknown service, or declared twice")
        if (self.who == SERVICES_ONLY) != (GATEWAY not in self.callers):
            raise ValueError(f"RPC {self.routing_key}: services alone call it, or people do")
        RPCS[self.routing_key] = self

    @property
    def routing_key(self) -> str:
        return f"{self.service}.{self.name}"

    def for_link(self, purpose: str) -> ByLink | None:
        """What it takes of who follows a link for this purpose; None: it is not for them."""
        return next((one for one in self.by_link if one.purpose == purpose), None)

    def declares(self, code: str) -> bool:
        """Whether callers have to reckon with this code; shared ones may come from any RPC."""
        shared = code.startswith(("request.", "gateway."))
        return shared or any(error.code == code for error in self.errors)


@dataclass(frozen=True)
class OwnAnswer(Rpc):
    """What the gateway answers by itself, described as an RPC is; nobody is asked."""

    def __post_init__(self) -> None:
        if self.service != GATEWAY:
            raise ValueError(f"{self.routing_key}: only the gateway answers by itself")


@dataclass(frozen=True)
class Event:
    """A fact, told after it was committed. `data` is the schema of the CloudEvent's data.

    `consumed`: a service of ours takes it. One that only integrators read is published for them
    alone. `scope`: an integrator gets it only when this was granted, whatever types it asked for.
    """

    service: str
    name: str
    meaning: str
    data: type[Schema]
    subject: str
    audience: Audience = Audience.INTERNAL
    consumed: bool = True
    scope: str = ""
    version: int = 1
    since: str = "0.1.0"

    def __post_init__(self) -> None:
        if self.service not in SERVICES or self.type in EVENTS:
            raise ValueError(f"event {self.type}: unknown service, or declared twice")
        if self.scope and self.audience is not Audience.INTEGRATORS:
            raise ValueError(f"event {self.type}: only what integrators get has a scope")
        EVENTS[self.type] = self

    @functools.cached_property
    def schema(self) -> Schema:
        """By which its data are written. One instance: making one costs more than using it."""
        return self.data()

    @functools.cached_property
    def reader(self) -> Schema:
        """By which its data are read."""
        return as_read(self.data)()

    @property
    def type(self) -> str:
        """The CloudEvents type; it is also the AMQP routing key (E-5)."""
        return f"coterie.{self.service}.{self.name}.v{self.version}"

    @property
    def exchange(self) -> str:
        return f"{self.service}.events"
