"""What the counterparts remember for a few minutes: codes that work once, and access tokens."""

import secrets
import threading
import time
from dataclasses import dataclass, field

LIFETIME_SECONDS = 300.0
MOST = 10_000


@dataclass(frozen=True)
class Grant:
    """For whom a code or token stands, and what it was given out with."""

    client_id: str
    user: str
    name: str
    told: dict[str, str] = field(default_factory=dict)


class Codes:
    """In memory: after a restart people begin again, as they would after five minutes."""

    def __init__(self) -> None:
        self._grants: dict[str, tuple[float, Grant]] = {}
        self._used: dict[str, float] = {}
        self._lock = threading.Lock()

    def issue(self, grant: Grant) -> str:
        """A fresh code."""
        code = secrets.token_hex(16)
        now = time.monotonic()
        with self._lock:
            for kept in (self._grants, self._used):
                while len(kept) >= MOST:
                    del kept[next(iter(kept))]
            self._grants[code] = (now + LIFETIME_SECONDS, grant)
        return code

    def take(self, code: str) -> Grant | None:
        """Whose it is, once."""
        with self._lock:
            ends_at, grant = self._grants.pop(code, (0.0, None))
            if grant is not None:
                self._used[code] = ends_at
        return grant if time.monotonic() < ends_at else None

    def was_used(self, code: str) -> bool:
        with self._lock:
            return code in self._used

    def look(self, token: str) -> Grant | None:
        """Whose it is, as often as it is asked."""
        with self._lock:
            ends_at, grant = self._grants.get(token, (0.0, None))
        return grant if time.monotonic() < ends_at else None
