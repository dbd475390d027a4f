"""Sends prepared requests on kept connections: `python -m tests.bench.http_driver <plan.json>`.

The plan: {port, connections, seconds, requests: [text, …], repeat, rate}. With `repeat` the
requests are sent over and over, else each once; either way for so many seconds at most. `rate` 0
sends as fast as the answers come; else so many per second are due, and latency counts from the
moment when a request was due, so a server that falls behind cannot hide it (T-6). Prints
{requests, seconds, p50_ms, p99_ms, statuses}.
"""

import json
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from itertools import count, cycle
from pathlib import Path
from typing import Any

from tests.bench.rows import percentile


def drive(plan: dict[str, Any]) -> dict[str, Any]:
    """Sends what is planned and says how it went."""
    prepared = [text.encode() for text in plan["requests"]]
    source: Iterator[bytes] = cycle(prepared) if plan["repeat"] else iter(prepared)
    numbers = count()
    interval = 1 / plan["rate"] if plan["rate"] else 0.0
    began = time.monotonic()
    end = began + plan["seconds"]
    lock = threading.Lock()
    latencies: list[float] = []
    statuses: Counter[str] = Counter()

    def next_request() -> tuple[bytes | None, float]:
        """A request and when it is due; None at the end."""
        with lock:
            due = max(began + next(numbers) * interval, 0 if interval else time.monotonic())
            return (next(source, None) if due < end else None), due

    def send_all() -> None:
        with socket.create_connection(("127.0.0.1", plan["port"]), timeout=30) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            answers = connection.makefile("rb")
            while True:
                request, due = next_request()
                if request is None:
                    return
                time.sleep(max(0.0, due - time.monotonic()))
                connection.sendall(request)
                status = _read_answer(answers)
                latencies.append(time.monotonic() - due)
                statuses[status] += 1

    threads = [threading.Thread(target=send_all) for _ in range(plan["connections"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {
        "requests": len(latencies),
        "seconds": time.monotonic() - began,
        "p50_ms": percentile(latencies, 50) * 1000,
        "p99_ms": percentile(latencies, 99) * 1000,
        "statuses": statuses,
    }


def _read_answer(answers: Any) -> str:
    status = answers.readline().split()[1].decode()
    length = 0
    while (line := answers.readline()) not in (b"\r\n", b""):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    answers.read(length)
    return str(status)


if __name__ == "__main__":
    print(json.dumps(drive(json.loads(Path(sys.argv[1]).read_text()))))
