"""The baseline: nameko as it comes. `python -m tests.bench.stock <amqp url>` serves a constant."""

if __name__ == "__main__":
    import warnings

    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

    import eventlet

    eventlet.monkey_patch()

import sys

from nameko.containers import ServiceContainer
from nameko.rpc import RpcProxy, rpc


class Stock:
    """An empty service: one call, one constant."""

    name = "stock"

    @rpc  # type: ignore[untyped-decorator]
    def constant(self, text: str) -> dict[str, str]:
        return {"text": "always", "at": "2026-11-21T08:00:00.000Z"}


class StockCaller:
    """Holds the proxy that the driver calls through."""

    name = "stock_caller"
    stock = RpcProxy("stock")


def config(url: str) -> dict[str, object]:
    """nameko's configuration: as many workers as our own processes have."""
    return {"AMQP_URI": url, "max_workers": 50}


if __name__ == "__main__":
    container = ServiceContainer(Stock, config(sys.argv[1]))
    container.start()
    container.wait()
