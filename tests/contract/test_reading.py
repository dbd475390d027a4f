"""Readers ignore what they do not know, at every depth; what callers write is taken word for word.

Documents are the examples that the API description shows, made from the same declarations; each
nesting of each gets an unknown field and each word of a closed list becomes an unknown one.
"""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from marshmallow import Schema

import contracts.catalogue  # noqa: F401  (fills the registries)
from chassis.context import Context
from chassis.rpc_client import RpcClient
from contracts import events, membership, payments
from contracts.envelope import UnreadableEvent, decode, encode
from contracts.errors import INVALID_INPUT, DomainError, Kind
from contracts.fields import MAX_PAGE, Upload, Whole
from contracts.problems import load
from contracts.reading import as_read
from contracts.records import EVENTS, RPCS, Event, Rpc
from deploy.generate.asyncapi import SAMPLES
from gateway import examples
from tests.kit.planting import FIELD, WORD, objects, words


def example(schema: type[Schema]) -> dict[str, Any]:
    return copy.deepcopy(examples.of_schema(schema(), whole=True))


def sample(event: Event) -> dict[str, Any]:
    """The frozen event with data that have all nestings, also those that may be null."""
    wire = json.loads((SAMPLES / f"{event.type}.json").read_text())
    return {**wire, "data": example(event.data)}


def at(document: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


class Answering(RpcClient):
    """A client whose callee is of a later version."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.answer = answer

    def call_marked(self, *asked: Any, **more: Any) -> tuple[dict[str, Any], bool]:
        return self.answer, False


def read_answer(record: Rpc, answer: dict[str, Any]) -> dict[str, Any]:
    return Answering(answer).call(record, {}, Context.for_system("test"))


def read_event(event: Event, data: dict[str, Any]) -> dict[str, Any]:
    return decode(json.dumps({**sample(event), "data": data})).data


ANSWERS = [(name, record, record.response, read_answer) for name, record in RPCS.items()]
FACTS = [(type, event, event.data, read_event) for type, event in EVENTS.items()]
READ = [pytest.param(*row[1:], id=row[0]) for row in (*ANSWERS, *FACTS)]


@pytest.mark.parametrize(("record", "schema", "read"), READ)
def test_an_unknown_field_is_ignored_at_every_nesting(
    record: Any, schema: type[Schema], read: Callable[[Any, dict[str, Any]], dict[str, Any]]
) -> None:
    """E-22: one field more in any object of an answer or event is as if it were not there."""
    known = read(record, example(schema))
    for number, (path, _) in enumerate(objects(schema, example(schema))):
        document = example(schema)
        (_, there) = list(objects(schema, document))[number]
        there[FIELD] = {"deep": [1]}
        assert read(record, document) == known, path


@pytest.mark.parametrize(("record", "schema", "read"), READ)
def test_an_unknown_word_is_read_as_it_stands(
    record: Any, schema: type[Schema], read: Callable[[Any, dict[str, Any]], dict[str, Any]]
) -> None:
    """E-22: a new word in a closed list stops nobody who reads it; all else stays."""
    known = read(record, example(schema))
    for number, (path, _) in enumerate(words(schema, example(schema))):
        document = example(schema)
        list(words(schema, document))[number][1]()
        found = read(record, document)
        assert at(found, path) == WORD
        holder, step = at(found, path[:-1]), path[-1]
        holder[int(step) if isinstance(holder, list) else step] = at(known, path)
        assert found == known, path


def test_the_nestings_that_neighbours_read_are_among_them() -> None:
    """The planting reaches what it is for: objects in objects, in lists, and words below them."""

    def places(schema: type[Schema]) -> set[str]:
        return {".".join(path) for path, _ in objects(schema, example(schema))}

    assert {"", "policy", "form.0", "form.0.questions.0", "form.0.questions.1.asked_if"} <= places(
        membership.GET_COMMUNITY.response
    )
    assert {"subject", "total", "lines.0", "period"} <= places(payments.ORDER_PAID.data)
    assert {"items.0.payments.0.amount", "items.0.refunds.0"} <= places(
        payments.LIST_ORDERS.response
    )
    (reason,) = [path for path, _ in words(events.SEAT_GIVEN_UP.data, example(events.SeatGivenUp))]
    assert reason == ("reason",)
    offered = {path for path, _ in words(events.GET_MEETUP.response, example(events.Meetup))}
    assert offered == {("state",)}


def test_bounds_may_have_moved() -> None:
    """A setting beyond what is allowed here is a setting all the same."""
    community = example(membership.Community)
    community["policy"]["grace_days"] = 91
    community["form"][0]["title"] = "t" * 101
    community["form"] *= 11
    found = read_answer(membership.GET_COMMUNITY, community)
    assert found["policy"]["grace_days"] == 91
    assert len(found["form"]) == 11


@pytest.mark.parametrize(
    "spoil",
    [
        lambda paid: paid["total"].update(amount="300000"),
        lambda paid: paid["subject"].update(kind=7),
        lambda paid: paid["subject"].pop("ref"),
        lambda paid: paid.update(subject=[]),
        lambda paid: paid.update(order_id="ord_1"),
        lambda paid: paid.update(paid_at="yesterday"),
    ],
)
def test_types_and_what_ids_look_like_hold(spoil: Callable[[dict[str, Any]], object]) -> None:
    """M-12: what is no text where a text belongs is a defect, not a later version."""
    paid = example(payments.OrderPaid)
    spoil(paid)
    with pytest.raises(UnreadableEvent):
        read_event(payments.ORDER_PAID, paid)


@pytest.mark.parametrize("type", sorted(EVENTS))
def test_nobody_emits_a_word_of_their_own_that_is_not_declared(type: str) -> None:
    """Lists are closed for who writes: a misspelt state never leaves its service."""
    event = decode(json.dumps(sample(EVENTS[type])))
    for _, plant in words(EVENTS[type].data, event.data):
        plant()
        with pytest.raises(ValueError, match=r"field\.choice"):
            encode(event)


@pytest.mark.parametrize("name", sorted(RPCS))
def test_a_request_is_taken_word_for_word_at_every_nesting(name: str) -> None:
    """H-3: a callee refuses what it does not know, be it a field or a word, however deep."""
    schema = RPCS[name].request
    valid = request(schema)
    load(schema(), valid)
    for number, (path, _) in enumerate(objects(schema, valid)):
        asked = request(schema)
        list(objects(schema, asked))[number][1][FIELD] = 1
        assert ("/" + "/".join((*path, FIELD)), "field.unknown") in problems_of(schema, asked)
    for number, (path, _) in enumerate(words(schema, valid)):
        asked = request(schema)
        list(words(schema, asked))[number][1]()
        assert ("/" + "/".join(path), "field.choice") in problems_of(schema, asked)


def request(schema: type[Schema]) -> dict[str, Any]:
    """An example as it travels: files are encoded."""
    return {
        name: field.serialize(name, {name: value}) if isinstance(field, Upload) else value
        for name, value in example(schema).items()
        for field in [schema._declared_fields[name]]
    }


def problems_of(schema: type[Schema], asked: dict[str, Any]) -> set[tuple[str, str]]:
    with pytest.raises(DomainError) as refused:
        load(schema(), asked)
    assert refused.value.error is INVALID_INPUT
    return {(problem.pointer, problem.code) for problem in refused.value.fields}


def test_one_declaration_gives_one_reader() -> None:
    assert as_read(payments.OrderPaid) is as_read(payments.OrderPaid)
    limit = membership.ListMemberships().fields["limit"]
    assert isinstance(limit, Whole)
    assert limit.maximum == MAX_PAGE  # what is written stays as it was


def test_an_error_of_an_unknown_kind_is_a_fault_whose_outcome_is_unknown() -> None:
    """A later version's refusal: its code and kind are both new here."""
    refused = {"code": "payments.new_code", "kind": "new_kind", "params": {}, "more": 1}
    error = DomainError.from_dict(refused)
    assert (error.code, error.kind) == ("payments.new_code", Kind.INTERNAL)
    error = DomainError.from_dict({**refused, "kind": "conflict"})
    assert (error.code, error.kind) == ("payments.new_code", Kind.CONFLICT)
