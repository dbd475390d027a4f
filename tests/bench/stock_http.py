"""The baseline's gateway: nameko's HTTP as it comes, in front of `tests.bench.stock`.

`python -m tests.bench.stock_http <amqp url> <port>`
"""

if __name__ == "__main__":
    import warnings

    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

    import eventlet

    eventlet.monkey_patch()

import json
import sys
from typing import Any

from nameko.containers import ServiceContainer
from nameko.rpc import RpcProxy
from nameko.web.handlers import http

from tests.bench.stock import config


class StockGateway:
    """One address that asks the empty service."""

    name = "stock_gateway"
    stock = RpcProxy("stock")

    @http("GET", "/constant")  # type: ignore[untyped-decorator]
    def constant(self, request: Any) -> str:
        return json.dumps(self.stock.constant("x"))


if __name__ == "__main__":
    url, port = sys.argv[1:]
    container = ServiceContainer(
        StockGateway, {**config(url), "WEB_SERVER_ADDRESS": f"127.0.0.1:{port}"}
    )
    container.start()
    container.wait()
