"""Names of people in lists of staff: asked of membership for a page at a time, and kept nowhere.

Who may be named in which community is membership's to say (ADR 0056); the purpose says which list
it is. A list is worth more without names than not at all, so nobody waits long for them.
"""

from collections.abc import Iterable

from chassis.context import Context
from chassis.rpc_client import RpcClient
from contracts import membership
from contracts.errors import INVALID_INPUT, DomainError, FieldProblem, Kind
from contracts.membership.people import MOST_FOUND

LONGEST_SECONDS = 1.0


class Names:
    """The names for one kind of list."""

    def __init__(self, rpc: RpcClient, *, purpose: str) -> None:
        self._rpc = rpc
        self._purpose = purpose

    def of(self, community_id: str, person_ids: Iterable[str], ctx: Context) -> dict[str, str]:
        """By person; of nobody while membership is away."""
        wanted = sorted(set(person_ids))
        if not wanted:
            return {}
        asked = {"community_id": community_id, "person_ids": wanted, "purpose": self._purpose}
        try:
            answer = self._rpc.call(membership.GET_NAMES, asked, ctx, deadline=LONGEST_SECONDS)
        except DomainError as problem:
            if problem.kind is not Kind.UNAVAILABLE:
                raise
            return {}
        return {named["person_id"]: named["display_name"] for named in answer["names"]}

    def find(self, community_id: str, search: str, ctx: Context) -> list[str]:
        """The people whom a name finds; raises DomainError(INVALID_INPUT) for a search that finds
        too many of them, and what says that membership is away."""
        asked = {"community_id": community_id, "search": search, "purpose": self._purpose}
        found = self._rpc.call(membership.FIND_PEOPLE, asked, ctx)
        if not found["is_all"]:
            wide = FieldProblem("/search", "field.search_wide", {"maximum": MOST_FOUND})
            raise DomainError(INVALID_INPUT, fields=[wide])
        return list(found["person_ids"])
