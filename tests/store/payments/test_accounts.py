"""Accounts with providers: whose they are, and whose payments are opened with them (M4)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chassis.ids import new_id
from contracts import payments
from contracts.errors import OBJECT_NOT_FOUND, STALE_VERSION, DomainError
from contracts.errors.payments import PROVIDER_SECRET_MISSING, PROVIDER_UNAVAILABLE
from tests.kit.existing import existing
from tests.store.payments.shop import Shop


def set_account(shop: Shop, version: int, **named: str) -> dict[str, Any]:
    names = {"merchant_id": shop.account["merchant_id"], "secret_ref": "doctors-sandbox", **named}
    return shop.ask(
        shop.app.accounts.set,
        payments.SET_PROVIDER_ACCOUNT,
        shop.owner,
        community_id=shop.community_id,
        provider="sandbox",
        expected_version=version,
        **names,
    )


def get_account(shop: Shop) -> dict[str, Any]:
    asked = {"community_id": shop.community_id, "provider": "sandbox"}
    record = payments.GET_PROVIDER_ACCOUNT
    return shop.ask(shop.app.accounts.get, record, shop.owner, **asked)


def test_a_secret_that_nobody_placed_is_refused_and_changes_nothing(shop: Shop) -> None:
    shop.paid()
    shop.bank.secretless = {"lost"}
    before = get_account(shop)
    with pytest.raises(DomainError) as refused:
        set_account(shop, before["version"], secret_ref="lost")
    assert refused.value.error is PROVIDER_SECRET_MISSING
    assert get_account(shop) == before
    set_account(shop, before["version"], secret_ref="rotated")


def test_another_s_merchant_keeps_nobody_from_naming_their_own(shop: Shop) -> None:
    """M4: whose a merchant is follows from the secret that operators placed. Who names it first
    gains nothing, and no refusal tells what another community has."""
    stored = existing(shop.database.provider_accounts.find_one({}))
    theirs = {"_id": new_id("acc"), "community_id": new_id("com"), "merchant_id": "wanted"}
    shop.database.provider_accounts.insert_one({**stored, **theirs})
    assert set_account(shop, 1, merchant_id="wanted")["merchant_id"] == "wanted"


def test_a_change_of_what_somebody_else_changed_is_refused(shop: Shop) -> None:
    """H-20, M4: two treasurers; the second one reads what the first one named."""
    changed = set_account(shop, 1, secret_ref="first")
    with pytest.raises(DomainError) as stale:
        set_account(shop, 1, secret_ref="second")
    assert stale.value.error is STALE_VERSION
    assert stale.value.params == {"current_version": 2}
    assert set_account(shop, 1, secret_ref="first") == changed == get_account(shop)


def test_an_account_is_named_for_the_first_time_once(empty: Shop) -> None:
    """What was not there yet is version 0; of several at once one names it."""
    empty.database.provider_accounts.delete_many({})
    with pytest.raises(DomainError) as missing:
        get_account(empty)
    assert missing.value.error is OBJECT_NOT_FOUND
    with pytest.raises(DomainError) as stale:
        set_account(empty, 1)
    assert stale.value.params == {"current_version": 0}

    def name(number: int) -> str:
        try:
            return str(set_account(empty, 0, secret_ref=f"secret-{number}")["secret_ref"])
        except DomainError as refused:
            return refused.code

    with ThreadPoolExecutor(6) as treasurers:
        answers = list(treasurers.map(name, range(6)))
    assert answers.count(STALE_VERSION.code) == 5
    assert get_account(empty)["secret_ref"] in answers


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
