"""Providers: those that are set up, those that are not, and their accounts."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from chassis.ids import new_id
from contracts import membership
from contracts.errors import INVALID_INPUT, DomainError
from contracts.errors.payments import NO_PROVIDER_ACCOUNT, PROVIDER_UNAVAILABLE
from services.payments.adapters.provider import CallbackInvalid
from services.payments.domain.money.accounts import ProviderAccount
from tests.store.payments.neighbours import Bank
from tests.store.payments.shop import Shop


def name_account(shop: Shop, provider: str, secret_ref: str) -> Any:
    """As an owner does."""
    stored = shop.database.provider_accounts.find_one({"provider": provider})
    asked: Any = {
        "community_id": shop.community_id,
        "provider": provider,
        "merchant_id": shop.account["merchant_id"],
        "secret_ref": secret_ref,
        "transfer": None,
        "expected_version": 0 if stored is None else stored["version"],
    }
    return shop.app.accounts.set(asked, shop.owner)


def refusal(action: Callable[[], object]) -> DomainError:
    with pytest.raises(DomainError) as refused:
        action()
    return refused.value


def test_an_account_with_a_provider_that_is_not_set_up_is_refused(shop: Shop) -> None:
    """Production has no provider that nobody named."""
    shop.providers.clear()
    refused = refusal(lambda: name_account(shop, "sandbox", "other"))
    assert refused.error is INVALID_INPUT
    assert [problem.pointer for problem in refused.fields] == ["/provider"]
    assert refusal(shop.ordered().open_payment).error is NO_PROVIDER_ACCOUNT


def test_what_is_under_way_waits_for_a_provider_that_is_taken_away(shop: Shop) -> None:
    """As for a silent one: nothing is ended or lost, and its callbacks are to be repeated."""
    owed, sale = shop.paid(), shop.ordered()
    shop.answer(membership.PURCHASE_REFUSED, owed, "refused")
    sale.open_payment()
    told = sale.told(shop.bank.pay(sale.number))
    shop.providers.clear()
    assert refusal(lambda: shop.callback(told)).error is PROVIDER_UNAVAILABLE
    shop.later(minutes=31)
    shop.run_jobs()
    states = [row["state"] for row in shop.database.orders.find().sort("_id", 1)]
    assert states == ["paid", "open"]
    shop.providers["sandbox"] = shop.bank
    shop.callback(told, apply=True)
    shop.later(minutes=1)
    shop.settle_refunds()
    assert (sale.state, owed.state) == ("paid", "refunded")


def test_an_attempt_goes_on_where_it_was_opened(shop: Shop) -> None:
    """P-8: also when the payer asks for another provider meanwhile."""
    other = shop.providers["other"] = Bank()
    account = shop.database.provider_accounts.find_one({"provider": "sandbox"})
    assert account is not None
    beside = {**account, "_id": new_id("acc"), "provider": "other", "secret_ref": "other"}
    shop.database.provider_accounts.insert_one(beside)
    sale = shop.ordered()
    shop.bank.silent = {"create": "after"}
    assert refusal(sale.open_payment).error is PROVIDER_UNAVAILABLE
    shop.bank.silent = {}
    pages = {"return_url": None, "cancel_url": None}
    asked: Any = {"order_id": sale.order["id"], "provider": "other", **pages}
    opened = shop.app.payments.open(asked, sale.buyer)
    assert (opened["provider"], opened["state"]) == ("sandbox", "pending")
    assert other.calls == []


def test_a_callback_is_verified_with_the_secret_that_the_account_has_now(shop: Shop) -> None:
    class KeyedBank(Bank):
        secret_ref = shop.account["secret_ref"]

        def verify(self, account: ProviderAccount, headers: Mapping[str, str], body: bytes) -> None:
            if account["secret_ref"] != self.secret_ref:
                raise CallbackInvalid("another key")
            super().verify(account, headers, body)

    shop.bank = shop.providers["sandbox"] = KeyedBank()
    shop.paid()
    name_account(shop, "sandbox", "rotated")
    shop.bank.secret_ref = "rotated"
    assert shop.paid().state == "paid"
