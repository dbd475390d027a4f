"""What the gateway is told at start."""

import re
from dataclasses import dataclass, field

from chassis.settings import PORT, SECRET, Settings

_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")


@dataclass(frozen=True, kw_only=True)
class GatewaySettings(Settings):
    """Settings of the gateway; it has no database.

    `cors_origins` is a blank-separated list of exact origins whose pages may call (H-23).
    `max_requests` calls run at once at each service, others wait, at most `max_waiting` in all; a
    small number of the former is right for throughput, whatever the number of people.
    `trusted_proxies` in front of us have written the last so many addresses of X-Forwarded-For;
    with 0 the address of the connection counts. `stop_accepting_after` is how long, in seconds, a
    stopping gateway still takes connections while it says that it is not ready, so that a load
    balancer has time to look elsewhere.
    """

    http_host: str = "127.0.0.1"
    http_port: int = field(default=8080, metadata=PORT)
    problem_base_url: str = "https://coterie.example/problems"
    token_public_keys_file: str
    cursor_secret: str = field(metadata=SECRET)
    cors_origins: str = ""
    trusted_proxies: int = field(default=0, metadata={"least": 0, "most": 10})
    max_connections: int = field(default=4000, metadata={"least": 1, "most": 10_000})
    max_requests: int = field(default=40, metadata={"least": 1, "most": 10_000})
    max_waiting: int = field(default=2000, metadata={"least": 0, "most": 100_000})
    stop_accepting_after: float = field(default=1.0, metadata={"least": 0, "most": 10})

    def problems(self) -> list[str]:
        found = super().problems()
        if len(self.cursor_secret.encode()) < 32:
            found.append("COTERIE_CURSOR_SECRET has fewer than 32 bytes")
        for origin in self.cors_origins.split():
            if not _ORIGIN.fullmatch(origin):
                found.append(f"COTERIE_CORS_ORIGINS: {origin!r} is not scheme://host[:port]")
        return found
