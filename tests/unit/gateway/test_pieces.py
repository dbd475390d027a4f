"""Answers that are no JSON: fetched piece by piece, as the reader takes them."""

import base64
from typing import Any

from gateway.answers import in_pieces


def piece(data: bytes, next: str | None) -> dict[str, Any]:
    text = base64.b64encode(data).decode()
    return {"content_type": "text/csv", "name": "a.csv", "size": None, "data": text, "next": next}


def test_a_piece_is_asked_for_when_the_one_before_was_taken() -> None:
    """A slow reader holds one piece in memory, whatever the whole has."""
    asked: list[str] = []

    def ask(after: str) -> dict[str, Any]:
        asked.append(after)
        return piece(after.encode(), "c" if after == "b" else None)

    answer = in_pieces(piece(b"a", "b"), ask)
    assert (answer.body, asked) == (b"a", [])
    assert answer.rest is not None
    assert (next(answer.rest), asked) == (b"b", ["b"])
    assert (list(answer.rest), asked) == ([b"c"], ["b", "c"])
    assert "Content-Length" not in dict(answer.headers)
    assert dict(answer.headers)["Content-Disposition"] == 'attachment; filename="a.csv"'
