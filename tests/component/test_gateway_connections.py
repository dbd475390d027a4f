"""Idle and slow connections take nobody else's place."""

import contextlib
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from contracts.errors.gateway import SOURCE_CONNECTIONS_MANY
from deploy.local.nodes import Nodes
from tests.component.gateway_world import World, everything, world
from tests.kit.limits import WIDE
from tests.kit.probe import probe

MOST, MOST_OF_ONE = 40, 20
LIVE = b"GET /health/live HTTP/1.1\r\nHost: coterie.example\r\n\r\n"


@pytest.fixture(scope="module")
def gateway(nodes: Nodes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    room = {
        "COTERIE_MAX_CONNECTIONS": str(MOST),
        "COTERIE_MAX_WAITING": str(MOST - 1),
        "COTERIE_MAX_CONNECTIONS_OF_ONE": str(MOST_OF_ONE),
        "COTERIE_TRUSTED_PROXIES": "0",
    }
    with world(nodes, tmp_path_factory.mktemp("gateway"), {**WIDE, **room}) as made:
        yield made


@pytest.fixture
def stack() -> Iterator[contextlib.ExitStack]:
    with contextlib.ExitStack() as made:
        yield made


def connect(gateway: World, stack: contextlib.ExitStack, host: int) -> Any:
    """A connection from one of the many addresses of this machine."""
    return stack.enter_context(
        socket.create_connection(
            ("127.0.0.1", gateway.port), timeout=20, source_address=(f"127.0.0.{host}", 0)
        )
    )


def used(gateway: World, stack: contextlib.ExitStack, host: int) -> Any:
    """One that had an answer and is silent since."""
    connection = connect(gateway, stack, host)
    connection.sendall(LIVE)
    assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")
    return connection


def is_open(connection: Any) -> bool:
    """Whether it still answers."""
    with contextlib.suppress(OSError):
        connection.sendall(LIVE)
        return bool(connection.recv(4096))
    return False


def test_silent_connections_make_room_for_new_ones(
    gateway: World, stack: contextlib.ExitStack
) -> None:
    first = used(gateway, stack, 2)
    crowd = [used(gateway, stack, 2 + number // MOST_OF_ONE) for number in range(1, 3 * MOST)]
    assert gateway.ask("GET", "/health/ready").status_code == 200
    assert gateway.ask("GET", "/v1/me").status_code == 200
    assert not is_open(first)
    assert is_open(crowd[-1])


def test_connections_that_never_said_anything_make_room_too(
    gateway: World, stack: contextlib.ExitStack
) -> None:
    for number in range(3 * MOST):
        connect(gateway, stack, 20 + number // MOST_OF_ONE)
    assert gateway.ask("GET", "/v1/me").status_code == 200


def test_one_source_has_its_share_of_them(gateway: World, stack: contextlib.ExitStack) -> None:
    own = [used(gateway, stack, 40) for _ in range(MOST_OF_ONE)]
    refused = connect(gateway, stack, 40)
    refused.sendall(LIVE)
    answer = everything(refused)
    assert answer.startswith(b"HTTP/1.1 429 ")
    assert SOURCE_CONNECTIONS_MANY.code.encode() in answer
    assert b"\r\nRetry-After: " in answer
    used(gateway, stack, 41)
    own.pop().close()

    def again() -> bool:
        with contextlib.suppress(AssertionError, OSError):
            used(gateway, stack, 40)
            return True
        return False

    probe(again, 10, "who closes one may open another")
