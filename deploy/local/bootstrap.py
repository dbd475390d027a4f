"""Makes a bare Debian or Ubuntu machine ready: Debian packages and `.venv` from the hashed lock.

`make` runs it before everything else. When all is there it takes milliseconds. It can be killed at
any moment: the stamp in `.venv` is written last, and the next run mends what is unfinished.
Exit status 2 with one paragraph when a human has to do something; never a traceback.
Standard library only.
"""

from __future__ import annotations  # the message about an old Python must be reachable on it

import fcntl
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import IO

from deploy.local import packages

PYTHON = (3, 11)
_AGAIN = "Then run the same command again."


class SetupProblem(Exception):
    """Something only a human can mend; the text says what and how."""


def prepare(repository: Path, root: Path = Path("/"), *, for_tests: bool = False) -> None:
    """Do whatever is still to be done. `root` is where Debian's files are looked for; `for_tests`
    adds what tests alone need.

    Raises SetupProblem, or OSError when the working copy cannot be written.
    """
    check_python(sys.version_info[:2])
    check_platform(platform.system(), platform.machine())
    install_packages(packages.missing(root, for_tests=for_tests))
    Environment(repository).complete()


def check_python(version: tuple[int, int]) -> None:
    """Raises SetupProblem unless it is the Python that the lock is made for."""
    if version != PYTHON:
        raise SetupProblem(
            f"Coterie is made for Python 3.11; this is Python {version[0]}.{version[1]} "
            f"({sys.executable}). Install Python 3.11 (Debian 12 has it as python3) and give it to "
            "make: make PYTHON=/path/to/python3.11 …, or run the system with docker compose up."
        )


def check_platform(system: str, machine: str) -> None:
    """Raises SetupProblem where the private nodes cannot run."""
    if (system, machine) != ("Linux", "x86_64"):
        raise SetupProblem(
            f"The local system needs Linux on x86-64; this is {system} on {machine}. "
            "Use docker compose up, which runs the same system in containers."
        )


# --- Debian packages -------------------------------------------------------------------------


def install_packages(names: list[str]) -> None:
    """Install as root or with passwordless sudo; otherwise raise SetupProblem with the command."""
    if not names:
        return
    listed = ", ".join(names)
    if shutil.which("apt-get") is None:
        raise SetupProblem(
            f"These Debian packages are missing: {listed}. There is no apt-get here to install "
            "them. Install their counterparts by this system's own means, or use "
            f"docker compose up. {_AGAIN}"
        )
    by_hand = f"Install them yourself:\n\n    {packages.command(names)}\n\n{_AGAIN}"
    if os.geteuid() == 0:
        prefix: list[str] = []
    elif _sudo_without_password():
        prefix = ["sudo", "-n"]
    else:
        raise SetupProblem(
            f"These Debian packages are missing: {listed}. Installing them needs root, and sudo "
            f"is not there or asks for a password. {by_hand}"
        )
    print(f"Installing the Debian packages {listed}; none of their services is started", flush=True)
    done = subprocess.run(
        [*prefix, sys.executable, "-m", "deploy.local.packages", *names],
        cwd=Path(__file__).resolve().parents[2],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode != 0:
        raise SetupProblem(
            f"The Debian packages {listed} could not be installed. apt's last words:\n\n"
            f"{textwrap.indent(done.stderr.strip(), '    ')}\n\n"
            f"Is a Debian mirror reachable from here? {by_hand}"
        )


def _sudo_without_password() -> bool:
    if shutil.which("sudo") is None:
        return False
    return subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0


# --- .venv -----------------------------------------------------------------------------------


class Environment:
    """`.venv`, built from `requirements/dev.txt`."""

    def __init__(self, repository: Path) -> None:
        self._repository = repository
        self._directory = repository / ".venv"
        self._lock_file = repository / "requirements" / "dev.txt"
        self._stamp = self._directory / "coterie-setup.json"

    def complete(self) -> None:
        """Build, finish or update it; nothing when its stamp fits. Raises SetupProblem."""
        if self._read_stamp() == self._wanted_stamp():
            return
        (self._repository / ".local").mkdir(exist_ok=True)
        with (self._repository / ".local" / "setup.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                print("Another set-up of this working copy is running; waiting for it", flush=True)
                fcntl.flock(lock, fcntl.LOCK_EX)
            stamp, wanted = self._read_stamp(), self._wanted_stamp()
            if stamp != wanted:
                self._build(keep={**stamp, "lock": ""} == {**wanted, "lock": ""})

    def _build(self, *, keep: bool) -> None:
        """`keep`: the environment is whole and only its lock is older."""
        self._stamp.unlink(missing_ok=True)
        log = self._repository / ".local" / "logs" / "setup.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        count = len(re.findall(r"^\S+==", self._lock_file.read_text(), re.MULTILINE))
        print(f"Installing {count} Python packages into .venv (about a minute)", flush=True)
        with log.open("w") as output:
            if not keep:
                self._run([sys.executable, "-m", "venv", "--clear", str(self._directory)], output)
            pip = [str(self._directory / "bin" / "python"), "-m", "pip", "install"]
            options = ["--no-input", "--disable-pip-version-check", "--retries", "2"]
            hashed = ["--require-hashes", "-r", str(self._lock_file)]
            # No compiler needed: all but one pure Python package come as wheels.
            wheels = ["--only-binary", ":all:", "--no-binary", "openapi-ui-bundles"]
            self._run([*pip, *options, *wheels, *hashed], output)
        site = next((self._directory / "lib").glob("python3*/site-packages"))
        (site / "coterie.pth").write_text(f"{self._repository}\n")
        draft = self._stamp.with_suffix(".new")
        draft.write_text(json.dumps(self._wanted_stamp()))
        draft.replace(self._stamp)

    def _run(self, argv: list[str], output: IO[str]) -> None:
        done = subprocess.run(
            argv, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        if done.returncode == 0:
            return
        text = Path(output.name).read_text(errors="replace")
        errors = [line for line in text.splitlines() if line.startswith(("ERROR", "Error"))]
        last = (errors or text.strip().splitlines() or ["no output"])[-1]
        raise SetupProblem(
            f"The Python packages could not be installed: {last} (all of it: {output.name}). "
            "Is a package index reachable from here? A folder of wheels does as well: set "
            "PIP_NO_INDEX=1 "
            f"and PIP_FIND_LINKS=/path/to/wheels. {_AGAIN} It goes on where this one stopped."
        )

    def _wanted_stamp(self) -> dict[str, str]:
        return {
            "lock": hashlib.sha256(self._lock_file.read_bytes()).hexdigest(),
            "python": platform.python_version(),
            "repository": str(self._repository),
        }

    def _read_stamp(self) -> dict[str, str]:
        try:
            return dict(json.loads(self._stamp.read_text()))
        except (OSError, ValueError, TypeError):
            return {}


def main() -> int:
    """0 when the machine is ready; 2 with a message when it is not; 130 when interrupted."""
    try:
        prepare(Path(__file__).resolve().parents[2], for_tests=sys.argv[1:] == ["--for-tests"])
    except SetupProblem as problem:
        _print_paragraphs(str(problem))
        return 2
    except OSError as error:
        _print_paragraphs(f"The set-up cannot go on: {error}. Mend that. {_AGAIN}")
        return 2
    except KeyboardInterrupt:
        print("Interrupted. Run the same command again to go on.", file=sys.stderr)
        return 130
    return 0


def _print_paragraphs(text: str) -> None:
    for paragraph in text.split("\n\n"):
        shown = paragraph if paragraph.startswith("    ") else textwrap.fill(paragraph, 96)
        print(f"{shown}\n", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
