"""Signing in by e-mail code. All times are real time (product.md §7)."""

import secrets
from collections.abc import Set

from prometheus_client import Counter

from chassis.clock import real_now
from chassis.context import Context
from chassis.ids import new_id
from chassis.rpc_server import Answered
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.errors.membership import (
    SIGN_IN_CODE_WRONG,
    SIGN_IN_PROOF_NEEDED,
    SIGN_IN_TOO_OFTEN,
)
from contracts.membership import SIGN_IN_REQUESTED
from contracts.types import membership as wire
from services.membership.adapters.access_tokens import AccessTokens
from services.membership.adapters.proofs import Proofs
from services.membership.domain.identity import sign_in as domain
from services.membership.domain.identity.people import Person, require_welcome
from services.membership.domain.identity.sign_in import Challenge, Session
from services.membership.store import Stores
from services.membership.usecases.identity.people import PersonUseCases
from services.membership.usecases.identity.sessions import SessionUseCases

FAILURES = Counter("coterie_sign_in_failures", "Codes that were wrong, used or expired")
UNSENT = Counter(
    "coterie_sign_in_strangers_unsent", "Codes that were not mailed: strangers had their share"
)


class SignInUseCases:
    """From an address to a session.

    `starts_per_minute` codes are mailed in all, of which strangers may have `for_strangers`.
    `seed_code` opens every challenge of a seeded person, in development.
    """

    def __init__(
        self,
        *,
        stores: Stores,
        uow: UnitOfWork,
        people: PersonUseCases,
        sessions: SessionUseCases,
        tokens: AccessTokens,
        starts_per_minute: int,
        for_strangers: int,
        proofs: Proofs | None,
        blocked_domains: Set[str],
        seed_code: str = "",
    ) -> None:
        self._challenges = stores.challenges
        self._limits = stores.sign_in_limits
        self._all = stores.sign_in_limits.budget("system", starts_per_minute)
        self._strangers = stores.sign_in_limits.budget("strangers", for_strangers)
        self._uow = uow
        self._people = people
        self._sessions = sessions
        self._proofs = proofs
        self._blocked_domains = blocked_domains
        self._codes = domain.Codes(tokens.derive_secret("coterie sign-in code"), seed_code)

    def start(self, request: wire.StartSignIn, ctx: Context) -> Answered:
        """Promises a code. The answer is the same whether or not somebody has the address, and
        given before that is looked up. What is refused costs neither the address nor a write."""
        email = request["email"]
        self._require_proof(email, request["proof"])
        if wait := self._all.take():
            raise DomainError(SIGN_IN_TOO_OFTEN, retry_after=wait)
        # Nobody's inbox is flooded by a code that everybody knows; guesses count as ever.
        if not self._codes.is_known(email) and (wait := self._limits.wait_for_address(email)):
            self._all.give_back()
            raise DomainError(SIGN_IN_TOO_OFTEN, retry_after=wait)
        promised = domain.new_challenge(
            id=new_id("chl"), email=email, locale=request["locale"], now=real_now()
        )
        answer: wire.SignInStarted = {
            "challenge_id": promised["_id"],
            "expires_at": promised["expires_at"],
            "resend_after_seconds": int(domain.RESEND_AFTER.total_seconds()),
        }
        return Answered(answer, lambda freed: self._open(promised, freed))

    def fetch_code(self, request: wire.ChallengeRef, ctx: Context) -> wire.SignInCode:
        """Gives the code as often as its caller asks while the challenge is open."""
        challenge = self._challenges.get(request["challenge_id"])
        if challenge is None or not domain.is_open(challenge, real_now()):
            raise DomainError(OBJECT_NOT_FOUND, noun="open sign-in challenge")
        return {
            "email": challenge["email"],
            "code": self._codes.of(challenge["_id"], challenge["email"]),
            "locale": challenge["locale"],
            "expires_at": challenge["expires_at"],
        }

    def finish(self, request: wire.FinishSignIn, ctx: Context) -> wire.SessionTokens:
        """Exchanges the right code for a session; creates the person at the first time."""
        challenge, known = self._challenges.with_person(request["challenge_id"])
        now = real_now()
        try:
            domain.check_code(challenge, self._codes, request["code"], now)
        except DomainError:
            FAILURES.inc()
            if challenge is not None and self._challenges.take_a_try(challenge["_id"]):
                self._limits.note_wrong(challenge["email"])
            raise
        assert challenge is not None
        if known is None:
            # Told to whoever shows that the address is theirs, so it says nothing about others.
            require_welcome(challenge["email"], self._blocked_domains)
        secret = secrets.token_urlsafe(32)

        def work(tx: Transaction, person: Person) -> Session:
            if not self._challenges.use(tx, challenge["_id"], now):
                raise DomainError(SIGN_IN_CODE_WRONG)
            return self._sessions.open(tx, person, secret, now)

        session = self._people.unit_with(known, challenge["email"], challenge["locale"], ctx, work)
        return self._sessions.tokens_of(session, secret)

    def _open(self, promised: Challenge, ctx: Context) -> None:
        """Opens the challenge and has its code mailed, if there is room for whose it is.

        A crash before it leaves somebody without a mail, who asks again after a minute.
        """
        if self._people.by_address(promised["email"]) is None and self._strangers.take():
            self._all.give_back()
            UNSENT.inc()
            return

        def work(tx: Transaction) -> None:
            challenge = self._challenges.insert(tx, promised)
            facts: wire.SignInRequested = {
                "challenge_id": challenge["_id"],
                "locale": challenge["locale"],
            }
            tx.emit(SIGN_IN_REQUESTED, challenge, facts)

        self._uow.run(ctx, work)

    def _require_proof(self, email: str, proof: str | None) -> None:
        proofs = self._proofs
        if proofs is not None and not (proof and proofs.is_solved(email, proof)):
            raise DomainError(SIGN_IN_PROOF_NEEDED, **proofs.task(email))
