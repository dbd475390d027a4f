"""Who vouches for people besides a mailbox and a phone: configured by operators, one record each.

    [{"name": "wechat-website", "kind": "wechat_website", "client_id": "wx…", "client_secret": "…"},
     {"name": "company", "kind": "oidc", "client_id": "…", "client_secret": "…",
      "issuer": "https://id.example.com"}]

Every call has a deadline, takes no redirect and a bounded answer (`chassis.bounded_http`).

NotVouched     the provider says no, or what it says is not what it has to say
NonceWrong     it vouches for somebody, but in another sign-in
InPreview      WeChat shows a preview, whose account is nobody's
PartnerSilent  no answer that can be read
"""

import json
import re
from dataclasses import dataclass
from typing import Protocol, cast, get_args

from chassis.settings import is_http
from contracts.errors import LOCALES
from contracts.states.membership import WayKind
from services.membership.domain.identity.identities import Shown

_NAME = re.compile(r"[a-z][a-z0-9-]{1,29}")
_TAKEN = ("phone", "email")
_FIELDS = {"name", "kind", "client_id", "client_secret", "issuer", "pages_url", "api_url"}
_FIELDS |= {"label", "label_zh"}
WECHAT_PAGES, WECHAT_API = "https://open.weixin.qq.com", "https://api.weixin.qq.com"


class NotVouched(Exception):
    """Says why, in a word of the provider's or ours."""


class NonceWrong(Exception):
    """An ID token of another sign-in."""


class InPreview(Exception):
    """The account of a WeChat preview, which is nobody's."""


@dataclass(frozen=True)
class Begun:
    """What a sign-in under way is told apart by, for the provider."""

    state: str
    callback_url: str
    nonce: str
    verifier: str


class Provider(Protocol):
    """One way to sign in; used by several threads at once."""

    def authorize_url(self, begun: Begun) -> str:
        """Where the browser goes; raises PartnerSilent."""

    def identify(self, code: str, begun: Begun | None) -> Shown:
        """Who came back with this code; raises what stands above."""


@dataclass(frozen=True)
class Way:
    """A record of the setting. WeChat's two addresses are its own, but in development. `label` and
    `label_zh` are what a button says; without them WeChat, or the name."""

    name: str
    kind: WayKind
    client_id: str
    client_secret: str
    issuer: str = ""
    pages_url: str = WECHAT_PAGES
    api_url: str = WECHAT_API
    label: str = ""
    label_zh: str = ""

    def called(self, locale: str) -> str:
        """What people read of it."""
        in_chinese = locale == LOCALES[0]
        own = self.label_zh if in_chinese else self.label
        if self.kind == "oidc":
            return own or self.name
        return own or ("微信" if in_chinese else "WeChat")


def read_ways(text: str, *, in_clear: bool) -> list[Way]:
    """The ways of the setting; raises ValueError with what is wrong. `in_clear`: http is taken."""
    try:
        rows = json.loads(text)
    except ValueError:
        raise ValueError("not JSON") from None
    if not isinstance(rows, list):
        raise ValueError("not a list")
    ways = [_read(row, f"way {number}", in_clear) for number, row in enumerate(rows, 1)]
    if len({way.name for way in ways}) < len(ways):
        raise ValueError("two ways have the same name")
    return ways


def _read(row: object, called: str, in_clear: bool) -> Way:
    """`called`: the way, where it does not say its name."""
    if not isinstance(row, dict):
        raise ValueError(f"{called} is not an object of texts")
    called = str(row.get("name") or called)
    if not all(isinstance(value, str) for value in row.values()):
        raise ValueError(f"{called} is not an object of texts")
    if unknown := sorted(set(row) - _FIELDS):
        raise ValueError(f"{called}: unknown fields: {', '.join(map(str, unknown))}")
    for name in ("name", "kind", "client_id", "client_secret"):
        if not row.get(name):
            raise ValueError(f"{called} has no {name}")
    if not _NAME.fullmatch(called) or called in _TAKEN:
        raise ValueError(
            f"{called!r} is no name for a way: 2 to 30 of a-z, 0-9 and -, a letter first,"
            f" and not {' or '.join(_TAKEN)}"
        )
    if row["kind"] not in get_args(WayKind):
        raise ValueError(f"{called}: kind is one of {', '.join(get_args(WayKind))}")
    if row["kind"] == "oidc" and not row.get("issuer"):
        raise ValueError(f"{called}: kind oidc needs an issuer")
    if row["kind"] != "oidc" and "issuer" in row:
        raise ValueError(f"{called}: kind {row['kind']} has no issuer")
    way = Way(**{**row, "kind": cast(WayKind, row["kind"])})
    for url in filter(None, (way.issuer, way.pages_url, way.api_url)):
        if not is_http(url, in_clear=in_clear):
            raise ValueError(f"{way.name}: {url} is not https://host")
    return way
