"""Fields that need more than a pattern: zones that exist, values that fit their kind."""

import base64
import datetime as dt
import json
from typing import Any

import pytest
from marshmallow import ValidationError

from contracts.errors import DomainError
from contracts.fields import (
    Instant,
    SeveralOf,
    Upload,
    Zone,
    include,
    words_of,
)
from contracts.membership import CREATE_IMPORT, FINISH_SIGN_IN, IMPORT_BYTES
from contracts.payments import CouponBenefit
from contracts.problems import load
from contracts.text import rfc3339


@pytest.mark.parametrize("name", ["Asia/Shanghai", "UTC", "America/Argentina/Buenos_Aires"])
def test_a_zone_that_exists_is_taken(name: str) -> None:
    assert Zone().deserialize(name) == name


@pytest.mark.parametrize("name", ["Foo/Bar", "Asia", "asia/shanghai", "zone.tab", "tzdata/zi", ""])
def test_any_other_zone_is_refused(name: str) -> None:
    """D-16: jobs read the zone later, for everybody; a wrong one may not get that far."""
    with pytest.raises(ValidationError):
        Zone().deserialize(name)


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2027-06-01T00:00:00Z", 0),
        ("2027-06-01T08:00:00+08:00", 0),
        ("2027-06-01t05:30:00.123456789z", 5),
        ("2027-05-31T23:00:00-02:00", 1),
    ],
)
def test_an_instant_is_rfc_3339(text: str, hour: int) -> None:
    instant = Instant().deserialize(text)
    assert instant.tzinfo is dt.UTC
    assert (instant.date(), instant.hour) == (dt.date(2027, 6, 1), hour)


@pytest.mark.parametrize(
    "text",
    [
        "20270601T000000Z",
        "2027-W22-2T00:00:00Z",
        "2027-06-01 00:00:00Z",
        "2027-06-01T00:00:00,5Z",
        "2027-06-01T00:00:00",
        "2027-06-01T00:00Z",
        "2027-06-01T24:00:00Z",
        "2027-06-01T00:00:60Z",
        "2027-02-29T00:00:00Z",
        "2027-06-01T00:00:00+0800",
        "2027-06-01T00:00:00+24:00",
        "２027-06-01T00:00:00Z",
        "2027-06-01T00:00:00Z\n",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "1969-12-31T23:59:59.999Z",
        "1970-01-01T00:00:00+00:01",
        "2199-12-31T23:59:59-00:01",
        "2200-01-01T00:00:00Z",
        "",
        20270601,
        None,
        ["2027-06-01T00:00:00Z"],
    ],
)
def test_any_other_instant_is_refused(text: object) -> None:
    """D-16: also one that no zone could show, or that UTC could not hold."""
    with pytest.raises(ValidationError):
        Instant().deserialize(text)


@pytest.mark.parametrize("text", ["1970-01-01T00:00:00Z", "2199-12-31T23:59:59.999Z"])
def test_the_first_and_the_last_instant_are_taken(text: str) -> None:
    assert rfc3339(Instant().deserialize(text)) == text.replace("00Z", "00.000Z")


@pytest.mark.parametrize("piece", ["\n", '"', "\x01", "文", "\U00020000"])
def test_an_upload_takes_as_much_of_a_message_whatever_is_in_it(piece: str) -> None:
    """M-20: the largest import fits the 1,000,000 bytes of a message, and comes back the same."""
    text = piece * (IMPORT_BYTES // len(piece.encode()))
    asked = {"community_id": "com_" + "0" * 26, "csv": text, "dry_run": False}
    sent = json.dumps(CREATE_IMPORT.request().dump(asked))
    assert len(sent) < 960_000
    assert load(CREATE_IMPORT.request(), json.loads(sent)) == asked


@pytest.mark.parametrize(
    "sent", ["", "name", base64.b64encode("姓名".encode("gbk")).decode(), "YWJjZA==", 7, "=", "文"]
)
def test_an_upload_is_utf_8_within_its_size(sent: object) -> None:
    with pytest.raises(ValidationError):
        Upload(maximum=3).deserialize(sent)


@pytest.mark.parametrize(
    ("kind", "name", "highest", "beyond", "problem"),
    [
        ("amount_off", "amount", 10**12, 10**12 + 1, "field.range"),
        ("percent_off", "percent", "100.00", "100.01", "field.format"),
        ("set_price", "price", 10**12, 10**12 + 1, "field.range"),
        ("extra_days", "days", 3650, 3651, "field.range"),
    ],
)
def test_a_benefit_is_bounded_by_its_kind(
    kind: str, name: str, highest: int | str, beyond: int | str, problem: str
) -> None:
    """product.md §3: nobody gets more than the price off, and dates stay dates."""
    given = {"kind": kind, name: highest}
    assert CouponBenefit().dump(load(CouponBenefit(), given)) == given
    assert problems_of({"kind": kind, name: beyond}) == [(f"/{name}", problem)]


@pytest.mark.parametrize(
    ("benefit", "problems"),
    [
        ({"kind": "extra_days"}, [("/days", "field.required")]),
        ({"kind": "extra_days", "days": 1, "price": 1}, [("/price", "field.of_other_kind")]),
        (
            {"kind": "percent_off", "amount": 1},
            [("/amount", "field.of_other_kind"), ("/percent", "field.required")],
        ),
        ({"kind": "free", "days": 1}, [("/kind", "field.choice")]),
    ],
)
def test_a_benefit_has_the_one_field_of_its_kind(
    benefit: dict[str, Any], problems: list[tuple[str, str]]
) -> None:
    """A number has one unit: which one, its name says."""
    assert problems_of(benefit) == problems


def problems_of(benefit: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(DomainError) as refused:
        load(CouponBenefit(), benefit)
    return sorted((field.pointer, field.code) for field in refused.value.fields)


@pytest.mark.parametrize(
    ("text", "basis_points"), [("0.00", 0), ("0.07", 7), ("12.50", 1250), ("100.00", 10_000)]
)
def test_a_percentage_is_decimal_text_outside_and_basis_points_inside(
    text: str, basis_points: int
) -> None:
    """D-13: no float anywhere near money."""
    benefit = load(CouponBenefit(), {"kind": "percent_off", "percent": text})
    assert benefit == {"kind": "percent_off", "basis_points": basis_points}
    assert CouponBenefit().dump(benefit)["percent"] == text


@pytest.mark.parametrize("text", ["12.5", "12", "012.50", "-1.00", "12,50", "1e1", "12.500", ""])
def test_a_percentage_has_two_places(text: str) -> None:
    assert problems_of({"kind": "percent_off", "percent": text}) == [("/percent", "field.format")]


@pytest.mark.parametrize("number", [12.5, 1250, True])
def test_a_percentage_is_no_number(number: object) -> None:
    assert problems_of({"kind": "percent_off", "percent": number}) == [("/percent", "field.format")]


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
def test_a_field_called_code_is_told_like_any_other(code: object, problem: str) -> None:
    """H-3: what is wrong with it is not mistaken for the code of a problem."""
    with pytest.raises(DomainError) as refused:
        load(FINISH_SIGN_IN.request(), {"challenge_id": "chl_" + "0" * 26, "code": code})
    assert [(field.pointer, field.code) for field in refused.value.fields] == [("/code", problem)]


@pytest.mark.parametrize(
    ("text", "words"), [("open", ("open",)), ("paid,open", ("paid", "open")), ("a,a", None)]
)
def test_several_words_stand_in_one_text(text: str, words: tuple[str, ...] | None) -> None:
    """On the wire it stays the text that one word was; each word counts once."""
    field = SeveralOf("open", "paid")
    if words is None:
        with pytest.raises(ValidationError):
            field.deserialize(text)
        return
    assert words_of(field.deserialize(text)) == words
    assert words_of(f"{text},{text}") == words
    assert words_of(None) == ()


@pytest.mark.parametrize("text", ["", "plan", "form,", "form,plan", "form, person"])
def test_what_cannot_be_included_is_refused_by_name(text: str) -> None:
    """With a code of its own, and what there is."""
    with pytest.raises(ValidationError) as refused:
        include("form", "person").deserialize(text)
    (problem,) = refused.value.messages
    assert problem == {"code": "field.include", "params": {"choices": ["form", "person"]}}
