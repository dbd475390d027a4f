"""Examples for the API description, made from the same fields that check real documents.

A field's own `metadata["example"]` wins. A pattern that no sample here fits is an error, so that a
contract with a new pattern brings its example along. Not imported at run time.
"""

import re
from typing import Any

from marshmallow import Schema, fields, missing

from contracts.fields import Boolean, Choice, Day, Id, Instant, Matching, Text, Whole

ULID = "01JD6Q3F0M8V6Z4X2K9T7R5WYB"
INSTANT = "2026-11-21T08:00:00.000Z"

_SAMPLES = (
    "li.wei@example.com",
    "Asia/Shanghai",
    "CNY",
    "482915",
    "doctors",
    "city",
    "NEWCOMER",
    "sandbox-main",
)
_BY_NAME = {
    "name": "李伟",
    "title": "您所在的城市",
    "message": "请补充执业证书编号。",
    "note": "简历真实，推荐通过。",
    "description": "面向临床医生的学习社群。",
    "reason": "首月未参加活动",
    "locale": "zh-CN",
    "zone": "Asia/Shanghai",
    "email": "li.wei@example.com",
    "currency": "CNY",
    "slug": "doctors",
    "code": "NEWCOMER",
    "provider": "sandbox",
    "merchant_id": "doctors-main",
    "secret_ref": "doctors-sandbox",
    "role": "reviewer",
    "roles": "reviewer",
    "token_type": "Bearer",
    "access_token": "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2lnbmF0dXJl",
    "refresh_token": "rt_8mVqzZ3rXy5tK2wN7pLc4sHd9fGb6jQa",
    "pay_url": "https://pay.example.com/checkout/7f3a",
    "link": "https://coterie.example/me",
    "receipt_number": "2026-000123",
    "content_type": "application/json",
    "body": '{"code":"SUCCESS"}',
    "body_base64": "eyJvcmRlciI6MX0=",
    "next_cursor": "u0pUzK4lX3uGf0dE8m2bHWFwcF8wMUpENlEzRg",
}
_NUMBERS = {"amount": 300_000, "number": 5_101, "version": 1, "expires_in": 300, "status": 200}


class NoExample(Exception):
    """No sample fits the field; give it `metadata={"example": …}`."""


def of_schema(schema: Schema, names: tuple[str, ...] | None = None) -> dict[str, Any]:
    """An example document; `names` limits it to some fields."""
    chosen = schema.fields if names is None else {name: schema.fields[name] for name in names}
    return {name: of_field(name, field) for name, field in chosen.items()}


def of_field(name: str, field: fields.Field[Any]) -> Any:
    """An example value of one field, as it stands in JSON."""
    if "example" in field.metadata:
        return field.metadata["example"]
    if isinstance(field, fields.Nested):
        nested = of_schema(field.schema)
        return [nested] if field.many else nested
    if isinstance(field, fields.List):
        return [of_field(name, field.inner)]
    if isinstance(field, fields.Dict):
        return {}
    if isinstance(field, Boolean | fields.Boolean):
        return False if field.load_default is missing else bool(field.load_default)
    if isinstance(field, fields.Integer):
        return _number(name, field)
    if isinstance(field, Instant):
        return INSTANT
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
        return "2026-11-21"
    if isinstance(field, Choice):
        return str(field.words[0])
    if isinstance(field, Id):
        prefix = re.match(r"\^([a-z]+)_", field.pattern.pattern)
        return f"{prefix[1] if prefix else 'com'}_{ULID}"
    if isinstance(field, Matching):
        for sample in (_BY_NAME.get(name, ""), *_SAMPLES):
            if field.pattern.fullmatch(sample):
                return sample
        raise NoExample(f"{name}: {field.pattern.pattern}")
    sample = _BY_NAME.get(name, "示例")
    if isinstance(field, Text):
        return sample.ljust(field.minimum, "。")[: field.maximum]
    return sample
