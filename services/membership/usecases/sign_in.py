"""Sign-in by e-mail code, and the sessions that follow. All times are real time (product.md §7)."""

import secrets
from typing import Any

from chassis.clock import real_now
from chassis.context import Context
from chassis.ids import new_id
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import NOT_PERMITTED, OBJECT_NOT_FOUND, DomainError
from contracts.errors.membership import SESSION_ENDED, SIGN_IN_CODE_WRONG, SIGN_IN_TOO_OFTEN
from contracts.membership import SIGN_IN_REQUESTED
from services.membership.adapters.access_tokens import AccessTokens
from services.membership.domain import sign_in as domain
from services.membership.domain.people import Person, same_address
from services.membership.domain.sign_in import Session
from services.membership.store.sign_in import Challenges, Sessions, SignInLimits
from services.membership.usecases.people import PeopleUseCases


class SignInUseCases:
    """From an address to tokens."""

    def __init__(
        self,
        *,
        challenges: Challenges,
        limits: SignInLimits,
        sessions: Sessions,
        people: PeopleUseCases,
        tokens: AccessTokens,
        starts_per_minute: int,
        uow: UnitOfWork,
    ) -> None:
        self._challenges = challenges
        self._limits = limits
        self._sessions = sessions
        self._people = people
        self._tokens = tokens
        self._starts_per_minute = starts_per_minute
        self._uow = uow
        self._code_secret = tokens.derive_secret("coterie sign-in code")

    def start(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Opens a challenge; the answer is the same whether or not the address is known."""
        email = same_address(request["email"])
        wait = self._limits.wait_for_address(email)
        wait = wait or self._limits.wait_for_system(self._starts_per_minute)
        if wait:
            raise DomainError(SIGN_IN_TOO_OFTEN, retry_after=wait)

        def work(tx: Transaction) -> dict[str, Any]:
            opened = domain.new_challenge(
                id=new_id("chl"), email=email, locale=request["locale"], now=real_now()
            )
            challenge = self._challenges.insert(tx, opened)
            data = {"challenge_id": challenge["_id"], "locale": challenge["locale"]}
            tx.emit(SIGN_IN_REQUESTED, challenge, data)
            return {
                "challenge_id": challenge["_id"],
                "expires_at": challenge["expires_at"],
                "resend_after_seconds": int(domain.RESEND_AFTER.total_seconds()),
            }

        return self._uow.run(ctx, work)

    def fetch_code(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Gives the code to notifications, as often as it asks while the challenge is open."""
        if (ctx.actor.kind, ctx.actor.service) != ("system", "notifications"):
            raise DomainError(NOT_PERMITTED)
        challenge = self._challenges.get(request["challenge_id"])
        if challenge is None or not domain.is_open(challenge, real_now()):
            raise DomainError(OBJECT_NOT_FOUND, noun="open sign-in challenge")
        return {
            "email": challenge["email"],
            "code": domain.code_of(self._code_secret, challenge["_id"]),
            "locale": challenge["locale"],
            "expires_at": challenge["expires_at"],
        }

    def finish(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Exchanges the right code for a session; creates the person at the first time."""
        challenge, known = self._challenges.with_person(request["challenge_id"])
        now = real_now()
        try:
            domain.check_code(challenge, self._code_secret, request["code"], now)
        except DomainError:
            self._challenges.take_a_try(request["challenge_id"])
            raise
        assert challenge is not None
        secret = secrets.token_urlsafe(32)

        def work(tx: Transaction, person: Person) -> Session:
            if not self._challenges.use(tx, challenge["_id"], now):
                raise DomainError(SIGN_IN_CODE_WRONG)
            opened = domain.new_session(
                id=new_id("ses"), person_id=person["_id"], secret=secret, now=now
            )
            session = self._sessions.insert(tx, opened)
            tx.audit("open_session", None, session, person=session["person_id"])
            return session

        session = self._people.unit_with(known, challenge["email"], challenge["locale"], ctx, work)
        return self._told(session, secret)

    def refresh(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
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
            return rotated

        session = self._uow.run(ctx, work)
        if session["ended_at"] is not None:
            raise DomainError(SESSION_ENDED)
        return self._told(session, fresh)

    def end(self, request: dict[str, Any], ctx: Context) -> dict[str, Any]:
        """Ends the caller's session; ending it twice is one."""

        def work(tx: Transaction) -> dict[str, Any]:
            session_id = ctx.actor.session_id
            session = session_id and self._sessions.of_person(session_id, ctx.person(), tx)
            if session and session["ended_at"] is None:
                ended = self._sessions.save(tx, domain.end(session, real_now()))
                tx.audit("end_session", session, ended)
            return {}

        return self._uow.run(ctx, work)

    def _told(self, session: Session, secret: str) -> dict[str, Any]:
        lifetime = domain.ACCESS_LIFETIME
        access = self._tokens.issue(session["person_id"], session["_id"], real_now(), lifetime)
        return {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": int(lifetime.total_seconds()),
            "refresh_token": domain.refresh_token(session["_id"], secret),
            "person_id": session["person_id"],
        }
