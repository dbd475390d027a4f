"""Events as declared, as sampled and as read: the frozen samples bind producers and consumers."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from marshmallow import Schema, fields

import contracts.catalogue  # noqa: F401  (fills the registry)
from contracts.envelope import UnreadableEvent, decode, encode
from contracts.fields import Text
from contracts.records import EVENTS, Audience
from deploy.generate.asyncapi import SAMPLES
from deploy.generate.schemas import event_schema

TYPES = sorted(EVENTS)


def sample(event_type: str) -> dict[str, Any]:
    return json.loads((SAMPLES / f"{event_type}.json").read_text())


@pytest.mark.parametrize("event_type", TYPES)
def test_sample_is_a_valid_cloud_event_of_its_type(event_type: str) -> None:
    """E-1, E-7, E-21: each frozen sample satisfies today's schema and today's reader; fields that
    were added since have their defaults."""
    wire = sample(event_type)
    jsonschema.Draft202012Validator(
        event_schema(EVENTS[event_type]),
        format_checker=jsonschema.FormatChecker(),
    ).validate(wire)
    again = json.loads(encode(decode(json.dumps(wire))))
    assert _as_known(again, wire) == wire


def _as_known(found: Any, known: Any) -> Any:
    """Without the fields of documents, at any depth, that `known` lacks."""
    if not isinstance(known, dict):
        return found
    return {name: _as_known(found[name], known[name]) for name in known}


@pytest.mark.parametrize("event_type", TYPES)
def test_attribute_names_and_integers_are_legal(event_type: str) -> None:
    """E-3, E-5: attribute names, int32 attributes and the characters of the type."""
    wire = sample(event_type)
    for name, value in wire.items():
        assert re.fullmatch(r"[a-z0-9]{1,20}", name)
        if isinstance(value, int) and name != "data":
            assert abs(value) < 2**31
    assert re.fullmatch(r"[a-zA-Z0-9_.]{1,255}", event_type)


@pytest.mark.parametrize("event_type", TYPES)
def test_reader_ignores_what_it_does_not_know(event_type: str) -> None:
    """E-22: unknown attributes and unknown data fields do not stop a reader."""
    wire = sample(event_type)
    known = decode(json.dumps(wire))
    wire["brandnew"] = "x"
    wire["data"]["brand_new"] = {"a": 1}
    assert decode(json.dumps(wire)).data == known.data


@pytest.mark.parametrize(
    "spoil",
    [
        lambda wire: wire.pop("id"),
        lambda wire: wire.update(id=""),
        lambda wire: wire.update(type="coterie.membership.unheard_of.v1"),
        lambda wire: wire.update(specversion="0.3"),
        lambda wire: wire.update(time="yesterday"),
        lambda wire: wire.update(aggregateversion="many"),
        lambda wire: wire.update(data="text"),
        lambda wire: wire["data"].pop("person_id"),
        lambda wire: wire["data"].update(person_id={"$gt": ""}),
    ],
)
def test_malformed_event_is_unreadable_and_says_why(
    spoil: Callable[[dict[str, Any]], object],
) -> None:
    """M-12: whatever is wrong with a message, the reader raises the one error that parks it."""
    wire = sample("coterie.membership.activated.v1")
    spoil(wire)
    with pytest.raises(UnreadableEvent) as refused:
        decode(json.dumps(wire))
    assert str(refused.value)


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"null", b'"text"', b"\xff\xfe"])
def test_body_that_is_no_json_object_is_unreadable(body: bytes) -> None:
    """M-12: undecodable bodies raise the same error."""
    with pytest.raises(UnreadableEvent):
        decode(body)


def test_an_event_beyond_its_size_cannot_be_written() -> None:
    """E-8: 64 KiB on the wire, counted in bytes and not in letters."""
    event = decode(json.dumps(sample("coterie.events.seat_offered.v1")))
    fits = replace(event, data={**event.data, "title": "聚" * 21_000})
    assert len(encode(fits).encode()) <= 64 * 1024
    with pytest.raises(ValueError, match="exceeds 65536 bytes"):
        encode(replace(event, data={**event.data, "title": "聚" * 22_000}))


def test_no_sample_without_an_event() -> None:
    """E-32: a sample file always belongs to a declared event."""
    assert {path.stem for path in Path(SAMPLES).glob("*.json")} == set(EVENTS)


# Texts that are no ids, states, instants or days: codes of ours, and, where nobody outside reads
# them, what is public anyway.
CODES = {
    "community_id",
    "locale",
    "zone",
    "reason",
    "purpose",
    "kind",
    "ref",
    "reference",
    "currency",
    "level",
    "segment",
    "way",
    "hint",  # the first characters of an API key
    "number_ends",  # the last characters of a community's bank account
}
# A meetup's title; what owners call what a plan gives; a label out of the owner's list.
PUBLIC_TEXTS = {"title", "tier", "plan_tier", "plan_name", "city"}


def texts(schema: Schema) -> set[str]:
    """The names of fields, nested ones included, that take any text."""
    found = set()
    for name, field in schema.fields.items():
        if isinstance(field, fields.Nested):
            found |= texts(field.schema)
        elif isinstance(field, fields.Dict) or type(field) in (fields.String, Text):
            found.add(name)
    return found


def test_events_carry_no_personal_data() -> None:
    """E-24, M6: ids, codes and numbers only; what people wrote or are called is in no event, but
    for a meetup's title, a plan's tier and a member's label, in those that stay inside."""
    for event in EVENTS.values():
        public = event.audience is Audience.INTEGRATORS
        assert texts(event.data()) <= (CODES if public else CODES | PUBLIC_TEXTS), event.type
