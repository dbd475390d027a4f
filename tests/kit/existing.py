"""What a test goes on with and what may be missing as far as its type says."""

from typing import TypeVar

T = TypeVar("T")


def existing(value: T | None) -> T:
    """The value; a test that has None instead fails here."""
    assert value is not None
    return value
