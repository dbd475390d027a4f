"""By which providers a community is paid."""

from services.payments.adapters.provider import Providers
from services.payments.store import Stores


class WaysToPay:
    def __init__(self, *, stores: Stores, providers: Providers) -> None:
        self._accounts, self._providers = stores.accounts, providers

    def of(self, community_id: str) -> list[str]:
        """Those with which it has an account, and that this installation has."""
        named = self._accounts.providers_of(community_id)
        return [provider for provider in named if provider in self._providers]
