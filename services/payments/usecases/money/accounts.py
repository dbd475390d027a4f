"""Communities' accounts with payment providers."""

from chassis.access import Access
from chassis.context import Context
from chassis.ids import new_id
from chassis.uow import Transaction, UnitOfWork
from contracts import payments as contract
from contracts.errors import INVALID_INPUT, DomainError, FieldProblem
from contracts.errors.payments import (
    PROVIDER_ACCOUNT_IN_USE,
    PROVIDER_ACCOUNT_TAKEN,
    PROVIDER_SECRET_MISSING,
)
from contracts.types import payments as wire
from services.payments.adapters.provider import Providers
from services.payments.domain.money.accounts import ProviderAccount
from services.payments.store import Stores
from services.payments.store.money.accounts import MerchantTaken
from services.payments.usecases.views import account_view


class AccountUseCases:
    """Whose account a community is paid through."""

    def __init__(
        self, *, stores: Stores, uow: UnitOfWork, access: Access, providers: Providers
    ) -> None:
        self._stores, self._uow, self._access = stores, uow, access
        self._providers = providers

    def set(self, request: wire.SetProviderAccount, ctx: Context) -> wire.ProviderAccount:
        """Names the community's account with a provider; the secret is a name, never a value.

        The merchant stays once something was paid with it, since attempts and refunds are asked
        with its secret; that one may be replaced by another that operators placed. Raises
        DomainError(PROVIDER_ACCOUNT_TAKEN, PROVIDER_ACCOUNT_IN_USE, PROVIDER_SECRET_MISSING), or
        DomainError(INVALID_INPUT) for a provider that this installation does not have.
        """
        self._access.require(ctx, contract.SET_PROVIDER_ACCOUNT.who, request["community_id"])
        if request["provider"] not in self._providers:
            known = {"choices": ", ".join(sorted(self._providers)) or "–"}
            problem = FieldProblem("/provider", "field.choice", known)
            raise DomainError(INVALID_INPUT, fields=[problem])

        new: ProviderAccount = {"_id": new_id("acc"), "used": False, **request}
        if not self._providers[request["provider"]].has_secret(new):
            raise DomainError(PROVIDER_SECRET_MISSING, secret_ref=request["secret_ref"])

        def work(tx: Transaction) -> wire.ProviderAccount:
            before = self._stores.accounts.of_community(
                request["community_id"], request["provider"], tx=tx
            )
            if before is None:
                account = self._stores.accounts.insert(tx, new)
            else:
                if before["used"] and before["merchant_id"] != request["merchant_id"]:
                    raise DomainError(PROVIDER_ACCOUNT_IN_USE, merchant_id=before["merchant_id"])
                account = self._stores.accounts.save(tx, {**before, **request})
            tx.audit("set_provider_account", before, account)
            return account_view(account)

        try:
            return self._uow.run(ctx, work)
        except MerchantTaken:
            raise DomainError(PROVIDER_ACCOUNT_TAKEN, merchant_id=request["merchant_id"]) from None
