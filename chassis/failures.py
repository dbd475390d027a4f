"""What an exception that left a handler means to the one who asked (architecture.md §6)."""

import structlog

from chassis import mongo
from contracts.errors import INTERNAL, SERVICE_UNAVAILABLE, DomainError

log = structlog.get_logger()


def as_domain_error(error: Exception, *, where: str) -> DomainError:
    """The refusal to tell; what is neither a refusal nor an outage is logged with its traceback."""
    if isinstance(error, DomainError):
        return error
    if mongo.is_unavailable(error):
        log.warning("database_unavailable", where=where, error=error)
        return DomainError(SERVICE_UNAVAILABLE)
    log.error("handler_failed", where=where, exc_info=error)
    return DomainError(INTERNAL)
