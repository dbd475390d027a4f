"""One record per RPC and per event; the registry feeds generators, tests and permissions."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from enum import StrEnum

from marshmallow import Schema

from contracts.errors import ErrorCode

SERVICES = ("membership", "payments", "events", "notifications")

RPCS: dict[str, Rpc] = {}
EVENTS: dict[str, Event] = {}


class Audience(StrEnum):
    """Who may read an event."""

    INTERNAL = "internal"
    INTEGRATORS = "integrators"


@dataclass(frozen=True)
class Rpc:
    """A question or command that needs an answer now.

    `deadline` is in seconds, end to end. `idempotent` says that executing the same request twice
    leaves the same state and gives the same answer (a query, a natural key, or a stored
    Idempotency-Key); only then may a delivery be repeated. `callers` are the processes that the
    broker lets send it.
    """

    service: str
    name: str
    meaning: str
    request: type[Schema]
    response: type[Schema]
    callers: tuple[str, ...] = ("gateway",)
    errors: tuple[ErrorCode, ...] = ()
    deadline: float = 5.0
    idempotent: bool = True

    def __post_init__(self) -> None:
        if self.service not in SERVICES or self.routing_key in RPCS:
            raise ValueError(f"RPC {self.routing_key}: unknown service, or declared twice")
        RPCS[self.routing_key] = self

    @property
    def routing_key(self) -> str:
        return f"{self.service}.{self.name}"


@dataclass(frozen=True)
class Event:
    """A fact, told after it was committed. `data` is the schema of the CloudEvent's data.

    `consumed`: a service of ours takes it. One that only integrators read is published for them
    alone.
    """

    service: str
    name: str
    meaning: str
    data: type[Schema]
    subject: str
    audience: Audience = Audience.INTERNAL
    consumed: bool = True
    version: int = 1
    since: str = "0.1.0"

    def __post_init__(self) -> None:
        if self.service not in SERVICES or self.type in EVENTS:
            raise ValueError(f"event {self.type}: unknown service, or declared twice")
        EVENTS[self.type] = self

    @functools.cached_property
    def schema(self) -> Schema:
        """One instance of `data`: making one costs more than using it."""
        return self.data()

    @property
    def type(self) -> str:
        """The CloudEvents type; it is also the AMQP routing key (E-5)."""
        return f"coterie.{self.service}.{self.name}.v{self.version}"

    @property
    def exchange(self) -> str:
        return f"{self.service}.events"
