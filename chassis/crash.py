"""Named points where a test kills the process, to show that no crash loses or doubles anything.

The setting `crash_point` is `name`, `name@N` (the N-th time it is reached) and may end in
`:/path/flag`: then the process dies only while that file does not exist, and creates it.
Settings refuse it outside of COTERIE_ENV=test.
"""

import os
import re
import signal
from pathlib import Path

_SPEC = re.compile(r"(?P<name>[a-z_.]+)(@(?P<hit>[1-9]\d*))?(:(?P<flag>/.+))?")


class _Armed:
    name = ""
    hits_left = 0
    flag: Path | None = None


def arm(spec: str) -> None:
    """Takes the setting (empty = never crash); raises ValueError when it is malformed."""
    match = _SPEC.fullmatch(spec)
    if spec and match is None:
        raise ValueError(f"crash point {spec!r} is not name[@N][:/path/flag]")
    _Armed.name = match["name"] if match else ""
    _Armed.hits_left = int(match["hit"] or 1) if match else 0
    _Armed.flag = Path(match["flag"]) if match and match["flag"] else None


def point(name: str) -> None:
    """Dies here by SIGKILL when this is the armed point and its turn."""
    if name != _Armed.name:
        return
    _Armed.hits_left -= 1
    if _Armed.hits_left != 0 or (_Armed.flag and _Armed.flag.exists()):
        return
    if _Armed.flag:
        _Armed.flag.touch()
    os.kill(os.getpid(), signal.SIGKILL)
