"""HTTP with a partner that may be slow, large or wrong: everything is bounded (O-10)."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from urllib3.exceptions import HTTPError

CONNECT_SECONDS = 2.0
READ_SECONDS = 3.0
TOTAL_SECONDS = 5.0
MOST_BYTES = 64 * 1024
_AWAY = (HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT)


class PartnerSilent(Exception):
    """The partner gave no answer that can be read: what was asked may have had its effect."""


class PartnerAway(PartnerSilent):
    """It answers nobody now. A 500 is not that: a question that it cannot digest may be what
    somebody sent through us, who must not close it to others."""


@dataclass(frozen=True)
class HttpAnswer:
    """A whole answer; names of headers in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The document in the body; raises PartnerSilent for what is no JSON."""
        try:
            return read_json(self.body)
        except ValueError as problem:
            raise PartnerSilent(f"an answer of status {self.status} that is no JSON") from problem


def read_json(body: bytes) -> Any:
    """What a partner wrote, of which every text can be stored; raises ValueError for anything else.

    JSON escapes can name half a character, and brackets can be nested deeper than can be read.
    """
    try:
        document = json.loads(body)
        json.dumps(document, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return document


class BoundedHttp:
    """Calls to one base address; no redirects, no cookies, no proxies from the environment."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False
        # What a partner sets while it answers for one person is not told it for the next.
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def call(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
    ) -> HttpAnswer:
        """The partner's answer.

        Raises PartnerSilent for no answer within 5 s, a server error, a redirect, or more than
        64 KiB: the call may have had its effect. It is a PartnerAway unless the partner answered.
        """
        ends_at = time.monotonic() + TOTAL_SECONDS
        asked = f"{method} {path.partition('?')[0]}"  # a query may hold a secret
        try:
            with self._session.request(
                method,
                f"{self._base_url}{path}",
                data=body,
                headers=dict(headers),
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
            ) as response:
                received = _read(response, ends_at)
        except (requests.RequestException, HTTPError, OSError) as problem:
            raise PartnerAway(f"{asked}: {type(problem).__name__}") from None
        if response.status_code in _AWAY:
            raise PartnerAway(f"{asked}: status {response.status_code}")
        if response.status_code >= 500 or response.is_redirect:
            raise PartnerSilent(f"{asked}: status {response.status_code}")
        return HttpAnswer(response.status_code, response.headers, received)


def _read(response: requests.Response, ends_at: float) -> bytes:
    # One socket read at a time: a partner that sends a byte now and then ends at `ends_at` too.
    received = b""
    while chunk := response.raw.read1(8192, decode_content=True):
        received += chunk
        if len(received) > MOST_BYTES:
            raise PartnerSilent(f"an answer of more than {MOST_BYTES} bytes")
        if time.monotonic() >= ends_at:
            raise PartnerAway("an answer that does not end")
    return received
