"""What the gateway is told at start."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from chassis.settings import PORT, SECRET, Settings
from gateway.cors import origin_problems
from gateway.limits import Limit, OperationClass
from gateway.tokens import KeyFileError, TokenVerifier

_PER_MINUTE = {"minimum": 1, "maximum": 1_000_000}
_BURST = {"minimum": 1, "maximum": 100_000}
FOR_DEVELOPMENT = ("seed_file", "inbox_url", "sandbox_url", "jobs_urls")


@dataclass(frozen=True, kw_only=True)
class GatewaySettings(Settings):
    """Settings of the gateway; it has no database.

    `cors_origins` is a blank-separated list of exact origins whose pages may call (H-23); outside
    of production `http://localhost:*` is that host with any port. Without `api_pages` there is no
    description of the API to read (`/docs/`, `/openapi.json`).
    `max_requests` calls run at once at each service, others wait, at most `max_waiting` in all; a
    small number of the former is right for throughput, whatever the number of people.
    One source has at most `max_connections_of_one` of the `max_connections`; behind proxies that is
    theirs to limit.
    `max_connections` are more than may wait, or the line could not fill.
    `max_streams` of these are readers of events, each at one of them; they come back after minutes.
    `request_lines_of_a_day` can be looked up of what this gateway answered, kept for seven days by
    notifications: their database has at most eight times as many from each gateway, 0.2 GB on disk
    for each million.
    `trusted_proxies` in front of us have written the last so many addresses of X-Forwarded-For;
    with 0 the address of the connection counts. `stop_accepting_after` is how long, in seconds, a
    stopping gateway still takes connections while it says that it is not ready, so that a load
    balancer has time to look elsewhere.
    `limit_…` say how often one caller may ask, by [class of operation](limits.md): so many a minute
    in the long run, and `burst` at once after a while of rest. All people at one source have ten
    times as much together.
    The rest is for development and refused in production. With a `seed_file`, in which `make seed`
    says what it made, `/` is a page to start from: it leads to `inbox_url` and `sandbox_url`, and
    moves the business clock. `jobs_urls` are the health addresses of the services, blank-separated
    `name=http://…`, which tell when their jobs have passed at the new time.
    """

    http_host: str = "127.0.0.1"
    http_port: int = field(default=8080, metadata=PORT)
    problem_base_url: str = "https://coterie.example/problems"
    token_public_keys_file: str
    cursor_secret: str = field(metadata=SECRET)
    cors_origins: str = ""
    api_pages: bool = True
    trusted_proxies: int = field(default=0, metadata={"minimum": 0, "maximum": 10})
    max_connections: int = field(default=6000, metadata={"minimum": 1, "maximum": 20_000})
    max_connections_of_one: int = field(default=1000, metadata={"minimum": 1, "maximum": 20_000})
    max_streams: int = field(default=2500, metadata={"minimum": 0, "maximum": 20_000})
    max_requests: int = field(default=40, metadata={"minimum": 1, "maximum": 10_000})
    max_waiting: int = field(default=2000, metadata={"minimum": 0, "maximum": 100_000})
    request_lines_of_a_day: int = field(
        default=2_000_000, metadata={"minimum": 0, "maximum": 40_000_000}
    )
    limit_read_per_minute: int = field(default=1200, metadata=_PER_MINUTE)
    limit_read_burst: int = field(default=100, metadata=_BURST)
    limit_write_per_minute: int = field(default=300, metadata=_PER_MINUTE)
    limit_write_burst: int = field(default=100, metadata=_BURST)
    limit_sign_in_per_minute: int = field(default=30, metadata=_PER_MINUTE)
    limit_sign_in_burst: int = field(default=60, metadata=_BURST)
    limit_sms_per_minute: int = field(default=2, metadata=_PER_MINUTE)
    limit_sms_burst: int = field(default=10, metadata=_BURST)
    limit_upload_per_minute: int = field(default=6, metadata=_PER_MINUTE)
    limit_upload_burst: int = field(default=10, metadata=_BURST)
    limit_guessable_per_minute: int = field(default=20, metadata=_PER_MINUTE)
    limit_guessable_burst: int = field(default=20, metadata=_BURST)
    stop_accepting_after: float = field(default=1.0, metadata={"minimum": 0, "maximum": 10})
    seed_file: str = ""
    inbox_url: str = ""
    sandbox_url: str = ""
    jobs_urls: str = ""

    def problems(self) -> list[str]:
        found = super().problems()
        if len(self.cursor_secret.encode()) < 32:
            found.append("COTERIE_CURSOR_SECRET has fewer than 32 bytes")
        try:
            TokenVerifier(Path(self.token_public_keys_file))
        except KeyFileError as problem:
            found.append(f"COTERIE_TOKEN_PUBLIC_KEYS_FILE: {problem}")
        found += [
            f"COTERIE_CORS_ORIGINS: {problem}"
            for problem in origin_problems(self.cors_origins, production=self.env == "production")
        ]
        if self.max_connections <= self.max_waiting:
            found.append(
                f"COTERIE_MAX_CONNECTIONS: {self.max_connections} is not above"
                f" COTERIE_MAX_WAITING, {self.max_waiting}"
            )
        for one in self.jobs_urls.split():
            if not re.fullmatch(r"[a-z0-9-]+=https?://\S+", one):
                found.append(f"COTERIE_JOBS_URLS: {one!r} is not name=http://host:port")
        if self.env == "production":
            found += [
                f"COTERIE_{name.upper()} is refused in production: it is for development"
                for name in FOR_DEVELOPMENT
                if getattr(self, name)
            ]
        return found


def limits_of(
    settings: GatewaySettings | type[GatewaySettings],
) -> dict[OperationClass, Limit]:
    """How often one caller may ask, by class of operation; of the type: by default."""
    return {
        operations: Limit(
            getattr(settings, f"limit_{operations}_per_minute"),
            getattr(settings, f"limit_{operations}_burst"),
        )
        for operations in OperationClass
    }
