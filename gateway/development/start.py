"""A page to start from: what runs here, what time it is, and whom to sign in as.

`/`, its style and script, `/dev/clock`, and a description of the API whose examples name what
`make seed` made. No gateway in production has any of it: the settings refuse that.
"""

import dataclasses
import datetime as dt
import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from chassis import clock_moves
from chassis.clock import real_now
from contracts.errors import LOCALES, DomainError
from contracts.errors.gateway import CLOCK_REFUSED
from gateway import json_input
from gateway.development.seed import Seed, described, symbolic
from gateway.openapi_zh import in_chinese
from gateway.pages import CHINESE, DESCRIPTION, Page
from gateway.settings import GatewaySettings

CLOCK = "/dev/clock"
PEOPLE = "/dev/people.json"
JOBS_SECONDS = 20.0  # that an answer waits for jobs; they go on meanwhile

_HERE = Path(__file__).parent
_FILES = {
    "/dev/start.css": "text/css; charset=utf-8",
    "/dev/start.js": "text/javascript; charset=utf-8",
}
_STARTS = {f"/dev/{locale}/": locale for locale in LOCALES}
_WORDS: dict[str, dict[str, str]] = json.loads((_HERE / "words.json").read_text("utf-8"))


class Development:
    """What a gateway with a `seed_file` serves besides the API."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        self._seed = Seed(Path(settings.seed_file))
        self._clock_file = Path(settings.clock_file) if settings.clock_file else None
        self._jobs = dict(one.split("=", 1) for one in settings.jobs_urls.split())
        self._described: dict[str, tuple[Any, tuple[Page, Page]]] = {}

    def find(self, path: str, locale: str, *, gzipped: bool) -> Page | None:
        """The page at an address, if it is one of development."""
        if path == "/" or path in _STARTS:
            locale = _STARTS.get(path, locale)
            return Page("text/html; charset=utf-8", self._start(locale).encode(), 0)
        if path in _FILES:
            return Page(_FILES[path], _file(path), 60)
        if path == PEOPLE and (seed := self._seed.found):
            shown = {name: seed[name] for name in ("code", "personas")}
            return Page("application/json", json.dumps(shown, ensure_ascii=False).encode(), 0)
        if path in ("/openapi.json", CHINESE) and self._settings.api_pages:
            return self._description(path, gzipped=gzipped)
        return None

    def now(self) -> dict[str, Any]:
        """Business time."""
        return {"now": self._shown()}

    def move_clock(self, body: bytes) -> dict[str, Any]:
        """Sets business time forward; answers when every job has passed at it, or after a while
        with those that have not (`behind`). Raises DomainError(CLOCK_REFUSED)."""
        if self._clock_file is None:
            raise DomainError(CLOCK_REFUSED, now=self._shown())
        try:
            moment = _moment(json_input.parse(body), clock_moves.now(self._clock_file))
            shown = clock_moves.move_to(self._clock_file, moment)
        except (clock_moves.ClockError, OverflowError) as problem:
            raise DomainError(CLOCK_REFUSED, now=self._shown()) from problem
        behind: list[str] = []
        try:
            clock_moves.wait_for_jobs(self._jobs, shown, JOBS_SECONDS)
        except clock_moves.JobsBehind as late:
            behind = late.behind
        return {"now": self._shown(), "behind": behind}

    def _shown(self) -> str:
        """Business time, or the system's where the clock cannot be moved."""
        now = clock_moves.now(self._clock_file) if self._clock_file else real_now()
        return f"{now:%Y-%m-%dT%H:%M:%SZ}"

    def _start(self, locale: str) -> str:
        seed = self._seed.found
        return _template().render(
            language=locale,
            other=next(one for one in LOCALES if one != locale),
            words=_WORDS[locale],
            now=self._shown(),
            moves=self._clock_file is not None,
            seed=seed,
            api_pages=self._settings.api_pages,
            inbox=self._settings.inbox_url,
            sandbox=self._settings.sandbox_url,
        )

    def _description(self, path: str, *, gzipped: bool) -> Page | None:
        """None without a seed: the ids stay symbolic."""
        seed = self._seed.found
        if seed is None:
            return None
        known = self._described.get(path)
        if known is None or known[0] is not seed:
            told = described(symbolic(DESCRIPTION), seed)
            told = in_chinese(told) if path == CHINESE else told
            text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
            plain = Page("application/json", text.encode(), 0)
            packed = gzip.compress(plain.body, mtime=0)
            packed_page = dataclasses.replace(plain, body=packed, gzipped=True)
            known = self._described[path] = seed, (plain, packed_page)
        return known[1][gzipped]


def _moment(asked: Any, now: dt.datetime) -> dt.datetime:
    """Of `{"by": "3d"}` or `{"to": "2026-12-01T09:00"}`; raises ClockError."""
    match asked:
        case {"by": str(by), **rest} if not rest:
            return now + clock_moves.parse_duration(by)
        case {"to": str(to), **rest} if not rest:
            return clock_moves.parse_moment(to)
    raise clock_moves.ClockError("neither by nor to")


@cache
def _file(path: str) -> bytes:
    return (_HERE / path.rpartition("/")[2]).read_bytes()


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE), autoescape=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("start.html")
