"""What `make docs` writes of the clients, from a small description."""

from typing import Any

import pytest

from deploy.generate import clients

CURSOR = {"name": "cursor", "in": "query", "schema": {"type": "string"}}
KEY = {"name": "Idempotency-Key", "in": "header", "required": True, "schema": {"type": "string"}}
ID = {"name": "seat_id", "in": "path", "required": True, "schema": {"type": "string"}}


def json_of(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}


DOCUMENT: dict[str, Any] = {
    "paths": {
        "/v1/seats": {
            "get": {
                "operationId": "list_seats",
                "summary": "List seats",
                "parameters": [CURSOR],
                "responses": {"200": {"content": json_of("SeatsPage")}},
            }
        },
        "/v1/seats/{seat_id}/take": {
            "post": {
                "operationId": "take_seat",
                "summary": "Take a seat",
                "parameters": [ID, KEY],
                "requestBody": {"required": True, "content": json_of("TakeSeat")},
                "responses": {"200": {"content": json_of("Seat")}},
            }
        },
        "/v1/me/events": {
            "get": {
                "operationId": "my_events",
                "summary": "Hear",
                "responses": {"200": {"content": {"text/event-stream": {}}}},
            }
        },
    },
    "components": {
        "schemas": {
            "Seat": {
                "type": "object",
                "description": "A seat.",
                "properties": {
                    "state": {"enum": ["free", "taken"]},
                    "taken_by": {"type": ["string", "null"]},
                    "rows": {"type": "array", "items": {"enum": [1, 2]}},
                },
                "required": ["state"],
            },
            "TakeSeat": {"type": "object", "properties": {"row": {"type": "integer"}}},
            "SeatsPage": {
                "type": "object",
                "properties": {
                    "items": {"type": "array", "items": {"$ref": "#/components/schemas/Seat"}}
                },
            },
        }
    },
}


def test_types_of_both_languages() -> None:
    seat = """/** A seat. */
export interface Seat {
  state: "free" | "taken";
  taken_by?: string | null;
  rows?: (1 | 2)[];
}"""
    assert seat in clients.typescript(DOCUMENT)
    seat = """class Seat(TypedDict):
    \"\"\"A seat.\"\"\"
    state: Literal["free", "taken"]
    taken_by: NotRequired[str | None]
    rows: NotRequired[list[Literal[1, 2]]]"""
    assert seat in clients.python_types(DOCUMENT)


def test_operations_of_both_languages() -> None:
    """With what is special about them; the stream is the core's."""
    written = clients.typescript(DOCUMENT)
    row = '["POST", "/v1/seats/{seat_id}/take", "key", "application/json"]'
    assert f"  take_seat: {row}," in written
    assert '  list_seats: ["GET", "/v1/seats", "list", ""],' in written
    methods = clients.python_operations(DOCUMENT)
    assert "def list_seats(self) -> Iterator[t.Seat]:" in methods
    signature = "self, seat_id: str, body: t.TakeSeat, *, key: str | None = None"
    assert f"def take_seat({signature}) -> t.Seat:" in methods
    assert "my_events" not in written + methods


def test_an_unknown_form_of_schema_is_refused() -> None:
    """Else it would be "anything" in both clients, and nobody would notice."""
    with pytest.raises(ValueError, match="allOf"):
        clients.typed({"allOf": [{"type": "string"}]}, 0)
    with pytest.raises(KeyError):
        clients.typed({"type": "date"}, 1)
