"""Files that answers name: claimed when an application is handed in, freed when nothing names them.

In the unit of work of what is done with the application: there is no step between the two.
"""

from chassis.uow import Transaction
from contracts.errors import OBJECT_NOT_FOUND, DomainError, FieldProblem
from contracts.errors.membership import APPLICATION_INCOMPLETE, REVIEWER_CONFLICTED
from contracts.types import membership as wire
from services.membership.domain.files.uploads import Upload
from services.membership.domain.vetting.applications import Application
from services.membership.domain.vetting.forms import Form, files_named
from services.membership.store import Stores
from services.membership.usecases.files.kept import KeptFiles
from services.membership.usecases.files.pieces import piece_of
from services.membership.usecases.vetting.readers import Reader


class AnswerFiles:
    """An application keeps the ids of what it claimed, so letting go asks nobody."""

    def __init__(self, *, stores: Stores) -> None:
        self._uploads = stores.uploads
        self._files = KeptFiles(stores=stores)

    def claimed(self, tx: Transaction, application: Application, form: Form) -> Application:
        """An application that was just handed in, with the files that its answers name; those that
        were replaced may go.

        Raises DomainError(APPLICATION_INCOMPLETE) with a problem for each that it cannot have.
        """
        named = files_named(form, application["answers"])
        before = application.get("files", [])
        if not named and not before:
            return application
        ids = [id for _, id in named]
        added = [id for id in ids if id not in before]
        found = {one["_id"]: one for one in self._uploads.of_ids(tx, added)}
        problems = []
        for place, (key, id) in enumerate(named):
            problem = _problem(found.get(id), application) if id not in before else None
            if id in ids[:place]:
                problem = "field.upload_used"
            if problem is not None:
                problems.append(FieldProblem(f"/answers/{key}", problem))
        if problems:
            raise DomainError(APPLICATION_INCOMPLETE, fields=problems)
        for id in added:
            self._files.claim(tx, found[id])
        for id in before:
            if id not in ids:
                self._files.release(tx, id)
        return {**application, "files": ids}

    def free(self, tx: Transaction, application: Application) -> None:
        """Its answers go, and nothing names its files any more."""
        for id in application.get("files", []):
            self._files.release(tx, id)

    def piece(
        self, application: Application, reader: Reader, upload_id: str, after: str | None
    ) -> wire.Piece:
        """A piece of a file that this reader sees named among the answers.

        Raises DomainError(REVIEWER_CONFLICTED), and OBJECT_NOT_FOUND for any other file.
        """
        is_own = application["person_id"] == reader.person_id
        if not is_own and reader.is_conflicted(application):
            raise DomainError(REVIEWER_CONFLICTED)
        named = files_named(reader.form_of(application), reader.view(application)["answers"])
        is_shown = any(id == upload_id for _, id in named)
        if not is_shown or upload_id not in application.get("files", []):
            raise DomainError(OBJECT_NOT_FOUND, noun=self._uploads.noun)
        return piece_of(self._files, self._uploads.require(upload_id), after)


def _problem(upload: Upload | None, application: Application) -> str | None:
    """Why an application cannot have a file; others' files are missing like any."""
    if (
        upload is None
        or upload["person_id"] != application["person_id"]
        or upload["community_id"] != application["community_id"]
    ):
        return "field.upload_missing"
    if upload["purpose"] != "answer":
        return "field.upload_other_purpose"
    if upload["state"] == "receiving":
        return "field.upload_unfinished"
    return "field.upload_used" if upload["state"] == "claimed" else None
