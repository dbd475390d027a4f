"""JSON over HTTP with a partner that may be slow, large or wrong: everything is bounded (O-10)."""

import json
import time
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from services.payments.adapters.provider import ProviderSilent

CONNECT_SECONDS = 2.0
READ_SECONDS = 3.0
TOTAL_SECONDS = 5.0
MOST_BYTES = 64 * 1024


class BoundedHttp:
    """Calls to one base address; no redirects, no proxies from the environment."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False

    def call(
        self,
        method: str,
        path: str,
        *,
        bearer: str | None = None,
        body: dict[str, Any] | None = None,
    ) -> tuple[int, Any]:
        """Status and JSON document of the answer.

        Raises ProviderSilent for no answer within 5 s, a server error, a redirect, more than
        64 KiB, or what is no JSON: the call may have had its effect.
        """
        headers = {"Accept": "application/json"}
        if bearer is not None:
            headers["Authorization"] = f"Bearer {bearer}"
        ends_at = time.monotonic() + TOTAL_SECONDS
        try:
            with self._session.request(
                method,
                f"{self._base_url}{path}",
                json=body,
                headers=headers,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
            ) as response:
                document = json.loads(_read(response, ends_at))
        except (requests.RequestException, HTTPError, OSError, ValueError) as problem:
            raise ProviderSilent(f"{method} {path}: {type(problem).__name__}") from problem
        if response.status_code >= 500 or response.is_redirect:
            raise ProviderSilent(f"{method} {path}: status {response.status_code}")
        return response.status_code, document


def _read(response: requests.Response, ends_at: float) -> bytes:
    # One socket read at a time: a partner that sends a byte now and then ends at `ends_at` too.
    received = b""
    while chunk := response.raw.read1(8192, decode_content=True):
        received += chunk
        if len(received) > MOST_BYTES:
            raise ProviderSilent(f"an answer of more than {MOST_BYTES} bytes")
        if time.monotonic() >= ends_at:
            raise ProviderSilent("an answer that does not end")
    return received
