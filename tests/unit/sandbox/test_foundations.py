"""What both programs stand on: settings, clock, database, reading of JSON and of mail."""

import json
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.clock import REREAD_SECONDS, BusinessClock, rfc3339
from sandbox.database import Database
from sandbox.mail.reading import read
from sandbox.settings import Settings, SettingsError
from sandbox.validation import Fields
from sandbox.web import ApiError
from tests.kit.probe import probe


def test_settings_have_defaults_but_for_the_folder() -> None:
    settings = Settings.from_environment({"SANDBOX_DATA_DIR": "/data"})
    assert (settings.host, settings.provider_port, settings.mail_port) == ("127.0.0.1", 8090, 8025)
    assert settings.clock_file is None
    assert settings.public_url is None


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"SANDBOX_DATA_DIR": ""},
        {"SANDBOX_DATA_DIR": "/data", "SANDBOX_SMTP_PORT": "smtp"},
        {"SANDBOX_DATA_DIR": "/data", "SANDBOX_MAIL_PORT": "0"},
        {"SANDBOX_DATA_DIR": "/data", "SANDBOX_PROVIDER_PORT": "65536"},
    ],
)
def test_wrong_settings_are_named(environ: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="SANDBOX_"):
        Settings.from_environment(environ)


def _seconds_ahead(clock: BusinessClock) -> int:
    return round((clock.now_ms() - time.time() * 1000) / 1000)


def test_the_clock_follows_its_file(tmp_path: Path) -> None:
    """architecture.md §4a: absent is no offset; a change is seen; nonsense changes nothing."""
    file = tmp_path / "clock"
    clock = BusinessClock(file)
    assert _seconds_ahead(clock) == 0
    file.write_text("86400\n")
    probe(lambda: _seconds_ahead(clock) == 86_400, 2, "the offset of the file")
    file.write_text("tomorrow")
    read_again = time.monotonic() + 2 * REREAD_SECONDS
    probe(lambda: _seconds_ahead(clock) == 86_400 and time.monotonic() > read_again, 2, "kept")
    file.write_text("172800")
    probe(lambda: _seconds_ahead(clock) == 172_800, 2, "the next offset")


def test_instants_are_rfc3339() -> None:
    assert rfc3339(1_795_000_000_007) == "2026-11-18T11:06:40.007Z"


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path / "x" / "x.db", "CREATE TABLE IF NOT EXISTS t (n INTEGER)")

    def fail_half_way() -> None:
        with database.transaction() as db:
            db.execute("INSERT INTO t VALUES (1)")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    with database.transaction() as db:
        assert db.execute("SELECT count(*) FROM t").fetchone()[0] == 0
        assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert db.execute("PRAGMA synchronous").fetchone()[0] == 2, "FULL"
    database.close()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(JSON)
def test_any_json_is_read_or_refused(value: object) -> None:
    """Whatever stands in a field, the outcome is a value of the right type or a 422."""
    readers: dict[str, Callable[[Fields], Any]] = {
        "integer": lambda f: f.integer("x", 0, 10),
        "text": lambda f: f.text("x", max_length=5),
        "flag": lambda f: f.flag("x"),
        "url": lambda f: f.url("x"),
        "choice": lambda f: f.choice("x", ("a", "b")),
        "moment_ms": lambda f: f.moment_ms("x"),
    }
    for name, reader in readers.items():
        try:
            result = reader(Fields({"x": value}))
        except ApiError as error:
            result = error
        expected = {"integer": int, "moment_ms": int | None, "flag": bool}.get(name, str)
        assert isinstance(result, expected) or result.status == 422


def test_fields_that_nobody_read_are_refused() -> None:
    fields = Fields({"a": True, "b": 1})
    fields.flag("a")
    with pytest.raises(ApiError, match="unknown field: b"):
        fields.finish()


@given(st.binary(max_size=300))
def test_reading_never_fails_on_bytes(raw: bytes) -> None:
    reading = read(raw)
    json.dumps([reading.subject, reading.headers, reading.text, reading.html]).encode()
    reading.text.encode()


FRAGMENTS = st.sampled_from(
    [
        b"Subject: ", b"=?utf-8?b?5Lit?=", b"=?gb2312?q?=D6?=", b"=?x?z?", b"\r\n", b"\r\n\r\n",
        b"Content-Type: multipart/mixed; boundary=b", b"--b", b"--b--", b"\xff\xd6\xd0",
        b"Content-Type: text/html; charset=gbk", b"Content-Type: message/rfc822",
        b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: uuencode",
        b'Content-Disposition: attachment; filename*=utf-8\'\'%E4%BD', b" ", b"x", b"\x00",
    ]
)  # fmt: skip


@given(st.lists(FRAGMENTS, max_size=25))
def test_reading_never_fails_on_almost_mail(fragments: list[bytes]) -> None:
    reading = read(b"".join(fragments))
    for text in (reading.subject, reading.text, reading.html, *reading.headers.values()):
        text.encode()
    for attachment in reading.attachments:
        (attachment.filename + attachment.content_type).encode()


def test_deep_nesting_is_shown_as_it_came() -> None:
    raw = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(3000)
    )
    assert read(raw).text.startswith("Content-Type: multipart/mixed")


def test_gbk_and_repeated_headers() -> None:
    mail = EmailMessage()
    mail["Subject"] = "通知"
    mail["X-Tag"] = "a"
    mail["X-Tag"] = "b"
    mail.set_content("正文", charset="gbk")
    reading = read(mail.as_bytes())
    assert (reading.subject, reading.text) == ("通知", "正文\n")
    assert reading.headers["X-Tag"] == "a\nb"
