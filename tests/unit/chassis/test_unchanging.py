"""What never changes is loaded once, and the memory for it is bounded."""

from functools import partial

import pytest

from chassis.unchanging import Unchanging


def test_it_is_loaded_once() -> None:
    kept: Unchanging[dict[str, str]] = Unchanging()
    loads = []

    def load() -> dict[str, str]:
        loads.append(1)
        return {"name": "a"}

    for _ in range(3):
        assert kept.get("a", load) == {"name": "a"}
    assert loads == [1]


def test_nothing_is_no_document() -> None:
    """What does not exist yet may exist later."""
    kept: Unchanging[int | None] = Unchanging()
    assert kept.get("a", lambda: None) is None
    with pytest.raises(KeyError):
        kept.get("a", lambda: dict[str, int]()["missing"])
    assert kept.get("a", lambda: 1) == 1


def test_what_was_not_asked_for_longest_goes_first() -> None:
    kept: Unchanging[str] = Unchanging(most=2)
    for name in ("a", "b", "a", "c"):
        kept.get(name, partial(str, name))
    assert kept.get("a", lambda: "again") == "a"
    assert kept.get("b", lambda: "again") == "again"
