"""Who may see and do what: payers their own, role holders what is their community's."""

from chassis.context import Context
from chassis.mongo import Document
from chassis.standings import Standings
from contracts.errors import NOT_PERMITTED, OBJECT_NOT_FOUND, DomainError

OWNERS = ("owner",)
TREASURERS = ("owner", "treasurer")


class Access:
    """Checks of objects that belong to a payer (`payer_id`) in a community."""

    def __init__(self, standings: Standings) -> None:
        self._standings = standings

    def require_role(self, ctx: Context, community_id: str, roles: tuple[str, ...]) -> None:
        """Raises DomainError(NOT_PERMITTED) unless the caller has one of `roles` or operates."""
        self._standings.require_role(ctx, community_id, *roles)

    def require_payer(self, ctx: Context, document: Document, noun: str) -> None:
        """Somebody else's object answers exactly like a missing one (O-1)."""
        if document["payer_id"] != ctx.person():
            raise DomainError(OBJECT_NOT_FOUND, noun=noun)

    def require_reader(self, ctx: Context, document: Document, noun: str) -> None:
        """The payer, or who looks after the community's money."""
        if ctx.actor.person_id != document["payer_id"]:
            self._require_staff(ctx, document, noun)

    def require_treasurer(self, ctx: Context, document: Document, noun: str) -> None:
        """Who looks after the community's money; its payer hears that this is not theirs to do."""
        if ctx.actor.person_id == document["payer_id"]:
            self.require_role(ctx, document["community_id"], TREASURERS)
        else:
            self._require_staff(ctx, document, noun)

    def _require_staff(self, ctx: Context, document: Document, noun: str) -> None:
        try:
            self.require_role(ctx, document["community_id"], TREASURERS)
        except DomainError as refusal:
            if refusal.error is NOT_PERMITTED:
                raise DomainError(OBJECT_NOT_FOUND, noun=noun) from None
            raise
