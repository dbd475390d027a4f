"""Secrets by reference: files that operators placed; the database and the wire hold names only.

<directory>/<community id>/<name>    for that community alone
<directory>/<name>                   for every community, outside of production: the sandbox's
"""

from pathlib import Path

from services.payments.domain.money.accounts import ProviderAccount


class SecretMissing(Exception):
    """The named secret is not there: an operator has to place it."""


class Secrets:
    """One file per account in its community's folder, so that only operators say whose a secret is;
    read at each use, so that a new one is used at once.

    What stands in it is its provider's: a key, or a document of several.
    """

    def __init__(self, directory: str, *, shared: bool) -> None:
        self._directory = Path(directory)
        self.shared = shared

    def read(self, account: ProviderAccount) -> str:
        """The secret's text; raises SecretMissing with its name."""
        name = account["secret_ref"]
        folders = [self._directory / account["community_id"]]
        if self.shared:
            folders.append(self._directory)
        for folder in folders:
            try:
                return (folder / name).read_text(encoding="utf-8").strip()
            except OSError:
                continue
        raise SecretMissing(name)
