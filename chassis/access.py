"""Who may, checked where the object is: the caller against the `who` of an RPC's record (H-33).

    caller = self._access.caller(ctx, order["community_id"])
    caller.require_may_see(payments.GET_ORDER.who, "order", about=order["payer_id"])
    caller.require(payments.REFUND_ORDER.who)

A person sees what they may read; what they may not see is answered like a missing one (O-1). Each
refusal is a line `access_denied` that says who asked, and who might have.
"""

import functools
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import Any

import structlog

from chassis.context import Context, Link
from contracts.access import ALWAYS, BY_LINK, OPERATOR, ROLES, Who
from contracts.errors import (
    KEY_ELSEWHERE,
    KEY_NOT_TAKEN,
    LINK_ELSEWHERE,
    LINK_USED,
    NOT_PERMITTED,
    OBJECT_NOT_FOUND,
    DomainError,
    ErrorCode,
)
from contracts.membership import SYSTEM
from contracts.records import ByLink, Rpc

log = structlog.get_logger()

Rights = tuple[
    Set[str], Callable[[], bool]
]  # roles in a community; whether they operate the system


@dataclass(frozen=True)
class Caller:
    """Who asks, with what they hold in one community; read when it is needed first."""

    ctx: Context
    held: Callable[[], Rights]
    is_foreign: bool = False  # an API key, and not one of this community

    def may(self, who: Who, *, about: str | None = None) -> bool:
        """Whether `who` lets the caller in; `about` is the person that the object is about."""
        if who.person and about is not None and about == self.ctx.actor.id:
            return True
        if self.ctx.actor.key is not None and not who.takes_keys:
            return False
        roles, operates = self.held()
        return not who.roles.isdisjoint(roles) or (OPERATOR in who.roles and operates())

    def require(self, who: Who, refusal: ErrorCode = NOT_PERMITTED) -> None:
        """Raises DomainError(SIGN_IN_REQUIRED, SIGN_IN_AGAIN) or DomainError(refusal); of API keys
        DomainError(KEY_ELSEWHERE, KEY_NOT_TAKEN)."""
        if not self.may(who):
            if self.ctx.actor.key is not None and refusal is NOT_PERMITTED:
                refusal = self._refusal_of_key(who)
            _note_denied(self.ctx, who, refusal)
            raise refused(who) if refusal is NOT_PERMITTED else DomainError(refusal)
        if who.lately == ALWAYS:
            self.ctx.require_recent_sign_in()
        self.ctx.checked.add(who)

    def _refusal_of_key(self, who: Who) -> ErrorCode:
        if self.is_foreign:
            return KEY_ELSEWHERE
        return NOT_PERMITTED if who.takes_keys else KEY_NOT_TAKEN

    def require_may_see(self, who: Who, noun: str, *, about: str | None = None) -> None:
        """`who` is that of reading it; raises DomainError(OBJECT_NOT_FOUND)."""
        if not self.may(who, about=about):
            _note_denied(self.ctx, who, OBJECT_NOT_FOUND)
            raise DomainError(OBJECT_NOT_FOUND, noun=noun)
        self.ctx.checked.add(who)


class Access:
    """Callers, from the roles that `held` finds for a person who signed in."""

    def __init__(self, held: Callable[[Context, str], Rights]) -> None:
        self._held = held

    def caller(self, ctx: Context, community_id: str) -> Caller:
        """The caller in a community; raises DomainError(SIGN_IN_REQUIRED) when asked."""
        return caller_with(ctx, functools.partial(self._held, ctx, community_id), community_id)

    def require(self, ctx: Context, who: Who, community_id: str) -> Caller:
        """The caller, for what belongs to a community as a whole, whose existence is public.

        Raises DomainError(SIGN_IN_REQUIRED) or DomainError(NOT_PERMITTED).
        """
        caller = self.caller(ctx, community_id)
        caller.require(who)
        return caller


def caller_with(ctx: Context, held: Callable[[], Rights], community_id: str = "") -> Caller:
    """The caller with these roles in a community; at the service's command line it is an operator
    without any, and an API key holds what it says itself, in its own community alone."""
    if ctx.actor.kind == OPERATOR:
        return Caller(ctx, lambda: (frozenset(), lambda: True))
    if (key := ctx.actor.key) is not None:
        is_foreign = key.community_id not in (community_id, SYSTEM)
        roles: frozenset[str] = frozenset(() if is_foreign else key.roles)
        held_here: Rights = (roles - {OPERATOR}, lambda: OPERATOR in roles)
        return Caller(ctx, lambda: held_here, is_foreign and community_id != SYSTEM)
    return Caller(ctx, functools.cache(held))


def require_self(ctx: Context, who: Who) -> str:
    """For what everybody may who signed in, for themselves: who asks.

    Raises DomainError(SIGN_IN_REQUIRED, SIGN_IN_AGAIN).
    """
    person_id = ctx.require_person()
    if who.lately == ALWAYS:
        ctx.require_recent_sign_in()
    ctx.checked.add(who)
    return person_id


def require_own(ctx: Context, who: Who, person_id: str, noun: str) -> None:
    """For what is one person's alone; raises DomainError(SIGN_IN_REQUIRED, OBJECT_NOT_FOUND)."""
    if person_id != ctx.require_person():
        _note_denied(ctx, who, OBJECT_NOT_FOUND)
        raise DomainError(OBJECT_NOT_FOUND, noun=noun)
    ctx.checked.add(who)


def require_by_link(ctx: Context, rpc: Rpc, request: Mapping[str, Any]) -> None:
    """Who follows a link may call what is for its purpose, about its object and nothing else.

    Raises DomainError(LINK_ELSEWHERE). Where the request does not name the object, the use case
    asks (`Context.require_linked`).
    """
    if ctx.actor.link is None:
        return
    taken = _taken(ctx.actor.link, rpc)
    if taken.field:
        ctx.require_linked(request[taken.field])


def said_by_link(ctx: Context, rpc: Rpc, error: DomainError) -> DomainError:
    """The refusal as who follows a link hears it: what is over is over by the link, too."""
    if ctx.actor.link is None or error.error not in _taken(ctx.actor.link, rpc).over:
        return error
    return DomainError(LINK_USED)


def _taken(link: Link, rpc: Rpc) -> ByLink:
    taken = rpc.for_link(link.purpose)
    if taken is None:
        raise DomainError(LINK_ELSEWHERE)
    return taken


def refused(who: Who) -> DomainError:
    """The refusal that says who may: the roles, after the person that the object is about."""
    persons = [who.person] if who.person else []
    return DomainError(
        NOT_PERMITTED, needed_roles=[*persons, *(role for role in ROLES if role in who.roles)]
    )


def _note_denied(ctx: Context, who: Who, refusal: ErrorCode) -> None:
    log.info(
        "access_denied",
        actor=ctx.actor.id,
        session=ctx.actor.session_id,
        needed=str(who),
        answer=refusal.code,
    )


class CallerUnchecked(Exception):
    """A use case answered without holding its caller against the `who` of its record: a defect."""


def require_checked(ctx: Context, rpc: Rpc) -> None:
    """Raises CallerUnchecked; called with what a use case is about to answer."""
    if rpc.who.signed_in and rpc.who not in ctx.checked:
        raise CallerUnchecked(f"{rpc.routing_key} is for {rpc.who}")
    if ctx.actor.link is not None and BY_LINK not in ctx.checked:
        raise CallerUnchecked(f"{rpc.routing_key} did not look at what the link is for")
