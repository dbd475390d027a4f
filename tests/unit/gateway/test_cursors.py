"""Cursors open only where they were sealed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import DomainError
from gateway.cursors import Cursors

CURSORS = Cursors(b"s" * 32)


@given(st.text(st.characters(codec="utf-8"), max_size=80), st.text(max_size=30))
def test_a_cursor_opens_to_its_position(position: str, scope: str) -> None:
    """H-21: opaque, and good for the list it belongs to."""
    scope = scope.encode("utf-8", "replace").decode()
    assert CURSORS.open(CURSORS.seal(position, scope), scope) == position


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_tampered_cursor_is_refused(place: int, change: int) -> None:
    """H-21: tampered = 400."""
    cursor = CURSORS.seal("app_01JD6Q3F0M8V6Z4X2K9T7R5WYB", "list")
    place %= len(cursor)
    tampered = cursor[:place] + chr((ord(cursor[place]) + change) % 256) + cursor[place + 1 :]
    with pytest.raises(DomainError) as refused:
        CURSORS.open(tampered, "list")
    assert refused.value.code == "gateway.cursor_invalid"


@pytest.mark.parametrize("cursor", ["", "a", "====", "äöü", "A" * 22, " ", "a b"])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(DomainError):
        CURSORS.open(cursor, "list")


def test_a_cursor_of_another_list_or_secret_is_refused() -> None:
    cursor = CURSORS.seal("position", "list of A")
    with pytest.raises(DomainError):
        CURSORS.open(cursor, "list of B")
    with pytest.raises(DomainError):
        Cursors(b"t" * 32).open(cursor, "list of A")


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Cursors(b"short")
