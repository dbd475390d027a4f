"""Examples for the API description, made from the same fields that check real documents.

A field's own `metadata["example"]` wins. A pattern that no sample here fits is an error, so that a
contract with a new pattern brings its example along. Not imported at run time.
"""

from typing import Any

from marshmallow import Schema, fields, missing

from contracts.fields import Boolean, Choice, Day, Id, Instant, Matching, Text, Whole
from gateway import example_screens, example_values
from gateway.example_ids import id_for
from gateway.example_values import HANDED_IN, NOW, SHOWN

_BY_FIELD = example_values.BY_FIELD | example_screens.BY_FIELD

PLACEHOLDER = "示例"  # which no example of the description may have
_SAMPLES = (
    "li.wei@example.com",
    "Asia/Shanghai",
    "CNY",
    "482915",
    "doctors",
    "city",
    "AUTUMN27",
    "sandbox-main",
)
_BY_NAME = {
    "name": "李伟",
    "display_name": "李伟",
    "title": "病例讨论会",
    "message": "请补充执业证书编号。",
    "note": "简历真实，推荐通过。",
    "words": "本期活动已全部结束。",
    "why": "我要搬到外地了。",
    "description": "面向临床医生的学习社群。",
    "reason": "首月未参加活动",
    "locale": "zh-CN",
    "zone": "Asia/Shanghai",
    "city": "上海",
    "address": "黄浦区人民大道 200 号",
    "segment": "内科",
    "company": "仁济医院",
    "email": "li.wei@example.com",
    "currency": "CNY",
    "slug": "doctors",
    "community_name": "仁心医生社群",
    "key": "city",
    "options": "医生",
    "any_of": "医生",
    "code": "AUTUMN27",
    "provider": "sandbox",
    "merchant_id": "doctors-main",
    "secret_ref": "doctors-sandbox",
    "role": "reviewer",
    "roles": "reviewer",
    "token_type": "Bearer",
    "access_token": "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2lnbmF0dXJl",
    "pay_url": "https://pay.example.com/checkout/7f3a",
    "page": "https://club.example.com/me",
    "content_type": "application/json",
    "body": '{"code":"SUCCESS"}',
    "body_base64": "eyJvcmRlciI6MX0=",
    "next_cursor": "u0pUzK4lX3uGf0dE8m2bHWFwcF8wMUpENlEzRg",
    "reference": "K7M4PX2C",
    "holder": "上海仁心会务有限公司",
    "bank": "中国工商银行上海市分行",
}
_NUMBERS = {
    "amount": 300_000,
    "number": 5_101,
    "version": 1,
    "expires_in": 300,
    "status": 200,
    "capacity": 30,
    "hold_hours": 24,
    "hours_before": 48,
    "period_months": 12,
}
_INSTANTS = {
    "created_at": "2026-11-20T02:15:00.000Z",
    "submitted_at": HANDED_IN,
    "applied_at": "2026-11-20T02:15:00.000Z",
    "started_at": "2026-11-20T02:15:00.000Z",
    "expires_at": "2026-11-21T08:15:00.000Z",
    "confirm_by": "2026-11-22T08:00:00.000Z",
    "pay_by": "2026-11-24T08:00:00.000Z",
    "until": "2026-11-24T08:00:00.000Z",
    "erase_at": "2026-11-28T08:00:00.000Z",
    "starts_at": "2030-06-15T06:00:00.000Z",
    "ends_at": "2030-06-15T09:00:00.000Z",
    "valid_until": "2030-12-31T15:59:59.000Z",
}
_DAYS = {"ends_on": "2027-11-20", "grace_ends_on": "2027-11-27"}


class NoExample(Exception):
    """No sample fits the field; give it `metadata={"example": …}`."""


def of_schema(
    schema: Schema, names: tuple[str, ...] | None = None, *, whole: bool = False
) -> dict[str, Any]:
    """An example document; `names` limits it to some fields. `whole`: nothing is null that need not
    be, however little it goes together."""
    chosen = schema.fields if names is None else {name: schema.fields[name] for name in names}
    example = {}
    for name, field in chosen.items():
        for one in type(schema).__mro__:
            told = _BY_FIELD.get(f"{one.__name__}.{name}", missing)
            if told is not missing:
                break
        else:
            told = missing
        is_empty = told is None or told == []
        is_told = told is not missing and not (whole and is_empty)
        example[name] = told if is_told else of_field(name, field, whole=whole)
    return example


def of_request(schema: Schema, names: tuple[str, ...]) -> dict[str, Any]:
    """An example of the part of a request that its body carries: what goes together of it."""
    shown = SHOWN.get(type(schema).__name__, names)
    return of_schema(schema, tuple(name for name in names if name in shown))


def of_field(name: str, field: fields.Field[Any], *, whole: bool = False) -> Any:
    """An example value of one field, as it stands in JSON."""
    if "example" in field.metadata:
        return field.metadata["example"]
    if isinstance(field, fields.Nested):
        nested = of_schema(field.schema, whole=whole)
        return [nested] if field.many else nested
    if isinstance(field, fields.List):
        return [of_field(name, field.inner, whole=whole)]
    if isinstance(field, fields.Dict):
        return {}
    if isinstance(field, Boolean | fields.Boolean):
        return False if field.load_default is missing else bool(field.load_default)
    if isinstance(field, fields.Integer):
        return _number(name, field)
    if isinstance(field, Instant):
        return _INSTANTS.get(name, NOW)
    if isinstance(field, fields.String):
        return _text(name, field)
    raise NoExample(f"{name}: {type(field).__name__}")


def _number(name: str, field: fields.Integer) -> int:
    minimum = field.minimum if isinstance(field, Whole) else 0
    maximum = field.maximum if isinstance(field, Whole) else 2**53
    if type(field.load_default) is int:
        return field.load_default
    return min(max(_NUMBERS.get(name, max(minimum, 1)), minimum), maximum)


def _text(name: str, field: fields.String) -> str:
    if isinstance(field, Day):
        return _DAYS.get(name, "2026-11-21")
    if isinstance(field, Choice):
        usual = _BY_NAME.get(name)
        return usual if usual in field.words else str(field.words[0])
    if isinstance(field, Id):
        return id_for(name, field.prefix)
    if isinstance(field, Matching):
        for sample in (_BY_NAME.get(name, ""), *_SAMPLES):
            if field.pattern.fullmatch(sample):
                return sample
        raise NoExample(f"{name}: {field.pattern.pattern}")
    sample = _BY_NAME.get(name, PLACEHOLDER)
    if isinstance(field, Text):
        return sample.ljust(field.minimum, "。")[: field.maximum]
    return sample
