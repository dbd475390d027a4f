"""What never changes is loaded once, and the memory for it is bounded."""

import pytest

from chassis.unchanging import Unchanging


def test_it_is_loaded_once():
    kept, loads = Unchanging(), []
    for _ in range(3):
        assert kept.get("a", lambda: loads.append(1) or {"name": "a"}) == {"name": "a"}
    assert loads == [1]


def test_nothing_is_no_document():
    """What does not exist yet may exist later."""
    kept = Unchanging()
    assert kept.get("a", lambda: None) is None
    with pytest.raises(KeyError):
        kept.get("a", lambda: {}["missing"])
    assert kept.get("a", lambda: 1) == 1


def test_what_was_not_asked_for_longest_goes_first():
    kept = Unchanging(most=2)
    for name in ("a", "b", "a", "c"):
        kept.get(name, lambda name=name: name)
    assert kept.get("a", lambda: "again") == "a"
    assert kept.get("b", lambda: "again") == "again"
