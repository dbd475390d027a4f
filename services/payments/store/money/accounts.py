"""Communities' accounts with payment providers."""

from typing import cast

from chassis.aggregates import AggregateStore
from chassis.collections import Collection, Index
from chassis.uow import Transaction
from chassis.validators import aggregate_of
from services.payments.domain.money.accounts import ProviderAccount


class AccountExists(Exception):
    """The community has an account with the provider."""


class ProviderAccountStore(AggregateStore[ProviderAccount]):
    noun = "provider account"
    collection_schema = Collection(
        "provider_accounts",
        kept="for ever",
        validator=aggregate_of(ProviderAccount),
        indexes=[
            Index(
                [("community_id", 1), ("provider", 1)],
                unique=True,
                name="one_per_provider",
                refusal=AccountExists,
            )
        ],
    )

    def of_community(
        self, community_id: str, provider: str, *, tx: Transaction | None = None
    ) -> ProviderAccount | None:
        theirs = {"community_id": community_id, "provider": provider}
        session = None if tx is None else tx.session
        return cast(ProviderAccount | None, self.collection.find_one(theirs, session=session))

    def all_of_community(self, community_id: str) -> list[ProviderAccount]:
        """By provider; at most one with each."""
        theirs = {"community_id": community_id}
        return self.all_of(self.collection.find(theirs).sort("provider", 1))

    def providers_of(self, community_id: str) -> list[str]:
        """Those with which it has an account, in order."""
        found = self.collection.find({"community_id": community_id}, {"_id": 0, "provider": 1})
        return [account["provider"] for account in found.sort("provider", 1)]

    def note_use(self, id: str, *, tx: Transaction) -> None:
        """From now on a payment reached the provider, and the merchant stays; no new version."""
        now = {"$set": {"used": True}, "$unset": {"opening_at": ""}}
        self.collection.update_one({"_id": id}, now, session=tx.session)

    def opening(self, id: str, *, tx: Transaction) -> ProviderAccount:
        """The account as it is when an attempt begins. Until one reached the provider, this and a
        change of the account exclude each other; it is no change of it, so no new version.

        Raises DomainError(OBJECT_NOT_FOUND).
        """
        account = self.require(id, tx=tx)
        if not account["used"]:
            now = {"$set": {"opening_at": tx.now}}
            self.collection.update_one({"_id": id}, now, session=tx.session)
        return account
