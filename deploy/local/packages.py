"""The Debian packages that a bare machine lacks: finding out, and installing them as root.

RabbitMQ's package starts a system-wide broker on installation. Ours are private nodes, so while
apt works a policy-rc.d denies every start; a node that already runs is not touched.
Standard library only: this runs before `.venv` exists.
"""

from __future__ import annotations  # the message about an old Python must be reachable on it

import ctypes.util
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

POLICY = Path("/usr/sbin/policy-rc.d")
_MARK = "# Written by Coterie's set-up for the time of one installation."

_RESTORE_AT_END_OF_INPUT = """
trap "" HUP INT TERM
cat >/dev/null
rm -f "$1"
if [ -e "$2" ]; then mv "$2" "$1"; fi
"""


class InstallationFailed(Exception):
    """apt could not install the packages; the text is its last words."""


def missing(root: Path = Path("/"), *, for_tests: bool = False) -> list[str]:
    """The Debian packages whose content is not on this machine, in the order of the table.

    Node, a browser (230 MB to fetch on a bare machine, 850 MB on disk) and letters for it to draw
    Chinese with (1.6 MB, where Noto's are 57 MB) are for tests alone.
    """
    present = {
        "rabbitmq-server": (root / "usr/lib/rabbitmq/bin/rabbitmq-server").exists()
        and (root / "usr/lib/erlang/bin/epmd").exists(),
        "python3-venv": importlib.util.find_spec("ensurepip") is not None,
        "libcurl4": bool(list((root / "usr/lib").glob("*/libcurl.so.4")))
        or (root == Path("/") and ctypes.util.find_library("curl") is not None),
        "tzdata": (root / "usr/share/zoneinfo/Asia/Shanghai").exists(),
    }
    if for_tests:
        here = root == Path("/")  # another Node than Debian's will do
        for name, tool in (("nodejs", "node"), ("node-typescript", "tsc"), ("chromium",) * 2):
            present[name] = (root / "usr/bin" / tool).exists() or (
                here and shutil.which(tool) is not None
            )
        font = root / "usr/share/fonts/truetype/wqy/wqy-microhei.ttc"
        present["fonts-wqy-microhei"] = font.exists()
    return [name for name, is_present in present.items() if not is_present]


def command(names: list[str]) -> str:
    """What an administrator types to install them."""
    return "sudo apt-get update && sudo apt-get install --no-install-recommends -y " + " ".join(
        names
    )


def install(names: list[str], policy: Path = POLICY) -> None:
    """Install as root with every service kept from starting. Raises InstallationFailed, OSError.

    The package lists are fetched only when they turn out to be missing or out of date.
    """
    had_broker = "rabbitmq-server" not in names
    with _DeniedServices(policy) as keep_open:
        arguments = ["install", "--no-install-recommends", "-y", *names]
        if _apt_get(arguments, keep_open).returncode != 0:
            _apt_get(["update"], keep_open)
            done = _apt_get(arguments, keep_open)
            if done.returncode != 0:
                raise InstallationFailed("\n".join(done.stdout.strip().splitlines()[-4:]))
    if not had_broker and Path("/run/systemd/system").exists() and shutil.which("systemctl"):
        # Installed for private nodes only: it should not start at the next boot either.
        subprocess.run(["systemctl", "disable", "rabbitmq-server"], capture_output=True)


def _apt_get(arguments: list[str], keep_open: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["apt-get", "-q", *arguments],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        pass_fds=[keep_open],
    )


class _DeniedServices:
    """A policy-rc.d that denies all starts, taken away again whatever happens to us.

    A second process waits until the last holder of a pipe has ended, which is apt itself if we are
    killed meanwhile, and then restores what was there before.
    """

    def __init__(self, policy: Path) -> None:
        self._policy = policy
        self._kept = policy.with_name(policy.name + ".before-coterie")

    def __enter__(self) -> int:
        self._restore()  # left by a machine that lost its power half-way
        if self._policy.exists():
            self._policy.rename(self._kept)
        self._policy.write_text(f"#!/bin/sh\n{_MARK}\nexit 101\n")
        self._policy.chmod(0o755)
        read_end, self._write_end = os.pipe()
        self._guard = subprocess.Popen(
            ["/bin/sh", "-c", _RESTORE_AT_END_OF_INPUT, "sh", str(self._policy), str(self._kept)],
            stdin=read_end,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(read_end)
        return self._write_end

    def __exit__(self, *_: object) -> None:
        os.close(self._write_end)
        self._guard.wait()

    def _restore(self) -> None:
        if self._policy.exists() and _MARK in self._policy.read_text(errors="replace"):
            self._policy.unlink()
        if self._kept.exists():
            self._kept.replace(self._policy)


def main() -> int:
    """Install the packages named on the command line (run through sudo by the set-up)."""
    try:
        install(sys.argv[1:])
    except (InstallationFailed, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
