"""How far a long step is: a bar on a terminal, nothing where nobody watches."""

from __future__ import annotations

import sys

WIDTH = 30


class Bar:
    def __init__(self, what: str, total: int):
        self._what, self._total = what, total
        self._shown = sys.stdout.isatty() and total > 0

    def move_to(self, done: int) -> None:
        """So many are done; a full bar goes, for the step's own line comes in its place."""
        if not self._shown:
            return
        full = WIDTH * done // self._total
        line = f"          [{'#' * full}{'.' * (WIDTH - full)}] {done}/{self._total} {self._what}"
        is_done = done >= self._total
        sys.stdout.write("\r\x1b[2K" + ("" if is_done else line))
        sys.stdout.flush()
