"""Sessions: opened by a sign-in, refreshed, ended. All times are real time (product.md §7)."""

import datetime as dt
import secrets

from chassis.access import require_own
from chassis.clock import real_now
from chassis.context import Context
from chassis.ids import new_id
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import DomainError
from contracts.errors.membership import SESSION_ENDED
from contracts.membership import END_MY_SESSION, END_SESSIONS, SESSIONS_ENDED, SYSTEM
from contracts.types import membership as wire
from services.membership.adapters.access_tokens import AccessTokens
from services.membership.domain.identity import sign_in as domain
from services.membership.domain.identity.people import Person
from services.membership.domain.identity.sign_in import Session
from services.membership.store import Stores
from services.membership.usecases.access import Access


class SessionUseCases:
    """Access tokens for as long as the session lasts; gateways hear when one ends."""

    def __init__(
        self, *, stores: Stores, uow: UnitOfWork, access: Access, tokens: AccessTokens
    ) -> None:
        self._sessions = stores.sessions
        self._people = stores.people
        self._uow = uow
        self._access = access
        self._tokens = tokens

    def open(
        self, tx: Transaction, person: Person, way: str, secret: str, now: dt.datetime
    ) -> Session:
        """A new session, inside the unit of work that spends the code."""
        opened = domain.new_session(
            id=new_id("ses"), person_id=person["_id"], way=way, secret=secret, now=now
        )
        session = self._sessions.insert(tx, opened)
        tx.audit("open_session", None, session, person=session["person_id"])
        return session

    def refresh(self, request: wire.RefreshSession, ctx: Context) -> wire.SessionTokens:
        """New tokens for the newest refresh token; one spent for good ends the session."""
        session_id, secret = domain.split_refresh_token(request["refresh_token"])
        fresh = secrets.token_urlsafe(32)

        def work(tx: Transaction) -> Session:
            session = self._sessions.get(session_id, tx=tx)
            if session is None:
                raise DomainError(SESSION_ENDED)
            rotated = self._sessions.save(tx, domain.rotate(session, secret, fresh, real_now()))
            if rotated["ended_at"] is not None:
                tx.audit("end_session_of_spent_token", session, rotated)
                _tell_of_end(tx, rotated, rotated["ended_at"])
            return rotated

        session = self._uow.run(ctx, work)
        if session["ended_at"] is not None:
            raise DomainError(SESSION_ENDED)
        return self.tokens_of(session, fresh)

    def list_mine(self, request: wire.PageRequest, ctx: Context) -> wire.MySessions:
        """A page of where the signed-in person is signed in, newest first."""
        page = self._sessions.live_of(
            ctx.require_person(), real_now(), after=request["after"], limit=request["limit"]
        )
        return page.answer(lambda session: _view(session, ctx))

    def end(self, request: wire.Empty, ctx: Context) -> wire.Empty:
        """Ends the caller's session; ending it twice is one."""
        person_id = ctx.require_person()

        def work(tx: Transaction) -> wire.Empty:
            session = self._sessions.get(ctx.actor.session_id or "", tx=tx)
            if session and session["person_id"] == person_id:
                self._end(tx, session)
            return {}

        return self._uow.run(ctx, work)

    def end_one(self, request: wire.SessionRef, ctx: Context) -> wire.Empty:
        """Ends one of the caller's sessions; ending it twice is one."""

        def work(tx: Transaction) -> wire.Empty:
            session = self._sessions.require(request["session_id"], tx=tx)
            require_own(ctx, END_MY_SESSION.who, session["person_id"], self._sessions.noun)
            self._end(tx, session)
            return {}

        return self._uow.run(ctx, work)

    def _end(self, tx: Transaction, session: Session) -> None:
        if session["ended_at"] is None:
            now = real_now()
            ended = self._sessions.save(tx, domain.end(session, now))
            tx.audit("end_session", session, ended)
            _tell_of_end(tx, ended, now)

    def end_mine(self, request: wire.EndMySessions, ctx: Context) -> wire.Empty:
        """Ends all sessions of the caller, or all others."""
        kept = ctx.actor.session_id if request["keep_current"] else None
        self.end_all_of(ctx.require_person(), ctx, kept=kept)
        return {}

    def end_of_person(self, request: wire.SessionsOf, ctx: Context) -> wire.Empty:
        """Ends all sessions of somebody, who lost a device or is not to come in any more."""
        self._access.require(ctx, END_SESSIONS.who, SYSTEM)
        self.end_all_of(request["person_id"], ctx)
        return {}

    def end_all_of(self, person_id: str, ctx: Context, *, kept: str | None = None) -> int:
        """How many there were. Raises DomainError(OBJECT_NOT_FOUND) for an unknown person."""

        def work(tx: Transaction) -> int:
            before = self._people.require(person_id, tx=tx)
            person = self._people.save(tx, before)  # a version of its own for what is told of it
            count = self.end_others(tx, person, kept)
            tx.audit("end_sessions", before, person, sessions=count)
            return count

        return self._uow.run(ctx, work)

    def end_others(self, tx: Transaction, person: Person, kept: str | None) -> int:
        """Ends all sessions of a person but the one that is `kept`, inside the unit of work that
        changed the person; how many there were."""
        now = real_now()
        count = self._sessions.end_all(tx, person["_id"], now, kept=kept)
        facts: wire.SessionsEnded = {
            "person_id": person["_id"],
            "session_id": None,
            "kept_session_id": kept,
            "ended_at": now,
        }
        tx.emit(SESSIONS_ENDED, person, facts)
        return count

    def tokens_of(self, session: Session, secret: str) -> wire.SessionTokens:
        lifetime = domain.ACCESS_LIFETIME
        access = self._tokens.issue(
            session["person_id"],
            session["_id"],
            signed_in_at=session["started_at"],
            now=real_now(),
            lifetime=lifetime,
        )
        return {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": int(lifetime.total_seconds()),
            "refresh_token": domain.refresh_token(session["_id"], secret),
            "person_id": session["person_id"],
        }


def _view(session: Session, ctx: Context) -> wire.Session:
    """A session as its holder sees it."""
    return {
        "id": session["_id"],
        "way": session.get("way", "email"),
        "started_at": session["started_at"],
        "last_used_at": session.get("rotated_at") or session["started_at"],
        "expires_at": session["expires_at"],
        "is_current": session["_id"] == ctx.actor.session_id,
    }


def _tell_of_end(tx: Transaction, session: Session, at: dt.datetime) -> None:
    facts: wire.SessionsEnded = {
        "person_id": session["person_id"],
        "session_id": session["_id"],
        "kept_session_id": None,
        "ended_at": at,
    }
    tx.emit(SESSIONS_ENDED, session, facts)
