"""Who has a place among the connections, and who makes room."""

import gc
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Any

import eventlet
import pytest
from eventlet import wsgi
from eventlet.green import socket

from contracts.errors import DomainError
from gateway.connections import Connections
from gateway.protocol import Protocol

HOME, OFFICE = "192.0.2.1", "198.51.100.7"


def test_one_source_has_its_share_and_no_more() -> None:
    connections = Connections(10, 2)
    with ExitStack() as stack:
        stack.enter_context(connections.place(HOME))
        with connections.place(HOME):
            with pytest.raises(DomainError, match="source_connections_too_many") as refused:
                stack.enter_context(connections.place(HOME))
            assert refused.value.params["maximum"] == 2
            stack.enter_context(connections.place(OFFICE))
        stack.enter_context(connections.place(HOME))


def test_where_room_gets_scarce_the_longest_idle_ends() -> None:
    connections = Connections(4, 4)
    ended: list[str] = []
    with ExitStack() as stack:
        for name in ("first", "second", "third"):
            stack.enter_context(connections.place(HOME))
            connections.wait_idle(name, partial(ended.append, name))
        assert not ended
        connections.wait_no_more("first")  # it asks something
        stack.enter_context(connections.place(OFFICE))
        assert ended == ["second"]
        connections.wait_idle("first", lambda: ended.append("first"))
        stack.enter_context(connections.place(OFFICE))
        assert ended == ["second", "third"]


def test_who_is_busy_never_ends_for_others() -> None:
    connections = Connections(1, 2)
    with connections.place(HOME), connections.place(OFFICE):
        pass


def test_a_place_is_free_again_whatever_ended_it() -> None:
    connections = Connections(10, 1)
    for _ in range(3):
        with pytest.raises(OSError, match="reset"), connections.place(HOME):
            raise OSError("reset")


def test_what_was_closed_leaves_nothing_for_the_collector_of_garbage() -> None:
    """Whose looks at everything stop all requests, and are few."""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        start("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    listener = eventlet.listen(("127.0.0.1", 0))
    protocol = Protocol.among(Connections(100, 100))
    serving = eventlet.spawn(wsgi.server, listener, answer, protocol=protocol, log_output=False)
    gc.collect()
    gc.disable()
    try:
        for _ in range(20):
            with socket.create_connection(listener.getsockname()) as connection:
                connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                assert connection.recv(1000).startswith(b"HTTP/1.1 200 OK")
        eventlet.sleep(0.1)
        # Held by nobody, what is in a cycle would be here until it is collected. `isinstance` would
        # ask what other tests' weak proxies stood for.
        assert not [one for one in gc.get_objects() if issubclass(type(one), protocol)]
    finally:
        gc.enable()
        serving.kill()
