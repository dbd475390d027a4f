"""Fields that need more than a pattern: zones that exist, values that fit their kind."""

import pytest
from marshmallow import ValidationError

from contracts.errors import DomainError
from contracts.fields import Zone
from contracts.membership import FINISH_SIGN_IN
from contracts.payments import CouponBenefit
from contracts.problems import load


@pytest.mark.parametrize("name", ["Asia/Shanghai", "UTC", "America/Argentina/Buenos_Aires"])
def test_a_zone_that_exists_is_taken(name):
    assert Zone().deserialize(name) == name


@pytest.mark.parametrize("name", ["Foo/Bar", "Asia", "asia/shanghai", "zone.tab", "tzdata/zi", ""])
def test_any_other_zone_is_refused(name):
    """D-16: jobs read the zone later, for everybody; a wrong one may not get that far."""
    with pytest.raises(ValidationError):
        Zone().deserialize(name)


@pytest.mark.parametrize(
    ("kind", "most"), [("percent_off", 10_000), ("extra_days", 3650), ("amount_off", 10**12)]
)
def test_a_benefit_is_bounded_by_its_kind(kind, most):
    """product.md §3: nobody gets more than the price off, and dates stay dates."""
    assert load(CouponBenefit(), {"kind": kind, "value": most})
    with pytest.raises(DomainError) as refused:
        load(CouponBenefit(), {"kind": kind, "value": most + 1})
    assert [(field.pointer, field.code) for field in refused.value.fields] == [
        ("/value", "field.range")
    ]


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        (5, "field.type"),
        (["1"], "field.type"),
        ({"x": 1}, "field.type"),
        ("12", "field.format"),
        (None, "field.null"),
    ],
)
def test_a_field_called_code_is_told_like_any_other(code, problem):
    """H-3: what is wrong with it is not mistaken for the code of a problem."""
    with pytest.raises(DomainError) as refused:
        load(FINISH_SIGN_IN.request(), {"challenge_id": "chl_" + "0" * 26, "code": code})
    assert [(field.pointer, field.code) for field in refused.value.fields] == [("/code", problem)]
