"""The provider's pure rules: scripts, fees, signatures, answers, schedule."""

import base64
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import fields

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hypothesis import given
from hypothesis import strategies as st

from sandbox.provider import callbacks, signing
from sandbox.provider.courier import Answer
from sandbox.provider.payer import format_amount
from sandbox.provider.schema import RESET_TABLES, SCHEMA
from sandbox.provider.scripts import Script
from sandbox.provider.statements import fee
from sandbox.web import ApiError


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    connection.executescript(SCHEMA)
    yield connection
    connection.close()


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(1, 0), (83, 0), (84, 1), (250, 2), (300_000, 1800), (10**12, 6 * 10**9)],
)
def test_fee_is_six_per_mille_half_up(amount: int, expected: int) -> None:
    assert fee(amount) == expected


@given(st.integers(1, 10**12))
def test_fee_is_within_half_a_unit(amount: int) -> None:
    assert -500 < fee(amount) * 1000 - amount * 6 <= 500


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (300_000, "CNY", "¥3,000.00"),
        (5, "USD", "$0.05"),
        (1200, "JPY", "¥1,200"),
        (1, "CHF", "CHF 0.01"),
    ],
)
def test_amounts_for_people(amount: int, currency: str, text: str) -> None:
    assert format_amount(amount, currency) == text


def test_a_script_without_fields_is_a_provider_that_behaves() -> None:
    script = Script.parse({})
    assert script == Script()
    assert script.spoilt_variants() == []


@pytest.mark.parametrize(
    "document",
    [
        [],
        None,
        "forge",
        {"repeat": 0},
        {"repeat": 1001},
        {"repeat": True},
        {"callback_delay_ms": -1},
        {"callback_delay_ms": 1.5},
        {"late_seconds": "1"},
        {"wrong_amount": True},
        {"wrong_amount": "always"},
        {"wrong_amount": 10**10},
        {"forge": 1},
        {"lost": "yes"},
        {"statement_error": "typo"},
        {"statement_error": None},
        {"unheard_of": True},
    ],
)
def test_a_wrong_script_is_refused(document: object) -> None:
    with pytest.raises(ApiError) as refusal:
        Script.parse(document)
    assert refusal.value.status == 422


def test_every_field_of_a_script_can_be_set() -> None:
    document = {
        "callback_delay_ms": 5,
        "late_seconds": 6,
        "repeat": 7,
        "wrong_amount": "only",
        "forge": True,
        "unknown_serial": True,
        "old_timestamp": True,
        "lost": True,
        "reorder": True,
        "refund_fails": True,
        "pay_twice": True,
        "statement_error": "omit",
    }
    script, default = Script.parse(document), Script()
    for field in fields(Script):
        assert getattr(script, field.name) != getattr(default, field.name), field.name


def test_the_retry_table_grows_and_ends() -> None:
    waits = []
    attempts = 1
    while (due_ms := callbacks.next_attempt_ms(attempts, 1000)) is not None:
        waits.append((due_ms - 1000) // 1000)
        attempts += 1
    assert waits[:5] == [1, 2, 5, 15, 60]
    assert waits == sorted(waits)


@pytest.mark.parametrize(
    ("answer", "accepted"),
    [
        (Answer(200, '{"code":"SUCCESS"}', None), True),
        (Answer(200, '{"code": "SUCCESS", "message": "OK"}', None), True),
        (Answer(204, '{"code":"SUCCESS"}', None), False),
        (Answer(500, '{"code":"SUCCESS"}', None), False),
        (Answer(200, "SUCCESS", None), False),
        (Answer(200, '"SUCCESS"', None), False),
        (Answer(200, '{"code":"FAIL"}', None), False),
        (Answer(200, "[" * 100_000, None), False),
        (Answer(None, "", "refused"), False),
    ],
)
def test_only_200_with_success_is_accepted(answer: Answer, accepted: bool) -> None:
    assert answer.accepted is accepted


def _verify(public_pem: str, headers: dict[str, str], body: bytes) -> None:
    key = serialization.load_pem_public_key(public_pem.encode())
    assert isinstance(key, rsa.RSAPublicKey)
    message = (
        f"{headers['Sandbox-Timestamp']}\n{headers['Sandbox-Nonce']}\n".encode() + body + b"\n"
    )
    key.verify(
        base64.b64decode(headers["Sandbox-Signature"], validate=True),
        message,
        padding.PKCS1v15(),
        hashes.SHA256(),
    )


def test_signatures_of_each_variant(db: sqlite3.Connection) -> None:
    """P-21: genuine and old ones verify, a forgery does not, a stranger's serial is unknown."""
    signing.ensure_key(db)
    serial, private_pem = signing.signing_key(db)
    (published,) = signing.certificates(db)
    body = '{"金额":1}'.encode()

    genuine = signing.signed_headers(serial, private_pem, body, "genuine")
    assert genuine["Sandbox-Serial"] == published["serial"]
    _verify(published["public_key_pem"], genuine, body)
    with pytest.raises(InvalidSignature):
        _verify(published["public_key_pem"], genuine, body + b" ")
    forged = signing.signed_headers(serial, private_pem, body, "forged")
    with pytest.raises(InvalidSignature):
        _verify(published["public_key_pem"], forged, body)
    old = signing.signed_headers(serial, private_pem, body, "old_timestamp")
    _verify(published["public_key_pem"], old, body)
    assert int(old["Sandbox-Timestamp"]) < time.time() - 300
    stranger = signing.signed_headers(serial, private_pem, body, "unknown_serial")
    assert stranger["Sandbox-Serial"] != serial


def test_two_serials_live_after_rotations(db: sqlite3.Connection) -> None:
    """P-28: the key before stays published, the one before that goes."""
    signing.ensure_key(db)
    signing.ensure_key(db)
    first = signing.certificates(db)
    assert len(first) == 1
    second = signing.rotate_key(db)
    third = signing.rotate_key(db)
    assert [key["serial"] for key in signing.certificates(db)] == [third, second]
    assert signing.signing_key(db)[0] == third


def test_reset_names_every_table_but_the_keys(db: sqlite3.Connection) -> None:
    tables = db.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    assert {row["name"] for row in tables} - set(RESET_TABLES) == {"signing_keys"}
