"""Business time: real time plus an offset that only grows (architecture.md §4a, R-3)."""

import datetime as dt
import re
from pathlib import Path

import pytest

from chassis.clock import Clock, FileClock, FixedClock, open_clock, real_now
from tests.kit.probe import probe


def ahead(clock: Clock) -> int:
    """By how many whole seconds business time is ahead of real time."""
    return round((clock.now() - real_now()).total_seconds())


def test_instants_are_what_the_database_stores() -> None:
    for clock in (Clock(), FixedClock(dt.datetime(2026, 1, 1, 0, 0, 0, 123456, dt.UTC))):
        assert clock.now().tzinfo is dt.UTC
        assert clock.now().microsecond % 1000 == 0


def test_without_a_file_business_time_is_real_time() -> None:
    assert type(open_clock("")) is Clock
    assert ahead(open_clock("")) == 0


def test_the_file_is_read_again_within_200_ms(tmp_path: Path) -> None:
    path = tmp_path / "offset"
    clock = open_clock(str(path))
    assert ahead(clock) == 0
    path.write_text("86400\n")
    probe(lambda: ahead(clock) == 86400, deadline=0.25, message="the new offset is seen")


@pytest.mark.parametrize("content", ["50", "-5", "1.5", "soon", "", "²"])
def test_time_never_goes_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    """A smaller or unreadable offset is reported once and ignored."""
    path = tmp_path / "offset"
    path.write_text("100")
    clock = FileClock(path)
    assert ahead(clock) == 100
    path.write_text(content)
    said = []

    def reported() -> bool:
        assert ahead(clock) == 100
        said.append(capsys.readouterr().out)
        return "clock_offset_ignored" in "".join(said)

    probe(reported, deadline=2, message="the bad offset is reported")
    path.unlink()
    probe(lambda: ahead(clock) == 100, deadline=1)
    assert len(re.findall("clock_offset_ignored", "".join(said))) == 1


def test_the_date_depends_on_the_zone() -> None:
    clock = FixedClock(dt.datetime(2026, 12, 31, 20, 0, tzinfo=dt.UTC))
    assert clock.today("Asia/Shanghai") == dt.date(2027, 1, 1)
    assert clock.today("UTC") == dt.date(2026, 12, 31)


def test_a_fixed_clock_moves_only_forward() -> None:
    clock = FixedClock(dt.datetime(2026, 1, 1, 8, 0, tzinfo=dt.timezone(dt.timedelta(hours=8))))
    assert clock.now() == dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    clock.advance(dt.timedelta(minutes=5))
    assert clock.now() == dt.datetime(2026, 1, 1, 0, 5, tzinfo=dt.UTC)
    with pytest.raises(ValueError, match="forward"):
        clock.advance(dt.timedelta(seconds=-1))
    with pytest.raises(ValueError, match="aware"):
        FixedClock(dt.datetime(2026, 1, 1))
