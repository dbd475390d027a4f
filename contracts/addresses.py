"""The one form of an e-mail address, in which it is compared, kept and written to.

A dot-atom and a host name (RFC 5321), lower case, the domain in ASCII (IDNA 2008). What mail
programs read in several ways has no such form: comments, quotes, address literals, a dot at the end
of the domain, letters outside of ASCII before the `@` (they need SMTPUTF8), names that no mail
reaches (`.local`). So one mailbox cannot be written as two (`victim(1)@x.com`).
"""

from __future__ import annotations

import re
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

LONGEST = 254
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# Of those whose domain is in ASCII already, for documents.
PATTERN = rf"{_ATOM}(\.{_ATOM})*@({_LABEL}\.)+[A-Za-z]([A-Za-z0-9-]{{0,61}}[A-Za-z0-9])?"


# What nobody reads in two ways. A list of members has a hundred thousand, at few domains.
_PLAIN_NAME = re.compile(rf"(?=.{{1,64}}\Z){_ATOM}(\.{_ATOM})*")


def mail_address(text: str) -> str:
    """The form of an address; raises ValueError when it has none."""
    name, _, domain = text.rpartition("@")
    if _PLAIN_NAME.fullmatch(name):
        address = f"{name.lower()}@{_form_of_domain(domain)}"
    else:
        address = _read(text)
    if max(len(text), len(address)) > LONGEST:
        raise ValueError(f"longer than {LONGEST} characters")
    return address


@lru_cache(maxsize=1024)
def _form_of_domain(domain: str) -> str:
    return domain_of(_read(f"x@{domain}"))


def _read(text: str) -> str:
    if len(text) > LONGEST:
        raise ValueError(f"longer than {LONGEST} characters")
    try:
        read = validate_email(text, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError as problem:
        raise ValueError(str(problem)) from None
    return f"{read.local_part}@{read.ascii_domain}".lower()


def domain_of(address: str) -> str:
    """The domain of an address in its one form."""
    return address.rpartition("@")[2]
