"""The WSGI application: one request in, one answer out, whatever happens in between.

The order of the checks: address, method, who asks, how often, scope, headers, body, document; then
one RPC. A route with a large body asks a small question first: who may not is refused before the
body is read. Runs in the greenlet of its connection; a slow sender holds nothing but that.
"""

import dataclasses
import itertools
import json
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Protocol

import structlog
from prometheus_client import Counter, Histogram

from chassis.context import (
    ANONYMOUS,
    Context,
    Deadline,
    IdempotencyKey,
    accept_request_id,
    continue_trace,
    new_traceparent,
)
from contracts.errors import DEFAULT_LOCALE, INTERNAL, STALE_VERSION, DomainError
from contracts.errors.gateway import METHOD_UNSUPPORTED, ROUTE_UNKNOWN
from contracts.records import Rpc
from gateway import headers, pages, problems
from gateway.admission import CALLBACKS, Admission
from gateway.answers import Answer, in_pieces, packed, provider_answer, status_line
from gateway.api_keys import ApiKeys
from gateway.bodies import BODY_READ, LargeBodies, announced, read_body
from gateway.callers import Callers
from gateway.cors import CrossOrigin
from gateway.development.start import CLOCK, Development
from gateway.documents import Operation, RawRequest
from gateway.ended_sessions import SharedEnds
from gateway.exchange import Environ, Exchange
from gateway.hints import nearest
from gateway.key_actions import KeyActions
from gateway.limits import WRONG_GUESSES, OperationClass
from gateway.long_answers import Document, Found, LongAnswers
from gateway.news import News
from gateway.request_log import RequestLog
from gateway.routing import DEFAULT_BODY, JSON, RAW, Match, Route, RouteTable
from gateway.settings import GatewaySettings
from gateway.shared_limits import SharedLimits
from gateway.tokens import TokenVerifier

UNKEPT = [("Content-Type", JSON), ("Cache-Control", "no-store")]
REPLAYED = ("Idempotency-Replayed", "true")

log = structlog.get_logger()
SECONDS = Histogram(
    "coterie_http_request_seconds",
    "Time from the parsed head to the answer.",
    ["route", "method", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
_refused = Counter("coterie_http_refused_total", "Connections refused before a route was known.")

StartResponse = Callable[..., Any]


class Caller(Protocol):
    """What the application needs of the RPC client."""

    def call_marked(self, record: Rpc, request: Document, ctx: Context) -> Found: ...


class Application:
    """Everything between a parsed HTTP head and an answer."""

    def __init__(
        self,
        table: RouteTable,
        operations: dict[Route, Operation],
        *,
        rpc: Caller,
        tokens: TokenVerifier,
        keys: ApiKeys,
        ends: SharedEnds,
        limits: SharedLimits,
        news: News,
        requests: RequestLog,
        settings: GatewaySettings,
        is_ready: Callable[[], bool],
    ):
        self._table = table
        self._operations = operations
        self._rpc = KeyActions(rpc, {one.operation_id: one.scope for one in table.routes})
        self.tokens, self.ends, self.limits, self.keys = tokens, ends, limits, keys
        self.requests, self.news = requests, news
        self._callers = Callers(
            tokens=tokens, keys=keys, limits=limits, trusted_proxies=settings.trusted_proxies
        )
        self._settings = settings
        self._is_ready = is_ready
        self._pages = pages.Pages(api=settings.api_pages, development=bool(settings.seed_file))
        self._development = Development(settings) if settings.seed_file else None
        self._cors = CrossOrigin(settings.cors_origins.split())
        self._admission = Admission(settings.max_requests, most_waiting=settings.max_waiting)
        self._large_bodies = LargeBodies()
        self._long_answers = LongAnswers(
            self._call, news, tokens=tokens, keys=keys, most_streams=settings.max_streams
        )
        self.stopping = False

    def stop(self) -> None:
        """From now on it says that it is not ready; nobody waits here any more."""
        self.stopping = True
        self._long_answers.stop()

    def session_ended(self, told: Mapping[str, Any]) -> None:
        """Takes the data of `membership.sessions_ended`."""
        self.tokens.ended.heard(told)
        self._long_answers.session_ended(told["person_id"])

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        started = time.perf_counter()
        exchange = Exchange(
            environ,
            self._callers.source(environ),
            accept_request_id(environ.get("HTTP_X_REQUEST_ID")),
            headers.locale(environ.get("HTTP_ACCEPT_LANGUAGE")),
            continue_trace(environ.get("HTTP_TRACEPARENT")),
        )
        try:
            try:
                answer = self._answer(exchange)
            except DomainError as error:
                answer = self._problem(error, exchange)
        except Exception:  # also for a refusal that cannot be put into words
            log.exception("request_failed", request_id=exchange.request_id, route=exchange.label)
            answer = self._problem(DomainError(INTERNAL), exchange)
        return self._finish(answer, exchange, started, start_response)

    def refusal(self, error: DomainError) -> tuple[str, list[tuple[str, str]], bytes]:
        """The answer to bytes that never became a request (status line, headers, body)."""
        _refused.inc()
        exchange = Exchange({}, "", accept_request_id(None), DEFAULT_LOCALE, new_traceparent())
        answer = self._problem(error, exchange)
        common = self._common_headers(exchange, answer)
        return status_line(answer.status), [*answer.headers, *common], answer.body

    # ── what is at the address ──────────────────────────────────────────────────────────────────

    def _answer(self, exchange: Exchange) -> Answer:
        path = exchange.environ["RAW_PATH_INFO"]
        method = exchange.environ["REQUEST_METHOD"]
        if path.startswith("/health/"):
            return self._health(path, exchange)
        match = self._table.find(path)
        if match is None:
            return self._page(path, method, exchange)
        if method == "OPTIONS":
            preflight = self._cors.preflight(exchange.environ, match.allowed)
            return Answer(204, headers=[("Allow", ", ".join(match.allowed)), *preflight])
        route = match.by_method.get("GET" if method == "HEAD" else method)
        if route is None:
            self._callers.count(OperationClass.READ, exchange.source, exchange)
            return self._wrong_method(match.allowed, exchange)
        exchange.route, exchange.label = route, route.path
        return self._operate(route, match, exchange)

    def _page(self, path: str, method: str, exchange: Exchange) -> Answer:
        self._callers.count(OperationClass.READ, exchange.source, exchange)
        if self._development is not None and path == CLOCK:
            return self._clock(self._development, method, exchange)
        target = self._pages.redirects.get(path)
        gzipped = headers.accepts_gzip(exchange.environ.get("HTTP_ACCEPT_ENCODING"))
        page = self._pages.find(path, gzipped=gzipped, locale=exchange.locale)
        if self._development is not None:
            page = self._development.find(path, exchange.locale, gzipped=gzipped) or page
        if page is None and target is None:
            meant = nearest(path, self._table.paths) if path.startswith("/v1/") else None
            raise DomainError(ROUTE_UNKNOWN, did_you_mean=meant)
        exchange.label = "pages"
        if method not in ("GET", "HEAD"):
            return self._wrong_method(("GET", "HEAD"), exchange)
        if page is None:
            return Answer(302, headers=[("Location", str(target))])
        if headers.names_etag(exchange.environ.get("HTTP_IF_NONE_MATCH"), page.etag):
            return Answer(304, headers=page.headers, policy=pages.POLICY)
        return Answer(200, page.body, page.headers, pages.POLICY)

    def _clock(self, development: Development, method: str, exchange: Exchange) -> Answer:
        exchange.label = CLOCK
        allowed = ("GET", "POST", "HEAD", "OPTIONS")
        if method == "OPTIONS":
            preflight = self._cors.preflight(exchange.environ, allowed)
            return Answer(204, headers=[("Allow", ", ".join(allowed)), *preflight])
        if method == "POST":
            shown = development.move_clock(read_body(JSON, DEFAULT_BODY, exchange.environ))
        elif method in allowed:
            shown = development.now()
        else:
            return self._wrong_method(allowed, exchange)
        return Answer(200, json.dumps(shown).encode(), [*UNKEPT])

    def _health(self, path: str, exchange: Exchange) -> Answer:
        exchange.label = "health"
        if path == "/health/live":
            return Answer(200, b'{"status":"live"}', [*UNKEPT])
        if path != "/health/ready":
            raise DomainError(ROUTE_UNKNOWN)
        if self.stopping or not self._is_ready():
            return Answer(503, b'{"status":"not ready"}', [*UNKEPT, ("Retry-After", "1")])
        return Answer(200, b'{"status":"ready"}', [*UNKEPT])

    def _wrong_method(self, allowed: tuple[str, ...], exchange: Exchange) -> Answer:
        meant = [method for method in allowed if method not in ("HEAD", "OPTIONS")]
        answer = self._problem(DomainError(METHOD_UNSUPPORTED, allowed=meant), exchange)
        answer.headers.append(("Allow", ", ".join(allowed)))
        return answer

    # ── one operation ───────────────────────────────────────────────────────────────────────────

    def _operate(self, route: Route, match: Match, exchange: Exchange) -> Answer:
        environ = exchange.environ
        actor = self._callers.actor(route, exchange)
        if route.body != RAW:
            headers.check_accept(environ.get("HTTP_ACCEPT"), route.answers)
        key = None
        if route.needs_key:
            key = headers.idempotency_key(environ.get("HTTP_IDEMPOTENCY_KEY"))
        version = None
        if route.if_match:
            version = headers.expected_version(
                environ.get("HTTP_IF_MATCH"),
                environ.get("HTTP_IF_NONE_MATCH"),
                may_make=route.may_make,
            )
        operation = self._operations[route]
        ctx = Context(actor, exchange.locale, exchange.request_id, exchange.traceparent)
        if route.asks_first is not None:
            question = operation.first_question(match.values)
            within = dataclasses.replace(ctx, deadline=Deadline(route.asks_first.deadline))
            self._call(route.asks_first, question, within, exchange)
        with self._large_bodies.place(route, environ, exchange.caller):
            incoming = RawRequest(
                match.values,
                environ.get("QUERY_STRING", ""),
                read_body(route.body, route.max_body, environ) if route.has_body else b"",
                version,
                environ,
                None if actor is ANONYMOUS else actor.id,  # as earlier versions name them
            )
            asked = operation.request(incoming)
            if route.streams:
                return self._long_answers.stream(exchange)
            ctx = dataclasses.replace(
                ctx,
                deadline=Deadline(route.rpc.deadline),
                idempotency=IdempotencyKey(key, operation.fingerprint(asked)) if key else None,
            )
            try:
                if asked.wait:
                    subject = match.values[0]
                    document, replayed = self._long_answers.wait(
                        operation, asked, subject, ctx, exchange
                    )
                else:
                    document, replayed = self._call(route.rpc, asked.checked, ctx, exchange)
            except DomainError as error:
                if error.code in WRONG_GUESSES:
                    self._callers.count_guess(error, exchange)
                raise operation.placed(error) from error
        if route.body == RAW:
            return provider_answer(document)
        if route.in_pieces:
            ask = partial(self._long_answers.next_piece, route.rpc, asked.checked, ctx, exchange)
            return in_pieces(document, ask)
        body = operation.answer(document, asked.scope)
        etag = operation.etag(document, body)
        location = operation.location(document, match.values)
        answer_headers = [("Cache-Control", route.caching.header)]
        if etag is not None:
            answer_headers.append(("ETag", etag))
        if location is not None:
            answer_headers.append(("Location", location))
        if replayed:
            answer_headers.append(REPLAYED)
        if (
            route.caching.revalidate
            and etag is not None
            and headers.names_etag(environ.get("HTTP_IF_NONE_MATCH"), etag)
        ):
            return Answer(304, headers=answer_headers)
        if route.status == 204:
            return Answer(204, headers=answer_headers)
        return Answer(route.status, body, [("Content-Type", JSON), *answer_headers])

    def _call(self, rpc: Rpc, request: Document, ctx: Context, exchange: Exchange) -> Found:
        """Calls when it is the caller's turn; what they waited is part of the deadline."""
        assert ctx.deadline is not None
        connection = exchange.environ["gateway.connection"]
        # Of callbacks the sender is not known yet; they have a bound of their own.
        source = None if exchange.caller == CALLBACKS else exchange.source
        turn = self._admission.turn(
            rpc.service, exchange.caller, ctx.deadline, connection, source=source
        )
        with turn:
            return self._rpc.call_marked(rpc, request, ctx)

    # ── the answer ──────────────────────────────────────────────────────────────────────────────

    def _problem(self, error: DomainError, exchange: Exchange) -> Answer:
        status, exchange.code = problems.status_of(error.error), error.code
        route = exchange.route
        if route is not None and route.if_match and error.code == STALE_VERSION.code:
            status = 412
        body = problems.render(
            error,
            status,
            locale=exchange.locale,
            request_id=exchange.request_id,
            base_url=self._settings.problem_base_url,
        )
        problems.note(error, exchange.request_id)
        answer_headers = [("Content-Type", problems.CONTENT_TYPE), ("Cache-Control", "no-store")]
        if error.replayed:
            answer_headers.append(REPLAYED)
        return Answer(status, body, [*answer_headers, *problems.headers_of(error, status)])

    def _finish(
        self,
        answer: Answer,
        exchange: Exchange,
        started: float,
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        environ = exchange.environ
        if exchange.route is not None:  # pages are packed beforehand
            answer = packed(answer, environ.get("HTTP_ACCEPT_ENCODING"))
        unread = announced(environ) > 0 and BODY_READ not in environ
        if unread or self.stopping:
            environ["gateway.connection"].close_after_answer()
        answer_headers = [
            *answer.headers,
            *exchange.limit_headers,
            *self._common_headers(exchange, answer),
            *self._cors.headers(environ.get("HTTP_ORIGIN")),
        ]
        method = environ["REQUEST_METHOD"]
        if answer.status not in (204, 304) and answer.rest is None:
            answer_headers.append(("Content-Length", str(len(answer.body))))
        start_response(status_line(answer.status), answer_headers)
        seconds = time.perf_counter() - started
        if method not in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"):
            method = "other"
        SECONDS.labels(exchange.label, method, answer.status).observe(seconds)
        self.requests.note(exchange, method, answer.status, seconds)
        if exchange.label != "health":
            log.info(
                "request_served",
                request_id=exchange.request_id,
                trace=exchange.traceparent,
                method=method,
                route=exchange.label,
                status=answer.status,
                person=exchange.actor.person_id,
                session=exchange.actor.session_id,
                link=exchange.actor.link and exchange.actor.link.id,
                key=exchange.actor.key and exchange.actor.key.id,
                source=headers.neighbourhood(exchange.source),
                ms=round(seconds * 1000, 1),
            )
        if method == "HEAD" or answer.status in (204, 304):
            return []
        if answer.rest is None:
            return [answer.body]
        # The server closes what it was given, which a chain would not pass on.
        return itertools.chain([answer.body], answer.rest) if answer.body else answer.rest

    def _common_headers(self, exchange: Exchange, answer: Answer) -> list[tuple[str, str]]:
        answer_headers = [
            ("X-Request-Id", exchange.request_id),
            ("Content-Security-Policy", answer.policy),
            *pages.FOR_BROWSERS,
            ("Vary", "Accept-Encoding, Accept-Language, Origin"),
        ]
        if exchange.route is not None:
            answer_headers += exchange.route.deprecation_headers
        if answer.status not in (204, 304):
            answer_headers.append(("Content-Language", exchange.locale))
        return answer_headers
