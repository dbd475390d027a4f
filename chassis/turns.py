"""Turns: one at a time in this process, where all would change one document in their transactions.

Numbers without a gap come from a counter inside the unit of work. Those who need the next one at
once would only conflict in the database and start over, several times each. Between processes the
transaction decides.
"""

from collections import defaultdict
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

T = TypeVar("T")


class Turns:
    """For each key one after the other. The work is a whole unit of work: its snapshot is younger
    than the commit of the one before."""

    def __init__(self) -> None:
        self._locks: defaultdict[str, Lock] = defaultdict(Lock)

    def take(self, key: str, work: Callable[[], T]) -> T:
        """Does `work` when it is its turn, and returns what it returns."""
        with self._locks[key]:
            return work()
