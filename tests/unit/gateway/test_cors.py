"""Whose pages may read."""

import pytest

from contracts.errors import DomainError
from gateway.cors import CrossOrigin

LISTED = "https://app.example.com"
CORS = CrossOrigin([LISTED, "http://localhost:*"])
METHOD = "HTTP_ACCESS_CONTROL_REQUEST_METHOD"


@pytest.mark.parametrize("origin", [LISTED, "http://localhost:5173", "http://localhost:80"])
def test_listed_origins_and_any_port_of_a_listed_host(origin: str) -> None:
    assert ("Access-Control-Allow-Origin", origin) in CORS.headers(origin)
    told = dict(CORS.preflight({"HTTP_ORIGIN": origin, METHOD: "POST"}, ("POST", "OPTIONS")))
    assert told["Access-Control-Allow-Methods"] == "POST, OPTIONS"


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        LISTED + ":444",
        LISTED + ".evil.com",
        "http://localhost",
        "http://localhost:*",
        "http://localhost:x",
        "http://localhost:5173.evil.com",
        "http://localhost.evil.com:5173",
        "https://localhost:5173",
    ],
)
def test_nobody_else(origin: str) -> None:
    """H-23: and a preflight says so, where it would be a silent failure in the browser."""
    assert CORS.headers(origin) == []
    with pytest.raises(DomainError) as refused:
        CORS.preflight({"HTTP_ORIGIN": origin, METHOD: "POST"}, ("POST",))
    assert refused.value.code == "gateway.origin_not_allowed"


def test_an_options_that_is_no_preflight_is_answered() -> None:
    assert CORS.preflight({"HTTP_ORIGIN": "https://evil.com"}, ("GET",)) == []
    assert CORS.preflight({METHOD: "GET"}, ("GET",)) == []


def test_a_page_may_read_what_a_download_is_called() -> None:
    exposed = dict(CORS.headers(LISTED))["Access-Control-Expose-Headers"].split(", ")
    assert "Content-Disposition" in exposed
