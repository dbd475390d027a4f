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
