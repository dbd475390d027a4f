"""What several use cases do with files that are kept: reading, claiming and removing them."""

from collections.abc import Iterator

from chassis.uow import Transaction
from contracts.errors import OBJECT_NOT_FOUND, DomainError, ErrorCode
from contracts.errors.membership import (
    UPLOAD_COMMUNITY_QUOTA_USED_UP,
    UPLOAD_QUOTA_THERE_USED_UP,
    UPLOAD_QUOTA_USED_UP,
)
from contracts.files import COMMUNITY_QUOTA, PERSON_QUOTA, PERSON_QUOTA_THERE
from services.membership.domain.files import uploads as domain
from services.membership.domain.files.uploads import Upload
from services.membership.store import Stores


class KeptFiles:
    """Documents, parts and quotas of files, which change together."""

    def __init__(self, *, stores: Stores) -> None:
        self._uploads = stores.uploads
        self._parts = stores.upload_parts
        self._quotas = stores.upload_quotas

    def parts(self, upload_id: str) -> Iterator[bytes]:
        """The bytes of a file, part by part, as they are asked for."""
        for part in range(1, domain.parts_of(self._uploads.require(upload_id)) + 1):
            yield self.part(upload_id, part)

    def part(self, upload_id: str, part: int) -> bytes:
        """One part; raises DomainError(OBJECT_NOT_FOUND)."""
        data = self._parts.read(upload_id, part)
        if data is None:
            raise DomainError(OBJECT_NOT_FOUND, noun=self._uploads.noun)
        return data

    def add(self, tx: Transaction, upload: Upload) -> Upload:
        """Keeps a new file's document.

        Raises DomainError(UPLOAD_QUOTA_USED_UP, UPLOAD_QUOTA_THERE_USED_UP or
        UPLOAD_COMMUNITY_QUOTA_USED_UP).
        """
        for used_up, of, most in _quotas(upload):
            if self._quotas.add(tx, of, upload["length"]) > most:
                raise DomainError(used_up, maximum=most)
        return self._uploads.insert(tx, upload)

    def claim(self, tx: Transaction, upload: Upload) -> None:
        """Something needs the file from now on."""
        after = self._uploads.save(tx, domain.claim(upload))
        tx.audit("claim_upload", upload, after)

    def release(self, tx: Transaction, upload_id: str) -> None:
        """Lets go of a file that was claimed; its sender may use it again."""
        before = self._uploads.require(upload_id, tx=tx)
        after = self._uploads.save(tx, domain.release(before, tx.now))
        tx.audit("release_upload", before, after)

    def remove(self, tx: Transaction, upload_id: str) -> None:
        """Removes a file with all its parts."""
        upload = self._uploads.require(upload_id, tx=tx)
        self._parts.remove(tx, upload["_id"])
        self._uploads.remove(tx, upload["_id"])
        for _, of, _ in _quotas(upload):
            self._quotas.add(tx, of, -upload["length"])
        tx.audit("remove_upload", upload, upload)


def _quotas(upload: Upload) -> Iterator[tuple[ErrorCode, str, int]]:
    """What a file counts for: what to say when that is used up, its id, and how much it is."""
    purpose, person_id = upload["purpose"], upload["person_id"]
    community_id = upload["community_id"]
    yield UPLOAD_QUOTA_USED_UP, person_id, PERSON_QUOTA
    if purpose != "import":
        yield UPLOAD_QUOTA_THERE_USED_UP, f"{person_id}:{community_id}", PERSON_QUOTA_THERE
    most = COMMUNITY_QUOTA[purpose]
    yield UPLOAD_COMMUNITY_QUOTA_USED_UP, f"{community_id}:{purpose}", most
