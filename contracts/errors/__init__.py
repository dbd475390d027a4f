"""The error tree of Coterie and the codes that every service shares.

    Exception
     └─ DomainError          a rule said no, or something needed is not there: kind + stable code

A `DomainError` names an `ErrorCode`; the code fixes the kind, and the kind fixes the HTTP status
(gateway) and the fate of a message (chassis: retry or park). Codes are append-only: a code that was
published keeps its meaning for ever. Texts are templates over the error's parameters
(`contracts.words.templates`) and tell the reader what to do next; clients switch on the code, never
on the text (RFC 9457, H-5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import Any

LOCALES = ("zh-CN", "en")
DEFAULT_LOCALE = "zh-CN"
# Ends the text of a refusal for the wrong state (`chassis.instead`).
INSTEAD_EN = "[ Now you may: {allowed_actions:operation}.| Read it again.]"
INSTEAD_ZH = "[当前可执行：{allowed_actions:operation}。|请刷新后查看。]"
MOST_FIELDS = 50  # wrong fields that one answer names; else it would be larger than the request


class Kind(StrEnum):
    """What sort of failure this is; fixed for ever (`architecture.md` §6)."""

    INVALID_INPUT = "invalid_input"
    UNAUTHENTICATED = "unauthenticated"
    PERMISSION_DENIED = "permission_denied"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    RULE_VIOLATED = "rule_violated"
    RATE_LIMITED = "rate_limited"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"


REGISTRY: dict[str, ErrorCode] = {}


@dataclass(frozen=True)
class ErrorCode:
    """One published error code: `<service>.<noun>_<problem>`, its kind and its two texts."""

    code: str
    kind: Kind
    en: str
    zh: str

    def __post_init__(self) -> None:
        if self.code in REGISTRY:
            raise ValueError(f"error code {self.code} is declared twice")
        REGISTRY[self.code] = self


@dataclass(frozen=True)
class FieldProblem:
    """One wrong field: where it stands (RFC 6901 pointer), which code, with which parameters."""

    pointer: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {"pointer": self.pointer, "code": self.code, "params": dict(self.params)}


class DomainError(Exception):
    """A refusal with a stable code; `params` are JSON scalars or lists that the texts may name.

    They keep raw words; times are RFC 3339 beside `zone`, money is minor units beside `currency`.

    Of wrong fields it names the first 50 and counts the others. `replayed` says that it is the
    stored answer to an earlier request with the same key (H-16).
    """

    replayed = False

    def __init__(
        self, error: ErrorCode, /, *, fields: Iterable[FieldProblem] = (), **params: Any
    ) -> None:
        wrong = iter(fields)
        self.error = error
        self.fields = tuple(islice(wrong, MOST_FIELDS))
        self.fields_left_out = sum(1 for _ in wrong)
        self.params = params
        super().__init__(f"{error.code} {params}" if params else error.code)

    def with_fields(self, fields: Iterable[FieldProblem]) -> DomainError:
        """The same refusal, with its fields said otherwise."""
        said = DomainError(self.error, fields=fields)
        said.params, said.replayed = self.params, self.replayed
        said.fields_left_out = self.fields_left_out
        return said

    @property
    def code(self) -> str:
        return self.error.code

    @property
    def kind(self) -> Kind:
        return self.error.kind

    def as_dict(self) -> dict[str, Any]:
        """The error as it travels between services."""
        return {
            "code": self.code,
            "kind": self.kind.value,
            "params": self.params,
            "fields": [problem.as_dict() for problem in self.fields],
            "fields_left_out": self.fields_left_out,
        }

    @classmethod
    def from_dict(cls, wire: Mapping[str, Any]) -> DomainError:
        """The error that a neighbour sent; a code this version does not know keeps its kind.

        A kind that it does not know, too, is INTERNAL: nothing is sure about the outcome.
        """
        kind = wire["kind"] if wire["kind"] in set(Kind) else Kind.INTERNAL
        error = REGISTRY.get(wire["code"]) or _unknown_code(wire["code"], Kind(kind))
        problems = [
            FieldProblem(p["pointer"], p["code"], p.get("params", {}))
            for p in wire.get("fields", ())
        ]
        raised = cls(error, fields=problems)
        raised.fields_left_out += wire.get("fields_left_out", 0)
        raised.params = dict(wire.get("params", {}))
        return raised


def _unknown_code(code: str, kind: Kind) -> ErrorCode:
    known = object.__new__(ErrorCode)  # not registered: only codes of this version are published
    for name, value in (("code", code), ("kind", kind), ("en", code), ("zh", code)):
        object.__setattr__(known, name, value)
    return known


# Codes that any service or the gateway may answer with.

INVALID_INPUT = ErrorCode(
    "request.input_invalid",
    Kind.INVALID_INPUT,
    "Some fields are wrong; correct them as said below, then send the request again.",
    "部分字段有误，请按下方说明修改后重新提交。",
)
STALE_VERSION = ErrorCode(
    "request.version_stale",
    Kind.CONFLICT,
    "It has been changed since you read it (now version {current_version}); read it again and"
    " repeat the change.",
    "内容已被他人修改（当前版本 {current_version}），请重新读取后再提交。",
)
IDEMPOTENCY_KEY_REUSED = ErrorCode(
    "request.idempotency_key_reused",
    Kind.INVALID_INPUT,
    "This Idempotency-Key was used for another request of this operation"
    "[ on {first_used_at:instant}|]; use a new key for a new request.",
    "该 Idempotency-Key [已于{first_used_at:instant}用于此操作的另一请求|已用于此操作的另一请求]，"
    "请为新的请求使用新的键。",
)
NOT_PERMITTED = ErrorCode(
    "request.not_permitted",
    Kind.PERMISSION_DENIED,
    "Your role does not allow this[; it takes: {needed_roles:role}. Ask one of them to do it.|.]",
    "您的角色无权执行此操作[，需要的角色：{needed_roles:role}。请联系具有该角色的人办理。|。]",
)
SIGN_IN_REQUIRED = ErrorCode(
    "request.sign_in_required",
    Kind.UNAUTHENTICATED,
    "Sign in first and send the access token as `Authorization: Bearer …`.",
    "请先登录，并在 Authorization 头中携带访问令牌。",
)
SIGN_IN_AGAIN = ErrorCode(
    "request.sign_in_again",
    Kind.UNAUTHENTICATED,
    "This asks for a sign-in within the last {max_age:seconds}; sign in anew with a code, then"
    " repeat the request with the new token.",
    "此操作要求在最近 {max_age:seconds}内登录过，请重新用验证码登录后再试。",
)
OBJECT_NOT_FOUND = ErrorCode(
    "request.object_not_found",
    Kind.NOT_FOUND,
    "There is no such {noun:noun}, or it is not yours to see; check the address.",
    "找不到该{noun:noun}，或您无权查看，请检查地址。",
)
MEMBERSHIP_REQUIRED = ErrorCode(
    "request.membership_required",
    Kind.PERMISSION_DENIED,
    "This is for members of the community; join it, or renew your membership, then come back.",
    "此内容仅对社群会员开放，请先加入或续费后再查看。",
)
LINK_UNKNOWN = ErrorCode(
    "request.link_unknown",
    Kind.UNAUTHENTICATED,
    "This is no link of ours, or it is not valid any more; open the newest mail, or sign in.",
    "该链接无效，请打开最新的邮件，或直接登录办理。",
)
LINK_EXPIRED = ErrorCode(
    "request.link_expired",
    Kind.UNAUTHENTICATED,
    "The time of this link is over; open the newest mail, or sign in to see what is still open.",
    "该链接已过期，请打开最新的邮件，或登录后查看当前可办理的事项。",
)
LINK_USED = ErrorCode(
    "request.link_used",
    Kind.CONFLICT,
    "Nothing is left to do by this link: it was done before, or cannot be done any more; sign in to"
    " see how things stand.",
    "该链接对应的事项已办理，或已无法办理，请登录后查看当前状态。",
)
LINK_ELSEWHERE = ErrorCode(
    "request.link_elsewhere",
    Kind.PERMISSION_DENIED,
    "This link is for something else; sign in to do this.",
    "该链接不适用于此操作，请登录后办理。",
)
KEY_ELSEWHERE = ErrorCode(
    "request.api_key_elsewhere",
    Kind.PERMISSION_DENIED,
    "This API key is for another community; use one that an owner of this community made.",
    "该 API 密钥属于其他社群，请使用由本社群群主创建的密钥。",
)
KEY_NOT_TAKEN = ErrorCode(
    "request.api_key_not_taken",
    Kind.PERMISSION_DENIED,
    "This is done by people, not by an API key; sign in and send your access token.",
    "此操作须由本人办理，不能使用 API 密钥，请登录后携带访问令牌。",
)
SERVICE_UNAVAILABLE = ErrorCode(
    "request.service_unavailable",
    Kind.UNAVAILABLE,
    "Part of the system does not answer just now; try again with the same Idempotency-Key.",
    "系统部分服务暂时不可用，请使用同一 Idempotency-Key 稍后重试。",
)
TOO_BUSY = ErrorCode(
    "request.too_busy",
    Kind.RATE_LIMITED,
    "Too many people are doing this at once; try again in {retry_after:seconds}.",
    "操作人数过多，请在 {retry_after:seconds}后重试。",
)
INTERNAL = ErrorCode(
    "request.internal_error",
    Kind.INTERNAL,
    "Something went wrong on our side; try again, and quote the request id if it happens again.",
    "系统内部错误，请重试；如仍出现，请提供请求编号联系我们。",
)
