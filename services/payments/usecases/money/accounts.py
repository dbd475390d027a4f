"""Communities' accounts with payment providers."""

from typing import Any, cast

from chassis.access import Access
from chassis.aggregates import check_version, is_made
from chassis.context import Context
from chassis.ids import new_id
from chassis.uow import Transaction, UnitOfWork
from contracts import payments as contract
from contracts.errors import INVALID_INPUT, OBJECT_NOT_FOUND, DomainError, FieldProblem
from contracts.errors.payments import (
    PROVIDER_ACCOUNT_IN_USE,
    PROVIDER_ACCOUNT_UNUSABLE,
    PROVIDER_UNAVAILABLE,
)
from contracts.text import choices
from contracts.types import payments as wire
from services.payments.adapters.provider import AccountUnusable, Providers, ProviderSilent
from services.payments.domain.money.accounts import ProviderAccount
from services.payments.store import Stores
from services.payments.store.money.accounts import AccountExists
from services.payments.usecases.views import account_changed_facts, account_view

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

    def list_of_community(
        self, request: wire.ListProviderAccounts, ctx: Context
    ) -> wire.ProviderAccounts:
        """All accounts of a community."""
        community_id = request["community_id"]
        self._access.require(ctx, contract.LIST_PROVIDER_ACCOUNTS.who, community_id)
        found = self._stores.accounts.all_of_community(community_id)
        return {"items": [account_view(account) for account in found]}

    def set(self, request: wire.SetProviderAccount, ctx: Context) -> wire.ProviderAccount:
        """Names the community's account with a provider; the secret is a name, never a value.

        Whose a merchant is follows from the secret, which operators placed for the community: to
        name another's gains nothing, and keeps nobody from naming their own. The merchant stays
        once a payment reached the provider, since attempts and refunds are asked with its secret;
        that one may be replaced by another that operators placed. Raises
        DomainError(PROVIDER_ACCOUNT_IN_USE, PROVIDER_ACCOUNT_UNUSABLE, PROVIDER_UNAVAILABLE,
        STALE_VERSION), or DomainError(INVALID_INPUT) for a provider that this installation does not
        have.
        """
        community_id, provider = request["community_id"], request["provider"]
        self._sure_access.require(ctx, contract.SET_PROVIDER_ACCOUNT.who, community_id)
        if provider not in self._providers:
            known = {"choices": choices(sorted(self._providers))}
            problem = FieldProblem("/provider", "field.choice", known)
            raise DomainError(INVALID_INPUT, fields=[problem])
        # Who is paid by transfer, or by what the sandbox makes, is the community itself.
        merchant_id, transfer = request["merchant_id"] or community_id, request["transfer"]
        none_named = "" if provider == contract.TRANSFER else contract.SELF_MADE
        secret_ref = request["secret_ref"] or none_named
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
        self._check(new)

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
                if before["merchant_id"] != merchant_id:
                    self._require_unused(before, tx)
                changed = cast(ProviderAccount, {**before, **asked})
                account = self._stores.accounts.save(tx, changed)
            tx.audit("set_provider_account", before, account)
            facts = account_changed_facts(before, account, ctx.require_person())
            if facts["changed"]:
                tx.emit(contract.PROVIDER_ACCOUNT_CHANGED, account, facts)
            return account_view(account)

        try:
            return self._uow.run(ctx, work)
        except AccountExists:  # named by another in the same moment
            return self._uow.run(ctx, work)

    def _check(self, account: ProviderAccount) -> None:
        """Raises DomainError(PROVIDER_ACCOUNT_UNUSABLE), or (PROVIDER_UNAVAILABLE) while the
        provider does not say."""
        try:
            self._providers[account["provider"]].check_account(account)
        except AccountUnusable as unusable:
            field = "merchant_id" if unusable.problem == "merchant_unknown" else "secret_ref"
            raise DomainError(
                PROVIDER_ACCOUNT_UNUSABLE,
                fields=[FieldProblem(f"/{field}", f"field.{unusable.problem}")],
                reason=unusable.problem,
            ) from None
        except ProviderSilent as silent:
            raise DomainError(PROVIDER_UNAVAILABLE) from silent

    def _require_unused(self, account: ProviderAccount, tx: Transaction) -> None:
        """Raises DomainError(PROVIDER_ACCOUNT_IN_USE) once a payment reached the provider."""
        if account["used"] or self._stores.payments.has_reached(account, tx=tx):
            raise DomainError(PROVIDER_ACCOUNT_IN_USE, merchant_id=account["merchant_id"])
