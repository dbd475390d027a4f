"""Structured logs: a JSON object a line, on stdout; on stderr of commands, whose answer is stdout.

Every line has time, level, event, service; work adds role, request_id and trace, bound by the
entrypoint that began it (context variables live as long as one worker). Secrets are masked at every
depth, by the name of a field and where an address holds a password. Errors of the database quote
documents: lines (`error=error`) and tracebacks have their type and code instead.
"""

import logging
import re
import sys
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from functools import lru_cache
from typing import Any, TextIO

import structlog

from chassis import mongo

_SECRET_FIELD = re.compile(
    r"password|passwd|secret|token$|^code$|authorization|cookie|api_key|signature", re.I
)
_SECRET_IN_URL = re.compile(r"(?<=://)([^:/@\s]*):[^@/\s]+(?=@)")
MASK = "***"
_DEPTH = 8  # how deep a value is looked through; what lies deeper is not shown

# nameko logs every exception of a worker with its traceback, refusals and expected ones included;
# the chassis' entrypoints log what is worth it.
_QUIET = {"nameko.containers": logging.CRITICAL, "amqp": logging.ERROR, "pymongo": logging.WARNING}


def configure(*, service: str, level: str, stream: TextIO | None = None) -> None:
    """Sends structlog's and the standard library's records to `stream` (stdout) as JSON lines."""
    stream = stream or sys.stdout
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _service(service),
        structlog.processors.ExceptionRenderer(_traceback),
        _masked,
    ]
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(number, logging.INFO))
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(least)


def _service(name: str) -> Any:
    def add(logger: Any, method: str, event: MutableMapping[str, Any]) -> Any:
        event["service"] = name
        return event

    return add


def _masked(logger: Any, method: str, event: MutableMapping[str, Any]) -> Any:
    for name, value in event.items():
        event[name] = MASK if _is_secret(name) else _shown(value, _DEPTH)
    return event


def _shown(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return _SECRET_IN_URL.sub(rf"\1:{MASK}", value) if "://" in value else value
    if isinstance(value, BaseException):
        return _shown(mongo.told(value), depth)
    if not isinstance(value, Mapping | list | tuple | set | frozenset):
        return value
    if depth == 0:
        return MASK
    if isinstance(value, Mapping):
        return {
            str(name): MASK if _is_secret(str(name)) else _shown(inner, depth - 1)
            for name, inner in value.items()
        }
    return [_shown(inner, depth - 1) for inner in value]


def _traceback(exc_info: Any) -> str:
    """As Python writes it, with all causes, but for the texts that quote documents."""
    text = "".join(traceback.format_exception(*exc_info)).rstrip()
    for error in _with_causes(exc_info[1]):
        if mongo.quotes_documents(error) and str(error):
            text = text.replace(str(error), mongo.told(error))
    return text


def _with_causes(error: BaseException | None) -> Iterator[BaseException]:
    left, seen = [error], set[int]()
    while left:
        one = left.pop()
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            yield one
            left += [one.__cause__, one.__context__, *getattr(one, "exceptions", ())]


@lru_cache(maxsize=1024)
def _is_secret(name: str) -> bool:
    return _SECRET_FIELD.search(name) is not None
