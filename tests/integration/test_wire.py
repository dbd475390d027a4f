"""The wire with which tests and campaigns trouble a connection does what it says."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from functools import partial

import pytest

from tests.kit.probe import probe
from tests.kit.wire import Trouble, Wire

SHORT = 0.3


class Server:
    """Answers each message with itself in capital letters, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.place: tuple[str, int] = self._listener.getsockname()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            while asked := connection.recv(100):
                self.asked.append(asked)
                connection.sendall(asked.upper())


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


def connected(wire: Wire, seconds: float = 5) -> socket.socket:
    return socket.create_connection(("127.0.0.1", wire.port), seconds)


def _last_is(server: Server, text: bytes) -> bool:
    return server.asked[-1] == text


def asked(client: socket.socket, text: bytes) -> bytes:
    client.sendall(text)
    return client.recv(100)


def test_a_wire_without_trouble_is_not_noticed(server: Server) -> None:
    with connected(Wire(server.place)) as client:
        assert asked(client, b"one") == b"ONE"
        client.shutdown(socket.SHUT_WR)
        assert client.recv(100) == b""


@pytest.mark.parametrize("trouble", [Trouble.SILENT, Trouble.DEAF, Trouble.MUTE])
def test_what_is_held_up_arrives_afterwards(server: Server, trouble: Trouble) -> None:
    """T-F11: on a connection that was there before, and on one that was made meanwhile."""
    wire = Wire(server.place)
    with connected(wire) as before, connected(wire) as meanwhile:
        assert asked(before, b"zero") == b"ZERO"
        wire.suffer(trouble)
        for client in (before, meanwhile):
            client.settimeout(SHORT)
            with pytest.raises(TimeoutError):
                asked(client, b"one")
            client.settimeout(5)
        assert server.asked.count(b"one") == (2 if trouble is Trouble.MUTE else 0)
        wire.mend()
        assert [client.recv(100) for client in (before, meanwhile)] == [b"ONE", b"ONE"]


def test_a_reset_leaves_half_a_request_or_the_whole(server: Server) -> None:
    """T-F11: as often as it was said, and to what it was said."""
    wire = Wire(server.place)
    for trouble, arrived in ((Trouble.RESET_REQUEST, b"on"), (Trouble.RESET_ANSWER, b"once")):
        wire.suffer(trouble, about=b"once")
        with connected(wire) as client:
            assert asked(client, b"other") == b"OTHER"
            with pytest.raises(ConnectionResetError):
                asked(client, b"once")
        probe(partial(_last_is, server, arrived), 5, f"{arrived!r} at the server")
        assert wire.resets_left == 0
        with connected(wire) as client:
            assert asked(client, b"once") == b"ONCE"


def test_who_is_on_a_half_open_connection_hears_nothing_any_more(server: Server) -> None:
    """T-F11: also when the trouble is over; new connections are well."""
    wire = Wire(server.place)
    with connected(wire) as client:
        assert asked(client, b"one") == b"ONE"
        wire.suffer(Trouble.HALF_OPEN)
        for _ in range(2):
            client.settimeout(SHORT)
            with pytest.raises(TimeoutError):
                asked(client, b"two")
            with connected(wire) as other:
                assert asked(other, b"three") == b"THREE"
            wire.mend()
    assert b"two" not in server.asked


def test_a_wire_leads_to_whoever_is_there(server: Server) -> None:
    """As a load balancer: in turn, and never to one that takes no connection."""
    gone, other = Server(), Server()
    gone.close()
    wire = Wire(gone.place, server.place, other.place)
    for _ in range(4):
        with connected(wire) as client:
            assert asked(client, b"one") == b"ONE"
    assert min(len(server.asked), len(other.asked)) >= 1
    other.close()


def test_a_cut_wire_takes_nobody(server: Server) -> None:
    wire = Wire(server.place)
    with connected(wire) as client:
        assert asked(client, b"one") == b"ONE"
        wire.cut()
        with contextlib.suppress(ConnectionResetError):
            assert client.recv(100) == b""
    with pytest.raises(ConnectionError):
        connected(wire)


def test_an_address_leads_through_the_wire(server: Server) -> None:
    """Of a member of a replica set, which would tell its clients its own address."""
    wire = Wire(server.place)
    assert wire.url("amqp://a:b@127.0.0.1:1234/c") == f"amqp://a:b@127.0.0.1:{wire.port}/c"
    told = wire.mongo_url("mongodb://a:b@127.0.0.1:1234/c?replicaSet=coterie&w=majority")
    expected = f"mongodb://a:b@127.0.0.1:{wire.port}/c?directConnection=true&w=majority"
    assert told == expected
