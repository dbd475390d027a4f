"""Bodies that are bytes and answers that are files, through a real gateway."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from contracts.files import PART_BYTES
from deploy.local.nodes import Nodes
from tests.component.gateway_neighbour import BREAKING, UNMEASURED, WHOLE
from tests.component.gateway_world import World, world

FILE = b"".join(bytes([part]) * PART_BYTES for part in range(1, 11))


@pytest.fixture(scope="module")
def gateway(nodes: Nodes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(nodes, Path(tmp_path_factory.mktemp("files"))) as running:
        yield running


def content(upload_id: str) -> str:
    return f"/v1/uploads/{upload_id}/content"


@pytest.mark.parametrize("upload_id", [WHOLE, UNMEASURED])
def test_a_file_is_sent_piece_by_piece(gateway: World, upload_id: str) -> None:
    """To be saved and not shown; the connection serves the next request."""
    for _ in range(2):
        answer = gateway.ask("GET", content(upload_id))
        assert (answer.status_code, answer.content == FILE) == (200, True)
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="file.png"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        known = answer.headers.get("Content-Length")
        assert known == (str(len(FILE)) if upload_id == WHOLE else None)


def test_head_tells_the_same_without_the_file(gateway: World) -> None:
    for upload_id in (WHOLE, UNMEASURED):
        answer = gateway.ask("HEAD", content(upload_id))
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["Content-Type"] == "image/png"
    assert gateway.ask("GET", content(WHOLE)).content == FILE


def test_what_fails_on_the_way_never_looks_complete(gateway: World) -> None:
    """The status is out already, so the connection ends before the file does."""
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)):
        gateway.ask("GET", content(BREAKING))
    assert "answer_cut" in gateway.logs()


def test_what_the_reader_accepts(gateway: World) -> None:
    for accept in ("image/*", "image/png", "*/*", "application/pdf"):
        answer = gateway.ask("HEAD", content(WHOLE), headers={"Accept": accept})
        assert answer.status_code == 200, accept
    refused = gateway.ask("GET", content(WHOLE), headers={"Accept": "text/html"})
    assert refused.json()["code"] == "gateway.accept_unsupported"


def test_parts_are_bytes_within_their_bound(gateway: World) -> None:
    path, octets = f"/v1/uploads/{WHOLE}/parts/1", {"Content-Type": "application/octet-stream"}
    answer = gateway.ask("PUT", path, data=bytes(range(256)) * 1024, headers=octets)
    assert (answer.status_code, answer.json()["size"]) == (200, PART_BYTES)
    large = gateway.ask("PUT", path, data=b"x" * (PART_BYTES + 1), headers=octets)
    assert (large.status_code, large.json()["code"]) == (413, "gateway.body_too_large")
    json = gateway.ask("PUT", path, json={"data": "x"})
    assert (json.status_code, json.json()["code"]) == (415, "gateway.media_type_unsupported")
    empty = gateway.ask("PUT", path, data=b"", headers=octets)
    assert (empty.status_code, empty.json()["code"]) == (422, "request.input_invalid")
