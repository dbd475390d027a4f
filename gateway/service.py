"""The gateway as a deployable: its composition and its one nameko class."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from chassis.live import Listener
from chassis.platform import Platform, ServiceDefinition
from contracts import events, membership, notifications, payments
from contracts.membership import API_KEY_REVOKED, SESSIONS_ENDED
from gateway.api_keys import ApiKeys
from gateway.application import Application
from gateway.cursors import Cursors
from gateway.documents import Operation
from gateway.ended_sessions import ENDS_KNOWN, ENDS_MISSED, SharedEnds
from gateway.news import News
from gateway.request_log import RequestLog
from gateway.routes import ROUTES
from gateway.routing import RouteTable
from gateway.server import HttpServer
from gateway.settings import GatewaySettings, limits_of
from gateway.shared_limits import LIMITS_USED, SharedLimits
from gateway.tokens import TokenVerifier


def build(platform: Platform[GatewaySettings]) -> Application:
    """The application over all routes; raises KeyFileError when the token keys cannot be read."""
    settings = platform.settings
    table = RouteTable(ROUTES)
    cursors = Cursors(settings.cursor_secret.encode())
    tokens = TokenVerifier(Path(settings.token_public_keys_file))
    app = Application(
        table,
        {route: Operation(route, cursors) for route in table.routes},
        rpc=platform.rpc,
        tokens=tokens,
        keys=ApiKeys(platform.rpc, platform.live),
        ends=SharedEnds(tokens.ended, platform.live),
        limits=SharedLimits(limits_of(settings), platform.live),
        news=News(lambda: platform.live.link.silence),
        requests=RequestLog(platform.rpc, settings.request_lines_of_a_day),
        settings=settings,
        is_ready=lambda: platform.rpc.link.up,
    )
    platform.live.opened.append(app.news.missed)
    return app


THINGS_CHANGED = [
    service.THINGS_CHANGED for service in (membership, payments, events, notifications)
]


def _news_of(service: str) -> Callable[[Application], Listener]:
    return lambda app: partial(app.news.heard, service)


LIVE: dict[str, Callable[[Application], Listener]] = {
    LIMITS_USED: lambda app: app.limits.heard,
    SESSIONS_ENDED.type: lambda app: app.session_ended,
    API_KEY_REVOKED.type: lambda app: app.keys.heard,
    ENDS_MISSED: lambda app: app.ends.asked,
    ENDS_KNOWN: lambda app: app.ends.heard,
    **{event.type: _news_of(event.service) for event in THINGS_CHANGED},
}


class Gateway:
    """Serves HTTP."""

    name = "gateway-http"
    http = HttpServer()


SERVICE = ServiceDefinition(
    name="gateway", settings=GatewaySettings, build=build, roles={"http": Gateway}, live=LIVE
)
