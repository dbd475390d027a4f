"""Request headers are read strictly and refused with a code of their own."""

import pytest

from chassis.wording import error_text
from contracts.errors import DomainError
from gateway import headers


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "zh-CN"),
        ("", "zh-CN"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("zh-TW;q=0.8, en;q=0.7", "zh-CN"),
        ("zh;q=0.5, en;q=0.6", "en"),
        ("fr, de;q=0.9", "zh-CN"),
        ("en;q=0", "zh-CN"),
        ("en;q=nonsense, zh;q=0.1", "zh-CN"),
        ("*", "zh-CN"),
    ],
)
def test_language_is_the_best_of_ours(accept: str | None, expected: str) -> None:
    assert headers.locale(accept) == expected


@pytest.mark.parametrize(
    "accept",
    [
        None,
        "*/*",
        "application/json",
        "text/html, */*;q=0.1",
        "Application/JSON; charset=utf-8",
        "application/problem+json, application/json;q=0.5",
    ],
)
def test_accept_allows_json(accept: str | None) -> None:
    headers.check_accept(accept, ("application/json",))


@pytest.mark.parametrize("accept", ["text/html", "application/json;q=0", "", "application/xml"])
def test_accept_without_json_is_refused(accept: str) -> None:
    """H-7: 406."""
    with pytest.raises(DomainError) as refused:
        headers.check_accept(accept, ("application/json",))
    assert refused.value.code == "gateway.accept_unsupported"


@pytest.mark.parametrize(
    ("content_type", "encoding"),
    [
        (None, None),
        ("text/plain", None),
        ("application/json; charset=gbk", None),
        ("application/json", "gzip"),
        ("application/json; version=2", None),
    ],
)
def test_other_media_types_are_refused(content_type: str | None, encoding: str | None) -> None:
    """H-7: 415."""
    with pytest.raises(DomainError) as refused:
        headers.check_media_type(content_type, encoding, "application/json")
    assert refused.value.code == "gateway.media_type_unsupported"


@pytest.mark.parametrize("content_type", ["application/json", 'Application/JSON; charset="UTF-8"'])
def test_json_is_taken(content_type: str) -> None:
    headers.check_media_type(content_type, "identity", "application/json")


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ('"a"', "a"),
        (' "8e03978e-40d5-43dd-bc93-6894a57f9324" ', "8e03978e-40d5-43dd-bc93-6894a57f9324"),
        (r'"a\"b\\c"', 'a"b\\c'),
        ('"' + "k" * 255 + '"', "k" * 255),
    ],
)
def test_idempotency_key_is_a_structured_string(header: str, key: str) -> None:
    """H-10: RFC 8941 string."""
    assert headers.idempotency_key(header) == key


@pytest.mark.parametrize(
    "header",
    ["", '""', "a", '"a', 'a"', '"' + "k" * 256 + '"', '"ключ"', '"a", "b"', '"a\\b"', '"a\x7f"'],
)
def test_malformed_idempotency_key_is_refused(header: str) -> None:
    """H-10: empty, 256 characters, unquoted, two."""
    with pytest.raises(DomainError) as refused:
        headers.idempotency_key(header)
    assert refused.value.code == "gateway.idempotency_key_malformed"


def test_missing_idempotency_key_is_refused() -> None:
    """H-10."""
    with pytest.raises(DomainError) as refused:
        headers.idempotency_key(None)
    assert refused.value.code == "gateway.idempotency_key_missing"


@pytest.mark.parametrize(
    ("header", "version"),
    [
        ('"3"', 3),
        ('"3.0af9"', 3),
        (' "41" ', 41),
        ('W/"3"', headers.STALE),
        ('"someone else\'s"'.replace(" ", "_"), headers.STALE),
        ('"0"', headers.STALE),
        ('"03"', headers.STALE),
    ],
)
def test_if_match_gives_the_version(header: str, version: int) -> None:
    """H-20: a tag that is not ours, or weak, is stale."""
    assert headers.expected_version(header) == version


def test_what_is_not_there_yet_has_the_version_0() -> None:
    """RFC 9110 §13.1.2: where a route may make it, If-None-Match: * stands for If-Match."""
    assert headers.expected_version(None, "*", may_make=True) == 0
    assert headers.expected_version('"3"', "*", may_make=True) == 3
    assert headers.expected_version('"0.ab12"', may_make=True) == 0
    assert headers.expected_version('"0.ab12"') == headers.STALE
    with pytest.raises(DomainError) as refused:
        headers.expected_version(None, '"3"', may_make=True)
    assert refused.value.code == "gateway.if_match_missing"
    assert "If-None-Match: *" in error_text(refused.value, "zh-CN")
    with pytest.raises(DomainError) as elsewhere:
        headers.expected_version(None, "*")
    assert "If-None-Match" not in error_text(elsewhere.value, "en")


def test_any_version_is_refused_with_what_to_send() -> None:
    """F21: a change of what nobody read would undo the one before."""
    with pytest.raises(DomainError) as refused:
        headers.expected_version("*")
    for language, said in (("en", "neither *"), ("zh-CN", "不接受 *")):
        assert said in error_text(refused.value, language)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "gateway.if_match_missing"),
        ("3", "gateway.if_match_malformed"),
        ("*", "gateway.if_match_malformed"),
        ('"3", "4"', "gateway.if_match_malformed"),
    ],
)
def test_if_match_that_cannot_be_read_is_refused(header: str | None, code: str) -> None:
    """H-20: without it 428."""
    with pytest.raises(DomainError) as refused:
        headers.expected_version(header)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("header", "named"),
    [
        (None, False),
        ("*", True),
        ('"3.ab"', True),
        ('W/"3.ab"', True),
        ('"1", "3.ab"', True),
        ('"3"', False),
        ("3.ab", False),
    ],
)
def test_if_none_match_compares_weakly(header: str | None, named: bool) -> None:
    assert headers.names_etag(header, '"3.ab"') is named


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "source"),
    [
        ("192.0.2.1", None, 0, "192.0.2.1"),
        ("192.0.2.1", "203.0.113.9", 0, "192.0.2.1"),
        ("192.0.2.1", "203.0.113.9", 1, "203.0.113.9"),
        ("192.0.2.1", "1.1.1.1, 203.0.113.9, 192.0.2.2", 2, "203.0.113.9"),
        ("192.0.2.1", "203.0.113.9", 2, "192.0.2.1"),
        ("192.0.2.1", None, 1, "192.0.2.1"),
        ("192.0.2.1", "unknown", 1, "192.0.2.1"),
        ("::ffff:192.0.2.1", None, 0, "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", None, 0, "2001:db8:1:2::/64"),
        ("192.0.2.1", "2001:db8:1:2::7", 1, "2001:db8:1:2::/64"),
        ("192.0.2.1", "203.0.113.9:5678", 1, "203.0.113.9"),
        ("192.0.2.1", "[2001:db8:1:2::7]:80", 1, "2001:db8:1:2::/64"),
        ("192.0.2.1", "[2001:db8:1:2::7]", 1, "2001:db8:1:2::/64"),
        ("192.0.2.1", "203.0.113.9:x", 1, "192.0.2.1"),
    ],
)
def test_source_is_what_trusted_proxies_saw(
    peer: str, forwarded: str | None, proxies: int, source: str
) -> None:
    """H-22: nobody gets another part of the room by writing a header or taking another address."""
    assert headers.source(peer, forwarded, proxies) == source


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("a socket", "unknown"),
    ],
)
def test_lines_show_a_neighbourhood_and_no_address(source: str, shown: str) -> None:
    """M8: enough to see where an attack comes from, not who lives there."""
    assert headers.neighbourhood(source) == shown
