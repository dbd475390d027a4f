"""Settings of the gateway that are refused at start."""

from dataclasses import replace
from pathlib import Path

import pytest

from deploy.local.credentials import Credentials
from gateway.settings import GatewaySettings


@pytest.fixture
def settings(tmp_path: Path) -> GatewaySettings:
    return in_production(tmp_path)


def in_production(folder: Path) -> GatewaySettings:
    return GatewaySettings(
        env="production",
        amqp_url="amqp://broker",
        health_port=9000,
        token_public_keys_file=str(Credentials(folder).token_public_keys()),
        cursor_secret="c" * 32,
    )


def test_public_keys_have_to_be_there(settings: GatewaySettings, tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    (problem,) = replace(settings, token_public_keys_file=str(missing)).problems()
    assert problem.startswith(f"COTERIE_TOKEN_PUBLIC_KEYS_FILE: {missing}: FileNotFoundError")
    missing.write_text('{"keys": []}')
    (problem,) = replace(settings, token_public_keys_file=str(missing)).problems()
    assert "no key in it" in problem


def test_the_line_can_fill(settings: GatewaySettings) -> None:
    """Who cannot connect cannot wait."""
    (problem,) = replace(settings, max_connections=2000, max_waiting=2000).problems()
    assert problem == "COTERIE_MAX_CONNECTIONS: 2000 is not above COTERIE_MAX_WAITING, 2000"
    assert replace(settings, max_connections=2001, max_waiting=2000).problems() == []


@pytest.mark.parametrize(
    "origins",
    [
        "",
        "https://app.example.com",
        "https://a.example:8443 http://localhost:3000",
        "http://127.0.0.1",
    ],
)
def test_origins_that_may_call(origins: str, settings: GatewaySettings) -> None:
    """H-23: what is served from the reader's own machine needs no certificate."""
    assert replace(settings, cors_origins=origins).problems() == []


@pytest.mark.parametrize(
    "origin",
    ["http://app.example.com", "http://localhost.example.com", "http://127.0.0.1.example.com"],
)
def test_production_trusts_no_origin_in_clear_text(origin: str, settings: GatewaySettings) -> None:
    """H-23, L4: who stands in between could put a script of theirs into such a page."""
    (problem,) = replace(settings, cors_origins=f"https://app.example.com {origin}").problems()
    assert problem == f"COTERIE_CORS_ORIGINS: {origin!r} is to be https:// in production"
    assert replace(settings, env="development", cors_origins=origin).problems() == []


@pytest.mark.parametrize("origin", ["http://localhost:*", "https://app.example.com:*"])
def test_any_port_is_for_development(origin: str, settings: GatewaySettings) -> None:
    """H-23, H-35: on a machine of many, whoever opens a port would be a trusted page."""
    assert replace(settings, env="development", cors_origins=origin).problems() == []
    (problem,) = replace(settings, cors_origins=origin).problems()
    assert problem.startswith(f"COTERIE_CORS_ORIGINS: {origin!r}")


@pytest.mark.parametrize("origin", ["app.example.com", "https://app.example.com/", "*", "null"])
def test_what_is_no_origin_is_refused(origin: str, settings: GatewaySettings) -> None:
    (problem,) = replace(settings, cors_origins=origin).problems()
    assert "is not scheme://host[:port]" in problem
