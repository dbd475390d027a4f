"""Changing one's address, confirmed at both (ADR 0052). All times are real time."""

from collections.abc import Set

from chassis.access import require_self
from chassis.aggregates import PageAnswer
from chassis.clock import real_now
from chassis.context import Context
from chassis.ids import new_id
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.errors.membership import (
    EMAIL_CODE_WRONG,
    EMAIL_MISSING,
    EMAIL_TAKEN,
    EMAIL_UNCHANGED,
    SIGN_IN_TOO_OFTEN,
)
from contracts.membership import (
    CONFIRM_EMAIL_CHANGE,
    EMAIL_CHANGE_STARTED,
    EMAIL_CHANGED,
    START_EMAIL_CHANGE,
)
from contracts.types import membership as wire
from services.membership.adapters.access_tokens import AccessTokens
from services.membership.domain.identity import email_changes as domain
from services.membership.domain.identity.email_changes import EmailChange
from services.membership.domain.identity.people import (
    Person,
    address_of,
    require_not_erased,
    require_welcome,
)
from services.membership.store import Stores
from services.membership.store.identity.email_changes import AnotherChangeIsLive
from services.membership.store.identity.people import EmailTaken
from services.membership.usecases.access import Access
from services.membership.usecases.identity.people import person_view
from services.membership.usecases.identity.sessions import SessionUseCases
from services.membership.usecases.identity.sign_in import FAILURES


class EmailChangeUseCases:
    """From one address to another, by a code from each."""

    def __init__(
        self,
        *,
        stores: Stores,
        uow: UnitOfWork,
        access: Access,
        sessions: SessionUseCases,
        tokens: AccessTokens,
        blocked_domains: Set[str],
    ) -> None:
        self._changes = stores.email_changes
        self._people = stores.people
        self._challenges = stores.challenges
        self._limits = stores.sign_in_limits
        self._uow = uow
        self._access = access
        self._sessions = sessions
        self._blocked_domains = blocked_domains
        self._code_secret = tokens.derive_secret("coterie email change code")

    def start(self, request: wire.StartEmailChange, ctx: Context) -> wire.EmailChange:
        """Replaces a change that was started before. Whether somebody has the new address is not
        looked at here, so that neither the answer nor its time can tell."""
        person_id, email = require_self(ctx, START_EMAIL_CHANGE.who), request["email"]
        current = address_of(self._people.require_known(person_id))
        if current is None:
            raise DomainError(EMAIL_MISSING)
        if current == email:
            raise DomainError(EMAIL_UNCHANGED)
        require_welcome(email, self._blocked_domains)
        is_counted = False

        def work(tx: Transaction) -> wire.EmailChange:
            nonlocal is_counted
            now = real_now()
            if wait := domain.wait_for_start(self._changes.starts_of(tx, person_id, now), now):
                raise DomainError(SIGN_IN_TOO_OFTEN, retry_after=wait)
            if before := self._changes.live_of(person_id, tx):
                self._end(tx, before)
            self._people.mention(tx, [person_id])
            person = self._people.require_known(person_id, tx=tx)
            asked = domain.ask(
                id=new_id("emc"),
                person_id=person_id,
                old_email=person["email"],
                new_email=email,
                now=now,
            )
            stored = self._changes.insert(tx, asked)
            # A mail that anybody can have sent to an address counts like one with a sign-in code:
            # after the insert, which one start of a person gets through at a time, so that who has
            # had theirs for the day costs no address anything; and once, however often this runs.
            if not is_counted and (wait := self._limits.wait_for_address(email)):
                raise DomainError(SIGN_IN_TOO_OFTEN, retry_after=wait)
            is_counted = True
            tx.emit(EMAIL_CHANGE_STARTED, stored, _facts(stored))
            tx.audit("start_email_change", None, stored, person=person_id)
            return _view(stored)

        try:
            return self._uow.run(ctx, work)
        except AnotherChangeIsLive:
            return self._uow.run(ctx, work)

    def get(self, request: wire.Empty, ctx: Context) -> wire.EmailChange:
        """The change that waits for its codes."""
        return _view(self._require_open(self._changes.require_live_of(ctx.require_person())))

    def list_mine(self, request: wire.PageRequest, ctx: Context) -> PageAnswer[wire.EmailChange]:
        """A page of all that are still kept, for the export of a person."""
        page = self._changes.of_person(
            ctx.require_person(), after=request["after"], limit=request["limit"]
        )
        return page.answer(_view)

    def withdraw(self, request: wire.Empty, ctx: Context) -> wire.Empty:
        """Takes it back; nobody hears of it, since nothing was changed."""
        person_id = ctx.require_person()

        def work(tx: Transaction) -> wire.Empty:
            self._end(tx, self._changes.require_live_of(person_id, tx))
            return {}

        return self._uow.run(ctx, work)

    def confirm(self, request: wire.ConfirmEmailChange, ctx: Context) -> wire.Person:
        """Makes the change. A wrong guess counts like one at a sign-in code of the old address."""
        person_id = require_self(ctx, CONFIRM_EMAIL_CHANGE.who)
        change, now = self._changes.require_live_of(person_id), real_now()
        try:
            domain.check_codes(
                change, self._code_secret, request["old_code"], request["new_code"], now
            )
        except DomainError:
            FAILURES.inc()
            if self._changes.take_a_try(change["_id"]):
                self._limits.note_wrong(change["old_email"])
            raise

        def work(tx: Transaction) -> wire.Person:
            before = self._changes.require(change["_id"], tx=tx)
            if not domain.is_open(before, now):  # of guesses at once, the last try may be gone
                raise DomainError(EMAIL_CODE_WRONG)
            made = self._changes.save(tx, domain.make(before, now))
            person, caller = self._access.read(ctx, self._people, person_id, tx=tx)
            require_not_erased(person)
            changed: Person = {**person, "email": made["new_email"]}
            after = self._people.save(tx, changed)
            self._challenges.forget(tx, made["old_email"])
            sessions = self._sessions.end_others(tx, after, ctx.actor.session_id)
            tx.emit(EMAIL_CHANGED, made, _facts(made))
            tx.audit("change_email", person, after, change=made["_id"], sessions=sessions)
            return person_view(after, caller)

        try:
            return self._uow.run(ctx, work)
        except EmailTaken:
            raise DomainError(EMAIL_TAKEN) from None

    # ── For who writes the mails ────────────────────────────────────────────────────────────────

    def fetch_code(self, request: wire.EmailChangeSide, ctx: Context) -> wire.EmailCode:
        """The code of one side, as often as its caller asks while the change is open; none for an
        address that is another person's."""
        change = self._require_open(self._changes.require(request["change_id"]))
        person = self._people.require_known(change["person_id"])
        is_new = request["side"] == "new"
        holder = self._people.by_email(change["new_email"]) if is_new else None
        code = domain.code_for(change, request["side"], self._code_secret)
        return {
            "email": change["new_email"] if is_new else change["old_email"],
            # Whose the new address is has not been shown: they do not hear the person's name.
            "name": "" if is_new else person["name"],
            "locale": (holder or person)["locale"],
            "code": code if holder is None else None,
            "expires_at": change["expires_at"],
        }

    def get_changed(self, request: wire.EmailChangeSide, ctx: Context) -> wire.ChangedEmail:
        """One of the addresses of a change that was made."""
        change = self._changes.require(request["change_id"])
        if not change["made"]:
            raise DomainError(OBJECT_NOT_FOUND, noun=self._changes.noun)
        person = self._people.require_known(change["person_id"])
        return {
            "email": change["new_email"] if request["side"] == "new" else change["old_email"],
            "name": person["name"],
            "locale": person["locale"],
        }

    def _end(self, tx: Transaction, before: EmailChange) -> None:
        after = self._changes.save(tx, domain.end(before))
        tx.audit("end_email_change", before, after, person=before["person_id"])

    def _require_open(self, change: EmailChange) -> EmailChange:
        if not domain.is_open(change, real_now()):
            raise DomainError(OBJECT_NOT_FOUND, noun=self._changes.noun)
        return change


def _facts(change: EmailChange) -> wire.EmailChangeFacts:
    return {"change_id": change["_id"], "person_id": change["person_id"]}


def _view(change: EmailChange) -> wire.EmailChange:
    """A change as its person sees it."""
    return {
        "id": change["_id"],
        "email": change["new_email"],
        "started_at": change["started_at"],
        "expires_at": change["expires_at"],
    }
