"""Reading the logs of a local system: one file per process, JSON lines where they are ours."""

import json
from collections.abc import Iterator
from pathlib import Path

NODES = ("epmd", "mongod", "rabbitmq")


def lines(root: Path, name: str | None = None, identifier: str | None = None) -> Iterator[str]:
    """`process | line` of one process, or of all but the nodes, in order of time.

    `identifier`: only lines that contain it, e.g. a request id. Lines without a timestamp keep
    their place after the line before them. Raises FileNotFoundError for an unknown process.
    """
    directory = root / "logs"
    if name:
        files = [directory / f"{name}.log"]
    else:
        files = [path for path in sorted(directory.glob("*.log")) if path.stem not in NODES]
    if name and not files[0].exists():
        known = ", ".join(sorted(path.stem for path in directory.glob("*.log"))) or "none"
        raise FileNotFoundError(f"there is no log of {name!r}; there are: {known}")
    found: list[tuple[str, str]] = []
    for path in files:
        moment = ""
        with path.open(errors="replace") as stream:
            for line in stream:
                moment = _timestamp(line) or moment
                if identifier is None or identifier in line:
                    found.append((moment, f"{path.stem} | {line.rstrip()}"))
    found.sort(key=lambda pair: pair[0])
    return (text for _, text in found)


def _timestamp(line: str) -> str:
    """The time of a log line in a form that sorts: of ours, of mongod, or of the supervisor."""
    if line.startswith("{"):
        try:
            document = json.loads(line)
        except ValueError:
            return ""
        moment = document.get("time") or document.get("t", {}).get("$date", "")
        return str(moment)[:23]
    return line[:23].replace(" ", "T") if line[:2] == "20" else ""
