"""A front end in 100 lines: one person's HTTP client for the gateway, as any app would write it."""

from __future__ import annotations

import hashlib
import re
import time
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import requests

RETRIED = (429, 503)
PATIENCE = 30.0  # seconds until a step that does not come true fails the story


class Refused(Exception):
    """The gateway said no: status and problem document (RFC 9457)."""

    def __init__(self, status: int, problem: dict[str, Any]):
        self.status, self.problem = status, problem
        self.code: str = problem.get("code", "")
        wrong = problem.get("errors") or ""
        super().__init__(f"{status} {self.code}: {problem.get('detail')} {wrong}".rstrip())

    @property
    def pointers(self) -> set[str]:
        return {error["pointer"] for error in self.problem.get("errors", ())}


class Client:
    """One person (or nobody) in front of the gateway.

    A request that got no answer, 429 or 503 is repeated with the same Idempotency-Key, which is
    what makes repeating safe.
    """

    def __init__(self, base_url: str, inbox_url: str, email: str = "", locale: str = "zh-CN"):
        self.base_url, self.inbox_url, self.email, self.locale = base_url, inbox_url, email, locale
        self.http = requests.Session()
        self.http.headers["Accept-Language"] = locale
        # As the proxy in front of a real gateway says: everybody comes from somewhere else.
        self.http.headers["X-Forwarded-For"] = address_of(email)
        self.patience = PATIENCE
        self.retries = 0
        self.refresh_token = ""

    def sign_in(self) -> Client:
        """Ask for a code, read it from the mail, exchange it for a token.

        A code works once: when the answer to the exchange is lost, a new one has to be asked for.
        """
        try:
            tokens = self._exchange_code()
        except Refused as refused:
            if refused.code != "membership.sign_in_code_wrong":
                raise
            tokens = self._exchange_code()
        self.person_id: str = tokens["person_id"]
        self._use(tokens)
        return self

    def follow(self, link: str) -> Client:
        """Act by a link out of a mail, which does one thing, instead of signing in."""
        self.http.headers["Authorization"] = f"Link {link}"
        return self

    def _exchange_code(self) -> dict[str, Any]:
        seen = self._newest_mail()
        challenge = self.post("/v1/sign-in", {"email": self.email, "locale": self.locale}, key="")
        while True:
            next_code = partial(self._code_after, seen)
            seen, code = eventually(next_code, f"a sign-in code for {self.email}")
            body = {"challenge_id": challenge["challenge_id"], "code": code}
            try:
                tokens: dict[str, Any] = self.post("/v1/sessions", body, key="")
                return tokens
            except Refused as refused:
                # The mail of an earlier challenge may come while this one is asked for.
                wrong = refused.code == "membership.sign_in_code_wrong"
                if not wrong or self._code_after(seen) is None:
                    raise

    def get(self, path: str, **query: Any) -> Any:
        return self._send("GET", path, params=query)

    def find(self, path: str) -> Any:
        """What stands under `path`, or None while there is nothing."""
        try:
            return self.get(path)
        except Refused as refused:
            if refused.status != 404:
                raise
            return None

    def pages(self, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """Every item of a list, page by page."""
        cursor = None
        while True:
            page = self.get(path, limit=100, **query, **({"cursor": cursor} if cursor else {}))
            yield from page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """`key` "" sends none (sign-in); None invents one for this request and its repeats."""
        chosen = str(uuid.uuid4()) if key is None else key
        headers = {"Idempotency-Key": f'"{chosen}"'} if chosen else {}
        return self._send("POST", path, json={} if body is None else body, headers=headers)

    def patch(self, path: str, body: Any, *, version: int) -> Any:
        """Change what was read as `version`; 412 when somebody else was faster."""
        return self._send("PATCH", path, json=body, headers={"If-Match": f'"{version}"'})

    def put(self, path: str, body: Any, *, version: int | None = None) -> Any:
        """Make what is not there yet, or replace what was read as `version`; 412 when somebody
        else was faster."""
        seen = {"If-None-Match": "*"} if version is None else {"If-Match": f'"{version}"'}
        return self._send("PUT", path, json=body, headers=seen)

    def upload(self, path: str, text: str, *, key: str | None = None, **query: Any) -> Any:
        chosen = str(uuid.uuid4()) if key is None else key
        headers = {"Content-Type": "text/csv", "Idempotency-Key": f'"{chosen}"'}
        return self._send("POST", path, data=text.encode(), params=query, headers=headers)

    def send_file(self, community_id: str, purpose: str, content_type: str, file: bytes) -> Any:
        """A file in parts, one after the other; a part that is sent again changes nothing."""
        told = {"community_id": community_id, "purpose": purpose, "content_type": content_type}
        upload = self.post("/v1/uploads", {**told, "size": len(file)})
        size = upload["part_size"]
        octets = {"Content-Type": "application/octet-stream"}
        while (part := upload["next_part"]) is not None:
            data = file[(part - 1) * size : part * size]
            path = f"/v1/uploads/{upload['id']}/parts/{part}"
            upload = self._send("PUT", path, data=data, headers=octets)
        return upload

    def _send(self, method: str, path: str, **arguments: Any) -> Any:
        deadline = time.monotonic() + self.patience
        while True:
            try:
                answer = self.http.request(method, self.base_url + path, timeout=15, **arguments)
            except (requests.ConnectionError, requests.Timeout):
                answer = None
            if answer is not None and answer.status_code < 400:
                return answer.json() if answer.content else None
            if answer is not None and answer.status_code == 401 and self.refresh_token:
                if answer.json()["code"] == "request.sign_in_again":
                    self.sign_in()
                else:
                    self._refresh()
                continue
            if answer is not None and answer.status_code not in RETRIED:
                raise Refused(answer.status_code, answer.json())
            if time.monotonic() > deadline:
                raise Refused(503, answer.json() if answer is not None else {"code": "no_answer"})
            self.retries += 1
            time.sleep(float(answer.headers.get("Retry-After", 0.5)) if answer is not None else 0.5)

    def _use(self, tokens: dict[str, Any]) -> None:
        self.refresh_token = tokens["refresh_token"]
        self.http.headers["Authorization"] = f"Bearer {tokens['access_token']}"

    def _refresh(self) -> None:
        """Access tokens live five minutes; a refresh token works once."""
        refresh_token, self.refresh_token = self.refresh_token, ""
        self._use(self.post("/v1/sessions/refresh", {"refresh_token": refresh_token}, key=""))

    def mails(self, after: int = 0) -> list[dict[str, Any]]:
        """The person's mails as the mail sink shows them."""
        query: dict[str, str | int] = {"to": self.email, "after": after, "limit": 100}
        found = requests.get(f"{self.inbox_url}/api/messages", params=query, timeout=10)
        found.raise_for_status()
        mails: list[dict[str, Any]] = found.json()["messages"]
        return mails

    def _newest_mail(self) -> int:
        return max((mail["id"] for mail in self.mails()), default=0)

    def _code_after(self, seen: int) -> tuple[int, str] | None:
        """The first newer mail that has a code, `1234 5678`, and the code."""
        for mail in self.mails(seen):
            if digits := re.search(r"\b([0-9]{4} [0-9]{4})\b", mail["text"]):
                return mail["id"], digits.group(1)
        return None


def address_of(email: str) -> str:
    """Where somebody of the story is at home: an address for documentation (RFC 3849)."""
    digest = hashlib.sha256(email.encode()).hexdigest()
    return f"2001:db8:{digest[:4]}:{digest[4:8]}::1"


def eventually(look: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """What `look` finds as soon as it is not None or False; fails with what was awaited."""
    deadline = time.monotonic() + patience
    pause = 0.05
    while True:
        found = look()
        if found is not None and found is not False:
            return found
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come within {patience:g} s")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.5)
