"""What the last release of the HTTP API promised is kept, and each way to break it is found."""

import copy
import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest

from deploy.generate.__main__ import VERSION
from deploy.generate.compatibility import RELEASE, breaks, without_words
from gateway import openapi

TODAY = dt.date(2027, 1, 1)
QUOTES = "/v1/purchases/{purchase_id}/quotes"
MEETUPS = "/v1/communities/{community_id}/meetups"
NOTIFICATIONS = "/v1/me/notifications"
Document = dict[str, Any]


@pytest.fixture(scope="module")
def present() -> Document:
    return openapi.build(VERSION)


@pytest.fixture
def changed(present: Document) -> Document:
    return copy.deepcopy(present)


def _schema(document: Document, name: str) -> Any:
    return document["components"]["schemas"][name]


def test_the_present_api_keeps_what_the_last_release_promised(present: Document) -> None:
    """Another major version has other addresses; this one gets more and loses nothing."""
    assert not breaks(json.loads(RELEASE.read_text("utf-8")), present, dt.date.today())


def test_a_release_has_no_words(present: Document) -> None:
    """Texts may be bettered at any time; fields that are called like them stay."""
    release = without_words(present)
    assert not breaks(release, present, TODAY)
    assert not breaks(present, release, TODAY)
    assert "description" not in _schema(release, "Community")
    assert "description" in _schema(release, "Community")["properties"]


def _no_operation(document: Document) -> None:
    del document["paths"][QUOTES]["post"]


def _renamed(document: Document) -> None:
    document["paths"][QUOTES]["post"]["operationId"] = "price_it"


def _no_field_of_an_answer(document: Document) -> None:
    del _schema(document, "Quote")["properties"]["trace"]


def _no_field_deep_in_a_list(document: Document) -> None:
    del _schema(document, "Payment")["properties"]["pay_url"]


def _field_may_be_missing(document: Document) -> None:
    _schema(document, "Order")["required"].remove("total")


def _field_is_null(document: Document) -> None:
    _schema(document, "Order")["properties"]["payer_id"]["type"] = ["string", "null"]


def _other_type(document: Document) -> None:
    _schema(document, "Quote")["properties"]["extra_days"]["type"] = "string"


def _new_required_field(document: Document) -> None:
    body = _schema(document, "CreateMeetupBody")
    body["properties"]["room"] = {"type": "string"}
    body["required"].append("room")


def _field_is_required(document: Document) -> None:
    _schema(document, "CreateMeetupBody")["required"].append("address")


def _no_field_of_a_request(document: Document) -> None:
    del _schema(document, "CreateMeetupBody")["properties"]["address"]


def _null_is_refused(document: Document) -> None:
    _schema(document, "CreateMeetupBody")["properties"]["zone"]["type"] = "string"


def _fewer_words(document: Document) -> None:
    _schema(document, "CouponAudience")["enum"].remove("renewal")


def _words_where_any_text_went(document: Document) -> None:
    _schema(document, "CreateMeetupBody")["properties"]["city"]["enum"] = ["上海"]


def _shorter(document: Document) -> None:
    _schema(document, "CreateMeetupBody")["properties"]["title"]["maxLength"] = 50


def _more_at_least(document: Document) -> None:
    _schema(document, "CreateMeetupBody")["properties"]["capacity"]["minimum"] = 5


def _other_form(document: Document) -> None:
    _schema(document, "CreateCouponBody")["properties"]["code"]["pattern"] = "^[A-Z]{8}$"


def _no_status(document: Document) -> None:
    responses = document["paths"][QUOTES]["post"]["responses"]
    responses["200"] = responses.pop("201")


def _no_refusal(document: Document) -> None:
    del document["paths"][QUOTES]["post"]["responses"]["409"]


def _other_media(document: Document) -> None:
    content = document["paths"][QUOTES]["post"]["responses"]["201"]["content"]
    content["application/xml"] = content.pop("application/json")


def _no_parameter(document: Document) -> None:
    parameters = document["paths"][MEETUPS]["get"]["parameters"]
    parameters[:] = [one for one in parameters if one.get("name") != "state"]


def _new_required_parameter(document: Document) -> None:
    city = {"name": "city", "in": "query", "required": True, "schema": {"type": "string"}}
    document["paths"][MEETUPS]["get"]["parameters"].append(city)


def _smaller_pages(document: Document) -> None:
    document["components"]["parameters"]["limit"]["schema"]["maximum"] = 50


def _body_is_required(document: Document) -> None:
    document["paths"][QUOTES]["post"]["requestBody"]["required"] = True


def _other_form_than_words(document: Document) -> None:
    other = {"type": "string", "pattern": "^[A-Z]+$"}
    _schema(document, "CreateCouponBody")["properties"]["audience"] = other


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_no_operation, f"POST {QUOTES}: the operation is gone"),
        (_renamed, f"POST {QUOTES}: it is called price_it, was create_quote"),
        (_no_field_of_an_answer, f"POST {QUOTES} 201/trace: the field is gone"),
        (_no_field_deep_in_a_list, "/pay_url: the field is gone"),
        (_field_may_be_missing, "/total: it may be missing now"),
        (_field_is_null, "/payer_id: it is null, string, was string"),
        (_other_type, f"POST {QUOTES} 201/extra_days: it is string, was integer"),
        (_new_required_field, f"POST {MEETUPS} body/room: it has to be given now"),
        (_field_is_required, f"POST {MEETUPS} body/address: it has to be given now"),
        (_no_field_of_a_request, f"POST {MEETUPS} body/address: the field is gone"),
        (_null_is_refused, f"POST {MEETUPS} body/zone: it is string, was null, string"),
        (_fewer_words, "body/audience: it may not be renewal any more"),
        (_words_where_any_text_went, "body/city: it may not be anything any more"),
        (_shorter, f"POST {MEETUPS} body/title: maxLength is 50, was 100"),
        (_more_at_least, f"POST {MEETUPS} body/capacity: minimum is 5, was 1"),
        (_other_form, "body/code: it has another form"),
        (_other_form_than_words, "body/audience: it has another form"),
        (_no_status, f"POST {QUOTES} 201: the status is gone"),
        (_no_refusal, f"POST {QUOTES} 409: the status is gone"),
        (_other_media, f"POST {QUOTES} 201: application/json is gone"),
        (_no_parameter, f"GET {MEETUPS} query state: it is gone"),
        (_new_required_parameter, f"GET {MEETUPS} query city: it has to be given now"),
        (_smaller_pages, f"GET {NOTIFICATIONS} query limit: maximum is 50, was 100"),
        (_body_is_required, f"POST {QUOTES} body: it has to be given now"),
    ],
    ids=lambda one: getattr(one, "__name__", "")[1:],
)
def test_what_breaks_clients_is_found(
    present: Document, changed: Document, change: Callable[[Document], None], said: str
) -> None:
    change(changed)
    found = breaks(present, changed, TODAY)
    assert [one for one in found if one.endswith(said)], found
    # The same from a release, which has no words.
    assert breaks(without_words(present), changed, TODAY) == found


def test_options_are_compared_one_by_one(present: Document, changed: Document) -> None:
    """Such as the lines of a trace: each is known by its name."""
    before = copy.deepcopy(present)
    options = [{"$ref": "#/components/schemas/Receipt"}, {"$ref": "#/components/schemas/Refund"}]
    for document in (before, changed):
        _schema(document, "Quote")["properties"]["trace"]["items"] = {"oneOf": options}
        _schema(document, "CreateMeetupBody")["properties"]["fee"] = {"oneOf": list(options)}
    assert not breaks(before, changed, TODAY)
    del _schema(changed, "Receipt")["properties"]["note"]
    _schema(changed, "CreateMeetupBody")["properties"]["fee"]["oneOf"].pop()
    found = breaks(before, changed, TODAY)
    assert f"POST {QUOTES} 201/trace[]/note: the field is gone" in found
    assert f"POST {MEETUPS} body/fee: it may not be Refund any more" in found


def test_what_breaks_nobody_is_let_through(present: Document, changed: Document) -> None:
    """More in answers, new operations, and requests that may say more or less."""
    quote = _schema(changed, "Quote")
    quote["properties"]["hint"] = {"type": "string"}
    quote["required"].append("hint")
    _schema(changed, "OrderState")["enum"].append("disputed")
    body = _schema(changed, "CreateMeetupBody")
    body["properties"]["room"] = {"type": "string"}
    body["required"].remove("title")
    body["properties"]["title"]["maxLength"] = 200
    _schema(changed, "CouponAudience")["enum"].append("friend")
    opened = {"type": "string", "pattern": "^[a-z_]+$"}
    _schema(changed, "CreateCouponBody")["properties"]["audience"] = opened
    changed["paths"]["/v1/rooms"] = copy.deepcopy(changed["paths"][MEETUPS])
    changed["paths"][QUOTES]["post"]["responses"]["402"] = {"description": "Pay."}
    assert not breaks(present, changed, TODAY)


def test_an_operation_may_go_after_its_sunset(present: Document, changed: Document) -> None:
    before = copy.deepcopy(present)
    before["paths"][QUOTES]["post"] |= {"deprecated": True, "x-sunset": "2026-12-31"}
    _no_operation(changed)
    assert not breaks(before, changed, TODAY)
    assert breaks(before, changed, dt.date(2026, 12, 1))
