"""Bodies are read strictly, so that no two readers see different documents."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import DomainError
from gateway.json_input import MAX_DEPTH, parse


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"a":1,}',
        b"{'a':1}",
        b'{"a":1}{"b":2}',
        b'{"a":1,"a":2}',
        b'{"b":{"a":1,"a":2}}',
        b'{"a":NaN}',
        b'{"a":-Infinity}',
        b'{"a":1e999}',
        b'{"a":"\xff"}',
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":"\\ud800"}',
        b'{"\\udc00":1}',
        b'{"a":"tab\there"}',
        b'{"a":' + b"9" * 5000 + b"}",
        b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
        b"[" * 20_000,
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    ],
)
def test_malformed_json_is_refused(body: bytes) -> None:
    """Malformed JSON, duplicate keys, NaN, half surrogates and endless nesting: 400."""
    with pytest.raises(DomainError) as refused:
        parse(body)
    assert refused.value.code == "gateway.json_malformed"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b'{"name":{"$gt":""}}', "/name/$gt"),
        (b'{"name":{"\\u0024ne":null}}', "/name/$ne"),
        (b'{"answers":[{"a.b":1}]}', "/answers/0/a.b"),
        (b'{"a/b":{"$where":1}}', "/a~1b/$where"),
        (b'{"a":{"\\u0000":1}}', "/a/\0"),
    ],
)
def test_operator_keys_are_refused_with_their_pointer(body: bytes, pointer: str) -> None:
    """D-16: keys that start with `$` or hold `.` never reach a service."""
    with pytest.raises(DomainError) as refused:
        parse(body)
    assert refused.value.code == "request.input_invalid"
    assert [wrong.pointer for wrong in refused.value.fields] == [pointer]


def test_values_may_look_like_operators() -> None:
    assert parse(b'{"a":"$5.00","b":"\\u0024"}') == {"a": "$5.00", "b": "$"}


def test_deepest_document_that_is_taken() -> None:
    body = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
    assert parse(body) == json.loads(body)


_keys = st.text(st.characters(exclude_characters="$.\0", codec="utf-8"), max_size=5)
_documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=9),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(_keys, below, max_size=4),
    max_leaves=15,
)


@given(_documents, st.booleans())
def test_what_a_client_writes_is_what_is_read(document: Any, ascii_only: bool) -> None:
    assert parse(json.dumps(document, ensure_ascii=ascii_only).encode()) == document


@given(st.binary(max_size=60))
def test_no_body_breaks_the_reader(body: bytes) -> None:
    """Whatever arrives is read or refused in order."""
    with contextlib.suppress(DomainError):
        parse(body)
