"""Reading logs of several processes as one."""

from pathlib import Path

import pytest

from deploy.local import logs


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "gateway.log").write_text(
        '{"time": "2026-11-21T01:00:00.100Z", "event": "in", "request_id": "r1"}\n'
        '{"time": "2026-11-21T01:00:00.300Z", "event": "out", "request_id": "r1"}\n'
    )
    (tmp_path / "logs" / "membership.log").write_text(
        "plain words before the first timestamp\n"
        '{"time": "2026-11-21T01:00:00.200Z", "event": "work", "request_id": "r1"}\n'
        "Traceback of r1 without a timestamp\n"
        '{"time": "2026-11-21T01:00:00.400Z", "event": "else", "request_id": "r2"}\n'
    )
    (tmp_path / "logs" / "mongod.log").write_text('{"t": {"$date": "2026"}, "msg": "r1"}\n')
    return tmp_path


def test_lines_of_one_request_come_in_order_of_time(root: Path) -> None:
    found = list(logs.lines(root, identifier="r1"))
    assert [line.split(" | ")[0] for line in found] == [
        "gateway",
        "membership",
        "membership",
        "gateway",
    ]
    assert "Traceback" in found[2]


def test_one_process_alone(root: Path) -> None:
    assert len(list(logs.lines(root, "membership"))) == 4
    assert len(list(logs.lines(root, "mongod"))) == 1


def test_the_nodes_speak_only_when_asked(root: Path) -> None:
    assert not any(line.startswith("mongod") for line in logs.lines(root))


def test_an_unknown_process_is_an_error_that_names_the_known_ones(root: Path) -> None:
    with pytest.raises(FileNotFoundError, match="gateway, membership"):
        logs.lines(root, "nobody")
