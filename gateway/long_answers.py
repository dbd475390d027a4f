"""Answers that outlast one call: streams of events, what is waited for, files in pieces.

Each time that more is to be said, the caller has to be good for it still, and each further call has
a deadline and a turn of its own.
"""

import dataclasses
from collections.abc import Callable
from typing import Any

import structlog

from chassis.context import Context, Deadline
from contracts.errors import DomainError
from contracts.records import Rpc
from gateway import headers
from gateway.answers import Answer
from gateway.api_keys import ApiKeys
from gateway.documents import CheckedRequest, Operation
from gateway.exchange import Exchange
from gateway.news import News
from gateway.routing import EVENT_STREAM
from gateway.streams import Streams
from gateway.tokens import TokenVerifier
from gateway.waiting import look_until_new

Document = dict[str, Any]
Found = tuple[Document, bool]  # whether it is what was answered before
Call = Callable[[Rpc, Document, Context, Exchange], Found]

_STREAM_HEAD = [
    ("Content-Type", EVENT_STREAM),
    ("Cache-Control", "no-store"),
    ("X-Accel-Buffering", "no"),  # what a proxy gathers comes too late
]

log = structlog.get_logger()


class LongAnswers:
    """Such answers of one gateway."""

    def __init__(
        self, call: Call, news: News, *, tokens: TokenVerifier, keys: ApiKeys, most_streams: int
    ) -> None:
        self._call, self._news = call, news
        self._tokens, self._keys = tokens, keys
        self._streams = Streams(news, tokens, most=most_streams)
        self._stopping = False

    def stop(self) -> None:
        """Streams end, and who waits gets what is there."""
        self._stopping = True
        self._streams.stop()
        self._news.wake_all()

    def session_ended(self, person_id: str) -> None:
        """The streams of that session end, too."""
        self._streams.look_again(person_id)

    def stream(self, exchange: Exchange) -> Answer:
        """What concerns the person, for as long as they listen."""
        assert exchange.bearer is not None
        environ = exchange.environ
        if environ["REQUEST_METHOD"] == "HEAD":
            return Answer(200, headers=[*_STREAM_HEAD])
        environ["eventlet.minimum_write_chunk_size"] = "1"
        last_seen = environ.get("HTTP_LAST_EVENT_ID")
        stream = self._streams.open(exchange.bearer, last_seen, environ["gateway.connection"])
        return Answer(200, headers=[*_STREAM_HEAD], rest=stream)

    def wait(
        self,
        operation: Operation,
        asked: CheckedRequest,
        subject: str,
        ctx: Context,
        exchange: Exchange,
    ) -> Found:
        """What the caller does not have yet, or what is there when the time is over."""
        seen = exchange.environ.get("HTTP_IF_NONE_MATCH")

        def look() -> Found:
            return self._call_again(operation.rpc, asked.checked, ctx, exchange)

        def is_new(document: Document) -> bool:
            etag = operation.etag(document, operation.answer(document, asked.scope))
            return etag is None or not headers.names_etag(seen, etag)

        with self._news.waiting(subject, exchange.caller, operation.rpc.service) as wait:
            return look_until_new(
                look,
                is_new,
                wait,
                asked.wait,
                exchange.environ["gateway.connection"],
                lambda: self._stopping,
            )

    def next_piece(
        self, rpc: Rpc, asked: Document, ctx: Context, exchange: Exchange, after: str
    ) -> Document:
        """A further piece. What fails now cuts the connection, since the status is out already."""
        try:
            return self._call_again(rpc, {**asked, "after": after}, ctx, exchange)[0]
        except DomainError as error:
            log.warning("answer_cut", request_id=exchange.request_id, problem=error.code)
            raise

    def _call_again(self, rpc: Rpc, request: Document, ctx: Context, exchange: Exchange) -> Found:
        if exchange.bearer is not None:
            self._tokens.require_going_on(exchange.bearer)
        self._keys.require_going_on(exchange.actor)
        within = dataclasses.replace(ctx, deadline=Deadline(rpc.deadline))
        return self._call(rpc, request, within, exchange)
