"""Calls a constant without pause: `python -m tests.bench.driver ours|stock <url> <seconds> <n>`.

Prints {calls, seconds, cpu, p50_ms, p99_ms}; `n` greenlets call at once.
"""

import warnings

warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

import eventlet  # noqa: E402

eventlet.monkey_patch()

import json  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402

from nameko.containers import ServiceContainer, WorkerContext  # noqa: E402
from nameko.extensions import Entrypoint  # noqa: E402

from chassis import logs  # noqa: E402
from chassis.context import ANONYMOUS, Context, new_traceparent  # noqa: E402
from chassis.rpc_client import RpcClient  # noqa: E402
from tests.bench.rows import percentile  # noqa: E402
from tests.bench.stock import StockCaller, config  # noqa: E402
from tests.kit.toy.contracts import CONSTANT  # noqa: E402


def ours(url: str) -> Callable[[], object]:
    """One call through the chassis."""
    client = RpcClient(url, "gateway")
    client.start()
    client.link.wait_up(10)
    ctx = Context(ANONYMOUS, "en", "req_00000000", new_traceparent())
    return lambda: client.call_marked(CONSTANT, {"text": "x"}, ctx)


def stock(url: str) -> Callable[[], object]:
    """One call through nameko's own proxy."""
    container = ServiceContainer(StockCaller, config(url))
    container.start()
    (provider,) = container.dependencies
    worker = WorkerContext(container, StockCaller(), Entrypoint().bind(container, "drive"))
    proxy = provider.get_dependency(worker)
    return lambda: proxy.constant("x")


def drive(call: Callable[[], object], seconds: float, at_once: int) -> dict[str, float]:
    """Calls until the time is over."""
    latencies: list[float] = []
    end = time.monotonic() + seconds

    def loop() -> None:
        while (began := time.monotonic()) < end:
            call()
            latencies.append(time.monotonic() - began)

    call()
    began, cpu = time.monotonic(), time.process_time()
    pool = eventlet.GreenPool(at_once)
    for _ in range(at_once):
        pool.spawn(loop)
    pool.waitall()
    return {
        "calls": len(latencies),
        "seconds": time.monotonic() - began,
        "cpu": time.process_time() - cpu,
        "p50_ms": percentile(latencies, 50) * 1000,
        "p99_ms": percentile(latencies, 99) * 1000,
    }


if __name__ == "__main__":
    logs.configure(service="driver", level="error")
    kind, url, seconds, at_once = sys.argv[1:]
    call = {"ours": ours, "stock": stock}[kind](url)
    print(json.dumps(drive(call, float(seconds), int(at_once))), flush=True)
    import os

    os._exit(0)  # nameko's threads need no farewell
