"""WeChat: a QR code on websites, pages of an official account, mini programs.

Its OAuth is its own: secrets ride in queries, refusals come as `errcode` with status 200, `state`
takes letters and digits only, the order of parameters matters inside WeChat, and there is neither
nonce nor PKCE. An open id belongs to one app, a union id to all apps of one open platform account.
"""

from typing import Any
from urllib.parse import quote, urlencode

from chassis.bounded_http import BoundedHttp, PartnerSilent
from contracts.text import misleads, tidy
from services.membership.adapters.ways import Begun, InPreview, NotVouched, Way
from services.membership.domain.identity.identities import Shown

FAMILY = "wechat"
# The system is busy; too many calls in this minute. What else is said is about this sign-in.
_TRY_LATER = (-1, 45009, 45011)
_PAGES = {
    "wechat_website": ("/connect/qrconnect", "snsapi_login"),
    "wechat_official": ("/connect/oauth2/authorize", "snsapi_userinfo"),
}
LONGEST_NAME = 80


class WeChat:
    """Implements `Provider` for one app of WeChat's."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self._http = BoundedHttp(way.api_url)

    def authorize_url(self, begun: Begun) -> str:
        page, scope = _PAGES[self._way.kind]
        query = (
            f"appid={quote(self._way.client_id)}&redirect_uri={quote(begun.callback_url, safe='')}"
            f"&response_type=code&scope={scope}&state={begun.state}"
        )
        return f"{self._way.pages_url}{page}?{query}#wechat_redirect"

    def identify(self, code: str, begun: Begun | None) -> Shown:
        if self._way.kind == "wechat_mini":
            return self._shown(self._ask("/sns/jscode2session", js_code=code), {})
        token = self._ask("/sns/oauth2/access_token", code=code)
        if token.get("is_snapshotuser"):
            raise InPreview
        access = {"access_token": _text(token, "access_token"), "openid": _text(token, "openid")}
        about = self._get("/sns/userinfo", {**access, "lang": "zh_CN"})
        if _text(about, "openid") != access["openid"]:
            raise NotVouched("openid")
        return self._shown(token, about)

    def _shown(self, token: dict[str, Any], about: dict[str, Any]) -> Shown:
        keys = [f"wechat:{self._way.client_id}:{_text(token, 'openid')}"]
        union = about.get("unionid") or token.get("unionid")
        if isinstance(union, str) and 0 < len(union) <= 255:
            keys.append(f"wechat:union:{union}")
        name = said_name(about.get("nickname"))
        return Shown(FAMILY, tuple(keys), name or FAMILY, name)

    def _ask(self, path: str, **more: str) -> dict[str, Any]:
        way = self._way
        app = {"appid": way.client_id, "secret": way.client_secret}
        return self._get(path, {**app, **more, "grant_type": "authorization_code"})

    def _get(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        answer = self._http.call("GET", f"{path}?{urlencode(query)}", headers={})
        document = answer.json()
        if answer.status != 200 or not isinstance(document, dict):
            raise PartnerSilent(f"GET {path}: status {answer.status}")
        errcode = document.get("errcode", 0)
        if errcode in _TRY_LATER:
            raise PartnerSilent(f"GET {path}: errcode {errcode}")
        if errcode:
            raise NotVouched(f"errcode {str(errcode)[:10]}")
        return document


def said_name(text: object) -> str:
    """What somebody is called elsewhere, as a name here; "" for what could not be one."""
    if not isinstance(text, str):
        return ""
    name = tidy(text)
    return "" if misleads(name) or len(name) > LONGEST_NAME else name


def _text(document: dict[str, Any], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 512:
        raise NotVouched(f"no {name}")
    return value
