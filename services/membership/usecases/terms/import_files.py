"""Where the rows of an import come from: the text that came with it, or an upload, part by part."""

import time
from collections.abc import Iterator

from chassis.uow import Transaction
from contracts.files import MOST_IMPORTED_ROWS
from contracts.membership import IMPORT_COLUMNS, IMPORT_MORE_COLUMNS, IMPORT_ROWS
from services.membership.domain.files.texts import lines_of_parts, lines_of_text
from services.membership.domain.terms import imports as domain
from services.membership.domain.terms.imports import Import, Line, Row
from services.membership.domain.vetting.forms import Form
from services.membership.store import Stores
from services.membership.usecases.files.kept import KeptFiles

TURN = 100  # lines that are read in one go


class ImportFiles:
    """Files of imports: read as often as need be, and let go of when all is done."""

    def __init__(self, *, stores: Stores) -> None:
        self._files = KeptFiles(stores=stores)

    def rows(self, running: Import, form: Form) -> Iterator[Row]:
        """The rows of an import's file from the first one, each when it is asked for; what was
        noted of rows before is two entries for each. Raises what `domain.lines_of` does."""
        if "upload_id" not in running:
            assert running["csv"] is not None  # until the last row is done
            return self.rows_of_text(running["csv"], running["read_on"], form)
        file = lines_of_parts(self._files.parts(running["upload_id"]))
        return _rows(file, running["read_on"], form, MOST_IMPORTED_ROWS)

    def rows_of_text(self, text: str, read_on: str, form: Form) -> Iterator[Row]:
        """The rows of a text."""
        return _rows(lines_of_text(text), read_on, form, IMPORT_ROWS)

    def let_go(self, tx: Transaction, ended: Import) -> None:
        """Nothing is read any more; who only tried may import the same upload in earnest."""
        upload_id = ended.get("upload_id")
        if upload_id is None:
            return
        if ended["dry_run"] and ended["state"] == "done":
            self._files.release(tx, upload_id)
        else:
            self._files.remove(tx, upload_id)


def _rows(file: Iterator[str], read_on: str, form: Form, most_rows: int) -> Iterator[Row]:
    more = (*IMPORT_MORE_COLUMNS, *domain.own_fields(form))
    lines = domain.lines_of(file, IMPORT_COLUMNS, more, most_rows)
    return domain.rows_of(in_turns(lines), read_on, form)


def in_turns(lines: Iterator[Line]) -> Iterator[Line]:
    """The same lines; every now and then others of this process get their turn."""
    for read, line in enumerate(lines, 1):
        yield line
        if read % TURN == 0:
            time.sleep(0)  # in the service this is the hub's turn
