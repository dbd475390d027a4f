"""Values for the places of texts, as errors have them: for examples in the API's description."""

from typing import Any

from contracts.errors import ErrorCode
from contracts.words.states import STATES
from contracts.words.templates import Place, parsed, places

_INSTANT = "2026-12-06T04:00:00.000Z"
_BY_KIND: dict[str, Any] = {
    "instant": _INSTANT,
    "day": "2026-12-06",
    "money": 350_000,
    "size": 10 * 1024 * 1024,
    "role": ["owner", "treasurer"],
    "operation": ["ask_refund"],
    "noun": "order",
    "prefix": "ord",
    "field": "fee",
    "expected": "email",
    "seconds": 20,
    "minutes": 20,
}
_BY_NAME: dict[str, Any] = {
    "allowed": ["club.example.com"],
    "coupon_code": "WELC2ME",
    "current_version": 4,
    "countries": ["+86"],
    "declared": "image/png",
    "did_you_mean": "/v1/me",
    "domain": "example.com",
    "expected": ["number", "email"],
    "found": 3,
    "host": "example.org",
    "max_age": 600,
    "merchant_id": "m-0001",
    "missing": ["email"],
    "needed": "payments:write",
    "offered": "application/json",
    "otherwise": None,  # said of few addresses only
    "plan_names": ["城市会员", "海外会员"],
    "provider": "sandbox",
    "reason": "json_comma",
    "repeated": ["number"],
    "secret_ref": "doctors",
    "slug": "doctors",
}
_OF_CODE: dict[str, dict[str, Any]] = {
    "gateway.method_unsupported": {"allowed": ["GET", "PATCH"]},
    "gateway.request_malformed": {"reason": "header_twice", "header": "host"},
    "gateway.media_type_unsupported": {"expected": "application/json"},
    "membership.upload_part_size_wrong": {"expected": 262_144},
    "membership.upload_part_unexpected": {"expected": 2, "parts": 4},
}


def sample_params(error: ErrorCode) -> dict[str, Any]:
    """Parameters as the error might have them."""
    found = {
        place.name: sample_of(place)
        for text in (error.en, error.zh)
        for place in places(parsed(text))
    }
    kinds = {place.kind for place in places(parsed(error.en))}
    if "money" in kinds:
        found["currency"] = "CNY"
    if "instant" in kinds:
        found["zone"] = "Asia/Shanghai"
    given = found | _OF_CODE.get(error.code, {})
    return {name: value for name, value in given.items() if value is not None}


def sample_of(place: Place) -> Any:
    """A value for one place; numbers where nothing else is known."""
    if place.kind in STATES:
        return next(iter(STATES[place.kind]))
    if place.kind in _BY_KIND:
        return _BY_KIND[place.kind]
    return _BY_NAME.get(place.name, 20)
