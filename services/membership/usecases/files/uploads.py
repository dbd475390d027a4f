"""Files that people send in parts, and the job that removes what nothing needs."""

from chassis.access import require_own, require_self
from chassis.context import Context
from chassis.ids import new_id
from chassis.job_items import act_on_due
from chassis.jobs import JobRun
from chassis.uow import Transaction, UnitOfWork
from contracts.access import Who
from contracts.errors import NOT_PERMITTED, DomainError
from contracts.errors.membership import UPLOAD_PART_DIFFERS
from contracts.membership import (
    ADD_UPLOAD_PART,
    CHECK_UPLOAD_PART,
    CREATE_IMPORT,
    CREATE_UPLOAD,
    GET_UPLOAD,
    GET_UPLOAD_CONTENT,
    REMOVE_UPLOAD,
    SYSTEM,
)
from contracts.states.membership import UploadPurpose
from contracts.types import membership as wire
from services.membership.domain.files import uploads as domain
from services.membership.domain.files.uploads import Upload
from services.membership.domain.terms.standings import standing_id
from services.membership.store import Stores
from services.membership.usecases.access import Access
from services.membership.usecases.files.kept import KeptFiles
from services.membership.usecases.files.pieces import piece_of


class UploadUseCases:
    """A file is its sender's alone; what claims it decides who else sees what of it."""

    def __init__(self, *, stores: Stores, uow: UnitOfWork, access: Access) -> None:
        self._uploads = stores.uploads
        self._parts = stores.upload_parts
        self._people = stores.people
        self._standings = stores.standings
        self._communities = stores.communities
        self._files = KeptFiles(stores=stores)
        self._uow = uow
        self._access = access

    def create(self, request: wire.CreateUpload, ctx: Context) -> wire.UploadedFile:
        """Takes note of a file that is to come, and of the room that it needs."""
        person_id = require_self(ctx, CREATE_UPLOAD.who)
        community = self._communities.fixed(request["community_id"])
        self._require_sender(request["purpose"], community["_id"], person_id, ctx)

        def work(tx: Transaction) -> wire.UploadedFile:
            begun = domain.begin(
                id=new_id("upl"),
                person_id=person_id,
                community_id=community["_id"],
                purpose=request["purpose"],
                content_type=request["content_type"],
                size=request["size"],
                now=tx.now,
            )
            self._people.mention(tx, [person_id])
            stored = self._files.add(tx, begun)
            tx.audit("create_upload", None, stored)
            return upload_view(stored)

        return self._uow.run(ctx, work)

    def check_part(self, request: wire.CheckUploadPart, ctx: Context) -> wire.Empty:
        """Says nothing where `add_part` may take the part; raises what that would."""
        upload = self._require_own(request["upload_id"], CHECK_UPLOAD_PART.who, ctx)
        domain.require_expected(upload, request["part"])
        return {}

    def add_part(self, request: wire.AddUploadPart, ctx: Context) -> wire.UploadedFile:
        """Takes the next part; one that is here already changes nothing."""
        part, data = request["part"], request["data"]

        def work(tx: Transaction) -> wire.UploadedFile:
            before = self._require_own(request["upload_id"], ADD_UPLOAD_PART.who, ctx, tx)
            if part <= before["received"]:
                if self._parts.read(before["_id"], part, tx) != data:
                    raise DomainError(UPLOAD_PART_DIFFERS)
                return upload_view(before)
            taken = domain.take(before, part, data, tx.now)
            self._parts.add(tx, before["_id"], part, data)
            after = self._uploads.save(tx, taken)
            if after["state"] != before["state"]:
                tx.audit("finish_upload", before, after)
            return upload_view(after)

        return self._uow.run(ctx, work)

    def get(self, request: wire.UploadRef, ctx: Context) -> wire.UploadedFile:
        """How much of a file is here."""
        return upload_view(self._require_own(request["upload_id"], GET_UPLOAD.who, ctx))

    def list_mine(self, request: wire.PageRequest, ctx: Context) -> wire.MyUploads:
        """The caller's files, newest first."""
        page = self._uploads.of_person(
            ctx.require_person(), after=request["after"], limit=request["limit"]
        )
        return page.answer(upload_view)

    def get_content(self, request: wire.GetUploadContent, ctx: Context) -> wire.Piece:
        """A part of the file, as it was sent."""
        upload = self._require_own(request["upload_id"], GET_UPLOAD_CONTENT.who, ctx)
        domain.UPLOAD.require_in(upload, "ready", "claimed")
        return piece_of(self._files, upload, request["after"])

    def remove(self, request: wire.UploadRef, ctx: Context) -> wire.Empty:
        """Takes a file back that nothing needs."""

        def work(tx: Transaction) -> wire.Empty:
            upload = self._require_own(request["upload_id"], REMOVE_UPLOAD.who, ctx, tx)
            domain.require_removable(upload)
            self._files.remove(tx, upload["_id"])
            return {}

        return self._uow.run(ctx, work)

    def sweep(self, run: JobRun) -> None:
        """The job: removes files that nothing needed for a day, and those that do not get on."""

        def remove(due: Upload) -> None:
            def work(tx: Transaction) -> None:
                upload = self._uploads.get(due["_id"], tx=tx)
                if upload is not None and domain.is_over(upload, run.now):
                    self._files.remove(tx, upload["_id"])

            self._uow.run(run.ctx, work)

        act_on_due(
            run,
            lambda limit: self._uploads.due(run.now, limit),
            remove,
            soonest=self._uploads.soonest_due,
        )

    def _require_sender(
        self, purpose: UploadPurpose, community_id: str, person_id: str, ctx: Context
    ) -> None:
        """Raises DomainError(NOT_PERMITTED); answers anybody sends who may want to apply."""
        if purpose == "import":
            self._access.require(ctx, CREATE_IMPORT.who, community_id)
        elif purpose == "picture":
            ids = [standing_id(community_id, person_id), standing_id(SYSTEM, person_id)]
            found = self._standings.by_ids(ids).values()
            if not any(standing["roles"] or standing["membership_id"] for standing in found):
                raise DomainError(NOT_PERMITTED, needed_roles=["member"])

    def _require_own(
        self, upload_id: str, who: Who, ctx: Context, tx: Transaction | None = None
    ) -> Upload:
        upload = self._uploads.require(upload_id, tx=tx)
        require_own(ctx, who, upload["person_id"], self._uploads.noun)
        return upload


def upload_view(upload: Upload) -> wire.UploadedFile:
    parts = domain.parts_of(upload)
    return {
        "id": upload["_id"],
        "person_id": upload["person_id"],
        "community_id": upload["community_id"],
        "purpose": upload["purpose"],
        "content_type": upload["content_type"],
        "size": upload["length"],
        "state": upload["state"],
        "part_size": upload["chunkSize"],
        "parts": parts,
        "next_part": upload["received"] + 1 if upload["received"] < parts else None,
        "expires_at": upload["expires_at"],
        "version": upload["version"],
        "created_at": upload["created_at"],
        "updated_at": upload["updated_at"],
    }
