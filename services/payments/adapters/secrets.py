"""Secrets by reference: files that operators placed; the database and the wire hold names only."""

from pathlib import Path


class SecretMissing(Exception):
    """The named secret is not there: an operator has to place it."""


class Secrets:
    """One file per secret in a directory; read at each use, so that a new one is used at once."""

    def __init__(self, directory: str) -> None:
        self._directory = Path(directory)

    def read(self, name: str) -> str:
        """The secret's text; raises SecretMissing with its name."""
        try:
            return (self._directory / name).read_text(encoding="utf-8").strip()
        except OSError:
            raise SecretMissing(name) from None
