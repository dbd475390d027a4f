"""One human, whatever communities they belong to; found by e-mail address, or by another identity
(`identities`)."""

import datetime as dt
from collections.abc import Mapping, Set
from typing import Any, NotRequired

from contracts.addresses import domain_of
from contracts.aggregates import Aggregate
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.errors.membership import MAIL_DOMAIN_BLOCKED
from services.membership.domain.identity.name_keys import keys_of, same_names

_UNREACHABLE = ".invalid"  # RFC 2606: no mail reaches it, and it is no address in its one form


class Person(Aggregate):
    """Who somebody is in all communities; `email` in its one form (`contracts.addresses`), or what
    stands there for somebody who has none (`address_of`).

    `mentions` counts units of work that put something about the person elsewhere: they and an
    erasure meet on this document, so that the erasure finds all of it.
    """

    email: str
    name: str
    locale: str
    mentions: NotRequired[int]
    erased_at: NotRequired[dt.datetime]


def erase(person: Person, now: dt.datetime) -> Person:
    """Nobody any more: what is left is the id, which others keep. Its address is one that no mail
    reaches (RFC 2606) and nobody can sign in with."""
    email = _no_address(person["_id"], "erased")
    return {**person, "email": email, "name": "", "erased_at": now}


def require_not_erased(person: Person) -> None:
    """Raises DomainError(OBJECT_NOT_FOUND) for somebody of whom the id alone is left."""
    if "erased_at" in person:
        raise DomainError(OBJECT_NOT_FOUND, noun="person")


def address_of(person: Mapping[str, Any]) -> str | None:
    """Where mail reaches somebody; None for who came by another way and has not said it."""
    email: str = person["email"]
    return None if email.endswith(_UNREACHABLE) else email


def display_name(name: str, email: str) -> str | None:
    """What staff call somebody; None where `name` was made of the address and not said, and of who
    is erased."""
    return None if name in ("", _before_the_at(email)) else name


def found_by(person: Person) -> list[str] | None:
    """By which keys somebody is found, and called the same as others; None of who is erased."""
    if "erased_at" in person:
        return None
    name = display_name(person["name"], person["email"])
    return [*keys_of(name), *same_names(name)]


def require_welcome(email: str, blocked_domains: Set[str]) -> None:
    """Raises DomainError(MAIL_DOMAIN_BLOCKED) for an address that nobody may come with: one at a
    blocked domain, or below it."""
    domain = domain_of(email)
    labels = domain.split(".")
    parents = {".".join(labels[at:]) for at in range(len(labels))}
    if parents & blocked_domains:
        raise DomainError(MAIL_DOMAIN_BLOCKED, domain=domain)


def new_person(*, id: str, email: str, locale: str, name: str = "") -> Person:
    """A person; until they say their name it is what stands before the @ of their address."""
    return {
        "_id": id,
        "email": email,
        "name": name or _before_the_at(email),
        "locale": locale,
    }


def new_person_without_address(*, id: str, name: str, locale: str) -> Person:
    """A person who came by another way than e-mail; called as they are there, or not at all."""
    return {"_id": id, "email": _no_address(id, "none"), "name": name, "locale": locale}


def _no_address(id: str, why: str) -> str:
    """Addresses are unique, so each who has none has one of their own."""
    return f"{id.lower()}@{why}{_UNREACHABLE}"


def _before_the_at(email: str) -> str:
    return email.split("@")[0]
