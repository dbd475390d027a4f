"""Which loopback port each part of a system listens on: chosen once, kept, replaced when taken."""

import json
import os
import random
import socket
from collections.abc import Mapping
from pathlib import Path

# Below the kernel's ephemeral range, so that no outgoing connection can sit on a chosen port
# between two starts.
_CHOICES = range(12_000, 32_000)


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def load(root: Path) -> dict[str, int]:
    """The ports as last assigned; empty before the first start or when the file is damaged."""
    try:
        document = json.loads((root / "ports.json").read_text())
        return {str(name): int(port) for name, port in document.items()}
    except (FileNotFoundError, ValueError, AttributeError):
        return {}


def assign(root: Path, wanted: Mapping[str, int | None]) -> tuple[dict[str, int], list[str]]:
    """Give each name a free port and write `ports.json`.

    `wanted`: name to preferred port, or None. Call it only while none of these processes runs.
    Returns the ports and one message for each port that had to change. Raises OSError when the
    root cannot be written.
    """
    kept = load(root)
    ports = dict(kept)
    for name in wanted:
        ports.pop(name, None)
    messages = []
    for name, preferred in wanted.items():
        asked = kept.get(name, preferred)
        port = asked if asked is not None and _usable(asked, ports) else _choose(ports)
        if asked is not None and port != asked:
            messages.append(f"port {asked} for {name} is taken by another program; using {port}")
        ports[name] = port
    _write(root / "ports.json", ports)
    return ports, messages


def _usable(port: int, taken: Mapping[str, int]) -> bool:
    return port not in taken.values() and is_free(port)


def _choose(taken: Mapping[str, int]) -> int:
    for port in random.sample(_CHOICES, 200):
        if _usable(port, taken):
            return port
    raise OSError("no free loopback port found between 12000 and 32000")


def _write(path: Path, ports: Mapping[str, int]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".json.new")
    draft.write_text(json.dumps(ports, indent=2, sort_keys=True) + "\n")
    os.replace(draft, path)
