"""WeChat as it behaves towards those who sign people in by it.

Two pages (`/connect/qrconnect` with a QR code on websites, `/connect/oauth2/authorize` inside
WeChat), three questions (`/sns/…`) whose refusals have status 200 and an `errcode`, and answers as
text/plain. Each app has the secret `secret-of-<appid>`. A user's open id differs in each app, the
union id is one; it is left out for apps whose id ends in `-alone`, as for those that are bound to
no open platform account. A name of `snapshot` is somebody in a preview. `POST /wechat/app-code`
gives what `wx.login` gives inside a mini program.
"""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from sandbox.identity.codes import Codes, Grant
from sandbox.identity.pages import ask_who, back, field
from sandbox.validation import IDENTIFIER, Fields
from sandbox.web import ApiError, BoundedRequest, json_response, route

_IN_WECHAT = ("snsapi_base", "snsapi_userinfo")
_KEPT = ("appid", "redirect_uri", "state", "scope")
SNAPSHOT = "snapshot"


class WeChat:
    """All apps and all users: whoever one says."""

    def __init__(self, page: Callable[..., Response]) -> None:
        self._page = page
        self._codes, self._tokens, self._app_codes = Codes(), Codes(), Codes()

    def routes(self) -> list[Rule]:
        """The routing table under /wechat."""
        pages = ("/wechat/connect/qrconnect", "/wechat/connect/oauth2/authorize")
        return [
            *(route(path, "GET", self.ask) for path in pages),
            *(route(path, "POST", self.authorize) for path in pages),
            route("/wechat/sns/oauth2/access_token", "GET", self.access_token),
            route("/wechat/sns/userinfo", "GET", self.userinfo),
            route("/wechat/sns/jscode2session", "GET", self.code_to_session),
            route("/wechat/app-code", "POST", self.app_code),
        ]

    def ask(self, request: BoundedRequest) -> Response:
        """The page on which somebody says who they are, in the place of a phone."""
        kept = {name: field(request.args, name) for name in _KEPT}
        self._check(request, kept)
        return ask_who(self._page, request, "WeChat", kept)

    def authorize(self, request: BoundedRequest) -> Response:
        """What somebody said, and the way back; who refuses comes back without a code."""
        told = {name: field(request.form, name) for name in _KEPT}
        self._check(request, told)
        if request.form.get("refuse"):
            return back(told["redirect_uri"], state=told["state"])
        user, name = field(request.form, "user"), field(request.form, "name", default="")
        code = self._codes.issue(Grant(told["appid"], user, name, {"scope": told["scope"]}))
        return back(told["redirect_uri"], code=code, state=told["state"])

    def access_token(self, request: BoundedRequest) -> Response:
        """A code for an access token and the open id."""
        grant = _granted(request, self._codes, "code")
        if isinstance(grant, Response):
            return grant
        answer: dict[str, Any] = {
            "access_token": self._tokens.issue(grant),
            "expires_in": 7200,
            "refresh_token": self._tokens.issue(grant),
            "openid": _open_id(grant),
            "scope": grant.told["scope"],
        }
        if grant.name == SNAPSHOT:
            answer["is_snapshotuser"] = 1
        if grant.told["scope"] != "snsapi_base":
            answer |= _union_id(grant)
        return _said(answer)

    def userinfo(self, request: BoundedRequest) -> Response:
        """What somebody is called."""
        grant = self._tokens.look(request.args.get("access_token", ""))
        if grant is None:
            return _refused(40001, "invalid credential, access_token is invalid or not latest")
        if request.args.get("openid") != _open_id(grant):
            return _refused(40003, "invalid openid")
        if grant.told["scope"] == "snsapi_base":
            return _refused(48001, "api unauthorized")
        about = {"sex": 0, "province": "", "city": "", "country": "", "headimgurl": ""}
        named = {"openid": _open_id(grant), "nickname": grant.name, **about, "privilege": []}
        return _said({**named, **_union_id(grant)})

    def code_to_session(self, request: BoundedRequest) -> Response:
        """What a mini program's code stands for."""
        grant = _granted(request, self._app_codes, "js_code")
        if isinstance(grant, Response):
            return grant
        key = hashlib.sha256(_open_id(grant).encode()).hexdigest()[:24]
        return _said({"openid": _open_id(grant), "session_key": key, **_union_id(grant)})

    def app_code(self, request: BoundedRequest) -> Response:
        """For development: `{appid, user}` → the code of `wx.login`."""
        fields = Fields(request.document())
        appid = fields.matching("appid", IDENTIFIER)
        user = fields.text("user", max_length=64)
        fields.finish()
        return json_response({"code": self._app_codes.issue(Grant(appid, user, ""))}, 201)

    def _check(self, request: BoundedRequest, told: dict[str, str]) -> None:
        scopes = ("snsapi_login",) if request.path.endswith("qrconnect") else _IN_WECHAT
        if told["scope"] not in scopes:
            raise ApiError(400, "scope", "scope 参数错误或没有 scope 权限")
        if not (told["state"].isascii() and told["state"].isalnum() and len(told["state"]) <= 128):
            raise ApiError(400, "state", "state: letters and digits, 128 at most")


def _granted(request: BoundedRequest, codes: Codes, name: str) -> Grant | Response:
    """Whose a code is, or how WeChat refuses it."""
    appid = request.args.get("appid", "")
    if not appid.startswith("wx"):
        return _refused(40013, "invalid appid")
    if request.args.get("secret") != f"secret-of-{appid}":
        return _refused(40125, "invalid appsecret")
    if request.args.get("grant_type") != "authorization_code":
        return _refused(40002, "invalid grant_type")
    code = request.args.get(name, "")
    if not code:
        return _refused(41008, "missing code")
    if codes.was_used(code):
        return _refused(40163, "code been used")
    grant = codes.take(code)
    if grant is None or grant.client_id != appid:
        return _refused(40029, "invalid code")
    return grant


def _open_id(grant: Grant) -> str:
    digest = hashlib.sha256(f"{grant.client_id} {grant.user}".encode()).hexdigest()
    return f"o{digest[:27]}"


def _union_id(grant: Grant) -> dict[str, str]:
    if grant.client_id.endswith("-alone"):
        return {}
    return {"unionid": f"u{hashlib.sha256(grant.user.encode()).hexdigest()[:27]}"}


def _refused(errcode: int, errmsg: str) -> Response:
    return _said({"errcode": errcode, "errmsg": f"{errmsg}, rid: sandbox"})


def _said(document: dict[str, Any]) -> Response:
    return Response(json.dumps(document, ensure_ascii=False), content_type="text/plain")
