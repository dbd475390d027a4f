"""Clock, ids and randomness come from the chassis.

Why: business time can be moved (`chassis/clock.py`), ids say what they name (`chassis/ids.py`),
and a test can only repeat what it can hold still. Durations (`time.monotonic`) are no clock:
nothing stored or told depends on them. The escape: a line in `ALLOWED` with the reason.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("contracts", "services", "gateway")
MODULES = {"random", "secrets", "ulid", "uuid"}
CALLS = {
    ("time", "time"),
    ("time", "time_ns"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("os", "urandom"),
    ("objectid", "ObjectId"),
    ("bson", "ObjectId"),
}
ALLOWED = {
    ("gateway/news.py", "time.time"): "positions that all gateways understand; real time",
    ("gateway/streams.py", "random"): "readers come back at different moments",
    ("gateway/tokens.py", "time.time"): "paces a cache; PyJWT's checks are by real time, too",
    ("services/membership/usecases/identity/api_keys.py", "secrets"): "of API keys, not ids",
    ("services/membership/usecases/identity/sessions.py", "secrets"): "of sessions, not ids",
    ("services/membership/usecases/identity/sign_in.py", "secrets"): "of sessions, not ids",
    (
        "services/membership/usecases/identity/ways.py",
        "secrets",
    ): "of sessions and browsers, not ids",
    ("services/notifications/store/messages.py", "secrets"): "marks one claim, until it is settled",
    ("services/payments/adapters/sandbox.py", "time.time"): "signatures age in real time",
    ("services/payments/adapters/transfer.py", "secrets"): "references that payers write, not ids",
    (
        "services/payments/usecases/catalogue/ladder_places.py",
        "random",
    ): "spreads buyers over counters",
    ("services/payments/usecases/repeating.py", "random"): "pauses of different lengths",
}


def found_in(source: str) -> Iterator[str]:
    """What a module takes from elsewhere, such as `secrets` or `time.time`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module in MODULES:
                yield node.module
            names = ((node.module.split(".")[-1], alias.name) for alias in node.names)
            yield from (".".join(pair) for pair in names if pair in CALLS)
        elif isinstance(node, ast.Attribute):
            owner = node.value
            name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if (name, node.attr) in CALLS:
                yield f"{name}.{node.attr}"


@pytest.mark.parametrize(
    "line",
    [
        "import random",
        "from secrets import token_hex",
        "from time import time",
        "from bson import ObjectId",
        "now = time.time()",
        "now = datetime.now(UTC)",
        "now = dt.datetime.now(dt.UTC)",
        "today = dt.date.today()",
        "salt = os.urandom(8)",
    ],
)
def test_it_finds_what_it_looks_for(line: str) -> None:
    assert list(found_in(line))


def test_clock_ids_and_randomness_come_from_the_chassis() -> None:
    """And nothing is allowed that is not there any more."""
    found = {
        (str(path.relative_to(ROOT)), name)
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*.py")
        for name in found_in(path.read_text())
    }
    assert found == set(ALLOWED)
