"""Signing in with an external provider (WeChat, OpenID Connect), and linking an account there
(ADR 0073).

The provider is asked between two units of work, never in one: the first spends the state, the
second opens the session or links. A crash between them leaves nothing; people begin again. Whose
turn at the provider does not come has spent nothing, and can send the same again.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import urlsplit

import structlog
from prometheus_client import Counter

from chassis.access import require_self
from chassis.bounded_http import PartnerSilent
from chassis.clock import real_now
from chassis.context import Context
from chassis.ids import new_id
from chassis.partners import LEFT_ALONE_SECONDS, Partner
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.errors.membership import (
    LINK_NOT_VOUCHED,
    RETURN_ADDRESS_NOT_ALLOWED,
    SIGN_IN_BEGINS_IN_PROGRAM,
    SIGN_IN_IN_PREVIEW,
    SIGN_IN_NONCE_WRONG,
    SIGN_IN_NOT_VOUCHED,
    SIGN_IN_STATE_WRONG,
    SIGN_IN_WAY_AWAY,
)
from contracts.membership import FINISH_LINKING, START_LINKING
from contracts.types import membership as wire
from services.membership.adapters.access_tokens import AccessTokens
from services.membership.adapters.ways import (
    Begun,
    InPreview,
    NonceWrong,
    NotVouched,
    Provider,
    Way,
)
from services.membership.domain.identity import sign_in_states as domain
from services.membership.domain.identity.identities import Shown
from services.membership.domain.identity.people import Person
from services.membership.domain.identity.sign_in import Session
from services.membership.domain.identity.sign_in_states import SignInState
from services.membership.store import Stores
from services.membership.usecases.identity.identities import IdentityUseCases
from services.membership.usecases.identity.sessions import SessionUseCases

FAILURES = Counter("coterie_sign_in_way_failures", "Sign-ins that came to nothing", ["way", "code"])
# Of who signs in these are 401; who links is signed in, and would renew their tokens at that.
_NOT_VOUCHED = (SIGN_IN_STATE_WRONG, SIGN_IN_NONCE_WRONG, SIGN_IN_NOT_VOUCHED)
log = structlog.get_logger()
_LOCAL = ("localhost", "127.0.0.1")


class FrontEnds(NamedTuple):
    """Where people may be sent to; `local` takes any port of this host, too, for development."""

    origins: Set[str]
    local: bool

    def require(self, address: str) -> None:
        """Raises DomainError(RETURN_ADDRESS_NOT_ALLOWED)."""
        try:
            parts = urlsplit(address)
            host, origin = parts.hostname, f"{parts.scheme}://{parts.netloc}"
            is_local = self.local and host in _LOCAL and parts.port != 0
        except ValueError:
            raise DomainError(RETURN_ADDRESS_NOT_ALLOWED, origin="") from None
        # Browsers read a backslash as a slash, and what stands before @ as a name.
        is_plain = "\\" not in address and "@" not in parts.netloc
        if not is_plain or not (origin in self.origins or is_local):
            raise DomainError(RETURN_ADDRESS_NOT_ALLOWED, origin=origin[:200])


class WayUseCases:
    """`providers` are those of `ways`, by name."""

    def __init__(
        self,
        *,
        stores: Stores,
        uow: UnitOfWork,
        identities: IdentityUseCases,
        sessions: SessionUseCases,
        tokens: AccessTokens,
        ways: Sequence[Way],
        providers: Mapping[str, Provider],
        front_ends: FrontEnds,
        phone_countries: Sequence[str],
    ) -> None:
        self._states = stores.sign_in_states
        self._people = stores.people
        self._uow = uow
        self._identities = identities
        self._sessions = sessions
        self._secret = tokens.derive_secret("coterie sign-in state")
        self._ways = {way.name: way for way in ways}
        self.providers = providers
        # By address: what hangs for one of WeChat's ways hangs for all three.
        self._partners: defaultdict[str, Partner] = defaultdict(Partner)
        self._front_ends = front_ends
        self._phone_countries = phone_countries

    def list_all(self, request: wire.Empty, ctx: Context) -> wire.Ways:
        """What a front end can offer."""
        ways: list[wire.Way] = [
            {"name": way.name, "kind": way.kind, "label": way.called(ctx.locale)}
            for way in self._ways.values()
        ]
        return {"ways": ways, "phone_countries": list(self._phone_countries)}

    def start(self, request: wire.StartAtWay, ctx: Context) -> wire.StartedAtWay:
        """Begins a sign-in."""
        return self._start(request, None, ctx)

    def start_linking(self, request: wire.StartAtWay, ctx: Context) -> wire.StartedAtWay:
        """Begins to link an account elsewhere."""
        return self._start(request, require_self(ctx, START_LINKING.who), ctx)

    def finish(self, request: wire.FinishAtWay, ctx: Context) -> wire.SignedInAtWay:
        """Opens a session for who came back."""
        with self._turn_at(request["way"]):
            state = self._used_state(request, None, ctx)
            shown = self._vouched(request, state)
        secret = secrets.token_urlsafe(32)

        def work(tx: Transaction, person: Person, is_new: bool) -> tuple[Session, bool]:
            opened = self._sessions.open(tx, person, request["way"], secret, real_now())
            return opened, is_new

        locale = ctx.locale if state is None else state["locale"]
        session, is_new = self._identities.unit_with(shown, locale, ctx, work)
        return {
            **self._sessions.tokens_of(session, secret),
            "return_to": state and state["return_to"],
            "is_new": is_new,
        }

    def finish_linking(self, request: wire.FinishAtWay, ctx: Context) -> wire.LinkedAtWay:
        """Links the account of who came back to the person who began it."""
        person_id = require_self(ctx, FINISH_LINKING.who)
        if self._begins_nothing(request["way"]):
            ctx.require_recent_sign_in()  # elsewhere the start asked for it
        try:
            with self._turn_at(request["way"]):
                state = self._used_state(request, person_id, ctx)
                shown = self._vouched(request, state)
        except DomainError as problem:
            if problem.error not in _NOT_VOUCHED:
                raise
            reason = problem.params.get("reason", problem.code.partition(".")[2])
            raise DomainError(LINK_NOT_VOUCHED, reason=reason) from None
        linked = self._identities.link(shown, person_id, ctx)
        return {"identity": linked, "return_to": state and state["return_to"]}

    def _start(
        self, request: wire.StartAtWay, person_id: str | None, ctx: Context
    ) -> wire.StartedAtWay:
        if self._begins_nothing(request["way"]):
            raise DomainError(SIGN_IN_BEGINS_IN_PROGRAM)
        for address in (request["callback_url"], request["return_to"]):
            self._front_ends.require(address)
        secret = secrets.token_urlsafe(32)
        state = domain.new_state(
            id=new_id("sst"),
            way=request["way"],
            person_id=person_id,
            secret=secret,
            callback_url=request["callback_url"],
            return_to=request["return_to"],
            locale=request["locale"],
            now=real_now(),
        )
        with self._turn_at(request["way"], asks=False):
            url = self.providers[request["way"]].authorize_url(self._begun(state))

        def work(tx: Transaction) -> None:
            if person_id is not None:
                self._people.mention(tx, [person_id])
            self._states.insert(tx, state)

        self._uow.run(ctx, work)
        return {
            "authorize_url": url,
            "state": domain.text_of(state),
            "browser_secret": secret,
            "expires_at": state["expires_at"],
        }

    def _used_state(
        self, request: wire.FinishAtWay, person_id: str | None, ctx: Context
    ) -> SignInState | None:
        """The state that came back, spent by this; None for a mini program, which has none."""
        if self._begins_nothing(request["way"]):
            return None
        text, secret = request["state"], request["browser_secret"]
        if text is None or secret is None:
            raise DomainError(SIGN_IN_STATE_WRONG)

        def work(tx: Transaction) -> SignInState:
            state = self._states.get(f"{domain.PREFIX}{text}", tx=tx)
            used = domain.use(
                state, way=request["way"], person_id=person_id, secret=secret, now=real_now()
            )
            return self._states.save(tx, used)

        return self._uow.run(ctx, work)

    def _vouched(self, request: wire.FinishAtWay, state: SignInState | None) -> Shown:
        begun = None if state is None else self._begun(state)
        return self.providers[request["way"]].identify(request["code"], begun)

    @contextmanager
    def _turn_at(self, name: str, *, asks: bool = True) -> Iterator[None]:
        """A turn at the provider of a way; raises the DomainError that its refusal means, and
        (OBJECT_NOT_FOUND) for an unknown one."""
        way = self._require_way(name)
        try:
            with self._partners[way.issuer or way.api_url].turn(asks=asks):
                yield
        except PartnerSilent as silent:
            reason = str(silent)
            problem = DomainError(SIGN_IN_WAY_AWAY, way=name, retry_after=LEFT_ALONE_SECONDS)
        except NonceWrong:
            reason, problem = "nonce", DomainError(SIGN_IN_NONCE_WRONG)
        except InPreview:
            reason, problem = "preview", DomainError(SIGN_IN_IN_PREVIEW)
        except NotVouched as refusal:
            reason = str(refusal)
            problem = DomainError(SIGN_IN_NOT_VOUCHED, reason=reason)
        else:
            return
        FAILURES.labels(name, problem.code).inc()
        log.info("sign_in_way_failed", way=name, problem=problem.code, reason=reason)
        raise problem

    def _begins_nothing(self, name: str) -> bool:
        """Whether it is a mini program's; raises as `_require_way`."""
        return self._require_way(name).kind == "wechat_mini"

    def _require_way(self, name: str) -> Way:
        """Raises DomainError(OBJECT_NOT_FOUND) for an unknown one."""
        if name not in self._ways:
            raise DomainError(OBJECT_NOT_FOUND, noun="way to sign in")
        return self._ways[name]

    def _begun(self, state: SignInState) -> Begun:
        return Begun(
            state=domain.text_of(state),
            callback_url=state["callback_url"],
            nonce=domain.nonce_of(state, self._secret),
            verifier=domain.verifier_of(state, self._secret),
        )
