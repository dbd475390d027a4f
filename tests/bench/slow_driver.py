"""Clients that keep connections and do next to nothing with them, until told to end.

`python -m tests.bench.slow_driver PORT IDLE SLOW`: so many silent connections that were used once,
and so many slow ones, half of which send a byte of a head each second while the other half read a
byte of large answers each second. Whoever is cut off comes again. Says `ready` some seconds after
all have come once, and in the end, as JSON, how often each kind came.
"""

import asyncio
import json
import random
import socket
import sys
from collections import Counter

LARGE = "/docs/en/rapidoc-min.js"
AT_ONCE = 30  # large answers asked for, more than the kernel holds for us
SOURCES = 16  # addresses of this machine that they come from
TICK_SECONDS = 1.0
ARRIVAL_SECONDS = 10.0
SETTLING_SECONDS = 3.0


class Clients:
    """All of them."""

    def __init__(self, port: int, count: int) -> None:
        self._port, self._count = port, count
        self.came: Counter[str] = Counter()
        self.all_came = asyncio.Event()

    async def keep(self, kind: str, number: int) -> None:
        """One client, again and again; they do not come, nor are they cut off, all at once."""
        await asyncio.sleep(ARRIVAL_SECONDS * number / self._count)
        while True:
            connection = socket.socket()
            connection.setblocking(False)
            if kind == "reader":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            try:
                connection.bind((f"127.0.1.{1 + number % SOURCES}", 0))
                loop = asyncio.get_running_loop()
                await loop.sock_connect(connection, ("127.0.0.1", self._port))
                self.came[kind] += 1
                if self.came.total() == self._count:
                    self.all_came.set()
                await {"idle": _idle, "sender": _send_slowly, "reader": _read_slowly}[kind](
                    connection
                )
            except OSError:
                await asyncio.sleep(TICK_SECONDS)
            finally:
                connection.close()


def _request(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: coterie.example\r\n\r\n".encode()


async def _idle(connection: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(connection, _request("/health/live"))
    while await loop.sock_recv(connection, 4096):
        pass


async def _send_slowly(connection: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    for byte in _request("/health/live"):
        await loop.sock_sendall(connection, bytes([byte]))
        await asyncio.sleep(TICK_SECONDS)


async def _read_slowly(connection: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(connection, _request(LARGE) * AT_ONCE)
    while True:
        if not await loop.sock_recv(connection, 1):
            return
        await asyncio.sleep(TICK_SECONDS)


async def _main(port: int, idle: int, slow: int) -> None:
    kinds = ["idle"] * idle + ["sender"] * (slow // 2) + ["reader"] * (slow - slow // 2)
    random.Random(1).shuffle(kinds)
    clients = Clients(port, len(kinds))
    tasks = [asyncio.ensure_future(clients.keep(kind, number)) for number, kind in enumerate(kinds)]
    await clients.all_came.wait()
    await asyncio.sleep(SETTLING_SECONDS)
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    for task in tasks:
        task.cancel()
    print(json.dumps(clients.came))


if __name__ == "__main__":
    asyncio.run(_main(*map(int, sys.argv[1:])))
