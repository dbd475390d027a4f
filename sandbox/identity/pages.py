"""The page on which somebody says who they are, and the way back to the program that asked."""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode, urlsplit

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from sandbox.language import language_of
from sandbox.web import ApiError, BoundedRequest

TEXTS = {
    "zh-CN": {
        "title": "沙盒登录",
        "user": "用户编号",
        "name": "昵称",
        "sign_in": "同意并登录",
        "refuse": "拒绝",
        "notice": "开发测试用的登录页面：填写谁，就是谁。",
        "other_language": "English",
    },
    "en": {
        "title": "Sandbox sign-in",
        "user": "User id",
        "name": "Name",
        "sign_in": "Agree and sign in",
        "refuse": "Refuse",
        "notice": "A sign-in page for development: you are whom you say.",
        "other_language": "中文",
    },
}


def ask_who(
    page: Callable[..., Response], request: BoundedRequest, kind: str, kept: Mapping[str, str]
) -> Response:
    """A form that posts to the same address; `kept` rides along."""
    language = language_of(request)
    response = page(
        "who.html",
        language=language,
        texts=TEXTS[language],
        kind=kind,
        path=request.path,
        kept=kept,
        other=urlencode({**kept, "lang": "en" if language == "zh-CN" else "zh-CN"}),
    )
    # The way back leads to the front end, which browsers count as where the form goes.
    policy = response.headers["Content-Security-Policy"]
    response.headers["Content-Security-Policy"] = policy.replace(
        "form-action 'self'", "form-action 'self' http: https:"
    )
    return response


def field(values: Mapping[str, str], name: str, *, default: str | None = None) -> str:
    """A field of a form or query; ApiError 400 when it is missing."""
    value = values.get(name, default)
    if value is None or len(value) > 2000:
        raise ApiError(400, "invalid_request", f"{name} is missing or too long")
    return value


def back(redirect_uri: str, **told: str) -> Response:
    """To where the program that asked wants people; ApiError 400 for what is no address."""
    parts = urlsplit(redirect_uri)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ApiError(400, "invalid_request", "redirect_uri is no address")
    mark = "&" if parts.query else "?"
    return redirect(f"{redirect_uri}{mark}{urlencode(told)}", 302)
