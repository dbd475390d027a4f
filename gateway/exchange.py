"""One request on its way through the gateway."""

from dataclasses import dataclass, field
from typing import Any

from chassis.context import ANONYMOUS, Actor
from gateway.routing import Route
from gateway.tokens import Bearer

Environ = dict[str, Any]


@dataclass
class Exchange:
    """One request on its way through: what is known so far, for the answer and the log."""

    environ: Environ
    source: str  # where it comes from, behind trusted proxies
    request_id: str
    locale: str
    traceparent: str
    label: str = "none"  # the route's path template; never the address itself, which has ids
    route: Route | None = None
    caller: str = ""  # whose request it is for limits and lines
    limit_headers: list[tuple[str, str]] = field(default_factory=list)
    actor: Actor = ANONYMOUS
    code: str | None = None  # of the error that is answered
    bearer: Bearer | None = None
