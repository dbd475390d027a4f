"""One mailbox has one form, wherever an address comes in."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import addresses, membership
from contracts.addresses import mail_address
from contracts.errors import DomainError
from contracts.problems import load
from contracts.records import Rpc
from services.membership.domain.files.texts import lines_of_text
from services.membership.domain.terms.imports import lines_of, rows_of

# Of one mailbox, as mail programs read them (F3); the first is the only one that is an address.
SPELLINGS = [
    "VICTIM@X.com",
    "victim(1)@x.com",
    "victim(2)@x.com",
    "(3)victim@x.com",
    "victim@x.com(4)",
    '"victim"@x.com',
    r'"vic\tim"@x.com',
]
MALFORMED = [
    *SPELLINGS[1:],
    "victim@(c)x.com",
    "<v@x.com>",
    "a,v@x.com",
    "v..x@x.com",
    "..@x.com",
    ".v@x.com",
    "v.@x.com",
    "v\x00@x.com",
    "v\x01@x.com",
    "王v@x.com",
    "v\u200b@x.com",
    "v😀@x.com",
    "v@x.com.",
    "v@[127.0.0.1]",
    "v@127.0.0.1",
    "v@localhost",
    "v@mail.local",
    "v@x_y.com",
    "v@-x.com",
    "v@x..com",
    "v@i❤.ws",
    "v@xn--a.com",
    "v＠x.com",
    "v@v@x.com",
    "v@x.com\n",
    " v@x.com",
    "v w@x.com",
    "@x.com",
    "v@",
    "",
    "v" * 65 + "@x.com",
    "v@" + ".".join(["x" * 63] * 4) + ".com",
]
SAME = {
    "Li.Wei+news@Example.COM": "li.wei+news@example.com",
    "v@bücher.example": "v@xn--bcher-kva.example",
    "v@XN--Bcher-kva.example": "v@xn--bcher-kva.example",
    "v@ｘ.com": "v@x.com",
    "v@x。com": "v@x.com",
}
REQUESTS: list[tuple[Rpc, str, dict[str, Any]]] = [
    (membership.START_SIGN_IN, "email", {}),
    (membership.GRANT_OPERATOR, "email", {}),
    (membership.GRANT_ROLE, "email", {"community_id": "com_" + "0" * 26, "role": "host"}),
    (
        membership.GIVE_MEMBERSHIP,
        "email",
        {"community_id": "com_" + "0" * 26, "plan_id": "pln_" + "0" * 26, "reason": "创始群主"},
    ),
    (membership.CREATE_COMMUNITY, "owner_email", {"slug": "doctors", "name": "医者"}),
]


@pytest.mark.parametrize("text", MALFORMED)
def test_what_has_no_form_is_no_address(text: str) -> None:
    with pytest.raises(ValueError):
        mail_address(text)


@pytest.mark.parametrize(("text", "form"), SAME.items())
def test_spellings_of_one_address_have_one_form(text: str, form: str) -> None:
    assert mail_address(text) == mail_address(form) == form


@given(st.text(max_size=80) | st.from_regex(r"[a-z.(@)\"ü。-]{0,30}@[a-zü.。-]{1,20}"))
def test_a_form_is_its_own_form(text: str) -> None:
    """Whatever is let in is in ASCII, lower case, and stays as it is when it is read again."""
    try:
        form = mail_address(text)
    except ValueError:
        return
    assert form.isascii()
    assert form == form.lower() == mail_address(form)
    assert len(form) <= 254


@pytest.mark.parametrize(("rpc", "field", "more"), REQUESTS, ids=lambda one: str(one)[:20])
@pytest.mark.parametrize("text", [*SPELLINGS[1:], "v@x.com.", "王v@x.com"])
def test_every_request_reads_addresses_alike(
    rpc: Rpc, field: str, more: dict[str, Any], text: str
) -> None:
    """F3, H4: 422 `field.format` for every other spelling, the form for what has one."""
    with pytest.raises(DomainError) as refused:
        load(rpc.request(), {**more, field: text})
    found = [(problem.pointer, problem.code) for problem in refused.value.fields]
    assert found == [(f"/{field}", "field.format")]
    assert load(rpc.request(), {**more, field: SPELLINGS[0]})[field] == "victim@x.com"


def test_imports_read_addresses_like_requests() -> None:
    """F3: a file's row with another spelling is refused; the form is what a person is known by."""
    columns = ("number", "email", "name", "joined_on", "term_ends_on", "segment", "city")
    given = [*SPELLINGS, "v@bücher.example"]
    quoted = [text.replace('"', '""') for text in given]
    rows = [f'{n},"{text}",李,2026-01-01,2026-12-31,,' for n, text in enumerate(quoted, 1)]
    text = "\n".join([",".join(columns), *rows])
    file = lines_of_text(text)
    found = list(rows_of(lines_of(file, columns, (), 99), "2026-03-01", []))
    wrong = [row["number"] for row in found if row["problems"]]
    assert wrong == [2, 3, 4, 5, 6, 7]
    assert {problem["code"] for row in found for problem in row["problems"]} == {"field.format"}
    assert [row["email"] for row in found if not row["problems"]] == [
        "victim@x.com",
        "v@xn--bcher-kva.example",
    ]


NAMES = st.text(st.sampled_from("aZ9.+-_\"( \\王'@"), max_size=70)
DOMAINS = st.text(st.sampled_from("aZ9.-bücher[1]_例"), max_size=30) | st.sampled_from(
    ["x.com", "Bücher.example", "x.local", "a" * 63 + ".com", ".".join(["a" * 60] * 4) + ".com"]
)


@given(NAMES, DOMAINS)
def test_a_plain_name_is_read_like_any(name: str, domain: str) -> None:
    """The quick way, for names of letters and signs alone, takes what the slow one does."""

    def form(read: Callable[[str], str]) -> str | None:
        try:
            return read(f"{name}@{domain}")
        except ValueError:
            return None

    assert form(mail_address) == form(addresses._read)
