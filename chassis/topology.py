"""Everything that is declared at the broker, derived from contracts and service definitions.

`build` gives `deploy/rabbitmq/topology.json`; deployment declares it before any process starts
(M-4), and processes declare nothing but their own live queues (`chassis.live`). Queue type is the
only `x-` argument; what may have to change later is policy (M-8). Users get what their code needs:
which RPCs they call, which queues they read, their own events (M-23).
"""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR

from chassis.consumers import EventEntrypoint
from chassis.event_wire import (
    UNROUTED,
    consumer_queue,
    delay_names,
    events_exchange,
    integrators_exchange,
    parking_name,
)
from chassis.live import live_exchange, live_queues
from chassis.platform import ServiceDefinition
from chassis.retries import DELAYS
from chassis.rpc_server import RpcEntrypoint
from chassis.rpc_wire import EXCHANGE as RPC_EXCHANGE
from chassis.rpc_wire import queue_name
from contracts.records import EVENTS, RPCS, Audience, Event

NOTHING = "^$"
DEFAULT_EXCHANGE = "amq.default"  # its name in permissions

# The longest that a call can wait for anybody; its own expiration is mostly shorter.
RPC_TTL_SECONDS = 30
LONGEST_QUEUE = 1_000_000
LONGEST_SIDE_QUEUE = 100_000
INTEGRATOR_QUEUE_BYTES = 128 * 1024 * 1024
INTEGRATOR_QUEUE_DAYS = 14  # without a reader; then it is deleted with what it holds
INTEGRATOR_CONNECTIONS = 10
INTEGRATOR_CHANNELS = 20  # over all of its connections
LONGEST_LIVE_QUEUE = 1_000
LIVE_TTL_SECONDS = 5  # what is not heard by then is no news
LIVE_QUEUE_SECONDS = 60  # of one that nobody reads, should a process declare such
DELIVERY_LIMIT = 20  # a message that takes its consumer's process down again and again is parked

KEPT_SAFE = {"dead-letter-strategy": "at-least-once", "overflow": "reject-publish"}


def build(definitions: Iterable[ServiceDefinition]) -> dict[str, Any]:
    """Exchanges, queues, bindings and policies in RabbitMQ's definitions format, and users.

    `integrators` is the template of what each of them gets; `{name}` stands for their name.
    """
    listed = sorted(definitions, key=lambda definition: definition.name)
    services = [definition.name for definition in listed if definition.schema is not None]
    live = [definition.name for definition in listed if definition.live]
    consumers = {definition.name: dict(consumed(definition)) for definition in listed}
    return {
        "exchanges": list(_exchanges(services, live)),
        "queues": list(_queues(services, consumers)),
        "bindings": [*_bindings(services, consumers), *_live_bindings(listed, services)],
        "policies": list(_policies(services, live, consumers)),
        "users": {
            definition.name: _user(definition, consumers[definition.name]) for definition in listed
        },
        "integrators": {
            "user": {
                "configure": NOTHING,
                "write": NOTHING,
                "read": r"^integrator\.{name}\.events$",
                "topics": [],
            },
            "limits": {
                "max-connections": INTEGRATOR_CONNECTIONS,
                "max-channels": INTEGRATOR_CHANNELS,
            },
            "queue": _queue("integrator.{name}.events", "quorum"),
            # The types that each scope opens, "" those that need none.
            "scopes": {
                scope: {
                    "exchange": integrators_exchange(scope),
                    "events": sorted(e.type for e in public_events(services) if e.scope == scope),
                }
                for scope in scopes_of(services)
            },
        },
    }


def public_events(services: Collection[str]) -> list[Event]:
    """What integrators may get from these services."""
    return [
        event
        for event in EVENTS.values()
        if event.audience is Audience.INTEGRATORS and event.service in services
    ]


def scopes_of(services: Collection[str]) -> list[str]:
    """What can be granted to integrators, "" first, which all of them have."""
    return sorted({"", *(event.scope for event in public_events(services))})


def consumed(definition: ServiceDefinition) -> Iterator[tuple[str, tuple[Event, ...]]]:
    """The queues of a deployable with the events that each takes."""
    for method, entrypoint in entrypoints(definition):
        if isinstance(entrypoint, EventEntrypoint):
            yield consumer_queue(definition.name, method), entrypoint.events


def answered(definition: ServiceDefinition) -> set[str]:
    """The routing keys of the RPCs that a deployable answers."""
    return {
        entrypoint.record.routing_key
        for _, entrypoint in entrypoints(definition)
        if isinstance(entrypoint, RpcEntrypoint)
    }


def entrypoints(definition: ServiceDefinition) -> Iterator[tuple[str, Any]]:
    """Every nameko entrypoint of a deployable's classes, with the name of its method."""
    for service_class in definition.roles.values():
        for method, member in sorted(vars(service_class).items()):
            for entrypoint in getattr(member, ENTRYPOINT_EXTENSIONS_ATTR, ()):
                yield method, entrypoint


def _exchanges(services: list[str], live: list[str]) -> Iterator[dict[str, Any]]:
    yield _exchange(RPC_EXCHANGE, "topic")
    for scope in scopes_of(services):
        yield _exchange(integrators_exchange(scope), "topic")
    yield _exchange(UNROUTED, "fanout")
    for name in live:
        yield _exchange(live_exchange(name), "fanout")
    for service in services:
        yield _exchange(events_exchange(service), "topic")
        for name in (*delay_names(service), parking_name(service)):
            yield _exchange(name, "fanout")


def _queues(
    services: list[str], consumers: dict[str, dict[str, tuple[Event, ...]]]
) -> Iterator[dict[str, Any]]:
    yield _queue(UNROUTED, "quorum")
    for service in services:
        # Calls are transient: what a quorum would cost buys nothing (facts of this broker).
        yield _queue(queue_name(service), "classic")
        for name in (*consumers[service], *delay_names(service), parking_name(service)):
            yield _queue(name, "quorum")


def _bindings(
    services: list[str], consumers: dict[str, dict[str, tuple[Event, ...]]]
) -> Iterator[dict[str, Any]]:
    yield _binding(UNROUTED, UNROUTED, "")
    for service in services:
        yield _binding(RPC_EXCHANGE, queue_name(service), f"{service}.*")
        for name in (*delay_names(service), parking_name(service)):
            yield _binding(name, name, "")
        for queue, events in consumers[service].items():
            for event in events:
                yield _binding(event.exchange, queue, event.type)


def _live_bindings(
    definitions: Iterable[ServiceDefinition], services: Collection[str]
) -> Iterator[dict[str, Any]]:
    """What services tell goes to every process of a deployable that hears it."""
    for definition in definitions:
        heard = (EVENTS[kind] for kind in definition.live if kind in EVENTS)
        for event in (event for event in heard if event.service in services):
            exchange = live_exchange(definition.name)
            yield _binding(event.exchange, exchange, event.type, to="exchange")


def _policies(
    services: list[str],
    live: list[str],
    consumers: dict[str, dict[str, tuple[Event, ...]]],
) -> Iterator[dict[str, Any]]:
    everywhere = "|".join(services)
    yield _policy(
        "nothing-disappears",
        rf"^({everywhere})\.(events|parking|delay\..*)$",
        "exchanges",
        {"alternate-exchange": UNROUTED},
    )
    yield _policy(
        "rpc", "^rpc-", "queues", {"message-ttl": RPC_TTL_SECONDS * 1000, "max-length": 10_000}
    )
    for name in live:
        yield _policy(
            f"{name}-live",
            f"^{live_queues(name)}",
            "queues",
            {
                "max-length": LONGEST_LIVE_QUEUE,
                "overflow": "drop-head",
                "message-ttl": LIVE_TTL_SECONDS * 1000,
                "expires": LIVE_QUEUE_SECONDS * 1000,
            },
        )
    for service in services:
        if consumers[service]:
            yield _policy(
                f"{service}-events",
                _any_of(consumers[service]),
                "queues",
                {
                    "delivery-limit": DELIVERY_LIMIT,
                    "dead-letter-exchange": parking_name(service),
                    "max-length": LONGEST_QUEUE,
                    **KEPT_SAFE,
                },
            )
    for step, seconds in DELAYS:
        yield _policy(
            f"delay-{step}",
            rf"^({everywhere})\.delay\.{step}$",
            "queues",
            # Back to the queue it came from: that is the routing key it was sent with.
            {
                "message-ttl": seconds * 1000,
                "dead-letter-exchange": "",
                "max-length": LONGEST_SIDE_QUEUE,
                **KEPT_SAFE,
            },
        )
    yield _policy(
        "parking",
        rf"^({everywhere})\.parking$",
        "queues",
        {"max-length": LONGEST_SIDE_QUEUE, "overflow": "reject-publish"},
    )
    # These may lose their oldest rather than hold up what we publish: the first is an alarm, the
    # others belong to people outside, who may be away for good.
    losing = {"max-length": LONGEST_SIDE_QUEUE, "overflow": "drop-head"}
    yield _policy(UNROUTED, f"^{UNROUTED}$", "queues", losing)
    yield _policy(
        "integrators",
        r"^integrator\.",
        "queues",
        {
            **losing,
            "max-length-bytes": INTEGRATOR_QUEUE_BYTES,
            "expires": INTEGRATOR_QUEUE_DAYS * 24 * 3600 * 1000,
        },
    )


def _user(definition: ServiceDefinition, consumers: dict[str, tuple[Event, ...]]) -> dict[str, Any]:
    name = definition.name
    called = [record.routing_key for record in RPCS.values() if name in record.callers]
    write, read, topics = [], [], []
    if called:
        write.append(RPC_EXCHANGE)
        topics.append(_topics(RPC_EXCHANGE, called))
    if answered(definition):
        write.append(DEFAULT_EXCHANGE)  # replies go straight to the caller's channel
        read.append(queue_name(name))
    if definition.schema is not None:
        own = [event for event in EVENTS.values() if event.service == name]
        write += [events_exchange(name), parking_name(name), *delay_names(name)]
        read += [*consumers, parking_name(name)]
        topics.append(_topics(events_exchange(name), [e.type for e in own if e.consumed]))
        if public := public_events([name]):
            for scope in scopes_of([name]):
                exchange = integrators_exchange(scope)
                write.append(exchange)
                opened = [event.type for event in public if event.scope == scope]
                topics.append(_topics(exchange, opened))
    mine = live_queues(name) if definition.live else ""
    if mine:
        write.append(live_exchange(name))
        read.append(live_exchange(name))
    return {
        "configure": f"^{mine}" if mine else NOTHING,
        "write": _any_of(write, mine),
        "read": _any_of(read, mine),
        "topics": topics,
    }


def _topics(exchange: str, keys: Iterable[str]) -> dict[str, str]:
    return {"exchange": exchange, "write": _any_of(keys), "read": NOTHING}


def _any_of(names: Iterable[str], beginning: str = "") -> str:
    """The pattern of exactly these names, and of those that begin as a pattern says."""
    listed = [re.escape(name) for name in sorted(names)] + [f"{beginning}.+"] * bool(beginning)
    return f"^({'|'.join(listed)})$" if listed else NOTHING


def _exchange(name: str, kind: str) -> dict[str, Any]:
    return {
        "name": name,
        "type": kind,
        "durable": True,
        "auto_delete": False,
        "internal": False,
        "arguments": {},
    }


def _queue(name: str, kind: str) -> dict[str, Any]:
    return {
        "name": name,
        "durable": True,
        "auto_delete": False,
        "arguments": {"x-queue-type": kind},
    }


def _binding(source: str, destination: str, key: str, *, to: str = "queue") -> dict[str, Any]:
    return {
        "source": source,
        "destination": destination,
        "destination_type": to,
        "routing_key": key,
        "arguments": {},
    }


def _policy(name: str, pattern: str, to: str, definition: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "pattern": pattern,
        "apply-to": to,
        "definition": definition,
        "priority": 0,
    }
