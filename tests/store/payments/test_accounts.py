"""Accounts with providers: whose they are, and whose payments are opened with them (M4)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chassis.ids import new_id
from chassis.schema import Progress
from contracts import payments
from contracts.errors import NOT_PERMITTED, OBJECT_NOT_FOUND, STALE_VERSION, DomainError
from contracts.errors.payments import (
    PROVIDER_ACCOUNT_BROKEN,
    PROVIDER_ACCOUNT_IN_USE,
    PROVIDER_ACCOUNT_UNUSABLE,
    PROVIDER_UNAVAILABLE,
)
from contracts.states.payments import AccountProblem
from services.payments.store.migrations import free_unreached_accounts
from tests.kit.commits import told_events
from tests.kit.existing import existing
from tests.store.payments.shop import PAY_TO, Shop


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


def test_owners_say_where_money_goes_and_all_who_look_after_it_hear(shop: Shop) -> None:
    """A treasurer confirms what came: where it comes to, and who confirms alone, is not theirs."""
    told_before = len(told_events(shop.database, payments.PROVIDER_ACCOUNT_CHANGED))
    treasurer, asked = shop.treasurer(), {"community_id": shop.community_id, "expected_version": 0}
    terms: dict[str, Any] = {"provider": "transfer", "transfer": {"pay_to": PAY_TO}}
    with pytest.raises(DomainError) as refused:
        shop.ask(shop.app.accounts.set, payments.SET_PROVIDER_ACCOUNT, treasurer, **asked, **terms)
    assert refused.value.error is NOT_PERMITTED
    limit, other = {"amount": 5, "currency": "CNY"}, {**PAY_TO, "number": "6222 0202 0011 1234"}
    shop.take_transfers()
    shop.take_transfers(second_person_above=limit, pay_to=other)
    shop.take_transfers(second_person_above=limit, pay_to=other)
    first, second = told_events(shop.database, payments.PROVIDER_ACCOUNT_CHANGED)[told_before:]
    assert first.data["changed"] == ["pay_to", "transfer_days", "second_person_above"]
    assert second.data["changed"] == ["pay_to", "second_person_above"]
    assert (second.data["number_ends"], second.data["second_person_above"]) == ("1234", limit)
    assert second.data["changed_by"] == shop.owner.actor.person_id
    assert "6222" not in str(second.data)


@pytest.mark.parametrize(
    ("problem", "field"),
    [
        ("secret_missing", "secret_ref"),
        ("key_refused", "secret_ref"),
        ("merchant_unknown", "merchant_id"),
    ],
)
def test_an_account_that_does_not_work_is_refused_and_changes_nothing(
    shop: Shop, problem: AccountProblem, field: str
) -> None:
    before = get_account(shop)
    shop.bank.problems = {"wrong": problem}
    with pytest.raises(DomainError) as refused:
        set_account(shop, before["version"], **{field: "wrong"})
    assert refused.value.error is PROVIDER_ACCOUNT_UNUSABLE
    assert refused.value.params == {"reason": problem}
    assert [one.pointer for one in refused.value.fields] == [f"/{field}"]
    assert get_account(shop) == before
    set_account(shop, before["version"], **{field: "right"})


def test_while_the_provider_does_not_say_nothing_is_named(shop: Shop) -> None:
    before = get_account(shop)
    shop.bank.silent = {"check": "before"}
    with pytest.raises(DomainError) as refused:
        set_account(shop, before["version"], secret_ref="other")
    assert refused.value.error is PROVIDER_UNAVAILABLE
    assert get_account(shop) == before


def test_a_wrong_account_is_corrected_until_a_payment_reached_the_provider(shop: Shop) -> None:
    """An account that broke fails payments with its reason, never as silence, and its merchant
    can be changed; from the first payment that the provider has on it stays."""
    sale = shop.ordered()
    shop.bank.problems = {"doctors-sandbox": "key_refused"}
    for _ in range(2):
        with pytest.raises(DomainError) as broken:
            sale.open_payment()
        assert broken.value.error is PROVIDER_ACCOUNT_BROKEN
        assert broken.value.params == {"reason": "key_refused"}
    assert {attempt["state"] for attempt in sale.now()["payments"]} == {"failed"}
    set_account(shop, 1, merchant_id="second", secret_ref="other")
    shop.bank.problems = {}
    sale.open_payment()
    number = "P" + sale.payment["id"].removeprefix("pay_")
    told = sale.told(shop.bank.pay(number), number=number, merchant_id="second")
    shop.callback(told, apply=True)
    assert (sale.state, sale.now()["payments"][-1]["state"]) == ("paid", "confirmed")
    with pytest.raises(DomainError) as fixed:
        set_account(shop, 2, merchant_id="third")
    assert fixed.value.error is PROVIDER_ACCOUNT_IN_USE
    assert fixed.value.params == {"merchant_id": "second"}
    assert set_account(shop, 2, merchant_id="second", secret_ref="rotated")["version"] == 3


@pytest.mark.parametrize("moment", ["before", "after"])
def test_what_may_have_reached_the_provider_fixes_the_merchant(shop: Shop, moment: str) -> None:
    """P-8: until it is known what became of the attempt; it may be money at that merchant."""
    sale = shop.ordered()
    shop.bank.silent = {"create": moment}
    with pytest.raises(DomainError):
        sale.open_payment()
    with pytest.raises(DomainError) as fixed:
        set_account(shop, 1, merchant_id="second")
    assert fixed.value.error is PROVIDER_ACCOUNT_IN_USE
    shop.bank.silent = {}
    shop.later(minutes=1)
    shop.run_jobs()
    if moment == "before":
        assert set_account(shop, 1, merchant_id="second")["version"] == 2
        return
    with pytest.raises(DomainError) as fixed:
        set_account(shop, 1, merchant_id="second")
    assert fixed.value.error is PROVIDER_ACCOUNT_IN_USE


@pytest.mark.timeout(180)
def test_a_change_and_first_payments_exclude_each_other(shop: Shop) -> None:
    """Whichever comes first, every attempt is with the merchant that the account has."""
    for round in range(8):
        shop.database.payments.delete_many({})
        shop.database.provider_accounts.update_many({}, {"$set": {"used": False}})
        sales = [shop.ordered() for _ in range(3)]
        version = get_account(shop)["version"]

        def change(version: int = version, merchant: str = f"merchant-{round}") -> str:
            try:
                return str(set_account(shop, version, merchant_id=merchant)["merchant_id"])
            except DomainError as refused:
                return refused.code

        with ThreadPoolExecutor(4) as people:
            opened = [people.submit(sale.open_payment) for sale in sales]
            changed = people.submit(change).result()
            for one in opened:
                one.result()
        now = get_account(shop)["merchant_id"]
        assert changed in (now, PROVIDER_ACCOUNT_IN_USE.code)
        assert {row["merchant_id"] for row in shop.database.payments.find()} == {now}


def test_an_account_that_only_ever_failed_is_free_again_after_the_upgrade(shop: Shop) -> None:
    sale = shop.ordered()
    shop.bank.problems = {"doctors-sandbox": "key_refused"}
    with pytest.raises(DomainError):
        sale.open_payment()
    accounts = shop.database.provider_accounts
    for state, is_free in (("failed", True), ("unknown", False), ("cancelled", False)):
        accounts.update_many({}, {"$set": {"used": True}})
        shop.database.payments.update_many({}, {"$set": {"state": state}})
        for _ in range(2):
            free_unreached_accounts(10).apply(shop.database, Progress(None, lambda noted: None))
        assert existing(accounts.find_one({}))["used"] is not is_free


def test_the_sandbox_s_own_account_needs_nothing_named(empty: Shop) -> None:
    """One for each community, by its id."""
    empty.database.provider_accounts.delete_many({})
    asked = {"community_id": empty.community_id, "provider": "sandbox", "expected_version": 0}
    made = empty.ask(empty.app.accounts.set, payments.SET_PROVIDER_ACCOUNT, empty.owner, **asked)
    assert (made["merchant_id"], made["secret_ref"]) == (empty.community_id, "self-made")
    with pytest.raises(DomainError) as halved:
        empty.ask(
            empty.app.accounts.set,
            payments.SET_PROVIDER_ACCOUNT,
            empty.owner,
            **{**asked, "merchant_id": "m-1", "expected_version": 1},
        )
    assert [one.pointer for one in halved.value.fields] == ["/secret_ref"]
    listed = empty.ask(
        empty.app.accounts.list_of_community,
        payments.LIST_PROVIDER_ACCOUNTS,
        empty.owner,
        community_id=empty.community_id,
    )
    assert listed["items"] == [get_account(empty)]


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
    assert refused.value.error is PROVIDER_ACCOUNT_BROKEN
    assert refused.value.params == {"reason": "merchant_unknown"}
    (attempt,) = sale.now()["payments"]
    assert (attempt["state"], attempt["pay_url"]) == ("failed", None)
    shop.bank.key_of = None
    sale.open_payment()
    sale.pay()
    assert sale.state == "paid"
