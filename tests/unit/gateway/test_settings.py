"""Settings of the gateway that are refused at start."""

from dataclasses import replace

import pytest

from gateway.settings import GatewaySettings

SETTINGS = GatewaySettings(
    env="production",
    amqp_url="amqp://broker",
    health_port=9000,
    token_public_keys_file="/run/secrets/public_keys",
    cursor_secret="c" * 32,
)


@pytest.mark.parametrize(
    "origins",
    [
        "",
        "https://app.example.com",
        "https://a.example:8443 http://localhost:3000",
        "http://127.0.0.1",
    ],
)
def test_origins_that_may_call(origins: str) -> None:
    """H-23: what is served from the reader's own machine needs no certificate."""
    assert replace(SETTINGS, cors_origins=origins).problems() == []


@pytest.mark.parametrize(
    "origin",
    ["http://app.example.com", "http://localhost.example.com", "http://127.0.0.1.example.com"],
)
def test_production_trusts_no_origin_in_clear_text(origin: str) -> None:
    """H-23, L4: who stands in between could put a script of theirs into such a page."""
    (problem,) = replace(SETTINGS, cors_origins=f"https://app.example.com {origin}").problems()
    assert problem == f"COTERIE_CORS_ORIGINS: {origin!r} is to be https:// in production"
    assert replace(SETTINGS, env="development", cors_origins=origin).problems() == []


@pytest.mark.parametrize("origin", ["http://localhost:*", "https://app.example.com:*"])
def test_any_port_is_for_development(origin: str) -> None:
    """H-23, H-35: on a machine of many, whoever opens a port would be a trusted page."""
    assert replace(SETTINGS, env="development", cors_origins=origin).problems() == []
    (problem,) = replace(SETTINGS, cors_origins=origin).problems()
    assert problem.startswith(f"COTERIE_CORS_ORIGINS: {origin!r}")


@pytest.mark.parametrize("origin", ["app.example.com", "https://app.example.com/", "*", "null"])
def test_what_is_no_origin_is_refused(origin: str) -> None:
    (problem,) = replace(SETTINGS, cors_origins=origin).problems()
    assert "is not scheme://host[:port]" in problem
