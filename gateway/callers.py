"""Who asks, and whether they ask too often.

A request counts before its token or API key is looked at and again for the person or key that it
names (ADR 0043); a wrong guess at a secret costs more (ADR 0045).
"""

from functools import partial

import structlog
from prometheus_client import Counter

from chassis.context import ANONYMOUS, Actor, Context
from contracts.access import Scope
from contracts.errors import KEY_NOT_TAKEN, DomainError
from contracts.errors.gateway import RATE_LIMITED, SCOPE_MISSING
from gateway import headers
from gateway.admission import CALLBACKS
from gateway.api_keys import ApiKeys, key_shown
from gateway.exchange import Environ, Exchange
from gateway.limits import BY_SOURCE, WRONG_GUESS_COSTS, OperationClass, all_of
from gateway.linked import link_shown, linked_actor
from gateway.routing import Route
from gateway.shared_limits import SharedLimits
from gateway.tokens import TokenVerifier

USER_SCOPE = "user"  # a person's own token: every scope of a person

log = structlog.get_logger()
_limited = Counter(
    "coterie_http_requests_limited_total",
    "Requests refused because their caller asked too often.",
    ["operations"],
)
for _operations in OperationClass:
    _limited.labels(_operations)  # shown as 0, so that an alert sees the first as growth


class Callers:
    """The callers of one gateway, by their tokens, API keys, links and addresses."""

    def __init__(
        self,
        *,
        tokens: TokenVerifier,
        keys: ApiKeys,
        limits: SharedLimits,
        trusted_proxies: int,
    ):
        self._tokens = tokens
        self._keys = keys
        self._limits = limits
        self._trusted_proxies = trusted_proxies

    def actor(self, route: Route, exchange: Exchange) -> Actor:
        """Who asks, when they may go on: their request counts, and their token is good for it."""
        environ, operations = exchange.environ, route.limited_as
        if operations is None:
            exchange.caller = CALLBACKS
            return ANONYMOUS
        authorization = environ.get("HTTP_AUTHORIZATION")
        if (link := link_shown(route, authorization)) is not None:
            count = partial(self.count, operations, exchange=exchange)
            back = partial(self._limits.charge, operations, count=-1)
            exchange.actor = linked_actor(route, link, exchange.source, self._tokens, count, back)
            return exchange.actor
        # A token counts where none is needed, too, so that people behind one address are told
        # apart; but nobody has more tries at signing in by having more accounts.
        signs_in = operations in BY_SOURCE
        token = None if signs_in else authorization
        if (secret := key_shown(token)) is not None:
            return self._key_actor(route, operations, secret, exchange)
        if token:
            # One host with many accounts; and before the token is looked through, which costs more.
            self.count(operations, all_of(exchange.source), exchange)
        try:
            exchange.bearer = bearer = self._tokens.verify(token)
        except DomainError:
            self.count(operations, exchange.source, exchange)
            if route.scope is None:
                return ANONYMOUS
            raise
        actor = Actor(
            "person",
            bearer.person_id,
            bearer.session_id,
            bearer.scopes,
            signed_in_at=bearer.signed_in_at,
        )
        exchange.actor = actor
        try:
            self.count(operations, bearer.person_id, exchange)
        except DomainError:  # who floods leaves the others there what is theirs
            self._limits.charge(operations, all_of(exchange.source), -1)
            raise
        if route.scope is None:
            return actor if route.rpc.who.knowing and USER_SCOPE in bearer.scopes else ANONYMOUS
        if not {USER_SCOPE, route.scope}.intersection(bearer.scopes):
            raise DomainError(SCOPE_MISSING, needed=str(route.scope))
        return actor

    def _key_actor(
        self, route: Route, operations: OperationClass, secret: str, exchange: Exchange
    ) -> Actor:
        """The program that shows an API key, as a person who shows a token."""
        of_source = partial(self.count, operations, exchange.source, exchange)
        self.count(operations, all_of(exchange.source), exchange)
        ctx = Context(ANONYMOUS, exchange.locale, exchange.request_id, exchange.traceparent)
        try:
            actor = self._keys.resolve(secret, ctx, of_source)
        except DomainError as refused:
            if refused.error is RATE_LIMITED:
                raise
            of_source()
            if route.scope is None:
                return ANONYMOUS
            raise
        exchange.actor = actor
        try:
            self.count(operations, actor.id, exchange)
        except DomainError:
            self._limits.charge(operations, all_of(exchange.source), -1)
            raise
        if route.scope is None:
            sees = route.rpc.who.knowing and Scope.COMMUNITIES_READ in actor.scopes
            return actor if sees else ANONYMOUS
        if not route.rpc.who.takes_keys:
            raise DomainError(KEY_NOT_TAKEN)
        if route.scope not in actor.scopes:
            raise DomainError(SCOPE_MISSING, needed=str(route.scope))
        return actor

    def source(self, environ: Environ) -> str:
        return headers.source(
            environ["REMOTE_ADDR"],
            environ.get("HTTP_X_FORWARDED_FOR"),
            self._trusted_proxies,
        )

    def count(self, operations: OperationClass, caller: str, exchange: Exchange) -> None:
        """Raises RATE_LIMITED when the caller asked too often."""
        exchange.caller = caller
        taken = self._limits.take(operations, caller)
        exchange.limit_headers = self._limits.headers(operations, taken)
        if not taken.allowed:
            _limited.labels(operations).inc()
            raise DomainError(
                RATE_LIMITED,
                operations=operations,
                per_minute=taken.limit.per_minute,
                retry_after=taken.seconds,
            )

    def count_guess(self, error: DomainError, exchange: Exchange) -> None:
        """A wrong guess costs the source more than a request, whoever is guessed at (ADR 0045)."""
        assert exchange.route is not None
        assert exchange.route.limited_as is not None
        source = exchange.source
        bucket = source if exchange.caller == source else all_of(source)
        self._limits.charge(exchange.route.limited_as, bucket, WRONG_GUESS_COSTS)
        log.info(
            "guess_wrong",
            request_id=exchange.request_id,
            problem=error.code,
            source=headers.neighbourhood(source),
        )
