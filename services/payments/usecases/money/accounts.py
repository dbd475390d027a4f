"""Communities' accounts with payment providers."""

from typing import Any, cast

from chassis.access import Access
from chassis.aggregates import check_version, is_made
from chassis.context import Context
from chassis.ids import new_id
from chassis.uow import Transaction, UnitOfWork
from contracts import payments as contract
from contracts.errors import INVALID_INPUT, OBJECT_NOT_FOUND, DomainError, FieldProblem
from contracts.errors.payments import PROVIDER_ACCOUNT_IN_USE, PROVIDER_SECRET_MISSING
from contracts.text import choices
from contracts.types import payments as wire
from services.payments.adapters.provider import Providers
from services.payments.domain.money.accounts import ProviderAccount
from services.payments.store import Stores
from services.payments.store.money.accounts import AccountExists
from services.payments.usecases.views import account_view

NOT_THERE = {"version": 0}


class AccountUseCases:
    """Whose account a community is paid through."""

    def __init__(
        self,
        *,
        stores: Stores,
        uow: UnitOfWork,
        access: Access,
        sure_access: Access,
        providers: Providers,
    ) -> None:
        self._stores, self._uow, self._providers = stores, uow, providers
        self._access, self._sure_access = access, sure_access

    def get(self, request: wire.ProviderAccountRef, ctx: Context) -> wire.ProviderAccount:
        """The community's account with a provider."""
        community_id = request["community_id"]
        self._access.require(ctx, contract.GET_PROVIDER_ACCOUNT.who, community_id)
        account = self._stores.accounts.of_community(community_id, request["provider"])
        if account is None:
            raise DomainError(OBJECT_NOT_FOUND, noun=self._stores.accounts.noun)
        return account_view(account)

    def set(self, request: wire.SetProviderAccount, ctx: Context) -> wire.ProviderAccount:
        """Names the community's account with a provider; the secret is a name, never a value.

        Whose a merchant is follows from the secret, which operators placed for the community: to
        name another's gains nothing, and keeps nobody from naming their own. The merchant stays
        once something was paid with it, since attempts and refunds are asked with its secret; that
        one may be replaced by another that operators placed. Raises
        DomainError(PROVIDER_ACCOUNT_IN_USE, PROVIDER_SECRET_MISSING, STALE_VERSION), or
        DomainError(INVALID_INPUT) for a provider that this installation does not have.
        """
        community_id, provider = request["community_id"], request["provider"]
        self._sure_access.require(ctx, contract.SET_PROVIDER_ACCOUNT.who, community_id)
        if provider not in self._providers:
            known = {"choices": choices(sorted(self._providers))}
            problem = FieldProblem("/provider", "field.choice", known)
            raise DomainError(INVALID_INPUT, fields=[problem])
        # Who is paid by transfer is the community itself, by no secret.
        merchant_id = request["merchant_id"] or community_id
        secret_ref, transfer = request["secret_ref"] or "", request["transfer"]
        asked: dict[str, Any] = {"merchant_id": merchant_id, "secret_ref": secret_ref}
        if transfer is not None:
            asked["transfer"] = transfer
        new = cast(
            ProviderAccount,
            {
                "_id": new_id("acc"),
                "community_id": community_id,
                "provider": provider,
                **asked,
                "used": False,
            },
        )
        if not self._providers[provider].has_secret(new):
            raise DomainError(PROVIDER_SECRET_MISSING, secret_ref=secret_ref)

        def work(tx: Transaction) -> wire.ProviderAccount:
            before = self._stores.accounts.of_community(community_id, provider, tx=tx)
            seen = request["expected_version"]
            if before is None:
                check_version(NOT_THERE, seen)
                account = self._stores.accounts.insert(tx, new)
            elif is_made(before, seen, asked):
                return account_view(before)
            else:
                check_version(before, seen)
                if before["used"] and before["merchant_id"] != merchant_id:
                    raise DomainError(PROVIDER_ACCOUNT_IN_USE, merchant_id=before["merchant_id"])
                changed = cast(ProviderAccount, {**before, **asked})
                account = self._stores.accounts.save(tx, changed)
            tx.audit("set_provider_account", before, account)
            return account_view(account)

        try:
            return self._uow.run(ctx, work)
        except AccountExists:  # named by another in the same moment
            return self._uow.run(ctx, work)
