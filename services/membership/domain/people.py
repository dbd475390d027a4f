"""One human, whatever communities they belong to; found by e-mail address."""

from typing import Any

Person = dict[str, Any]


def same_address(email: str) -> str:
    """The form under which an address is kept and compared: without blanks, lower case."""
    return email.strip().lower()


def new_person(*, id: str, email: str, locale: str, name: str = "") -> Person:
    """A person; until they say their name it is what stands before the @ of their address."""
    address = same_address(email)
    return {
        "_id": id,
        "email": address,
        "name": name or address.split("@")[0],
        "locale": locale,
    }
