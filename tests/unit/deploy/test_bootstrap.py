"""What the set-up says when a human has to do something."""

from pathlib import Path

import pytest

from deploy.local import bootstrap, packages


@pytest.mark.parametrize("version", [(3, 9), (3, 10), (3, 12)])
def test_another_python_is_refused_with_the_way_out(version: tuple[int, int]) -> None:
    with pytest.raises(bootstrap.SetupProblem, match="make PYTHON="):
        bootstrap.check_python(version)


@pytest.mark.parametrize("place", [("Darwin", "arm64"), ("Linux", "aarch64")])
def test_another_platform_is_sent_to_containers(place: tuple[str, str]) -> None:
    with pytest.raises(bootstrap.SetupProblem, match="docker compose up"):
        bootstrap.check_platform(*place)


def test_a_bare_machine_lacks_the_packages_by_name(tmp_path: Path) -> None:
    bare = ["rabbitmq-server", "libcurl4", "tzdata"]
    assert packages.missing(tmp_path) == bare
    for_tests = [*bare, "nodejs", "node-typescript", "chromium", "fonts-wqy-microhei"]
    assert packages.missing(tmp_path, for_tests=True) == for_tests


def test_a_prepared_machine_lacks_nothing(tmp_path: Path) -> None:
    for name in (
        "usr/lib/rabbitmq/bin/rabbitmq-server",
        "usr/lib/erlang/bin/epmd",
        "usr/lib/x86_64-linux-gnu/libcurl.so.4",
        "usr/share/zoneinfo/Asia/Shanghai",
        "usr/bin/node",
        "usr/bin/tsc",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert packages.missing(tmp_path) == []


def test_the_printed_command_leaves_recommendations_out() -> None:
    """rabbitmq-server without recommends (architecture.md §9)."""
    command = packages.command(["rabbitmq-server", "tzdata"])
    assert command.endswith("--no-install-recommends -y rabbitmq-server tzdata")


def test_without_apt_the_message_names_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(bootstrap.SetupProblem, match="no apt-get") as problem:
        bootstrap.install_packages(["rabbitmq-server"])
    assert "rabbitmq-server" in str(problem.value)
