"""A wire between a process and a server that can be in trouble, without touching anybody else's.

All wires of a process share one event loop in a thread of its own.
"""

import asyncio
import contextlib
import itertools
import random
import re
import socket
import struct
import threading
from asyncio import StreamReader, StreamWriter
from collections.abc import Coroutine
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

CHUNK = 65_536
DELAY_SECONDS = (0.05, 2.0)
_RESET_AT_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER
T = TypeVar("T")


class Trouble(StrEnum):
    """What a network does. What it only holds up arrives when the trouble is over."""

    SLOW = "slow"
    DEAF = "deaf"  # requests do not arrive, answers do
    MUTE = "mute"  # the other way round
    SILENT = "silent"  # neither, a black hole
    HALF_OPEN = "half-open"  # the server's end is gone, and the client is never told
    RESET_REQUEST = "reset in a request"  # half of it has arrived
    RESET_ANSWER = "reset before an answer"  # all of it has


RESETS = (Trouble.RESET_REQUEST, Trouble.RESET_ANSWER)


class Wire:
    """Forwards connections on a port of its own to one of `places`, in turn, that takes them."""

    def __init__(self, *places: tuple[str, int]) -> None:
        self._places, self._turns = places, itertools.cycle(range(len(places)))
        self._links: set[_Link] = set()
        self._trouble: Trouble | None = None
        self._about = b""
        self.resets_left = 0
        self._calm = _wait(_made_event())
        listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port: int = listener.getsockname()[1]
        self._server = _wait(asyncio.start_server(self._serve, sock=listener))

    def suffer(self, trouble: Trouble, *, times: int = 1, about: bytes = b"") -> None:
        """From now on, until `mend`. A reset comes `times`, to requests with the bytes `about`."""
        _wait(self._change(trouble, times, about))

    def mend(self) -> None:
        """No trouble any more."""
        _wait(self._change(None, 0, b""))

    def cut(self) -> None:
        """Ends every connection and takes no other."""
        _wait(self._cut())

    def url(self, url: str) -> str:
        """An address of the server, by way of this wire."""
        return re.sub(r"(?<=127\.0\.0\.1:)[0-9]+", str(self.port), url, count=1)

    def mongo_url(self, url: str) -> str:
        """That of a lone member of a replica set, which would tell its own address to clients."""
        return re.sub(r"replicaSet=\w+", "directConnection=true", self.url(url))

    async def _change(self, trouble: Trouble | None, times: int, about: bytes) -> None:
        self._trouble, self.resets_left, self._about = trouble, times, about
        self._calm.set()
        if trouble is not None:
            self._calm = asyncio.Event()
        if trouble is Trouble.HALF_OPEN:
            for link in self._links:
                link.lose_the_far_end()

    async def _cut(self) -> None:
        self._server.close()
        for link in self._links:
            link.reset()

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        near = (reader, writer)
        await self._held_up_by(Trouble.SILENT, Trouble.DEAF)
        for _ in self._places:
            with contextlib.suppress(OSError):
                far = await asyncio.open_connection(*self._places[next(self._turns)])
                break
        else:
            writer.transport.abort()
            return
        link = _Link(near, far)
        self._links.add(link)
        try:
            await asyncio.gather(self._ask(link), self._answer(link))
        finally:
            self._links.discard(link)
            link.close()

    async def _ask(self, link: "_Link") -> None:
        with contextlib.suppress(OSError):
            while data := await link.near[0].read(CHUNK):
                await self._held_up_by(Trouble.SILENT, Trouble.DEAF)
                if self._trouble in RESETS and self._about in data and self.resets_left > 0:
                    self.resets_left -= 1
                    if self._trouble is Trouble.RESET_REQUEST:
                        link.far[1].write(data[: len(data) // 2])
                        await link.far[1].drain()
                        link.reset()
                        return
                    link.loses_answer = True
                await link.send(link.far[1], data)
        link.end_of_requests()

    async def _answer(self, link: "_Link") -> None:
        with contextlib.suppress(OSError):
            while data := await link.far[0].read(CHUNK):
                await self._held_up_by(Trouble.SILENT, Trouble.MUTE)
                if link.loses_answer:
                    link.reset()
                    return
                await link.send(link.near[1], data)
        if not link.far_is_lost:
            link.close()

    async def _held_up_by(self, *troubles: Trouble) -> None:
        while self._trouble in troubles:
            await self._calm.wait()
        if self._trouble is Trouble.SLOW:
            await asyncio.sleep(random.uniform(*DELAY_SECONDS))


class _Link:
    """One connection through a wire, as a pair of ends."""

    def __init__(
        self, near: tuple[StreamReader, StreamWriter], far: tuple[StreamReader, StreamWriter]
    ) -> None:
        self.near, self.far = near, far
        self.loses_answer = False
        self.far_is_lost = False

    async def send(self, to: StreamWriter, data: bytes) -> None:
        """What is sent to an end that is gone is gone, too."""
        if not (self.far_is_lost and to is self.far[1]):
            to.write(data)
            await to.drain()

    def lose_the_far_end(self) -> None:
        self.far_is_lost = True
        _reset(self.far[1])

    def end_of_requests(self) -> None:
        """A client that has said all may still wait for the answer."""
        if self.far_is_lost:
            self.close()
        else:
            with contextlib.suppress(OSError):
                self.far[1].write_eof()

    def reset(self) -> None:
        for _, writer in (self.near, self.far):
            _reset(writer)

    def close(self) -> None:
        for _, writer in (self.near, self.far):
            writer.close()


def _reset(writer: StreamWriter) -> None:
    connection = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_CLOSE)
    writer.transport.abort()


async def _made_event() -> asyncio.Event:
    return asyncio.Event()


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="wires", daemon=True).start()
    return loop


def _wait(doing: Coroutine[Any, Any, T]) -> T:
    return asyncio.run_coroutine_threadsafe(doing, _loop()).result(10)
