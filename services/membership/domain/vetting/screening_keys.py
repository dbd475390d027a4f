"""By what people and answers are recognised again: digests, of which nobody reads what they are of.

A digest is a pseudonym, not a secret: who has the database and a guess can try the guess.
"""

import contextlib
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from contracts.addresses import mail_address
from services.membership.domain.identity.identities import phone_key
from services.membership.domain.identity.name_keys import same_names
from services.membership.domain.identity.people import Person, address_of
from services.membership.domain.vetting.forms import Answers, Form, questions_asked

KEYED = ("short_text", "number", "link")  # kinds of questions whose answers are compared
MOST_KEYED = 20  # answers of an application
_LEFT_OUT = re.compile(r"[\s()-]")
_CHINESE_MOBILE = re.compile(r"1[0-9]{10}")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,15}")


def digest(key: str) -> str:
    """The digest of a key such as `email:li@example.com`."""
    return hashlib.sha256(key.encode()).hexdigest()


def person_digests(person: Person, identity_keys: Iterable[str]) -> list[str]:
    """All by which somebody can come again: address, ways to sign in, and themselves."""
    address = address_of(person)
    mine = [f"person:{person['_id']}", *identity_keys]
    return [digest(key) for key in (*mine, *([f"email:{address}"] if address else []))]


def email_digest(email: str) -> str:
    return digest(f"email:{email}")


def phone_digest(number: str) -> str:
    """Of a number in its one form, as sign-ins have it."""
    return digest(phone_key(number))


def name_digests(name: str) -> list[str]:
    """Of which one is had by whoever is called the same, in any case and width, or by pinyin."""
    return [digest(f"name:{form}") for form in same_names(name)]


def plain(answer: Any) -> str:
    """An answer without what makes no difference: width, case and blanks at its ends."""
    return unicodedata.normalize("NFKC", str(answer)).casefold().strip()


def answer_digests(answer: Any) -> list[str]:
    """Of an answer as an address and as a phone number, if it looks like one."""
    text = _LEFT_OUT.sub("", plain(answer))
    found = []
    with contextlib.suppress(ValueError):
        found.append(email_digest(mail_address(text)))
    number = f"+86{text}" if _CHINESE_MOBILE.fullmatch(text) else text
    if _NUMBER.fullmatch(number):
        found.append(phone_digest(number))
    return found


def answer_key(question: str, answer: Any) -> str:
    """By which the same answer to the same question is found."""
    return f"{question}:{digest(_LEFT_OUT.sub('', plain(answer)))}"


def answer_keys(form: Form, answers: Answers) -> list[str]:
    """Those of an application that is handed in."""
    return list(_answer_keys(form, answers))[:MOST_KEYED]


def _answer_keys(form: Form, answers: Answers) -> Iterator[str]:
    for question in questions_asked(form, answers):
        answer = answers.get(question["key"])
        if question["kind"] in KEYED and answer not in (None, ""):
            yield answer_key(question["key"], answer)
