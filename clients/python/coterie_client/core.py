"""What every program that talks to the gateway needs, once (docs/guides/front-end.md).

One renewal of tokens at a time, Idempotency-Keys, repeats, ETags, lists, waiting and the stream.
"""

from __future__ import annotations

import json
import math
import random
import threading
import time
import uuid
from collections.abc import Callable, Generator, Iterator, Mapping
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar, cast
from urllib.parse import quote

import requests

from .types import MyEvent

PATIENCE = 30.0  # seconds for all repeats of one call
TIMEOUT = 15.0  # seconds for one answer
LONGEST_WAIT = 20  # seconds that the gateway waits for a change
LONGEST_PAUSE = 8.0  # seconds between repeats, where the gateway names none
QUIET = 60.0  # seconds without a sign of life after which a stream counts as broken off
AWAY = (0, 429, 503)
RENEW = "/v1/sessions/refresh"
STALE = ("gateway.token_invalid", "gateway.token_malformed")  # of a token: another one may do
Query = Mapping[str, Any]
_NONE: Mapping[str, str] = {}


class Refused(Exception):
    """The gateway said no (RFC 9457), or nothing: then `status` is 0 and `code` "no_answer"."""

    def __init__(self, status: int, problem: Mapping[str, Any], headers: Mapping[str, str] = _NONE):
        self.status, self.problem = status, problem
        self.request_id = headers.get("X-Request-Id", "")
        told = headers.get("Retry-After")
        # Seconds; a proxy may tell it as a date, which we do not read.
        self.retry_after = float(told) if told is not None and told.isdecimal() else None
        self.code: str = problem.get("code", "")
        self.params: Mapping[str, Any] = problem.get("params", {})
        self.errors: list[dict[str, Any]] = problem.get("errors", [])
        super().__init__(
            f"{status} {self.code}: {problem.get('detail')} {self.errors or ''}".rstrip()
        )

    @property
    def pointers(self) -> set[str]:
        """Which fields of the body are wrong."""
        return {error["pointer"] for error in self.errors if "pointer" in error}


class Answer(dict[str, Any]):
    """A JSON object as it was answered, with the ETag that says which state of it."""

    etag: str = ""


Row = TypeVar("Row")
Page = TypeVar("Page", bound=Mapping[str, Any])


class Pages(Iterator[Row], Generic[Row, Page]):
    """Every row of a list, page by page as they are read, and what its first page says besides."""

    def __init__(self, read: Callable[[str | None], Any]) -> None:
        self._read = read
        self._rows = self._every()

    @cached_property
    def first(self) -> Page:
        """The first page, read once, now or with the first row."""
        return cast(Page, self._read(None))

    @property
    def total(self) -> int | None:
        """How many rows there are, where the list was asked to count; None where it was not."""
        return cast("int | None", self.first.get("total"))

    def __next__(self) -> Row:
        return next(self._rows)

    def _every(self) -> Iterator[Row]:
        page: Mapping[str, Any] = self.first
        while True:
            yield from page["items"]
            if page["next_cursor"] is None:
                return
            page = self._read(page["next_cursor"])


class OnTokens(Protocol):
    """Told at each renewal, before the new tokens are used; None: signed out."""

    def __call__(self, tokens: Mapping[str, Any] | None, /) -> None: ...


class Core:
    """Requests as one person, one API key or nobody; threads may share it."""

    def __init__(
        self,
        base_url: str,
        *,
        tokens: Mapping[str, Any] | None = None,
        api_key: str = "",
        on_tokens: OnTokens | None = None,
        language: str = "zh-CN",
        patience: float = PATIENCE,
        timeout: float = TIMEOUT,
    ) -> None:
        self.base_url = base_url
        self.patience, self.timeout = patience, timeout
        self.retries = 0  # so many requests were repeats
        self.refresh_token = ""
        self.http = requests.Session()
        self.http.headers["Accept-Language"] = language
        self._on_tokens = on_tokens
        self._renewing = threading.RLock()
        self._taking = threading.RLock()
        if api_key:
            self.http.headers["Authorization"] = f"Bearer {api_key}"
        if tokens is not None:
            self._take(tokens)

    # ── who asks ────────────────────────────────────────────────────────────────────────────────

    def use(self, tokens: Mapping[str, Any] | None) -> None:
        """Go on as who these tokens are for: the answer of `finish_sign_in`; None: as nobody."""
        with self._taking:
            if self._on_tokens is not None:
                self._on_tokens(tokens)
            self._take(tokens)

    def _take(self, tokens: Mapping[str, Any] | None) -> None:
        if tokens is None:
            self.refresh_token = ""
            self.http.headers.pop("Authorization", None)
        else:
            self.refresh_token = tokens["refresh_token"]
            self.http.headers["Authorization"] = f"Bearer {tokens['access_token']}"

    def renew(self, stale: Any = None) -> bool:
        """New tokens in the place of those that are used, or of `stale` ones if they still are.

        A refresh token works once: who waits for the same exchange has its tokens then. Who signed
        out meanwhile, or is somebody else now, stays so. Tells whether it goes on as the same.
        """
        with self._renewing:
            exchanged = self.refresh_token
            if not exchanged or stale not in (None, self._sent_as()):
                return bool(exchanged)
            body = {"refresh_token": exchanged}
            try:
                # Taken again for a while after its exchange, in case the answer got lost.
                tokens = self.request("POST", RENEW, body=body, key="", is_repeatable=True)
            except Refused as refused:
                if refused.status == 401:
                    self._use_after(exchanged, None)
                raise
            return self._use_after(exchanged, tokens)

    def _use_after(self, exchanged: str, tokens: Mapping[str, Any] | None) -> bool:
        """Unless it goes on as somebody else already."""
        with self._taking:
            is_still = self.refresh_token == exchanged
            if is_still:
                self.use(tokens)
            return is_still

    def _sent_as(self) -> Any:
        return self.http.headers.get("Authorization")

    def sign_in_again(self) -> bool:
        """Asked where an operation needs a newer sign-in: whether there is one now."""
        return False

    # ── by address ──────────────────────────────────────────────────────────────────────────────

    def get(self, path: str, **query: Any) -> Any:
        return self.request("GET", path, query=query)

    def find(self, path: str) -> Any:
        """What stands under `path`, or None while there is nothing."""
        try:
            return self.get(path)
        except Refused as refused:
            if refused.status != 404:
                raise
            return None

    def pages(self, path: str, **query: Any) -> Pages[Any, Any]:
        """Every row of a list, page by page as they are read."""
        asked = {"limit": 100, **query}
        return Pages(lambda cursor: self.get(path, **{"cursor": cursor, **asked}))

    def wait_for(self, path: str, is_so: Callable[[Any], bool], *, patience: float = 60.0) -> Any:
        """What stands under `path` as soon as it is as awaited; the gateway waits for changes."""
        end = time.monotonic() + patience
        seen = None
        while (left := end - time.monotonic()) > 0:
            query = {"wait": min(LONGEST_WAIT, int(left) + 1)}
            try:
                found = self.request("GET", path, query=query, seen=seen)
            except Refused as refused:
                if refused.status != 404:
                    raise
                found = seen
            else:
                if is_so(found):
                    return found
            if found is seen:  # too many wait already
                time.sleep(0.25)
            seen = found
        raise TimeoutError(f"{path} is not as awaited within {patience:g} s: {seen}")

    def post(
        self, path: str, body: Any = None, *, key: str | None = None, is_repeatable: bool = False
    ) -> Any:
        """`key` "" sends none; None invents one for this request and its repeats."""
        return self.request("POST", path, body=body, key=key, is_repeatable=is_repeatable)

    def patch(self, path: str, body: Any, *, version: int) -> Any:
        """Change what was read as `version`; 412 when somebody else was faster."""
        return self.request("PATCH", path, body=body, seen={"version": version})

    def put(self, path: str, body: Any, *, version: int | None = None) -> Any:
        """Make what is not there yet, or replace what was read as `version`; 412 when somebody
        else was faster."""
        if version is None:
            return self.request("PUT", path, body=body, is_new=True)
        return self.request("PUT", path, body=body, seen={"version": version})

    def delete(self, path: str) -> Any:
        return self.request("DELETE", path)

    # ── one request ─────────────────────────────────────────────────────────────────────────────

    def request(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        content_type: str = "application/json",
        query: Query | None = None,
        key: str | None = None,
        seen: Mapping[str, Any] | None = None,
        is_new: bool = False,
        is_repeatable: bool = False,
    ) -> Any:
        """One request until it is answered; what is away is asked again, with the same key.

        `seen` is what was answered before: a change is refused when it is no longer so, a reading
        that finds it unchanged gives it back. Raises Refused.
        """
        headers = {}
        if method == "POST" and key != "":
            headers["Idempotency-Key"] = f'"{key or uuid.uuid4()}"'
        if seen is not None:
            headers["If-None-Match" if method == "GET" else "If-Match"] = _tag_of(seen)
        elif is_new:
            headers["If-None-Match"] = "*"
        data = body
        if content_type == "application/json" and (body is not None or method == "POST"):
            data = json.dumps({} if body is None else body).encode()
        if data is not None:
            headers["Content-Type"] = content_type
        asked = {name: _text(value) for name, value in (query or {}).items() if value is not None}
        answer = self._answered(
            method,
            path,
            is_repeatable or method != "POST" or key != "",
            data=data,
            params=asked,
            headers=headers,
            timeout=self.timeout + float(asked.get("wait", 0)),
        )
        if answer.status_code == 304:
            return seen
        if "json" not in answer.headers.get("Content-Type", ""):
            return answer.content or None
        content = answer.json()
        if isinstance(content, dict):
            content = Answer(content)
            content.etag = answer.headers.get("ETag", "")
        return content

    def _answered(
        self, method: str, path: str, is_repeatable: bool, **sent: Any
    ) -> requests.Response:
        """An answer that is no refusal."""
        end = math.inf if "stream" in sent else time.monotonic() + self.patience
        repeat, has_renewed, has_signed_in = 0, path == RENEW, False
        if path == RENEW:
            sent["headers"]["Authorization"] = None  # nor may a stale token be in its way
        while True:
            sent_as = self._sent_as()
            try:
                answer = self.http.request(method, self.base_url + path, **sent)
                if answer.status_code < 400:
                    return answer
                refused = _refused(answer)
            except (requests.ConnectionError, requests.Timeout,
                    requests.exceptions.ChunkedEncodingError) as problem:  # fmt: skip
                refused = Refused(0, {"code": "no_answer", "detail": str(problem)})
            if refused.code in STALE and self.refresh_token and not has_renewed:
                has_renewed = True
                if self.renew(sent_as):
                    continue
                raise refused
            if refused.code == "request.sign_in_again" and not has_signed_in:
                has_signed_in = True
                if self.sign_in_again():
                    continue
            pause = _pause(refused, repeat)
            is_away = refused.status in AWAY and is_repeatable
            if not is_away or time.monotonic() + pause > end:
                raise refused
            repeat += 1
            self.retries += 1
            time.sleep(pause)

    def events(self) -> Generator[MyEvent, None, None]:
        """What concerns me, while it happens, over as many connections as it takes."""
        last, retry = "", 3.0
        while True:
            headers = {"Accept": "text/event-stream", **({"Last-Event-ID": last} if last else {})}
            with self._answered(
                "GET",
                "/v1/me/events",
                True,
                headers=headers,
                stream=True,
                timeout=(self.timeout, QUIET),
            ) as answer:
                try:
                    for line in answer.iter_lines(chunk_size=1):
                        name, _, value = line.decode().partition(": ")
                        if name == "id":
                            last = value
                        elif name == "retry":
                            retry = int(value) / 1000
                        elif name == "data":
                            yield json.loads(value)
                except requests.RequestException:
                    pass  # broken off: go on from the last id
            time.sleep(retry * random.uniform(0.5, 1.5))


def in_path(value: str | int) -> str:
    """A value within an address."""
    return quote(str(value), safe="")


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _tag_of(seen: Mapping[str, Any]) -> str:
    """What came within another answer has its version alone."""
    return getattr(seen, "etag", "") or f'"{seen["version"]}"'


def _refused(answer: requests.Response) -> Refused:
    is_json = "json" in answer.headers.get("Content-Type", "")
    problem = answer.json() if is_json else {"detail": answer.text[:200]}
    return Refused(answer.status_code, problem, answer.headers)


def _pause(refused: Refused, repeat: int) -> float:
    """Seconds; who was told when to come takes care not to come with all others."""
    if refused.retry_after is not None:
        return refused.retry_after * random.uniform(1, 1.25)
    return min(LONGEST_PAUSE, 0.5 * 2.0 ** min(repeat, 10)) * random.uniform(0.5, 1)
