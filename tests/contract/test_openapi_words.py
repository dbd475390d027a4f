"""Everything in the API description says what it means, in a sentence."""

import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest

from contracts import access, meanings
from contracts.meanings import events, membership, names, payments
from contracts.meanings.words import ABOUT, WORDS
from contracts.states import events as event_states
from contracts.states import membership as membership_states
from contracts.states import notifications as notification_states
from contracts.states import payments as payment_states
from gateway import openapi


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    return openapi.build("0.0.0")


def _texts(description: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Where a sentence belongs, and what stands there."""
    components = description["components"]
    for tag in description["tags"]:
        yield f"tag {tag['name']}", tag["description"]
    for name, schema in components["schemas"].items():
        yield name, schema.get("description", "")
        for field, described in schema.get("properties", {}).items():
            yield f"{name}.{field}", described.get("description", "")
    for kind in ("parameters", "headers", "responses", "securitySchemes"):
        for name, described in components[kind].items():
            yield f"{kind} {name}", described["description"]
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation["description"]
            for parameter in operation["parameters"]:
                if "$ref" not in parameter:
                    where = f"{method} {path} {parameter['name']}"
                    yield where, parameter.get("description", "")
            for status, answer in operation["responses"].items():
                if "$ref" not in answer:
                    yield f"{method} {path} {status}", answer["description"]


def test_everything_has_a_sentence(description: dict[str, Any]) -> None:
    """A field gets its own by `metadata`, by a line under `contracts/meanings` for its schema, or
    by its name; a schema by its docstring."""
    missing = [
        where
        for where, text in _texts(description)
        if not text[:1].strip() or text[-1] not in ".!`"
    ]
    assert not missing


def test_null_is_explained_where_it_can_be(description: dict[str, Any]) -> None:
    """A sentence that says what null means stands at fields that may be null, and nowhere else."""
    wrong = [
        f"{name}.{field}"
        for name, schema in description["components"]["schemas"].items()
        for field, described in schema.get("properties", {}).items()
        if re.search(r"\bnull\b", described["description"], re.IGNORECASE)
        and "null" not in str([described.get(part) for part in ("type", "additionalProperties")])
        and {"type": "null"} not in described.get("anyOf", ())
    ]
    assert not wrong


def test_every_word_of_a_closed_list_has_a_sentence(description: dict[str, Any]) -> None:
    """A list stands once, under its name; what is left in place is a part of one, or sorts."""
    known = {word for words in WORDS.values() for word in words}

    def lists(node: Any, at: str) -> Iterator[tuple[str, list[str]]]:
        if isinstance(node, dict):
            if isinstance(node.get("enum"), list):
                yield at, node["enum"]
            for key, value in node.items():
                yield from lists(value, f"{at}/{key}")
        elif isinstance(node, list):
            for place, value in enumerate(node):
                yield from lists(value, f"{at}/{place}")

    for at, words in lists(description, ""):
        spoken = [word for word in words if word is not None and word != "*"]
        times = {*names.NAMES, "submitted_at", "paid_at", "applied_at"}
        is_sort = all(word.lstrip("-") in times for word in spoken)
        assert is_sort or set(spoken) <= known, (at, words)


def test_the_states_are_those_of_the_contracts() -> None:
    """A new state without a sentence, and a sentence without its state, are found here."""
    modules = (event_states, membership_states, notification_states, payment_states, access)
    for module in modules:
        for name in WORDS:
            if words := get_args(getattr(module, name, None)):
                assert tuple(WORDS[name]) == words, name
    assert WORDS.keys() == ABOUT.keys()


def test_no_sentence_is_left_over(description: dict[str, Any]) -> None:
    """What is said of one field is shown, and no list is named that nothing takes. The vocabulary
    of names is there for fields to come, too."""
    shown = {text for _, text in _texts(description)}
    said = {**membership.FIELDS, **payments.FIELDS, **events.FIELDS}
    unused = [where for where, text in said.items() if text not in shown]
    assert not unused
    taken = str(description["paths"]) + str(description["components"]["schemas"])
    assert [name for name in WORDS if f"/schemas/{name}'" not in taken] == []


@pytest.mark.parametrize(
    ("fragment", "said"),
    [
        ("goes to the applicant", "Goes to the applicant."),
        ("Read it.", "Read it."),
        ("`claimed` while something needs it", "`claimed` while something needs it."),
    ],
)
def test_a_fragment_becomes_a_sentence(fragment: str, said: str) -> None:
    assert meanings.sentence(fragment) == said
