"""Accounts with providers: whose they are, and whose payments are opened with them (M4)."""

import pytest

from contracts import payments
from contracts.errors import DomainError
from contracts.errors.payments import PROVIDER_SECRET_MISSING, PROVIDER_UNAVAILABLE
from tests.store.payments.shop import Shop


def set_account(shop: Shop, secret_ref: str) -> object:
    return shop.ask(
        shop.app.accounts.set,
        payments.SET_PROVIDER_ACCOUNT,
        shop.owner,
        community_id=shop.community_id,
        provider="sandbox",
        merchant_id=shop.account["merchant_id"],
        secret_ref=secret_ref,
    )


def test_a_secret_that_nobody_placed_is_refused_and_changes_nothing(shop: Shop) -> None:
    shop.paid()
    shop.bank.secretless = {"lost"}
    with pytest.raises(DomainError) as refused:
        set_account(shop, "lost")
    assert refused.value.error is PROVIDER_SECRET_MISSING
    stored = shop.database.provider_accounts.find_one()
    assert stored is not None
    assert stored["secret_ref"] == shop.account["secret_ref"]
    set_account(shop, "rotated")


def test_payers_are_not_sent_to_another_merchant_s_page(shop: Shop) -> None:
    """The key is another merchant's: the answer says so before anybody pays."""
    shop.bank.key_of = "somebody-else"
    sale = shop.ordered()
    with pytest.raises(DomainError) as refused:
        sale.open_payment()
    assert refused.value.error is PROVIDER_UNAVAILABLE
    (attempt,) = sale.now()["payments"]
    assert (attempt["state"], attempt["pay_url"]) == ("failed", None)
    shop.bank.key_of = None
    sale.open_payment()
    sale.pay()
    assert sale.state == "paid"
