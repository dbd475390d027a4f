"""How a call and its answer look on the wire; client and server share it.

A call goes to the topic exchange `rpc` with routing key `<service>.<name>`, a JSON document as its
body and the context in its headers; it is transient and expires with its deadline. The answer goes
by direct reply-to: `{"ok": document}` or `{"error": DomainError.as_dict()}`. Whose call it is says
the property `user_id` (`chassis.senders`).
"""

from functools import cache

from marshmallow import Schema

EXCHANGE = "rpc"
CONTENT_TYPE = "application/json"
REPLY_TO = "amq.rabbitmq.reply-to"
REPLAYED_HEADER = "coterie-replayed"
MAX_REPLY_BYTES = 512 * 1024
TRANSIENT = 1


def queue_name(service: str) -> str:
    """The queue of all calls to a service."""
    return f"rpc-{service}"


@cache
def schema_of(schema: type[Schema]) -> Schema:
    """One instance of a contract's schema, kept: building one costs more than using it."""
    return schema()
