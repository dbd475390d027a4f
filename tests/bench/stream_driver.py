"""Readers of streams of events, who do nothing but read, until told to end.

`python -m tests.bench.stream_driver PORT FILE`: a reader for each token in the file, a line each.
Says `ready` some seconds after all streams have begun, and in the end, as JSON, how many were
refused or ended, and how many parts came.
"""

import asyncio
import json
import sys
from collections import Counter
from pathlib import Path

ARRIVAL_SECONDS = 4.0  # as after a gateway stopped: `retry` is one to five seconds
SETTLING_SECONDS = 17.0  # until heart-beats come, which is after 20 s at the soonest

_seen: Counter[str] = Counter({"refused": 0, "ended": 0, "begun": 0, "parts": 0})


async def _read(port: int, token: str, delay: float, begun: asyncio.Event, count: int) -> None:
    await asyncio.sleep(delay)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=4096)
    head = f"GET /v1/me/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n"
    writer.write(head.encode())
    status = (await reader.readline()).split()[1]
    _seen["begun" if status == b"200" else "refused"] += 1
    if _seen["begun"] + _seen["refused"] == count:
        begun.set()
    while await reader.read(4096):
        _seen["parts"] += 1
    _seen["ended"] += 1


async def _main(port: int, tokens: list[str]) -> None:
    begun = asyncio.Event()
    tasks = [
        asyncio.ensure_future(
            _read(port, token, ARRIVAL_SECONDS * number / len(tokens), begun, len(tokens))
        )
        for number, token in enumerate(tokens)
    ]
    await begun.wait()
    await asyncio.sleep(SETTLING_SECONDS)
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    for task in tasks:
        task.cancel()
    print(json.dumps(_seen))


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), Path(sys.argv[2]).read_text().split()))
