"""Structured logs: one JSON object a line on stdout.

Every line has time, level, event, service; work adds role, request_id and trace, bound by the
entrypoint that began it (context variables live as long as one worker). Secrets are masked, by the
name of a field and where an address holds a password.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any

import structlog

_SECRET_FIELD = re.compile(
    r"password|passwd|secret|token$|^code$|authorization|cookie|api_key|signature", re.I
)
_SECRET_IN_URL = re.compile(r"(?<=://)([^:/@\s]*):[^@/\s]+(?=@)")
MASK = "***"

# nameko logs every exception of a worker with its traceback, refusals and expected ones included;
# the chassis' entrypoints log what is worth it.
_QUIET = {"nameko.containers": logging.CRITICAL, "amqp": logging.ERROR, "pymongo": logging.WARNING}


def configure(*, service: str, level: str) -> None:
    """Sends structlog's and the standard library's records to stdout as JSON lines."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _service(service),
        structlog.processors.ExceptionRenderer(),
        _masked,
    ]
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
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
        if _is_secret(name):
            event[name] = MASK
        elif isinstance(value, str) and "://" in value:
            event[name] = _SECRET_IN_URL.sub(rf"\1:{MASK}", value)
    return event


@lru_cache(maxsize=1024)
def _is_secret(name: str) -> bool:
    return _SECRET_FIELD.search(name) is not None
