"""Signing in by a code that is mailed, or sent to a phone. All times are real (product.md §7)."""

import datetime as dt
import secrets
from collections.abc import Sequence, Set
from typing import Literal, NamedTuple

from prometheus_client import Counter

from chassis.access import require_self
from chassis.clock import real_now
from chassis.context import Context
from chassis.ids import new_id
from chassis.rpc_server import Answered
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import INVALID_INPUT, OBJECT_NOT_FOUND, DomainError, FieldProblem
from contracts.errors.membership import (
    LINK_CODE_WRONG,
    PHONE_COUNTRY_NOT_SERVED,
    SIGN_IN_CODE_WRONG,
    SIGN_IN_PROOF_NEEDED,
    SIGN_IN_TOO_OFTEN,
)
from contracts.membership import LINK_BY_CODE, PHONE_SIGN_IN_REQUESTED, SIGN_IN_REQUESTED
from contracts.types import membership as wire
from services.membership.adapters.access_tokens import AccessTokens
from services.membership.adapters.phones import mobile_number
from services.membership.adapters.proofs import Proofs
from services.membership.domain.identity import sign_in as domain
from services.membership.domain.identity.identities import PHONE, phone_key, shown_phone
from services.membership.domain.identity.people import Person, require_welcome
from services.membership.domain.identity.sign_in import Challenge, Session
from services.membership.store import Stores
from services.membership.store.identity.sign_in_limits import MinuteBudget
from services.membership.usecases.identity.identities import IdentityUseCases
from services.membership.usecases.identity.people import PersonUseCases
from services.membership.usecases.identity.sessions import SessionUseCases

FAILURES = Counter("coterie_sign_in_failures", "Codes that were wrong, used or expired")
UNSENT = Counter(
    "coterie_sign_in_strangers_unsent", "Codes that were not mailed: strangers had their share"
)


class Budgets(NamedTuple):
    """What all have together in a minute, and of it those whom nobody knows."""

    all: MinuteBudget
    strangers: MinuteBudget


class SignInUseCases:
    """From an address or a phone number to a session.

    `starts_per_minute` codes are mailed in all, of which strangers may have the share
    `for_strangers` (percent); `sms_per_minute` are sent to phones in `phone_countries`.
    `seed_code` opens every challenge of a seeded person, in development.
    """

    def __init__(
        self,
        *,
        stores: Stores,
        uow: UnitOfWork,
        people: PersonUseCases,
        identities: IdentityUseCases,
        sessions: SessionUseCases,
        tokens: AccessTokens,
        starts_per_minute: int,
        sms_per_minute: int,
        for_strangers: int,
        phone_countries: Sequence[str],
        proofs: Proofs | None,
        blocked_domains: Set[str],
        seed_code: str = "",
    ) -> None:
        self._challenges = stores.challenges
        self._limits = stores.sign_in_limits
        self._stored_identities = stores.identities

        def budgets(all: str, strangers: str, per_minute: int) -> Budgets:
            share = max(1, per_minute * for_strangers // 100)
            return Budgets(
                self._limits.budget(all, per_minute), self._limits.budget(strangers, share)
            )

        self.budgets: dict[Literal["email", "phone"], Budgets] = {
            "email": budgets("system", "strangers", starts_per_minute),
            "phone": budgets("sms", "sms strangers", sms_per_minute),
        }
        self._phone_countries = tuple(phone_countries)
        self._uow = uow
        self._people = people
        self._identities = identities
        self._sessions = sessions
        self._proofs = proofs
        self._blocked_domains = blocked_domains
        self._codes = domain.Codes(tokens.derive_secret("coterie sign-in code"), seed_code)

    def start(self, request: wire.StartSignIn, ctx: Context) -> Answered:
        """Promises a code. The answer is the same whether or not somebody has the address, and
        given before that is looked up, but for addresses whose code everybody knows. What is
        refused costs neither the address nor a write."""
        return self._start("email", request["email"], request, ctx)

    def start_by_phone(self, request: wire.StartPhoneSignIn, ctx: Context) -> Answered:
        """As `start`, for a number in one of the countries that are served."""
        try:
            phone = mobile_number(request["phone"])
        except ValueError:
            expected = {"expected": "mobile_number"}
            wrong = FieldProblem("/phone", "field.format", expected)
            raise DomainError(INVALID_INPUT, fields=[wrong]) from None
        if not phone.startswith(self._phone_countries):
            raise DomainError(PHONE_COUNTRY_NOT_SERVED, countries=[*self._phone_countries])
        return self._start("phone", phone, request, ctx)

    def _start(
        self,
        kind: Literal["email", "phone"],
        to: str,
        request: wire.StartSignIn | wire.StartPhoneSignIn,
        ctx: Context,
    ) -> Answered:
        budget = self.budgets[kind].all
        self._require_proof(to, request["proof"])
        if wait := budget.take():
            raise DomainError(SIGN_IN_TOO_OFTEN, retry_after=wait)
        # Nobody's inbox is flooded by a code that everybody knows; guesses count as ever.
        if not self._codes.is_known(to) and (wait := self._limits.wait_for_address(to)):
            budget.give_back()
            raise DomainError(SIGN_IN_TOO_OFTEN, retry_after=wait)
        promised = domain.new_challenge(
            id=new_id("chl"), kind=kind, to=to, locale=request["locale"], now=real_now()
        )
        answer: wire.SignInStarted = {
            "challenge_id": promised["_id"],
            "expires_at": promised["expires_at"],
            "resend_after_seconds": int(domain.RESEND_AFTER.total_seconds()),
        }
        if self._codes.is_known(to):  # who knows the code needs no mail to begin with
            self._open(promised, ctx)
            return Answered(answer)
        return Answered(answer, lambda freed: self._open(promised, freed))

    def fetch_code(self, request: wire.ChallengeRef, ctx: Context) -> wire.SignInCode:
        """Gives the code as often as its caller asks while the challenge is open."""
        challenge = self._challenges.get(request["challenge_id"])
        if challenge is None or not domain.is_open(challenge, real_now()):
            raise DomainError(OBJECT_NOT_FOUND, noun="open sign-in challenge")
        return {
            "email": challenge.get("email"),
            "phone": challenge.get("phone"),
            "code": self._codes.of(challenge),
            "locale": challenge["locale"],
            "expires_at": challenge["expires_at"],
        }

    def finish(self, request: wire.FinishSignIn, ctx: Context) -> wire.SessionTokens:
        """Exchanges the right code for a session; creates the person at the first time."""
        challenge, known, now = self._checked(request)
        secret = secrets.token_urlsafe(32)
        way = PHONE if "phone" in challenge else "email"

        def work(tx: Transaction, person: Person, is_new: bool = False) -> Session:
            if not self._challenges.use(tx, challenge["_id"], now):
                raise DomainError(SIGN_IN_CODE_WRONG)
            return self._sessions.open(tx, person, way, secret, now)

        locale = challenge["locale"]
        if "phone" in challenge:
            shown = shown_phone(challenge["phone"])
            session = self._identities.unit_with(shown, locale, ctx, work)
        else:
            session = self._people.unit_with(known, challenge["email"], locale, ctx, work)
        return self._sessions.tokens_of(session, secret)

    def link(self, request: wire.FinishSignIn, ctx: Context) -> wire.Identities:
        """Exchanges the right code for the address or phone as a way of who is signed in."""
        require_self(ctx, LINK_BY_CODE.who)
        try:
            challenge, _, now = self._checked(request)
        except DomainError as problem:
            if problem.error is SIGN_IN_CODE_WRONG:
                raise DomainError(LINK_CODE_WRONG) from None
            raise
        return self._identities.link_by_challenge(
            challenge, lambda tx: self._challenges.use(tx, challenge["_id"], now), ctx
        )

    def _checked(self, request: wire.FinishSignIn) -> tuple[Challenge, Person | None, dt.datetime]:
        """The challenge that this code opens now, and who has its address; a wrong one is counted.

        Raises DomainError(SIGN_IN_CODE_WRONG, MAIL_DOMAIN_BLOCKED).
        """
        challenge, known = self._challenges.with_person(request["challenge_id"])
        now = real_now()
        try:
            domain.check_code(challenge, self._codes, request["code"], now)
        except DomainError:
            FAILURES.inc()
            if challenge is not None and self._challenges.take_a_try(challenge["_id"]):
                self._limits.note_wrong(domain.sent_to(challenge))
            raise
        assert challenge is not None
        if known is None and "email" in challenge:
            # Told to whoever shows that the address is theirs, so it says nothing about others.
            require_welcome(challenge["email"], self._blocked_domains)
        return challenge, known, now

    def _open(self, promised: Challenge, ctx: Context) -> None:
        """Opens the challenge and has its code sent, if there is room for whose it is.

        A crash before it leaves somebody without a code, who asks again after a minute.
        """
        phone = promised.get("phone")
        budgets = self.budgets["email" if phone is None else "phone"]
        if phone is None:
            is_known = self._people.by_address(promised["email"]) is not None
        else:
            is_known = self._stored_identities.is_known(phone_key(phone))
        if not is_known and budgets.strangers.take():
            budgets.all.give_back()
            UNSENT.inc()
            return
        requested = SIGN_IN_REQUESTED if phone is None else PHONE_SIGN_IN_REQUESTED

        def work(tx: Transaction) -> None:
            challenge = self._challenges.insert(tx, promised)
            facts: wire.SignInRequested = {
                "challenge_id": challenge["_id"],
                "locale": challenge["locale"],
            }
            tx.emit(requested, challenge, facts)

        self._uow.run(ctx, work)

    def _require_proof(self, to: str, proof: str | None) -> None:
        proofs = self._proofs
        if proofs is not None and not (proof and proofs.is_solved(to, proof)):
            raise DomainError(SIGN_IN_PROOF_NEEDED, **proofs.task(to))
