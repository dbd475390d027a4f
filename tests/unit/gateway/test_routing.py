"""A route cannot be made without saying what it is, and cannot contradict its RPC."""

from collections.abc import Iterator
from typing import Any

import pytest

from contracts import records
from contracts.access import ANYBODY, SERVICES_ONLY, SIGNED_IN, THE_GATEWAY, Scope
from contracts.fields import Document, Empty, Id, PageRequest, Request, Text, Whole, page_of
from contracts.records import Rpc
from gateway.routes import ROUTES
from gateway.routing import Caching, Route, RouteError, RouteTable


class Change(Request):
    thing_id = Id("thg", required=True)
    name = Text(required=True)
    expected_version = Whole(required=True, minimum=1)


class Thing(Document):
    id = Id("thg", required=True)
    version = Whole(required=True)


class ListThings(PageRequest):
    state = Text(load_default=None, allow_none=True)


@pytest.fixture
def rpc() -> Iterator[Any]:
    """Makes RPC records that are forgotten again."""
    before = dict(records.RPCS)

    def make(request: type, response: type = Thing, **more: Any) -> Rpc:
        name, more = f"test_{len(records.RPCS)}", {"who": SIGNED_IN, **more}
        return Rpc("events", name, "A test.", request, response, **more)

    yield make
    records.RPCS.clear()
    records.RPCS.update(before)


SAID: dict[str, Any] = {
    "summary": "Read",
    "tag": "Things",
    "scope": Scope.PROFILE_READ,
}


class ThingRef(Request):
    thing_id = Id("thg", required=True)


def test_a_question_before_the_body_takes_the_fields_of_the_path(rpc: Any) -> None:
    """It is asked when nothing else is known yet."""
    create = rpc(Change)
    path = "/v1/things/{thing_id}"
    Route("PUT", path, create, **SAID, if_match=True, asks_first=rpc(ThingRef))
    for wrong in (rpc(Empty), rpc(Change)):
        with pytest.raises(RouteError, match="asks_first"):
            Route("PUT", path, create, **SAID, if_match=True, asks_first=wrong)
    private = rpc(ThingRef, callers=("payments",), who=SERVICES_ONLY)
    with pytest.raises(RouteError, match="may not call"):
        Route("PUT", path, create, **SAID, if_match=True, asks_first=private)


@pytest.mark.parametrize("left_out", list(SAID))
def test_route_has_to_say_what_it_is_and_needs(rpc: Any, left_out: str) -> None:
    """H-33: deny by default; an operation for people who sign in cannot exist without a scope."""
    said = {name: value for name, value in SAID.items() if name != left_out}
    with pytest.raises((TypeError, RouteError), match=left_out):
        Route("GET", "/v1/things", rpc(Empty), **said)


def test_route_to_an_rpc_for_anybody_takes_no_scope(rpc: Any) -> None:
    """Nobody is asked for a token there."""
    public = rpc(Empty, who=ANYBODY)
    with pytest.raises(RouteError, match="needs a scope"):
        Route("GET", "/v1/things", public, **SAID)
    Route("GET", "/v1/things", public, **{**SAID, "scope": None}, caching=Caching.PUBLIC(9))


def test_a_route_of_anybody_may_show_more_to_whom_it_knows(rpc: Any) -> None:
    """And then no answer of it is for everybody's cache."""
    said = {**SAID, "scope": None}
    public = rpc(Empty, who=ANYBODY.who_sees_more("drafts for owners"))
    Route("GET", "/v1/things", public, **said)
    with pytest.raises(RouteError, match="only a public answer"):
        Route("GET", "/v1/things", public, **said, caching=Caching.PUBLIC(9))


@pytest.mark.parametrize(
    ("method", "path", "request_schema", "changes", "message"),
    [
        ("GET", "/v1/things/{other_id}", Empty, {}, "no field other_id"),
        ("GET", "/v1/things", Empty, {"query": ("colour",)}, "no field colour"),
        ("GET", "/things", Empty, {}, "outside /v1/"),
        ("GET", "/v1/things", Empty, {"summary": ""}, "need words"),
        ("PATCH", "/v1/things/{thing_id}", Change, {}, "expected_version go together"),
        ("POST", "/v1/things", Empty, {"if_match": True}, "expected_version go together"),
        ("PUT", "/v1/things", Empty, {"may_make": True}, "changed with If-Match"),
        ("GET", "/v1/things", Empty, {"keyless": True}, "only POST"),
        ("GET", "/v1/things", Empty, {"caching": Caching.PUBLIC(9)}, "only a public answer"),
        ("POST", "/v1/things", Empty, {"caching": Caching.REVALIDATE}, "only GET revalidates"),
        ("GET", "/v1/things/{thing_id}", Change, {"if_match": True}, "has no body for name"),
        ("POST", "/v1/things", Empty, {"body": "text/csv"}, "body_field"),
        ("POST", "/v1/things", Empty, {"body": "*/*"}, "raw body"),
        ("POST", "/v1/things", Empty, {"max_body": 2**21}, "max_body"),
        ("GET", "/v1/things", ListThings, {"query": ("state", "state")}, "two places"),
    ],
)
def test_route_that_contradicts_itself_is_refused(
    rpc: Any, method: str, path: str, request_schema: type, changes: dict[str, Any], message: str
) -> None:
    """A path or query field that the RPC does not have is an error at import."""
    with pytest.raises(RouteError, match=message):
        Route(method, path, rpc(request_schema), **{**SAID, **changes})


def test_route_to_an_rpc_of_other_callers_is_refused(rpc: Any) -> None:
    """The broker would refuse the call; the import does already."""
    inner = rpc(Empty, callers=("membership",), who=SERVICES_ONLY)
    with pytest.raises(RouteError, match="may not call"):
        Route("GET", "/v1/things", inner, **SAID)


def test_body_has_the_fields_that_come_from_nowhere_else(rpc: Any) -> None:
    change = Route("PATCH", "/v1/things/{thing_id}", rpc(Change), **{**SAID, "if_match": True})
    listed = Route(
        "GET", "/v1/things", rpc(ListThings, page_of(Thing, "TT")), **{**SAID, "query": ("state",)}
    )
    assert change.body_names == ("name",)
    assert change.versioned
    assert listed.paged
    assert listed.body_names == ()
    assert not listed.versioned


def test_table_finds_routes_by_literal_then_parameter(rpc: Any) -> None:
    one = Route("GET", "/v1/things/mine", rpc(Empty), **SAID)
    any_one = Route("PATCH", "/v1/things/{thing_id}", rpc(Change), **{**SAID, "if_match": True})
    table = RouteTable([one, any_one])

    mine = table.find("/v1/things/mine")
    other = table.find("/v1/things/thg_1")

    assert mine is not None
    assert mine.by_method == {"GET": one}
    assert mine.allowed == ("GET", "HEAD", "OPTIONS")
    assert other is not None
    assert other.by_method == {"PATCH": any_one}
    assert other.values == ("thg_1",)
    assert other.allowed == ("PATCH", "OPTIONS")


@pytest.mark.parametrize(
    "path",
    [
        "/v1/things",
        "/v1/things/",
        "/v1/things/thg_1/",
        "/v1//things/thg_1",
        "//v1/things/thg_1",
        "/v1",
        "/v1/things/%ff",
    ],
)
def test_table_finds_nothing_elsewhere(rpc: Any, path: str) -> None:
    """And redirects nowhere: an address is right or wrong."""
    route = Route("PATCH", "/v1/things/{thing_id}", rpc(Change), **{**SAID, "if_match": True})
    assert RouteTable([route]).find(path) is None


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/v1/things/a%2Fb", "a/b"),
        ("/v1/%74hings/%24%0a", "$\n"),
        ("/v1/things/%E6%9D%8E", "李"),
        ("/v1/things/a%2562", "a%62"),
        ("/v1/things/a+b", "a+b"),
    ],
)
def test_values_in_a_path_are_decoded_once(rpc: Any, path: str, value: str) -> None:
    route = Route("PATCH", "/v1/things/{thing_id}", rpc(Change), **{**SAID, "if_match": True})
    found = RouteTable([route]).find(path)
    assert found is not None
    assert found.values == (value,)


def test_one_address_has_the_methods_of_all_its_routes(rpc: Any) -> None:
    """Whatever each of them calls its parameter; and no address hides another."""
    change = Route("PATCH", "/v1/things/{thing_id}", rpc(Change), **{**SAID, "if_match": True})
    listed = Route("GET", "/v1/things/{state}", rpc(ListThings), **SAID)
    deep = Route("GET", "/v1/things/mine/all", rpc(Empty), **SAID)
    other = Route("PATCH", "/v1/things/{thing_id}/name", rpc(Change), **{**SAID, "if_match": True})
    table = RouteTable([change, listed, deep, other])
    found = table.find("/v1/things/thg_1")
    assert found is not None
    assert found.by_method == {"PATCH": change, "GET": listed}
    backtracked = table.find("/v1/things/mine/name")
    assert backtracked is not None
    assert backtracked.values == ("mine",)


def test_table_refuses_an_operation_twice(rpc: Any) -> None:
    record = rpc(Empty)
    with pytest.raises(RouteError, match="twice"):
        RouteTable([Route("GET", "/v1/a", record, **SAID), Route("GET", "/v1/b", record, **SAID)])
    with pytest.raises(RouteError, match="twice"):
        RouteTable(
            [Route("GET", "/v1/a", rpc(Empty), **SAID), Route("GET", "/v1/a", rpc(Empty), **SAID)]
        )


def test_every_rpc_that_the_gateway_may_call_has_one_route() -> None:
    """O-9: what is offered is what is routed, asked before a body, or the gateway's own matter."""
    routed = {route.rpc.routing_key for route in RouteTable(ROUTES).routes if not route.streams}
    routed |= {route.asks_first.routing_key for route in ROUTES if route.asks_first}
    offered = {
        key
        for key, record in records.RPCS.items()
        if "gateway" in record.callers and record.who != THE_GATEWAY
    }
    assert routed == offered


def test_a_route_says_what_differs_from_the_others_of_its_method(rpc: Any) -> None:
    """Nothing is stored by anybody on the way; a POST needs a key."""
    read, create = (Route(method, "/v1/things", rpc(Empty), **SAID) for method in ("GET", "POST"))
    assert read.caching is create.caching is Caching.NO_STORE
    assert (read.needs_key, create.needs_key) == (False, True)


def test_every_post_that_may_be_repeated_needs_a_key() -> None:
    """H-10: a POST without Idempotency-Key is one of those that cannot store their answer."""
    without = {route.operation_id for route in ROUTES if route.keyless}
    assert without == {
        "start_sign_in",
        "finish_sign_in",
        "refresh_session",
        "create_api_key",
        "create_system_api_key",
        "start_phone_sign_in",
        "start_at_way",
        "finish_at_way",
        "start_linking",
        "finish_linking",
        "link_by_code",
        "get_link",  # changes nothing
        "try_screening",  # the same
        "read_invitation",  # the same
        "mark_notification_read",  # the first time counts, whatever is sent after
        "read_my_notifications",  # changes nothing when it comes again
        "receive_callback",
    }
