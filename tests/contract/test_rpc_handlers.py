"""RPC records and the methods that answer them: every declared question has one answer."""

import importlib
from typing import TypeVar

import pytest
from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR

import contracts.catalogue  # noqa: F401  (fills the registry)
from chassis.consumers import EventEntrypoint
from chassis.rpc_server import RpcEntrypoint
from contracts.records import EVENTS, RPCS, SERVICES
from gateway.service import LIVE

E = TypeVar("E")


def entrypoints(service: str, kind: type[E]) -> list[tuple[str, E]]:
    """The method names and entrypoints of one kind in all roles of a service."""
    definition = importlib.import_module(f"services.{service}.service").SERVICE
    return [
        (name, entrypoint)
        for role in definition.roles.values()
        for name, member in vars(role).items()
        for entrypoint in getattr(member, ENTRYPOINT_EXTENSIONS_ATTR, ())
        if isinstance(entrypoint, kind)
    ]


@pytest.mark.parametrize("service", SERVICES)
def test_every_declared_rpc_is_answered_under_its_name(service: str) -> None:
    """architecture.md §8: RPC records = classes."""
    answered = {name: entry.record for name, entry in entrypoints(service, RpcEntrypoint)}
    declared = {record.name: record for record in RPCS.values() if record.service == service}
    assert answered == declared


def test_events_say_whether_a_service_of_ours_takes_them() -> None:
    """What nobody takes is not declared; public events may be for integrators alone."""
    taken = {
        event.type
        for service in SERVICES
        for _, entry in entrypoints(service, EventEntrypoint)
        for event in entry.events
    }
    taken |= LIVE.keys() & EVENTS.keys()  # by the gateways, which are no service
    assert {event.type for event in EVENTS.values() if event.consumed} == taken
    inside = {event.type for event in EVENTS.values() if event.audience == "internal"}
    assert inside <= taken
