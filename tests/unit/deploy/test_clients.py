"""What `make docs` writes of the clients, from a small description."""

from typing import Any

import pytest

from deploy.generate import clients, typescript

CURSOR = {"name": "cursor", "in": "query", "schema": {"type": "string"}}
KEY = {"name": "Idempotency-Key", "in": "header", "required": True, "schema": {"type": "string"}}
ID = {"name": "seat_id", "in": "path", "required": True, "schema": {"type": "string"}}


def json_of(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}


DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Seats", "version": "1"},
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
                    "counts": {
                        "type": ["object", "null"],
                        "additionalProperties": {"type": "integer", "minimum": 0},
                        "propertyNames": {"$ref": "#/components/schemas/Kind"},
                    },
                    "prices": {
                        "type": "array",
                        "maxItems": 9,
                        "items": {"type": "string", "pattern": "^[0-9]+$"},
                    },
                    "shape": {
                        "oneOf": [
                            {"$ref": "#/components/schemas/Round"},
                            {"$ref": "#/components/schemas/Square"},
                        ],
                        "discriminator": {"propertyName": "shape"},
                    },
                },
                "required": ["state"],
            },
            "Kind": {"type": "string", "enum": ["soft", "hard"]},
            "Round": {
                "type": "object",
                "properties": {"shape": {"type": "string", "const": "round"}},
                "required": ["shape"],
            },
            "Square": {
                "type": "object",
                "properties": {"shape": {"type": "string", "const": "square"}},
                "required": ["shape"],
            },
            "BookedSeat": {
                "allOf": [{"$ref": "#/components/schemas/Seat"}],
                "type": "object",
                "properties": {"pattern": {"type": "string"}},
                "required": ["pattern"],
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


def test_types_in_typescript_are_written_when_they_have_to_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Once for each description, and again when somebody changed them by hand."""
    runs: list[dict[str, Any]] = []

    def generated(told: dict[str, Any]) -> str:
        runs.append(told)
        return "types\n"

    monkeypatch.setattr(typescript, "_generated", generated)
    written = typescript.types(DOCUMENT, "")
    assert written.endswith("\ntypes\n")
    assert typescript.types(DOCUMENT, written) == written
    released = {**DOCUMENT, "info": {**DOCUMENT["info"], "version": "2"}}
    assert typescript.types(released, written) == written
    assert len(runs) == 1
    assert runs[0]["components"]["schemas"] == DOCUMENT["components"]["schemas"]

    assert typescript.types(DOCUMENT, written + "type Mine = 1;\n") == written
    other = {**DOCUMENT, "components": {"schemas": {"Seat": {"type": "string"}}}}
    assert typescript.types(other, written) != written
    assert len(runs) == 3


def test_types_in_python() -> None:
    """By a generator that others keep: that it reads what our schemas say, and nothing is lost."""
    written = clients.python_types(DOCUMENT)
    module: dict[str, Any] = {"__name__": "seats"}
    exec(written, module)  # which shows that it needs the standard library alone
    fields = {
        "state": 'Literal["free", "taken"]',
        "taken_by": "NotRequired[str | None]",
        "rows": "NotRequired[list[Literal[1, 2]]]",
        "counts": "NotRequired[dict[Kind, int] | None]",
        "prices": "NotRequired[list[str]]",
    }
    seat = written.split("class Seat(TypedDict):")[1].split("class ")[0].replace("'", '"')
    assert '"""A seat."""' in seat
    for name, kind in fields.items():
        assert f"    {name}: {kind}\n" in seat
    assert "shape: Literal['round']" in written
    assert "    shape: NotRequired[Round | Square]\n" in written
    assert "class BookedSeat(Seat):\n    pattern: str\n" in written
    assert clients.python_types(DOCUMENT) == written


def test_operations_of_both_languages() -> None:
    """With what is special about them; the stream is the core's."""
    written = typescript.operations_module(DOCUMENT)
    row = '["POST", "/v1/seats/{seat_id}/take", "key", "application/json"]'
    assert f"  take_seat: {row}," in written
    assert '  list_seats: ["GET", "/v1/seats", "list", ""],' in written
    assert "body: t.TakeSeat; answer: t.Seat };" in written
    methods = clients.python_operations(DOCUMENT)
    assert "def list_seats(self) -> Pages[t.Seat, t.SeatsPage]:" in methods
    signature = "self, seat_id: str, body: t.TakeSeat, *, key: str | None = None"
    assert f"def take_seat({signature}) -> t.Seat:" in methods
    assert "my_events" not in written + methods


def test_an_unknown_form_of_schema_is_refused() -> None:
    """Else it would be "anything" in both clients, and nobody would notice."""
    with pytest.raises(ValueError, match="allOf"):
        clients.typed({"allOf": [{"type": "string"}]}, 0)
    with pytest.raises(KeyError):
        clients.typed({"type": "date"}, 1)
