"""How the description says what is waited for: `?wait=`, and a person's stream of events."""

import json
from typing import Any

from contracts.records import Rpc
from gateway import examples
from gateway.waiting import LONGEST_WAIT

PARAMETERS: dict[str, dict[str, Any]] = {
    "SeenETag": {
        "name": "If-None-Match",
        "in": "header",
        "description": "The ETag of what you have: 304 while it is still so.",
        "schema": {"type": "string"},
    },
    "Wait": {
        "name": "wait",
        "in": "query",
        "description": "So many seconds to wait for something else than If-None-Match names, or for"
        " what is not there yet; it is answered as soon as there is.",
        "schema": {"type": "integer", "minimum": 1, "maximum": LONGEST_WAIT},
    },
    "LastEventId": {
        "name": "Last-Event-ID",
        "in": "header",
        "description": "The last `id` that you got, to hear what came since; `reset` comes first"
        " where that is not known in full.",
        "schema": {"type": "string"},
    },
}


def stream_content(rpc: Rpc, data: dict[str, Any]) -> dict[str, Any]:
    """A stream: OpenAPI 3.1 has no words for its parts, so `x-event` is the data of each event,
    a reference to its schema."""
    example = json.dumps(examples.of_schema(rpc.response()))
    return {
        "schema": {"type": "string"},
        "x-event": data,
        "example": f"retry: 3000\nid: 1795843200000\n\nid: 1795843212345\ndata: {example}\n\n",
    }
