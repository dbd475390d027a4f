"""The set-up on machines that lack something: one clear message, and running again mends it.

What a machine lacks is simulated by PATH, user and package index, never by breaking this one.
"""

import base64
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.kit.probe import probe

UNREACHABLE = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_FIND_LINKS": ""}
PREPARE = """
import sys
import tempfile
import zipfile
from pathlib import Path
from deploy.local import bootstrap
bootstrap.prepare.__defaults__ = (Path(sys.argv[1]),)
sys.exit(bootstrap.main())
"""


@pytest.fixture
def clone(tmp_path: Path, repository: Path) -> Path:
    """A working copy with just what the set-up reads, and a lock of one small package."""
    copy = tmp_path / "clone"
    shutil.copytree(
        repository / "deploy" / "local",
        copy / "deploy" / "local",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    shutil.copy(repository / "deploy" / "__init__.py", copy / "deploy")
    (copy / "requirements").mkdir()
    (copy / "requirements" / "dev.txt").write_text(
        f"coterie-probe==1.0 --hash=sha256:{_wheel(copy / 'wheels')}\n"
    )
    return copy


def _wheel(directory: Path) -> str:
    """Write a wheel of an empty package; returns its SHA-256."""
    directory.mkdir()
    info = "coterie_probe-1.0.dist-info"
    files = {
        "coterie_probe.py": b"ANSWER = 42\n",
        f"{info}/METADATA": b"Metadata-Version: 2.1\nName: coterie-probe\nVersion: 1.0\n",
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},{_digest(body)},{len(body)}\n" for name, body in files.items())
    path = directory / "coterie_probe-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)
        archive.writestr(f"{info}/RECORD", record + f"{info}/RECORD,,\n")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _digest(body: bytes) -> str:
    raw = base64.urlsafe_b64encode(hashlib.sha256(body).digest())
    return "sha256=" + raw.rstrip(b"=").decode()


def run(
    clone: Path,
    settings: Mapping[str, str],
    *,
    root: Path = Path("/"),
    python: str | None = None,
    user: str | None = None,
) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(clone), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [python or sys.executable, "-c", PREPARE, str(root)],
        cwd=clone,
        env={**environment, **settings},
        user=user,
        capture_output=True,
        text=True,
        timeout=110,
    )


def offline(clone: Path) -> dict[str, str]:
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(clone / "wheels")}


def works(clone: Path) -> bool:
    python = clone / ".venv" / "bin" / "python"
    code = "import coterie_probe, deploy.local; print(coterie_probe.ANSWER, deploy.__file__)"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, cwd="/")
    return done.stdout == f"42 {clone}/deploy/__init__.py\n"


def test_a_clean_clone_is_made_ready_and_the_second_run_does_nothing(clone: Path) -> None:
    first = run(clone, offline(clone))
    assert (first.returncode, first.stderr) == (0, "")
    assert works(clone)
    again = run(clone, UNREACHABLE)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_no_package_index_is_one_paragraph_and_the_next_run_mends_it(clone: Path) -> None:
    broken = run(clone, UNREACHABLE)
    assert broken.returncode == 2
    assert "Is a package index reachable" in broken.stderr.replace("\n", " ")
    assert "Traceback" not in broken.stderr
    assert run(clone, offline(clone)).returncode == 0
    assert works(clone)


def test_a_set_up_killed_half_way_is_finished_by_the_next_run(clone: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(clone), **UNREACHABLE}
    process = subprocess.Popen(
        [sys.executable, "-c", PREPARE, "/"],
        cwd=clone,
        env=environment,
        stdout=subprocess.DEVNULL,
        process_group=0,
    )
    probe(lambda: (clone / ".venv" / "bin" / "python").exists(), 60, ".venv is being built")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not (clone / ".venv" / "coterie-setup.json").exists()
    assert run(clone, offline(clone)).returncode == 0
    assert works(clone)


def test_a_newer_lock_is_installed(clone: Path) -> None:
    assert run(clone, offline(clone)).returncode == 0
    lock = clone / "requirements" / "dev.txt"
    lock.write_text("# compiled again\n" + lock.read_text())
    before = json.loads((clone / ".venv" / "coterie-setup.json").read_text())
    assert run(clone, offline(clone)).returncode == 0
    after = json.loads((clone / ".venv" / "coterie-setup.json").read_text())
    assert after["lock"] != before["lock"]
    assert works(clone)


def test_a_wheel_with_another_hash_is_refused(clone: Path) -> None:
    lock = clone / "requirements" / "dev.txt"
    lock.write_text(f"coterie-probe==1.0 --hash=sha256:{'0' * 64}\n")
    refused = run(clone, offline(clone))
    assert refused.returncode == 2
    assert not (clone / ".venv" / "coterie-setup.json").exists()


def _fake(directory: Path, name: str, script: str) -> None:
    directory.mkdir(exist_ok=True)
    (directory / name).write_text(f"#!/bin/sh\n{script}\n")
    (directory / name).chmod(0o755)


SYSTEM_PYTHON = shutil.which("python3.11", path="/usr/bin")


@pytest.mark.skipif(os.geteuid() != 0, reason="becoming another user needs root")
@pytest.mark.skipif(SYSTEM_PYTHON is None, reason="no Python that every user can run")
def test_without_root_the_exact_command_is_printed(clone: Path) -> None:
    with tempfile.TemporaryDirectory() as place:
        open_to_all = Path(place)
        open_to_all.chmod(0o755)
        copy = shutil.copytree(clone, open_to_all / "clone")
        _fake(open_to_all / "bin", "apt-get", "exit 1")
        _fake(open_to_all / "bin", "sudo", "exit 1")  # asks for a password
        path = f"{open_to_all / 'bin'}"
        done = run(copy, {"PATH": path}, root=open_to_all, python=SYSTEM_PYTHON, user="nobody")
    assert done.returncode == 2
    assert re.search(
        "\n    sudo apt-get update && sudo apt-get install --no-install-recommends -y"
        " rabbitmq-server( python3-venv)? libcurl4 tzdata\n",
        done.stderr,
    )
    assert "Traceback" not in done.stderr


INSTALL = """
import sys
import tempfile
import zipfile
from pathlib import Path
from deploy.local import packages
packages.install(["tzdata"], policy=Path(sys.argv[1]))
"""


def install(policy: Path, fakes: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", INSTALL, str(policy)],
        env={"PATH": f"{fakes}:{os.environ['PATH']}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("before", [None, "#!/bin/sh\nexit 104\n"])
def test_no_service_may_start_while_apt_works(tmp_path: Path, before: str | None) -> None:
    """A system node of the package is never started (architecture.md §9)."""
    policy = tmp_path / "policy-rc.d"
    if before:
        policy.write_text(before)
    _fake(
        tmp_path / "bin", "apt-get", f'"{policy}" rabbitmq-server start; echo $? >{tmp_path}/seen'
    )
    process = install(policy, tmp_path / "bin")
    assert process.wait(30) == 0, process.communicate()
    process.communicate()
    assert (tmp_path / "seen").read_text() == "101\n"
    assert (policy.read_text() if policy.exists() else None) == before


def test_the_policy_is_removed_even_when_the_set_up_is_killed(tmp_path: Path) -> None:
    policy = tmp_path / "policy-rc.d"
    _fake(tmp_path / "bin", "apt-get", f"touch {tmp_path}/busy; read _ <{tmp_path}/go")
    os.mkfifo(tmp_path / "go")
    process = install(policy, tmp_path / "bin")
    probe((tmp_path / "busy").exists, 20, "apt is at work")
    process.kill()
    process.communicate()
    assert policy.exists(), "apt still works, so starts are still denied"
    with (tmp_path / "go").open("w") as go:
        go.write("\n")
    probe(lambda: not policy.exists(), 20, "the policy is gone")


def test_apt_without_network_says_so(tmp_path: Path) -> None:
    policy = tmp_path / "policy-rc.d"
    _fake(tmp_path / "bin", "apt-get", "echo 'E: Unable to fetch some archives'; exit 100")
    process = install(policy, tmp_path / "bin")
    _, errors = process.communicate(timeout=30)
    assert process.returncode != 0
    assert "Unable to fetch" in errors
    assert not policy.exists()
