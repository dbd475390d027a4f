"""Addresses of a community's own site: where messages may lead, and where not."""

import pytest

from contracts.errors import INVALID_INPUT, DomainError
from contracts.errors.membership import LINK_HOST_NOT_ALLOWED
from contracts.membership import ChangeCommunity
from services.membership.domain.communities.links import check_links

HOSTS = ["club.example.cn"]


def refusal(link: str, *, local: bool = False) -> DomainError:
    with pytest.raises(DomainError) as refused:
        check_links({"application": link}, HOSTS, local=local)
    return refused.value


@pytest.mark.parametrize(
    "link",
    [
        "https://club.example.cn/applications/{id}",
        "https://club.example.cn/{id}",
        "https://club.example.cn/my/{id}/pay?from=mail",
        "https://club.example.cn/show?what=application&id={id}",
    ],
)
def test_an_address_at_an_allowed_host(link: str) -> None:
    check_links({"application": link, "order": None}, HOSTS, local=False)


@pytest.mark.parametrize(
    "link",
    [
        "http://club.example.cn/{id}",  # no https
        "javascript:alert('{id}')",
        "//club.example.cn/{id}",
        "https:/club.example.cn/{id}",
        "https:///evil.example/{id}",
        "https://club.example.cn/applications",  # no place for the id
        "https://club.example.cn/{id}/{id}",
        "https://club.example.cn/{id}/{name}",
        "https://club.example.cn/{{id}}",
        "https://club.example.cn/{id!r}",
        "https://club.example.cn/%7Bid%7D",
        "https://{id}.club.example.cn/",  # the id in the host
        "https://club.example.cn:{id}/",
        "https://club.example.cn?id={id}",  # no path
        "https://club.example.cn{id}",
        "https://li:secret@club.example.cn/{id}",  # a user
        "https://club.example.cn@evil.example/{id}",
        "https://@club.example.cn/{id}",
        "https://club.example.cn:8443/{id}",  # a port
        "https://club.example.cn:/{id}",
        "https://club.example.cn:x/{id}",
        "https://club.example.cn/#{id}",  # a fragment
        "https://club.example.cn/{id}#",
        "https://club.example.cn/{id}#top",
        "https://club.example.cn/{id}?",
        "https://[::1/{id}",
        "HTTPS://club.example.cn/{id}",
        "https://Club.example.cn/{id}",
        "https://club.example.cn/\t{id}",  # what a parser drops
        "https://club.example.cn/{id}\n",
        " https://club.example.cn/{id}",
        "",
    ],
)
def test_what_is_no_address(link: str) -> None:
    """Each names its field and what is expected there."""
    refused = refusal(link)
    assert refused.error is INVALID_INPUT
    assert [field.pointer for field in refused.fields] == ["/links/application"]


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "club.example.cn.evil.example",
        "evil-club.example.cn",
        "www.club.example.cn",
        "club.example.cn.",
        "127.0.0.1",
        "localhost",
        "xn--club-example.cn",
        "club.example.cn;evil.example",
    ],
)
def test_a_host_that_nobody_allowed(host: str) -> None:
    """Hosts are compared as a whole; the refusal names both."""
    refused = refusal(f"https://{host}/{{id}}")
    assert refused.error is LINK_HOST_NOT_ALLOWED
    assert refused.params == {"host": host, "allowed": ["club.example.cn"]}


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("https://club.example.cn\\@evil.example/{id}", "field.format"),
        ("https://club.example.cn／evil.example/{id}", "field.format"),  # full width
        ("https://club.example.cn/<{id}>", "field.format"),
        ('https://club.example.cn/"{id}"', "field.format"),
        ("https://club.example.cn/ {id}", "field.format"),
        (f"https://club.example.cn/{'x' * 500}{{id}}", "field.format"),
    ],
)
def test_what_the_record_refuses(link: str, code: str) -> None:
    """Signs that no address has, or that browsers and parsers read differently."""
    asked = {"community_id": "com_01JD6Q3F0M8V6Z4X2K9T7R5WYB", "expected_version": 1}
    problems = ChangeCommunity().validate({**asked, "links": {"application": link}})
    assert code in str(problems)


def test_a_site_that_is_being_written() -> None:
    """Outside of production: http on this machine, and nowhere else."""
    for link in ("http://localhost/{id}", "http://localhost:5173/applications/{id}"):
        check_links({"application": link}, [], local=True)
        assert refusal(link).error is INVALID_INPUT
    for link in ("http://localhost.evil.example/{id}", "http://club.example.cn/{id}"):
        assert refusal(link, local=True).error is INVALID_INPUT
    assert refusal("http://li@localhost/{id}", local=True).error is INVALID_INPUT
    assert refusal("http://localhost:99999/{id}", local=True).error is INVALID_INPUT
