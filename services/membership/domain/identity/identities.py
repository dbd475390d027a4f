"""By what somebody is known besides their e-mail address: a phone number, an account elsewhere.

A key is what nobody else has: `phone:+8613…`, `oidc:<issuer>|<sub>`, `wechat:<app>:<open id>`. Who
comes to two apps of one WeChat account has an open id in each and one union id in all of them, so
one identity may have several keys.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.aggregates import Aggregate
from contracts.errors import DomainError
from contracts.errors.membership import IDENTITIES_TOO_MANY, IDENTITY_LAST
from services.membership.domain.identity.people import Person, address_of

MOST = 10  # of one person
PHONE = "phone"


class Identity(Aggregate):
    """`label` is what its person knows it by: the number, or a name that was said there."""

    person_id: str
    way: str
    keys: list[str]
    label: str


@dataclass(frozen=True)
class Shown:
    """What somebody showed to be theirs; the first key is the exact one. `name` is what they are
    called there, "" where nobody says."""

    way: str
    keys: tuple[str, ...]
    label: str
    name: str = ""


def phone_key(number: str) -> str:
    return f"phone:{number}"


def shown_phone(number: str) -> Shown:
    """A number whose code came back."""
    return Shown(PHONE, (phone_key(number),), number)


def new_identity(*, id: str, person_id: str, shown: Shown) -> Identity:
    return {
        "_id": id,
        "person_id": person_id,
        "way": shown.way,
        "keys": list(shown.keys),
        "label": shown.label,
    }


def best_of(found: Sequence[Identity], shown: Shown) -> Identity | None:
    """Whose of these it is: the exact key decides, then one that joins several (a union id)."""
    for key in shown.keys:
        for identity in found:
            if key in identity["keys"]:
                return identity
    return None


def learn(identity: Identity, found: Sequence[Identity], shown: Shown) -> Identity:
    """The identity with the keys that came along and are nobody else's."""
    others = {key for other in found if other["_id"] != identity["_id"] for key in other["keys"]}
    new = [key for key in shown.keys if key not in others and key not in identity["keys"]]
    return {**identity, "keys": [*identity["keys"], *new]} if new else identity


def require_room(count: int) -> None:
    """Raises DomainError(IDENTITIES_TOO_MANY) for who has as many as one person may have."""
    if count >= MOST:
        raise DomainError(IDENTITIES_TOO_MANY, maximum=MOST)


def require_other_way(person: Person, count: int) -> None:
    """Raises DomainError(IDENTITY_LAST) for the only one of somebody without an address: they could
    not sign in any more."""
    if count <= 1 and address_of(person) is None:
        raise DomainError(IDENTITY_LAST)
