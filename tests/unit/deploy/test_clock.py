"""Moving the business clock file (architecture.md §4a)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.local import clock


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("90s", timedelta(seconds=90)),
        ("15m", timedelta(minutes=15)),
        ("3d", timedelta(days=3)),
        ("1w2d", timedelta(days=9)),
    ],
)
def test_a_span_is_read(text: str, span: timedelta) -> None:
    assert clock.parse_duration(text) == span


@pytest.mark.parametrize("text", ["", "3", "d3", "3 d", "-3d", "3d!", "1.5d", "0d"])
def test_what_is_not_a_span_above_zero_is_refused(text: str) -> None:
    with pytest.raises(clock.ClockError):
        clock.parse_duration(text)


def test_a_moment_without_an_offset_is_utc() -> None:
    assert clock.parse_moment("2026-12-01T09:00") == datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert clock.parse_moment("2026-12-01T09:00+08:00") == datetime(2026, 12, 1, 1, tzinfo=UTC)
    with pytest.raises(clock.ClockError):
        clock.parse_moment("tomorrow")


def test_the_clock_without_a_file_is_the_system_clock(tmp_path: Path) -> None:
    assert clock.offset(tmp_path / "clock") == timedelta()


def test_the_clock_moves_forward_to_the_moment(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    moment = datetime.now(UTC) + timedelta(days=3)
    shown = clock.move_to(file, moment)
    assert moment <= shown < moment + timedelta(seconds=5)
    assert int(file.read_text()) in (259_200, 259_199)


def test_the_clock_never_moves_back(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    clock.move_to(file, datetime.now(UTC) + timedelta(days=3))
    before = file.read_text()
    with pytest.raises(clock.ClockError, match="only moves forward"):
        clock.move_to(file, datetime.now(UTC) + timedelta(days=2))
    assert file.read_text() == before


@given(seconds=st.integers(1, 10**9))
def test_a_span_in_seconds_means_itself(seconds: int) -> None:
    assert clock.parse_duration(f"{seconds}s") == timedelta(seconds=seconds)
