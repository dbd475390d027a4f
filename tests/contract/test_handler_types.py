"""What a handler says it takes and gives are the types of its record's schemas.

Those types are written by `make docs`; mypy holds the handlers' bodies to them.
"""

import typing
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from chassis.rpc_server import Answered
from contracts.records import RPCS, SERVICES, Rpc


class _Names:
    """Stands for a composition: gives what a line of a handlers' table names."""

    def __init__(self, kinds: dict[str, type]) -> None:
        self._kinds = kinds

    def __getattr__(self, name: str) -> type:
        return self._kinds[name]


def handlers(service: str) -> dict[Rpc, Callable[..., Any]]:
    module = import_module(f"services.{service}.service")
    app = next(
        kind
        for name, kind in vars(module).items()
        if name.endswith("App") and kind.__module__.startswith(f"services.{service}.")
    )
    names = _Names(typing.get_type_hints(app))
    tables = {**module.RPCS, **getattr(module, "SINGLE_TRANSACTION_RPCS", {})}
    return {record: line(names) for record, line in tables.items()}


@pytest.mark.parametrize("service", SERVICES)
def test_handlers_are_annotated_by_their_records(service: str) -> None:
    types = import_module(f"contracts.types.{service}")
    found = handlers(service)
    assert {rpc.routing_key for rpc in found} == {
        key for key, rpc in RPCS.items() if rpc.service == service
    }
    for record, handler in found.items():
        if handler.__module__.startswith("chassis."):
            continue  # one for all services, each of which has these types of its own
        hints = typing.get_type_hints(handler)
        assert hints["request"] is getattr(types, record.request.__name__), record
        if hints["return"] is not Answered:
            assert hints["return"] is getattr(types, record.response.__name__), record
