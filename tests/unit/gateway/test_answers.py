"""Answers are taken within their time, or the connection ends."""

import contextlib
from collections.abc import Iterator
from typing import Any

import eventlet
import pytest
from eventlet.green import socket

from gateway import protocol
from gateway.protocol import AnswerFile

LARGE = b"x" * 8_000_000  # more than the kernel takes for somebody who does not read


@pytest.fixture
def ends() -> Iterator[tuple[Any, Any]]:
    """Ours and the reader's."""
    listener = eventlet.listen(("127.0.0.1", 0))
    reader = socket.create_connection(listener.getsockname())
    ours, _ = listener.accept()
    with contextlib.closing(listener), contextlib.closing(reader), contextlib.closing(ours):
        yield ours, reader


def test_what_was_written_is_sent_in_order(ends: tuple[Any, Any]) -> None:
    ours, reader = ends
    file = AnswerFile(ours)
    file.writelines([b"HTTP/1.1 200 OK\r\n", b"\r\n"])
    file.write(b"body")
    file.flush()
    file.flush()
    ours.close()
    received = b""
    while part := reader.recv(100):
        received += part
    assert received == b"HTTP/1.1 200 OK\r\n\r\nbody"


def test_what_goes_at_once_waits_for_nobody_and_tears_nothing(ends: tuple[Any, Any]) -> None:
    ours, reader = ends
    file = AnswerFile(ours)
    assert file.send_now(b"a line\n")
    assert reader.recv(100) == b"a line\n"
    assert not file.send_now(LARGE), "a part of it went out"
    assert not file.send_now(b"a line in the midst of it\n")
    reading = eventlet.spawn(lambda: b"".join(iter(lambda: reader.recv(1_000_000), b"")))
    file.write(b"the last\n")
    file.flush()
    assert file.send_now(b"and one more\n")
    ours.close()
    assert reading.wait() == LARGE + b"the last\nand one more\n"
    assert not file.send_now(b"to nobody\n")


def test_a_reader_of_a_little_at_a_time_is_cut_off(
    ends: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "ANSWER_SECONDS", 0.3)
    ours, reader = ends

    def read() -> int:  # each read frees room, so no single write ever waits for long
        received = 0
        while part := reader.recv(20_000):
            received += len(part)
            eventlet.sleep(0.02)
        return received

    reading = eventlet.spawn(read)
    file = AnswerFile(ours)
    file.write(LARGE)
    with pytest.raises(TimeoutError):
        file.flush()
    file.flush()  # nothing is left to send
    ours.close()
    assert reading.wait() < len(LARGE)
