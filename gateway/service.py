"""The gateway as a deployable: its composition and its one nameko class."""

from pathlib import Path

from chassis.platform import Platform, ServiceDefinition
from gateway.application import Application
from gateway.cursors import Cursors
from gateway.documents import Operation
from gateway.routes import ROUTES
from gateway.routing import RouteTable
from gateway.server import HttpServer
from gateway.settings import GatewaySettings
from gateway.tokens import TokenVerifier


def build(platform: Platform[GatewaySettings]) -> Application:
    """The application over all routes; raises KeyFileError when the token keys cannot be read."""
    settings = platform.settings
    table = RouteTable(ROUTES)
    cursors = Cursors(settings.cursor_secret.encode())
    return Application(
        table,
        {route: Operation(route, cursors) for route in table.routes},
        rpc=platform.rpc,
        tokens=TokenVerifier(Path(settings.token_public_keys_file)),
        settings=settings,
        is_ready=lambda: platform.rpc.link.up,
    )


class Gateway:
    """Serves HTTP."""

    name = "gateway-http"
    http = HttpServer()


SERVICE = ServiceDefinition(
    name="gateway", settings=GatewaySettings, build=build, roles={"http": Gateway}
)
