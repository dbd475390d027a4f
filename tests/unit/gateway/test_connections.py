"""Who has a place among the connections, and who makes room."""

from contextlib import ExitStack
from functools import partial

import pytest

from contracts.errors import DomainError
from gateway.connections import Connections

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
