"""Requests become RPC documents; answers become bodies, tags and cursors."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from marshmallow import fields

from contracts import records
from contracts.access import ANYBODY
from contracts.errors import INVALID_INPUT, DomainError, FieldProblem
from contracts.fields import (
    Boolean,
    Document,
    Id,
    Instant,
    ListOf,
    PageRequest,
    Request,
    Text,
    Upload,
    Whole,
    page_of,
)
from contracts.records import Rpc
from gateway.cursors import Cursors
from gateway.documents import Operation, RawRequest
from gateway.routing import CSV, RAW, Caching, Route

COMMUNITY = "com_01JD6Q3F0M8V6Z4X2K9T7R5WYB"


class Part(Request):
    size = Whole(required=True, maximum=9)


class Make(Request):
    community_id = Id("com", required=True)
    name = Text(required=True, minimum=1, maximum=20)
    parts = ListOf(fields.Nested(Part), load_default=list)
    starts_at = Instant(load_default=None, allow_none=True)


class Change(Request):
    community_id = Id("com", required=True)
    name = Text(minimum=1, maximum=20)
    expected_version = Whole(required=True, minimum=1)


class Thing(Document):
    id = fields.String(required=True)
    name = fields.String(required=True)
    version = Whole(required=True)


class ListThings(PageRequest):
    community_id = Id("com", required=True)
    state = Text(load_default=None, allow_none=True)
    tags = ListOf(Text(), load_default=list)
    old = Boolean(load_default=False)


class Uploaded(Request):
    community_id = Id("com", required=True)
    dry_run = Boolean(load_default=False)
    csv = Upload(required=True, maximum=100)


class Called(Request):
    account_id = Id("acc", required=True)
    headers = fields.Dict(required=True)
    body_base64 = fields.String(required=True)


@pytest.fixture
def operation() -> Iterator[Any]:
    """Makes operations over RPC records that are forgotten again."""
    before = dict(records.RPCS)

    def make(method: str, path: str, request: type, response: type = Thing, **said: Any) -> Any:
        name = f"test_{len(records.RPCS)}"
        record = Rpc("events", name, "A test.", request, response, who=ANYBODY)
        route = Route(method, path, record, **{"summary": "s", "tag": "t", **said})
        return Operation(route, Cursors(b"s" * 32))

    yield make
    records.RPCS.clear()
    records.RPCS.update(before)


@pytest.fixture
def make(operation: Any) -> Operation:
    made: Operation = operation("POST", "/v1/communities/{community_id}/things", Make)
    return made


@pytest.fixture
def listing(operation: Any) -> Operation:
    made: Operation = operation(
        "GET",
        "/v1/communities/{community_id}/things",
        ListThings,
        page_of(Thing, "Things_"),
        query=("state", "tags", "old"),
    )
    return made


def incoming(body: bytes = b"", query: str = "", version: int | None = None) -> RawRequest:
    return RawRequest((COMMUNITY,), query, body, version, {})


def refusal(operation: Operation, asked: RawRequest) -> list[tuple[str, str]]:
    with pytest.raises(DomainError) as refused:
        operation.request(asked)
    assert refused.value.error is INVALID_INPUT
    return [(wrong.pointer, wrong.code) for wrong in refused.value.fields]


def test_path_and_body_make_one_document(make: Operation) -> None:
    asked = make.request(incoming(b'{"name":" x ","parts":[{"size":3}]}'))
    assert asked.checked == {
        "community_id": COMMUNITY,
        "name": "x",
        "parts": [{"size": 3}],
        "starts_at": None,
    }


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        (b"", [("/name", "field.required")]),
        (b"{}", [("/name", "field.required")]),
        (b"[]", [("", "field.type")]),
        (b'"x"', [("", "field.type")]),
        (b"null", [("", "field.type")]),
        (b'{"name":null}', [("/name", "field.null")]),
        (b'{"name":3}', [("/name", "field.type")]),
        (b'{"name":["x"]}', [("/name", "field.type")]),
        (b'{"name":{"x":1}}', [("/name", "field.type")]),
        (b'{"name":""}', [("/name", "field.length")]),
        (b'{"name":"x","parts":[{"size":1},{"size":10}]}', [("/parts/1/size", "field.range")]),
        (b'{"name":"x","parts":[{"size":1,"a/b":1}]}', [("/parts/0/a~1b", "field.unknown")]),
        (b'{"name":"x","status":"paid"}', [("/status", "field.unknown")]),
        (
            b'{"name":"x","community_id":"%b"}' % COMMUNITY.encode(),
            [("/community_id", "field.unknown")],
        ),
    ],
)
def test_wrong_bodies_are_refused_with_pointers(
    make: Operation, body: bytes, problems: list[tuple[str, str]]
) -> None:
    """H-3, O-3, D-16: unknown fields, also those of the address, and non-scalars: 422."""
    assert refusal(make, incoming(body)) == problems


def test_a_limit_in_a_body_is_not_that_of_a_page(operation: Any) -> None:
    """H-3: only lists have a `limit` in the address."""
    capped = Request.from_dict(
        {"community_id": Id("com", required=True), "limit": Whole(maximum=9)}
    )
    cap = operation("POST", "/v1/communities/{community_id}/caps", capped)
    assert refusal(cap, incoming(b'{"limit":10}')) == [("/limit", "field.range")]


@pytest.mark.parametrize("value", ['{"$gt":""}', '{"$ne":null}', '{"$regex":".*"}'])
def test_operators_for_scalars_are_refused(make: Operation, value: str) -> None:
    """D-16."""
    problems = refusal(make, incoming(b'{"name":%b}' % value.encode()))
    assert [code for _, code in problems] == ["field.unknown"]


def test_a_wrong_id_in_the_path_names_the_parameter(make: Operation) -> None:
    """D-16: an id that is none is 422, not a query."""
    asked = RawRequest(("com_x",), "", b'{"name":"x"}', None, {})
    assert refusal(make, asked) == [("?community_id", "field.id")]


def test_query_values_become_what_their_fields_expect(listing: Operation) -> None:
    asked = listing.request(incoming(query="state=open&tags=a&tags=b%20c&old=true&limit=7"))
    assert asked.checked == {
        "community_id": COMMUNITY,
        "state": "open",
        "tags": ["a", "b c"],
        "old": True,
        "limit": 7,
        "after": None,
    }


@pytest.mark.parametrize(
    ("query", "problems"),
    [
        ("colour=red", [("?colour", "field.unknown")]),
        ("after=x", [("?after", "field.unknown")]),
        ("community_id=x", [("?community_id", "field.unknown")]),
        ("limit=0", [("?limit", "field.range")]),
        ("limit=101", [("?limit", "field.range")]),
        ("limit=ten", [("?limit", "field.type")]),
        ("limit=", [("?limit", "field.type")]),
        ("limit=" + "9" * 5000, [("?limit", "field.type")]),
        ("limit=%EF%BC%97", [("?limit", "field.type")]),
        ("limit=1&limit=2", [("?limit", "field.once")]),
        ("old=yes", [("?old", "field.type")]),
        ("state[$ne]=x", [("?state[$ne]", "field.unknown")]),
    ],
)
def test_wrong_queries_are_refused_with_parameters(
    listing: Operation, query: str, problems: list[tuple[str, str]]
) -> None:
    """O-4: the page is capped; unknown parameters are told."""
    assert refusal(listing, incoming(query=query)) == problems


@pytest.mark.parametrize("query", ["a", "state=%ff", "&".join(["tags=x"] * 51)])
def test_unreadable_queries_are_refused(listing: Operation, query: str) -> None:
    with pytest.raises(DomainError) as refused:
        listing.request(incoming(query=query))
    assert refused.value.code == "gateway.request_malformed"


def test_a_cursor_leads_to_the_next_page_of_the_same_list(listing: Operation) -> None:
    """H-21: bound to operation, path and filter; the page size may change."""
    asked = listing.request(incoming(query="state=open&limit=1"))
    body = listing.answer({"items": [], "next": "thg_9"}, asked.scope)
    cursor = body.decode().split('"next_cursor":"')[1].rstrip('"}')

    again = listing.request(incoming(query=f"cursor={cursor}&limit=5&state=open"))
    assert again.checked["after"] == "thg_9"
    assert again.checked["limit"] == 5
    for other in ("state=closed", "", "state=open&old=true"):
        with pytest.raises(DomainError) as refused:
            listing.request(incoming(query=f"cursor={cursor}&{other}".rstrip("&")))
        assert refused.value.code == "gateway.cursor_invalid"
    elsewhere = RawRequest((COMMUNITY[:-1] + "C",), f"cursor={cursor}&state=open", b"", None, {})
    with pytest.raises(DomainError):
        listing.request(elsewhere)


def test_a_cursor_is_good_for_whom_it_was_given(listing: Operation) -> None:
    """H-21: another person's cursor is none; who is not signed in shares theirs with everybody."""

    def asking(person: str | None, query: str) -> RawRequest:
        return RawRequest((COMMUNITY,), query, b"", None, {}, person)

    people = ("per_1", "per_2", None)
    for given_to in people:
        scope = listing.request(asking(given_to, "")).scope
        body = json.loads(listing.answer({"items": [], "next": "thg_9"}, scope))
        again = f"cursor={body['next_cursor']}"
        assert listing.request(asking(given_to, again)).checked["after"] == "thg_9"
        for other in set(people) - {given_to}:
            with pytest.raises(DomainError) as refused:
                listing.request(asking(other, again))
            assert refused.value.code == "gateway.cursor_invalid"


def test_the_last_page_has_no_cursor(listing: Operation) -> None:
    assert listing.answer({"items": [], "next": None}, "x") == b'{"items":[],"next_cursor":null}'


def test_what_stands_beside_a_pages_items_is_answered_too(listing: Operation) -> None:
    answer = listing.answer({"items": [], "next": None, "total": 3}, "x")
    assert json.loads(answer) == {"items": [], "total": 3, "next_cursor": None}


def test_fingerprint_is_of_the_meaning_not_the_bytes(make: Operation) -> None:
    """H-11: a changed value anywhere is another request; blanks and order are not."""

    def fingerprint(body: bytes, community: str = COMMUNITY) -> str:
        return make.fingerprint(make.request(RawRequest((community,), "", body, None, {})))

    first = fingerprint(b'{"name":"x","parts":[{"size":1}]}')
    assert fingerprint(b'{ "parts" : [{"size": 1}], "name": "x" }') == first
    others = {
        fingerprint(b'{"name":"y","parts":[{"size":1}]}'),
        fingerprint(b'{"name":"x","parts":[{"size":2}]}'),
        fingerprint(b'{"name":"x"}'),
        fingerprint(b'{"name":"x","parts":[{"size":1}]}', COMMUNITY[:-1] + "C"),
    }
    assert len(others | {first}) == 5


def test_if_match_becomes_the_expected_version(operation: Any) -> None:
    """H-20: and the body cannot say it."""
    change = operation("PATCH", "/v1/communities/{community_id}", Change, if_match=True)
    assert change.request(incoming(b'{"name":"x"}', version=4)).checked["expected_version"] == 4
    assert refusal(change, incoming(b'{"expected_version":9}', version=4)) == [
        ("/expected_version", "field.unknown")
    ]


def test_tags_hold_the_version_and_change_with_the_answer(operation: Any) -> None:
    """H-20: strong ETag; what depends on the time changes it without a version."""
    stored = operation("GET", "/v1/communities/{community_id}", reference())
    cached = operation(
        "GET", "/v1/communities/{community_id}", reference(), caching=Caching.REVALIDATE
    )
    document = {"id": "thg_1", "name": "x", "version": 7}
    assert stored.etag(document, b"{}") == '"7"'
    first, second = cached.etag(document, b"{}"), cached.etag(document, b"{ }")
    assert first.startswith('"7.')
    assert second.startswith('"7.')
    assert first != second


def test_location_names_what_was_made(operation: Any) -> None:
    made = operation(
        "POST",
        "/v1/communities/{community_id}/things",
        Make,
        location="/v1/communities/{community_id}/things/{id}",
    )
    address = made.location({"id": "thg_1"}, (COMMUNITY,))
    assert address == f"/v1/communities/{COMMUNITY}/things/thg_1"


def test_an_uploaded_file_fills_its_field(operation: Any) -> None:
    upload = operation(
        "POST",
        "/v1/communities/{community_id}/imports",
        Uploaded,
        body=CSV,
        body_field="csv",
        query=("dry_run",),
    )
    asked = upload.request(incoming("\ufeffname\n李伟\n".encode(), query="dry_run=true"))
    assert asked.checked["csv"] == "name\n李伟\n"
    assert asked.checked["dry_run"] is True
    with pytest.raises(DomainError) as refused:
        upload.request(incoming("姓名".encode("gbk")))
    assert refused.value.code == "gateway.text_malformed"


def test_a_callback_is_handed_on_byte_for_byte(operation: Any) -> None:
    """P-20: raw bytes and the headers that sign them; nothing is parsed here."""
    callback = operation("POST", "/v1/callbacks/{account_id}", Called, body=RAW)
    environ: dict[str, Any] = {
        "HTTP_X_SIGNATURE": "abc=",
        "CONTENT_TYPE": "application/json",
        "HTTP_CONNECTION": "close",
        "HTTP_AUTHORIZATION": "secret",
        "wsgi.input": object(),
    }
    asked = callback.request(
        RawRequest(("acc_01JD6Q3F0M8V6Z4X2K9T7R5WYB",), "", b'{"a": 1,  "a": 2}\xff', None, environ)
    )
    assert asked.checked["headers"] == {"x-signature": "abc=", "content-type": "application/json"}
    assert asked.checked["body_base64"] == "eyJhIjogMSwgICJhIjogMn3/"


def test_problems_of_the_owner_point_at_the_address_too(listing: Operation) -> None:
    error = DomainError(
        INVALID_INPUT,
        fields=[FieldProblem("/state", "field.choice"), FieldProblem("/other/0", "field.type")],
    )
    placed = listing.placed(error)
    assert [wrong.pointer for wrong in placed.fields] == ["?state", "/other/0"]


def reference() -> type[Request]:
    """A request of one path parameter."""
    made: Any = Request.from_dict({"community_id": Id("com", required=True)}, name="Ref")
    return made
