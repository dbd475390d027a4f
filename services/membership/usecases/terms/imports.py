"""The import of existing members: a file that is taken in, and how it fares.

A row that is refused changes nothing; the others keep their numbers and dates. The community's next
number goes on after the highest of the file from the moment it was read through, so that nobody who
joins while it is worked through gets a number that stands further down. That is at once for a file
in one message; an upload is read by the job, which then works through it (`import_runs`).
"""

from chassis.clock import Clock
from chassis.context import Context
from chassis.ids import new_id
from chassis.uow import Transaction, UnitOfWork
from chassis.wording import field_text, words_of
from contracts.access import Who
from contracts.errors import OBJECT_NOT_FOUND, REGISTRY, DomainError
from contracts.membership import (
    CHECK_IMPORT,
    CREATE_IMPORT,
    EXPORT_IMPORT_ROWS,
    GET_IMPORT,
    IMPORT_UPLOAD,
    LIST_IMPORT_ROWS,
)
from contracts.types import membership as wire
from services.membership.domain.communities.communities import FixedCommunity
from services.membership.domain.files.tables import Cell
from services.membership.domain.files.uploads import claim
from services.membership.domain.terms import imports as domain
from services.membership.domain.terms.imports import Failure, Import, ImportRow
from services.membership.domain.terms.term_dates import day_in
from services.membership.store import Stores
from services.membership.usecases.access import Access
from services.membership.usecases.files.tables import ROWS, piece_of_table
from services.membership.usecases.terms.import_files import ImportFiles


class ImportUseCases:
    """Imports, and the results of their rows."""

    def __init__(self, *, stores: Stores, uow: UnitOfWork, clock: Clock, access: Access) -> None:
        self._imports = stores.imports
        self._rows = stores.import_rows
        self._communities = stores.communities
        self._numbers = stores.numbers
        self._uploads = stores.uploads
        self._files = ImportFiles(stores=stores)
        self._uow = uow
        self._clock = clock
        self._access = access

    def check(self, request: wire.CheckImport, ctx: Context) -> wire.Empty:
        """Says nothing where the caller may import; raises what `create` would."""
        self._require_importable(request["community_id"], CHECK_IMPORT.who, ctx)
        return {}

    def create(self, request: wire.CreateImport, ctx: Context) -> wire.Import:
        """Takes a file in; a job works through it right after."""
        community = self._require_importable(request["community_id"], CREATE_IMPORT.who, ctx)
        read_on = day_in(community["zone"], self._clock.now())
        form = self._communities.require(community["_id"])["form"]
        rows, highest = domain.measure(self._files.rows_of_text(request["csv"], read_on, form))

        def work(tx: Transaction) -> wire.Import:
            numbers = self._numbers
            number = numbers.next_after if request["dry_run"] else numbers.continue_after
            taken_in: Import = {
                "_id": new_id("imp"),
                "community_id": community["_id"],
                "place": self._imports.free_place(tx, community["_id"]),
                "started_by": ctx.actor.person_id,
                "dry_run": request["dry_run"],
                "state": "running",
                "csv": request["csv"],
                "read_on": read_on,
                "rows": rows,
                "accepted": 0,
                "refused": 0,
                "next_number": number(tx, community["_id"], highest),
            }
            stored = self._imports.insert(tx, taken_in)
            tx.audit("create_import", None, stored, rows=stored["rows"])
            return import_view(stored, ctx.locale)

        return self._uow.run(ctx, work)

    def create_from_upload(self, request: wire.ImportUpload, ctx: Context) -> wire.Import:
        """Takes an uploaded file in, which any owner of its community may have sent; a job reads it
        and works through it right after."""

        def work(tx: Transaction) -> wire.Import:
            upload, caller = self._access.read(ctx, self._uploads, request["upload_id"], tx=tx)
            caller.require_may_see(IMPORT_UPLOAD.who, self._uploads.noun)
            if upload["purpose"] != "import":  # its sender's alone
                raise DomainError(OBJECT_NOT_FOUND, noun=self._uploads.noun)
            claimed = self._uploads.save(tx, claim(upload))
            tx.audit("claim_upload", upload, claimed)
            community = self._communities.fixed(upload["community_id"])
            taken_in: Import = {
                "_id": new_id("imp"),
                "community_id": community["_id"],
                "place": self._imports.free_place(tx, community["_id"]),
                "started_by": ctx.actor.person_id,
                "dry_run": request["dry_run"],
                "state": "running",
                "csv": None,
                "upload_id": upload["_id"],
                "read_on": day_in(community["zone"], tx.now),
                "rows": None,
                "accepted": 0,
                "refused": 0,
            }
            stored = self._imports.insert(tx, taken_in)
            tx.audit("create_import", None, stored)
            return import_view(stored, ctx.locale)

        return self._uow.run(ctx, work)

    def get(self, request: wire.ImportRef, ctx: Context) -> wire.Import:
        """How far an import is."""
        found = self._require_visible(request["import_id"], GET_IMPORT.who, ctx)
        return import_view(found, ctx.locale)

    def list_rows(self, request: wire.ListImportRows, ctx: Context) -> wire.ImportRows:
        """The results of the rows that are done, in the order of the file."""
        page = self._rows.of_import(
            self._require_visible(request["import_id"], LIST_IMPORT_ROWS.who, ctx)["_id"],
            request["result"],
            after=request["after"],
            limit=request["limit"],
        )
        return page.answer(lambda row: _row_view(row, ctx.locale))

    def export_rows(self, request: wire.ExportImportRows, ctx: Context) -> wire.Piece:
        """The same results as a table, a page at a time."""
        found = self._require_visible(request["import_id"], EXPORT_IMPORT_ROWS.who, ctx)
        page = self._rows.of_import(
            found["_id"], request["result"], after=request["after"], limit=ROWS
        )

        def row(result: ImportRow) -> list[Cell]:
            view = _row_view(result, ctx.locale)
            problems = (f"{wrong['column']}: {wrong['detail']}" for wrong in view["problems"])
            told = [result["line"], result["number"], result["result"], result["membership_id"]]
            return [*told, "; ".join(problems)]

        columns = ("line", "number", "result", "membership_id", "problems")
        return piece_of_table("rows.csv", columns, page, row, after=request["after"])

    def _require_importable(self, community_id: str, who: Who, ctx: Context) -> FixedCommunity:
        community = self._communities.fixed(community_id)
        self._access.require(ctx, who, community["_id"])
        return community

    def _require_visible(self, import_id: str, who: Who, ctx: Context) -> Import:
        found, caller = self._access.read(ctx, self._imports, import_id)
        caller.require_may_see(who, self._imports.noun)
        return found


def import_view(stored: Import, locale: str) -> wire.Import:
    return {
        "id": stored["_id"],
        "community_id": stored["community_id"],
        "dry_run": stored["dry_run"],
        "state": stored["state"],
        "rows": stored["rows"],
        "accepted": stored["accepted"],
        "refused": stored["refused"],
        "next_number": stored.get("next_number"),
        "failure": _failure_view(stored.get("failure"), locale),
        "version": stored["version"],
        "created_at": stored["created_at"],
        "updated_at": stored["updated_at"],
    }


def _failure_view(failure: Failure | None, locale: str) -> wire.ImportFailure | None:
    if failure is None:
        return None
    code, params = failure["code"], failure["params"]
    error = REGISTRY.get(code)  # a code of fields is none of those
    text = field_text(code, locale, params) if error is None else words_of(error, locale, params)
    return {"code": code, "params": params, "detail": text}


def _row_view(row: ImportRow, locale: str) -> wire.ImportRow:
    problems: list[wire.RowProblem] = [
        {**wrong, "detail": field_text(wrong["code"], locale, wrong["params"])}
        for wrong in row["problems"]
    ]
    return {
        "line": row["line"],
        "number": row["number"],
        "result": row["result"],
        "problems": problems,
        "membership_id": row["membership_id"],
    }
