"""Documents that never change once they exist, kept in the process: a version of a form, say."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Unchanging(Generic[T]):
    """At most `most` of them; what was not asked for longest goes first."""

    def __init__(self, most: int = 1000) -> None:
        self._most = most
        self._kept: OrderedDict[str, T] = OrderedDict()

    def get(self, key: str, load: Callable[[], T]) -> T:
        """The document, loaded at the first time; what `load` raises or None is not kept.

        It is shared: whoever wants to change it makes a copy.
        """
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        found = load()
        if found is not None:
            self._kept[key] = found
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return found
