"""A person of the story: Coterie's client in Python, and an inbox to read sign-in codes in."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import requests

from clients.python.coterie_client import Coterie, Refused

PATIENCE = 30.0  # seconds until a step that does not come true fails the story


class Client(Coterie):
    """One person (or nobody) in front of the gateway, who reads their mails."""

    person_id = ""

    def __init__(self, base_url: str, inbox_url: str, email: str = "", locale: str = "zh-CN"):
        super().__init__(base_url, language=locale)
        self.inbox_url, self.email, self.locale = inbox_url, email, locale
        # As the proxy in front of a real gateway says: everybody comes from somewhere else.
        self.http.headers["X-Forwarded-For"] = address_of(email)

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
        self.person_id = tokens["person_id"]
        self.use(tokens)
        return self

    def sign_in_again(self) -> bool:
        self.sign_in()
        return True

    def follow(self, link: str) -> Client:
        """Act by a link out of a mail, which does one thing, instead of signing in."""
        self.http.headers["Authorization"] = f"Link {link}"
        return self

    def _exchange_code(self) -> dict[str, Any]:
        seen = self._newest_mail()
        challenge = self._ask("/v1/sign-in", {"email": self.email, "locale": self.locale})
        while True:
            next_code = partial(self._code_after, seen)
            seen, code = eventually(next_code, f"a sign-in code for {self.email}")
            body = {"challenge_id": challenge["challenge_id"], "code": code}
            try:
                tokens: dict[str, Any] = self._ask("/v1/sessions", body)
                return tokens
            except Refused as refused:
                # The mail of an earlier challenge may come while this one is asked for.
                wrong = refused.code == "membership.sign_in_code_wrong"
                if not wrong or self._code_after(seen) is None:
                    raise

    def _ask(self, path: str, body: Any) -> Any:
        """What takes no key is repeated all the same: at worst another code is asked for."""
        return self.post(path, body, key="", is_repeatable=True)

    def upload(self, path: str, text: str, *, key: str | None = None, **query: Any) -> Any:
        return self.request(
            "POST", path, body=text.encode(), content_type="text/csv", key=key, query=query
        )

    def send_file(self, community_id: str, purpose: str, content_type: str, file: bytes) -> Any:
        """A file in parts, one after the other; a part that is sent again changes nothing."""
        told = {"community_id": community_id, "purpose": purpose, "content_type": content_type}
        upload: Any = self.post("/v1/uploads", {**told, "size": len(file)})
        size = upload["part_size"]
        while (part := upload["next_part"]) is not None:
            data = file[(part - 1) * size : part * size]
            upload = self.add_upload_part(upload["id"], part, data)
        return upload

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
