"""Who may call an RPC: said once, on its record.

    CREATE_COUPON = Rpc(..., who=holders(OWNING_ROLES))
    GET_ORDER = Rpc(..., who=the("payer") | holders(MONEY_ROLES))

From it come the check of the service (`chassis.access`), what the gateway asks for, the words of
OpenAPI and of the cards, and the matrix of `docs/reference/access.md`.
"""

import dataclasses
from collections.abc import Iterator, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, get_args

GrantableRole = Literal["owner", "reviewer", "host", "treasurer", "scanner"]
# Beside those that owners grant: what follows from a membership, and who runs the whole system.
Role = Literal[GrantableRole, "member", "former_member", "operator"]

GRANTABLE_ROLES: tuple[GrantableRole, ...] = get_args(GrantableRole)
ROLES: tuple[Role, ...] = get_args(Role)

MEMBER: Role = "member"
FORMER_MEMBER: Role = "former_member"
OPERATOR: Role = "operator"

OWNING_ROLES: Set[Role] = frozenset({"owner"})
REVIEWING_ROLES: Set[Role] = frozenset({"owner", "reviewer"})
MONEY_ROLES: Set[Role] = frozenset({"owner", "treasurer"})
HOSTING_ROLES: Set[Role] = frozenset({"owner", "host"})
CHECK_IN_ROLES: Set[Role] = frozenset({"owner", "host", "scanner"})
MEMBER_DATA_ROLES: Set[Role] = frozenset({"owner", "reviewer", "host", "treasurer"})
KEY_ROLES: Set[Role] = frozenset({*GRANTABLE_ROLES, OPERATOR})  # that API keys can hold
SIGNED_IN_LATELY = 10 * 60  # seconds since the sign-in, for what cannot be left to a stolen session
ALWAYS = "always"

BELONGING_ROLES: Set[Role] = frozenset({*GRANTABLE_ROLES, MEMBER})


@dataclass(frozen=True)
class Who:
    """Whom an RPC lets in; made by the names and functions below.

    `others` names callers who are not asked who they are. Anybody else has signed in and is the
    `person` that the object is about, under the name that they have there, or holds one of `roles`
    in its community; without both, whoever signed in is meant. `note` narrows it in words.
    `lately` says when they have to have signed in within the last ten minutes: ALWAYS, or a case.
    `knowing`: who signed in is known to the service although nobody has to; it shows them more.
    `in_person`: no API key does it, whatever roles it holds.
    """

    others: str = ""
    person: str = ""
    roles: Set[Role] = frozenset()
    note: str = ""
    lately: str = ""
    knowing: bool = False
    in_person: bool = False

    @property
    def takes_keys(self) -> bool:
        """Whether an API key may that holds one of the roles (ADR 0072).

        A key is nobody whom an object is about, and does not sign in.
        """
        return bool(self.roles & KEY_ROLES) and not self.in_person and self.lately != ALWAYS

    @property
    def signed_in(self) -> bool:
        """Whether callers have to be known; the service checks them then (`chassis.access`)."""
        return not self.others

    @property
    def is_anybody(self) -> bool:
        return self.others == ANYBODY.others

    def but(self, note: str) -> "Who":
        """The same with a restriction in words, which the service checks, too."""
        return dataclasses.replace(self, note=note)

    def who_sees_more(self, note: str) -> "Who":
        """The same, where the service shows more to whom it knows, as `note` says."""
        return dataclasses.replace(self, note=note, knowing=True)

    def signed_in_lately(self, case: str = ALWAYS) -> "Who":
        """The same for who signed in within the last ten minutes (step-up, RFC 9470); in a `case`
        the use case asks for it (`Context.require_recent_sign_in`)."""
        return dataclasses.replace(self, lately=case)

    def by_people(self) -> "Who":
        """The same for people alone: what a program of theirs cannot do by its API key."""
        return dataclasses.replace(self, in_person=True)

    @property
    def restriction(self) -> str:
        """In words, what holds besides."""
        case = "" if self.lately == ALWAYS else f" {self.lately}"
        step_up = f"signed in within {SIGNED_IN_LATELY // 60} minutes{case}" if self.lately else ""
        return "; ".join(filter(None, (self.note, step_up)))

    def __or__(self, other: "Who") -> "Who":
        return Who(
            person=self.person or other.person,
            roles=self.roles | other.roles,
            lately=self.lately or other.lately,
            in_person=self.in_person or other.in_person,
        )

    def __str__(self) -> str:
        """For OpenAPI and the cards: `the payer, owners and treasurers of the community, …`."""
        whom = self.others or ", ".join(self._parts()) or "the signed-in person"
        return "; ".join(filter(None, (whom, self.restriction)))

    def _parts(self) -> Iterator[str]:
        if self.person:
            yield f"the {self.person}"
        held = [f"{role}s" for role in ROLES if role in self.roles and role != OPERATOR]
        if held:
            *most, last = held
            all_of_them = f"{', '.join(most)} and {last}" if most else last
            yield f"{all_of_them} of the community".replace("_", " ")
        if OPERATOR in self.roles:
            yield "operators"


ANYBODY = Who(others="anybody")
SERVICES_ONLY = Who(others="services")  # those that are its `callers`
THE_GATEWAY = Who(others="the gateway itself")  # for its own work, whoever's request it is
SIGNED_IN = Who()
BY_LINK = Who(others="whoever follows a signed link")


def whoever_has(secret: str) -> Who:
    """Whoever shows what nobody else knows."""
    return Who(others=f"whoever has {secret}")


def the(person: str) -> Who:
    """The person that the object is about."""
    return Who(person=person)


def holders(roles: Set[Role], *, operators: bool = True) -> Who:
    """Whoever holds one of these roles in the community; operators besides, as a rule."""
    return Who(roles=roles | {OPERATOR} if operators else roles)


OPERATORS = holders(frozenset())
MEMBERS = holders(frozenset({MEMBER}), operators=False)
FORMER_MEMBERS = holders(frozenset({FORMER_MEMBER}), operators=False)


class Scope(StrEnum):
    """What an access token is good for; a route needs that of what it reads or changes."""

    PROFILE_READ = "profile:read"
    PROFILE_WRITE = "profile:write"
    OPERATORS_READ = "operators:read"
    OPERATORS_WRITE = "operators:write"
    COMMUNITIES_READ = "communities:read"
    COMMUNITIES_WRITE = "communities:write"
    ROLES_READ = "roles:read"
    ROLES_WRITE = "roles:write"
    APPLICATIONS_READ = "applications:read"
    APPLICATIONS_WRITE = "applications:write"
    REVIEWS_READ = "reviews:read"
    REVIEWS_WRITE = "reviews:write"
    MEMBERSHIPS_READ = "memberships:read"
    MEMBERSHIPS_WRITE = "memberships:write"
    MEETUPS_READ = "meetups:read"
    MEETUPS_HOST = "meetups:host"
    REGISTRATIONS_READ = "registrations:read"
    REGISTRATIONS_WRITE = "registrations:write"
    PAYMENTS_READ = "payments:read"
    PAYMENTS_WRITE = "payments:write"
    FILES_READ = "files:read"
    FILES_WRITE = "files:write"
    NOTIFICATIONS_READ = "notifications:read"
    NOTIFICATIONS_WRITE = "notifications:write"
    REQUESTS_READ = "requests:read"


# What API keys can be good for: scopes with an operation that takes them (`Who.takes_keys`).
KEY_SCOPES: tuple[Scope, ...] = (
    Scope.COMMUNITIES_READ,
    Scope.COMMUNITIES_WRITE,
    Scope.ROLES_READ,
    Scope.APPLICATIONS_READ,
    Scope.REVIEWS_READ,
    Scope.MEMBERSHIPS_READ,
    Scope.MEMBERSHIPS_WRITE,
    Scope.MEETUPS_READ,
    Scope.MEETUPS_HOST,
    Scope.REGISTRATIONS_READ,
    Scope.PAYMENTS_READ,
    Scope.PAYMENTS_WRITE,
    Scope.NOTIFICATIONS_READ,
    Scope.REQUESTS_READ,
)
SYSTEM_KEY_SCOPES: tuple[Scope, ...] = (*KEY_SCOPES, Scope.OPERATORS_READ)
