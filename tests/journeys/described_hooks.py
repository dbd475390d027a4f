"""What schemathesis loads in its own process: who asks, and what is checked beyond its own checks.

`COTERIE_DESCRIBED` names the file that `tests/journeys/described.py` wrote.
"""

import atexit
import itertools
import json
import os
import re
import threading
import time
import uuid
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests
import schemathesis

from examples.doctors.client import Client

GIVEN: dict[str, Any] = json.loads(Path(os.environ["COTERIE_DESCRIBED"]).read_text("utf-8"))
FRESH_SECONDS = 200.0  # an access token lives five minutes
SIGNED_IN_SECONDS = 760.0  # an address gets five codes an hour
TOKEN = "Authorization"
RIGHT_KEY = re.compile(r'"[ !#-\[\]-~]{1,255}"')


class Sessions:
    """Fresh access tokens of everybody who asks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.refresh_tokens: dict[str, str] = dict(GIVEN["sessions"])
        self._access: dict[str, tuple[str, float]] = {}
        again = time.monotonic() + SIGNED_IN_SECONDS
        self._signs_in_at = dict.fromkeys(self.refresh_tokens, again)

    def token(self, role: str) -> str:
        with self._lock:
            token, until = self._access.get(role, ("", 0.0))
            if time.monotonic() >= until:
                token = self._renewed(role)
                self._access[role] = token, time.monotonic() + FRESH_SECONDS
            return token

    def _renewed(self, role: str) -> str:
        """Somebody's session may have been ended; they are back when they sign in next."""
        if role not in GIVEN["leaving"] and time.monotonic() >= self._signs_in_at[role]:
            return self._signed_in(role)
        return self._refreshed(role) or "ended"

    def _refreshed(self, role: str) -> str | None:
        """None when the session was ended."""
        body = {"refresh_token": self.refresh_tokens[role]}
        while True:
            answer = requests.post(f"{GIVEN['url']}/v1/sessions/refresh", json=body, timeout=15)
            if answer.status_code != 429:
                break
            time.sleep(float(answer.headers.get("Retry-After", 1)))
        if answer.status_code == 401:
            return None
        answer.raise_for_status()
        self.refresh_tokens[role] = answer.json()["refresh_token"]
        return str(answer.json()["access_token"])

    def _signed_in(self, role: str) -> str:
        client = Client(GIVEN["url"], GIVEN["inbox"], GIVEN["addresses"][role]).sign_in()
        self.refresh_tokens[role] = client.refresh_token
        self._signs_in_at[role] = time.monotonic() + SIGNED_IN_SECONDS
        return str(client.http.headers["Authorization"]).removeprefix("Bearer ")


SESSIONS = Sessions()
# Each operation is asked by everybody in turn, beginning with who may.
TURNS: dict[str, Iterator[str]] = {
    operation: itertools.cycle(roles) for operation, roles in GIVEN["turns"].items()
}
ANSWERED: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
ROLES: dict[str, str] = {}  # by token, who it is


def operation_of(case: Any) -> str:
    return str(GIVEN["lines"][case.operation.definition.raw["operationId"]])


def who_asks(case: Any) -> str:
    """Everybody in turn; the own person of an object only where there is one."""
    operation = operation_of(case)
    if operation in GIVEN["leaving"]:
        return operation
    if case.meta is not None and case.meta.phase.name.value == "stateful":
        return str(GIVEN["steady"])
    role = next(TURNS[operation])
    if role == "own":
        values = case.path_parameters.values() if case.path_parameters else ()
        return next((GIVEN["own"][str(one)] for one in values if str(one) in GIVEN["own"]),
                    GIVEN["steady"])  # fmt: skip
    return role


@schemathesis.auth(refresh_interval=None)
class InTurn:
    """The tokens of who asks; `nobody` has none."""

    def get(self, case: Any, context: Any) -> str | None:
        role = who_asks(case)
        if role == "nobody":
            return None
        token = SESSIONS.token(role)
        ROLES[f"Bearer {token}"] = role
        return token

    def set(self, case: Any, data: str, context: Any) -> None:
        case.headers[TOKEN] = f"Bearer {data}"


@schemathesis.hook
def filter_case(context: Any, case: Any) -> bool:
    """The share of the planned requests that the budget has room for, chosen by the seed."""
    if GIVEN["planned"] >= 1 or case.meta is None or case.meta.phase.name.value != "coverage":
        return True
    data = case.meta.phase.data
    drawn = f"{GIVEN['seed']} {case.operation.label} {data.scenario} {data.description}"
    return zlib.crc32(drawn.encode()) / 2**32 < GIVEN["planned"]


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """A key that is right is a new one: else all but the first request would be repetitions."""
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and RIGHT_KEY.fullmatch(key):
        case.headers["Idempotency-Key"] = f'"{uuid.uuid4()}"'


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    """Who was answered what."""
    role = ROLES.get(str((case.headers or {}).get(TOKEN)), "nobody")
    ANSWERED[operation_of(case)][role][str(response.status_code)] += 1


@schemathesis.check
def described_as_valid_is_understood(ctx: Any, response: Any, case: Any) -> None:
    """What the description calls valid is not refused as malformed, but for what is listed."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if response.status_code not in (400, 422):
        return
    problem = response.json()
    said = [f"{one.get('pointer', one.get('parameter'))} {one['code']}"
            for one in problem.get("errors", ())]  # fmt: skip
    if response.status_code == 400:
        said.append(problem["code"])
    operation = operation_of(case)
    known = [text for about, text in GIVEN["narrower"] if about in ("*", operation)]
    news = [one for one in said if not any(text in one for text in known)]
    assert not news, f"{operation} refuses what is described as valid: {news}"


@atexit.register
def tell() -> None:
    told = {"answered": ANSWERED, "sessions": SESSIONS.refresh_tokens}
    Path(GIVEN["told"]).write_text(json.dumps(told))
