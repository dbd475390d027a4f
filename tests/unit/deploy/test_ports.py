"""Choosing and keeping loopback ports."""

import json
import socket
from pathlib import Path

from deploy.local import ports


def test_a_port_is_kept_from_start_to_start(tmp_path: Path) -> None:
    first, _ = ports.assign(tmp_path, {"amqp": None})
    second, messages = ports.assign(tmp_path, {"amqp": None})
    assert second == first == ports.load(tmp_path)
    assert messages == []


def test_a_port_that_another_program_took_is_replaced_with_a_message(tmp_path: Path) -> None:
    before, _ = ports.assign(tmp_path, {"http": None, "amqp": None})
    with socket.create_server(("127.0.0.1", before["http"])):
        after, messages = ports.assign(tmp_path, {"http": None, "amqp": None})
    assert after["http"] != before["http"]
    assert after["amqp"] == before["amqp"]
    assert messages == [
        f"port {before['http']} for http is taken by another program; using {after['http']}"
    ]


def test_a_server_that_shares_its_port_still_counts_as_taking_it(tmp_path: Path) -> None:
    """eventlet.listen sets SO_REUSEPORT: a forgotten gateway would take half the traffic."""
    with socket.socket() as shared:
        shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        shared.bind(("127.0.0.1", 0))
        shared.listen()
        assert not ports.is_free(shared.getsockname()[1])


def test_the_preferred_port_is_taken_when_it_is_free(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        preferred = probe.getsockname()[1]
    assigned, messages = ports.assign(tmp_path, {"http": preferred})
    assert assigned == {"http": preferred}
    assert messages == []


def test_two_names_never_share_a_port(tmp_path: Path) -> None:
    (tmp_path / "ports.json").write_text(json.dumps({"a": 12345, "b": 12345}))
    assigned, _ = ports.assign(tmp_path, {"a": None, "b": None})
    assert assigned["a"] != assigned["b"]


def test_a_damaged_file_means_new_ports(tmp_path: Path) -> None:
    for text in ("", "[1]", '{"amqp": "x"}'):
        (tmp_path / "ports.json").write_text(text)
        assigned, _ = ports.assign(tmp_path, {"amqp": None})
        assert assigned["amqp"] > 1024
