"""Notes on applications: staff read and write them, the applicant never (rules.md §1.9)."""

from chassis.access import Caller, refused
from chassis.context import Context
from chassis.ids import new_id
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.membership import ADD_NOTE, LIST_NOTES, REMOVE_NOTE
from contracts.records import Rpc
from contracts.types import membership as wire
from services.membership.domain.vetting import notes as domain
from services.membership.domain.vetting.applications import Application, handed_in
from services.membership.domain.vetting.notes import Note
from services.membership.store import Stores
from services.membership.store.identity.people import Named
from services.membership.store.terms.memberships import joined_company, take_joined_company
from services.membership.usecases.access import Access
from services.membership.usecases.identity.people import name_of
from services.membership.usecases.vetting.readers import Reader


class NoteUseCases:
    """A note moves nothing of its application that who is blind could see."""

    def __init__(self, *, stores: Stores, uow: UnitOfWork, access: Access) -> None:
        self._stores, self._applications = stores, stores.applications
        self._notes, self._people = stores.notes, stores.people
        self._uow, self._access = uow, access

    def add(self, request: wire.AddNote, ctx: Context) -> wire.Note:
        """Notes something."""
        author_id = ctx.require_person()

        def work(tx: Transaction) -> wire.Note:
            application, _ = self._of_somebody_else(request["application_id"], ADD_NOTE, ctx, tx)
            domain.require_may_note(application)
            domain.require_room(self._notes.count_of(tx, application, author_id))
            note = self._notes.insert(
                tx,
                {
                    "_id": new_id("nte"),
                    "community_id": application["community_id"],
                    "application_id": application["_id"],
                    "author_id": author_id,
                    "text": request["text"],
                },
            )
            self._note_change(tx, ADD_NOTE, application, note)
            return _view(note, self._people.require(author_id, tx=tx))

        return self._uow.run(ctx, work)

    def list_of_application(self, request: wire.ListNotes, ctx: Context) -> wire.Notes:
        """Everybody's; one's own to who is blind, and to who is too near: notes may speak of
        private answers."""
        application, caller = self._of_somebody_else(request["application_id"], LIST_NOTES, ctx)
        reader = Reader(self._stores, caller, take_joined_company(application))
        own_only = reader.is_blind(application) or reader.is_conflicted(application)
        page = self._notes.of_application(
            application,
            reader.person_id if own_only else None,
            after=request["after"],
            limit=request["limit"],
        )
        return page.answer(lambda note: _view(note, *note["author"]))

    def remove(self, request: wire.NoteRef, ctx: Context) -> wire.Empty:
        """Takes one's own back; one that is not there any more stays so."""
        id, person_id = request["application_id"], ctx.require_person()

        def work(tx: Transaction) -> wire.Empty:
            application, _ = self._of_somebody_else(id, REMOVE_NOTE, ctx, tx)
            note = self._notes.get(
                request["note_id"], community_id=application["community_id"], tx=tx
            )
            # Another's is as if it were not there: who is blind must not find out.
            if note is None or note["application_id"] != id or note["author_id"] != person_id:
                return {}
            self._notes.remove(tx, note)
            self._note_change(tx, REMOVE_NOTE, application, note)
            return {}

        return self._uow.run(ctx, work)

    def _note_change(self, tx: Transaction, rpc: Rpc, before: Application, note: Note) -> None:
        """Holds off whoever changes the application meanwhile, its erasure above all."""
        after = self._applications.move_revision(tx, before)
        tx.audit(rpc.name, before, after, note_id=note["_id"])

    def _of_somebody_else(
        self, id: str, rpc: Rpc, ctx: Context, tx: Transaction | None = None
    ) -> tuple[Application, Caller]:
        joined = [joined_company(ctx.actor.person_id or "")]
        found, caller = self._access.read(ctx, self._applications, id, joined=joined, tx=tx)
        caller.require_may_see(rpc.who, self._applications.noun)
        if found["person_id"] == ctx.actor.person_id:
            raise refused(rpc.who)
        if not handed_in(found):
            raise DomainError(OBJECT_NOT_FOUND, noun=self._applications.noun)
        return found, caller


def _view(note: Note, author: Named) -> wire.Note:
    return {
        "id": note["_id"],
        "application_id": note["application_id"],
        "author_id": note["author_id"],
        "display_name": name_of(author),
        "text": note["text"],
        "created_at": note["created_at"],
    }
