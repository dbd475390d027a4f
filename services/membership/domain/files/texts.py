"""The text of a file whose parts are read one after the other, in as little memory as one takes."""

import csv
import io
from collections.abc import Iterator
from typing import Any

LONGEST_LINE = 128 * 1024  # characters: beyond, nobody has one row in it


class _Parts(io.RawIOBase):
    """Bytes that come in parts, as a file to read."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            self._rest = next(self._parts, b"")
        taken = self._rest[: len(buffer)]
        buffer[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)


def lines_of_parts(parts: Iterator[bytes]) -> Iterator[str]:
    """The lines of UTF-8 text, each with its end: CR, LF or both, as whoever wrote it has them.

    Raises UnicodeDecodeError for what is none, and csv.Error for a line beyond all measure.
    """
    text = io.TextIOWrapper(io.BufferedReader(_Parts(parts)), encoding="utf-8", newline="")
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE and not line.endswith(("\r", "\n")):
            raise csv.Error("a line is too long")
        yield line


def lines_of_text(text: str) -> Iterator[str]:
    """The lines of a text that is in memory anyway."""
    return iter(io.StringIO(text, newline=""))
