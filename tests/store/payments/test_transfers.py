"""Transfers: what came is written down by people, pays its order, or goes back (rules.md §3.4)."""

from typing import Any

import pytest
from pymongo.errors import DuplicateKeyError

from chassis.context import Context
from contracts import payments
from contracts.errors import INVALID_INPUT, NOT_PERMITTED, OBJECT_NOT_FOUND, DomainError
from contracts.errors.payments import (
    ORDER_WRONG_STATE,
    OWN_MONEY,
    REFUND_WRONG_STATE,
    TRANSFER_WRONG_STATE,
)
from contracts.problems import load
from contracts.records import Event
from contracts.text import rfc3339
from tests.kit.commits import told_events
from tests.kit.existing import existing
from tests.kit.passes import OnePass
from tests.store.payments.shop import PAY_TO, Sale, Shop

PRICE = 300_000
END = "2026-03-05T16:00:00.000Z"  # of the third day after noon of 2 March


@pytest.fixture
def bank(shop: Shop) -> Shop:
    """The shop with a bank account for transfers."""
    shop.take_transfers()
    return shop


def told(shop: Shop, event: Event) -> list[dict[str, Any]]:
    return [told.data for told in told_events(shop.database, event)]


def refunds(sale: Sale) -> list[tuple[str, int, str]]:
    return [(row["reason"], row["amount"]["amount"], row["state"]) for row in sale.now()["refunds"]]


def places(shop: Shop) -> tuple[int, int]:
    """Places of the ladder that are used, and that are held."""
    steps = list(shop.database.ladder_steps.find())
    return sum(step["used"] for step in steps), sum(len(step["holds"]) for step in steps)


def listed(shop: Shop, who: Context | None = None, **wanted: Any) -> list[dict[str, Any]]:
    found = shop.ask(
        shop.app.transfers.list_of_community,
        payments.LIST_TRANSFERS,
        who or shop.owner,
        community_id=shop.community_id,
        **wanted,
    )
    return list(found["items"])


def give_back(shop: Shop, refund_id: str, by: Context | None = None) -> dict[str, Any]:
    return shop.ask(
        shop.app.refunds.confirm, payments.CONFIRM_REFUND, by or shop.owner, refund_id=refund_id
    )


def due(shop: Shop) -> list[dict[str, Any]]:
    found = shop.ask(
        shop.app.transfers.list_due_refunds,
        payments.LIST_DUE_REFUNDS,
        shop.owner,
        community_id=shop.community_id,
    )
    return list(found["items"])


# ── The account, and the beginning ──────────────────────────────────────────────────────────────


def test_an_account_for_transfers_has_terms_and_no_secret(bank: Shop) -> None:
    asked = {"community_id": bank.community_id, "provider": "transfer"}
    found = bank.ask(bank.app.accounts.get, payments.GET_PROVIDER_ACCOUNT, bank.owner, **asked)
    terms = {"pay_to": PAY_TO, "transfer_days": 3, "second_person_above": None}
    assert found["transfer"] == terms
    assert (found["merchant_id"], found["secret_ref"]) == (None, None)
    again = bank.take_transfers(transfer_days=14)
    assert again["transfer"]["transfer_days"] == 14


@pytest.mark.parametrize(
    ("provider", "given", "wrong"),
    [
        ("transfer", {}, {"/transfer": "field.required"}),
        (
            "transfer",
            {"transfer": {"pay_to": PAY_TO}, "secret_ref": "doctors"},
            {"/secret_ref": "field.of_other_kind"},
        ),
        (
            "sandbox",
            {"transfer": {"pay_to": PAY_TO}},
            {"/transfer": "field.of_other_kind"},
        ),
    ],
)
def test_each_provider_has_fields_of_its_own(
    provider: str, given: dict[str, Any], wrong: dict[str, str]
) -> None:
    asked = {"community_id": "com_01JD6ZK3V9Q4M8N2R5T7W0P10Y", "provider": provider}
    with pytest.raises(DomainError) as refused:
        load(payments.SetProviderAccount(), {**asked, "expected_version": 0, **given})
    assert {problem.pointer: problem.code for problem in refused.value.fields} == wrong


def test_a_payer_is_told_what_to_transfer_where_and_until_when(bank: Shop) -> None:
    """rules.md §3.4: to the end of the third day, where the community is."""
    sale = bank.transferring()
    transfer = existing(sale.payment["transfer"])
    assert len(transfer["reference"]) == 8
    assert (transfer["pay_to"], transfer["until"]) == (PAY_TO, END)
    assert sale.payment["pay_url"] is None
    stored = existing(bank.database.payments.find_one({"_id": sale.payment["id"]}))
    assert stored["next_action"]["url"] is None  # the version before asks each action for one
    assert sale.now()["expires_at"] == END
    assert bank.open_payment(sale.buyer, sale.order, "transfer") == sale.payment
    bank.later(minutes=40)
    bank.run_jobs()
    assert sale.state == "open"
    assert bank.open_payment(sale.buyer, sale.order) == sale.payment


def test_a_transfer_gives_its_place_back_and_keeps_coupon_and_price(bank: Shop) -> None:
    """rules.md §3.4: as a promise does, it takes its place when it is confirmed."""
    bank.coupon(limit=1)
    sale = bank.transferring("WELC2ME")
    assert places(bank) == (0, 0)
    assert bank.uses("WELC2ME") == (0, 1)
    sale.confirm(280_000)
    assert sale.state == "paid"
    assert places(bank) == (1, 0)
    assert bank.uses("WELC2ME") == (1, 0)
    assert bank.unsettled() == 0


def test_the_price_is_a_ceiling_while_the_ladder_goes_on(empty: Shop) -> None:
    shop = empty
    shop.sell(ladder={"step": 10_000, "every": 1, "places_before": 0})
    shop.take_transfers()
    sale = shop.transferring()
    assert sale.order["total"]["amount"] == PRICE
    shop.paid()
    assert shop.price()["price"]["amount"] == 310_000
    sale.confirm(PRICE)
    assert (sale.state, sale.now()["total"]["amount"]) == ("paid", PRICE)
    assert shop.price()["price"]["amount"] == 320_000


def test_a_place_that_a_crash_left_held_is_freed(bank: Shop) -> None:
    """The order waits for its transfer; the place that it gave back is nobody's."""
    sale = bank.ordered()
    kept = list(bank.database.ladder_steps.find())
    sale.payment = bank.open_payment(sale.buyer, sale.order, "transfer")
    bank.database.ladder_steps.replace_one({"_id": kept[0]["_id"]}, kept[0])
    assert places(bank) == (0, 1)
    bank.later(minutes=2)
    bank.run_jobs()
    assert places(bank) == (0, 0)
    sale.confirm(PRICE)
    assert places(bank) == (1, 0)


# ── What came ───────────────────────────────────────────────────────────────────────────────────


def test_the_exact_amount_pays_the_order_as_of_the_day_it_came(bank: Shop) -> None:
    sale = bank.transferring()
    bank.later(days=2)
    seen = sale.confirm(PRICE, on="2026-03-03", note="other_sender")
    assert (seen["state"], seen["received"]["amount"]) == ("received", PRICE)
    (receipt,) = seen["receipts"]
    assert (receipt["received_on"], receipt["note"]) == ("2026-03-03", "other_sender")
    assert receipt["confirmed_by"] == bank.owner.require_person()
    order = sale.now()
    assert (order["state"], order["paid_at"]) == ("paid", "2026-03-02T16:00:00.000Z")
    (paid,) = told(bank, payments.ORDER_PAID)
    assert paid["paid_on"] == "2026-03-03"
    assert bank.ledger() == {"provider_clearing": PRICE, "deferred_income": -PRICE, "suspense": 0}


def test_parts_wait_in_suspense_and_the_payer_is_told_what_is_missing(bank: Shop) -> None:
    sale = bank.transferring()
    seen = sale.confirm(100_000)
    assert (seen["state"], sale.state) == ("open", "open")
    assert bank.ledger() == {"provider_clearing": 100_000, "suspense": -100_000}
    (news,) = told(bank, payments.TRANSFER_INCOMPLETE)
    assert (news["received"]["amount"], news["missing"]["amount"]) == (100_000, 200_000)
    assert news["reference"] == sale.payment["transfer"]["reference"]
    bank.later(days=1)
    assert sale.confirm(200_000)["state"] == "received"
    assert sale.state == "paid"
    assert sale.now()["paid_at"] == "2026-03-02T16:00:00.000Z"
    assert len(told(bank, payments.TRANSFER_INCOMPLETE)) == 1
    assert bank.ledger()["suspense"] == 0


def test_too_much_pays_the_order_and_the_surplus_is_due(bank: Shop) -> None:
    sale = bank.transferring()
    seen = sale.confirm(PRICE + 5_000)
    assert (seen["state"], seen["returned"]["amount"]) == ("received", 5_000)
    assert sale.state == "paid"
    assert refunds(sale) == [("overpaid", 5_000, "created")]
    bank.later(days=1)
    bank.run_jobs()
    (refund,) = due(bank)
    assert refund["state"] == "created"
    assert give_back(bank, refund["id"])["state"] == "done"
    assert (due(bank), sale.state) == ([], "paid")
    assert bank.ledger()["provider_clearing"] == PRICE
    with pytest.raises(DomainError) as refused:
        give_back(bank, refund["id"])
    assert refused.value.error is REFUND_WRONG_STATE


def test_what_is_whole_is_confirmed_once(bank: Shop) -> None:
    """Two treasurers read the same statement."""
    sale = bank.transferring()
    sale.confirm(PRICE)
    with pytest.raises(DomainError) as refused:
        sale.confirm(PRICE, bank.treasurer())
    assert refused.value.error is TRANSFER_WRONG_STATE
    assert bank.ledger()["provider_clearing"] == PRICE


def test_nobody_confirms_money_of_their_own(bank: Shop) -> None:
    treasurer = bank.treasurer()
    sale = bank.transferring(buyer=treasurer)
    for who, error in (
        (treasurer, OWN_MONEY),
        (bank.person(), OBJECT_NOT_FOUND),
    ):
        with pytest.raises(DomainError) as refused:
            sale.confirm(PRICE, who)
        assert refused.value.error is error
    sale.confirm(PRICE + 1)
    (refund,) = due(bank)
    with pytest.raises(DomainError) as refused:
        give_back(bank, refund["id"], treasurer)
    assert refused.value.error is OWN_MONEY
    member = bank.transferring()
    with pytest.raises(DomainError) as refused:
        member.confirm(PRICE, member.buyer)
    assert refused.value.error is NOT_PERMITTED


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": {"amount": PRICE, "currency": "EUR"}},
        {"amount": {"amount": 0, "currency": "CNY"}},
        {"received_on": "2026-03-01"},
        {"received_on": "2026-03-03"},
    ],
)
def test_what_cannot_have_come_is_refused(bank: Shop, wrong: dict[str, Any]) -> None:
    sale = bank.transferring()
    asked = {
        "payment_id": sale.payment["id"],
        "amount": {"amount": PRICE, "currency": "CNY"},
        "received_on": "2026-03-02",
        **wrong,
    }
    with pytest.raises(DomainError) as refused:
        bank.ask(bank.app.transfers.confirm, payments.CONFIRM_TRANSFER, bank.owner, **asked)
    assert refused.value.error is INVALID_INPUT


def test_money_of_other_providers_is_not_confirmed_by_people(bank: Shop) -> None:
    sale = bank.ordered()
    sale.open_payment()
    with pytest.raises(DomainError) as refused:
        sale.confirm(PRICE)
    assert refused.value.error is OBJECT_NOT_FOUND
    paid = bank.paid()
    asked = {"order_id": paid.order["id"], "reason": "moved"}
    refund = bank.ask(bank.app.refunds.refund_order, payments.REFUND_ORDER, bank.owner, **asked)
    with pytest.raises(DomainError) as refused:
        give_back(bank, refund["id"])
    assert refused.value.error is REFUND_WRONG_STATE


# ── Two people ──────────────────────────────────────────────────────────────────────────────────


def test_above_the_limit_a_second_person_says_the_same(bank: Shop) -> None:
    bank.take_transfers(second_person_above={"amount": 200_000, "currency": "CNY"})
    sale = bank.transferring()
    second = bank.treasurer()
    for _ in range(2):  # the same person twice is one person
        seen = sale.confirm(PRICE)
        assert (seen["state"], seen["receipts"], sale.state) == ("awaiting_second", [], "open")
    assert bank.ledger() == {}
    assert sale.confirm(PRICE - 1, second)["state"] == "awaiting_second"
    assert sale.confirm(PRICE, bank.owner)["state"] == "awaiting_second"
    seen = sale.confirm(PRICE, second)
    assert (seen["state"], seen["claim"], sale.state) == ("received", None, "paid")


def test_nobody_lifts_the_limit_of_a_transfer_that_began(bank: Shop) -> None:
    """Else whom it restrains sets it to null, confirms alone, and sets it back."""
    limit = {"amount": 200_000, "currency": "CNY"}
    bank.take_transfers(second_person_above=limit)
    sale = bank.transferring()
    bank.take_transfers()
    assert sale.confirm(PRICE)["state"] == "awaiting_second"
    later = bank.transferring()
    bank.take_transfers(second_person_above=limit)
    assert later.confirm(PRICE)["state"] == "received"
    earlier = bank.transferring()  # by a version that did not keep it: as the account is now
    bank.database.transfers.update_many({}, {"$unset": {"second_person_above": ""}})
    bank.take_transfers()
    assert earlier.confirm(PRICE)["state"] == "received"


def test_parts_count_together_for_the_limit(bank: Shop) -> None:
    bank.take_transfers(second_person_above={"amount": 200_000, "currency": "CNY"})
    sale = bank.transferring()
    assert sale.confirm(150_000)["state"] == "open"
    assert sale.confirm(150_000)["state"] == "awaiting_second"
    assert sale.confirm(150_000, bank.treasurer())["state"] == "received"


def test_who_paid_is_not_the_second_person(bank: Shop) -> None:
    bank.take_transfers(second_person_above={"amount": 1, "currency": "CNY"})
    treasurer = bank.treasurer()
    sale = bank.transferring(buyer=treasurer)
    sale.confirm(PRICE)
    with pytest.raises(DomainError) as refused:
        sale.confirm(PRICE, treasurer)
    assert refused.value.error is OWN_MONEY


# ── The end ─────────────────────────────────────────────────────────────────────────────────────


def test_the_payer_is_reminded_a_day_before_the_end_once(bank: Shop) -> None:
    sale = bank.transferring()
    sale.confirm(100_000)
    bank.later(days=2)
    bank.run_jobs()
    assert told(bank, payments.TRANSFER_ENDING) == []
    bank.later(hours=13)
    bank.run_jobs(2)
    (news,) = told(bank, payments.TRANSFER_ENDING)
    assert (news["missing"]["amount"], rfc3339(news["until"])) == (200_000, END)
    paid = bank.transferring()
    paid.confirm(PRICE)
    bank.later(days=4)
    bank.run_jobs(2)
    assert len(told(bank, payments.TRANSFER_ENDING)) == 1


def test_words_for_the_payer_are_those_of_the_account(bank: Shop) -> None:
    sale = bank.transferring()
    notifications = Context.for_system("notifications")
    found = bank.ask(
        bank.app.transfers.account,
        payments.GET_TRANSFER_ACCOUNT,
        notifications,
        payment_id=sale.payment["id"],
    )
    assert found == {"words": "同行社群 · 招商银行 · 6222020200112233445"}


def test_an_order_whose_transfer_did_not_come_expires(bank: Shop) -> None:
    bank.coupon(limit=1)
    sale = bank.transferring("WELC2ME")
    bank.later(days=3, hours=12)
    bank.run_jobs(2)
    assert (sale.state, bank.uses("WELC2ME")) == ("expired", (0, 0))
    (transfer,) = listed(bank)
    assert (transfer["state"], refunds(sale)) == ("closed", [])


def test_what_came_in_part_goes_back_once(bank: Shop) -> None:
    sale = bank.transferring()
    sale.confirm(100_000)
    bank.later(days=3, hours=12)
    bank.run_jobs(3)
    assert sale.state == "expired"
    assert refunds(sale) == [("part_payment", 100_000, "created")]
    (refund,) = due(bank)
    give_back(bank, refund["id"])
    assert bank.ledger() == {"provider_clearing": 0, "refunds_payable": 0, "suspense": 0}
    (back,) = told(bank, payments.ORDER_REFUNDED)
    assert (back["reason"], back["full"]) == ("part_payment", True)


def test_a_cancelled_order_gives_back_what_came(bank: Shop) -> None:
    sale = bank.transferring()
    sale.confirm(100_000)
    bank.ask(bank.app.orders.cancel, payments.CANCEL_ORDER, sale.buyer, order_id=sale.order["id"])
    assert refunds(sale) == [("part_payment", 100_000, "created")]
    sale.confirm(200_000)
    assert sale.state == "cancelled"
    assert sum(amount for _, amount, state in refunds(sale) if state == "created") == PRICE


def test_what_came_in_time_counts_whenever_it_is_written_down(empty: Shop) -> None:
    """rules.md §2.3, §3.4: sold like a promise, at the price of then, also without its coupon."""
    shop = empty
    shop.sell(ladder={"step": 10_000, "every": 1, "places_before": 0})
    shop.take_transfers()
    shop.coupon(limit=1)
    sale = shop.transferring("WELC2ME")
    shop.later(days=3, hours=20)
    shop.run_jobs(2)
    assert sale.state == "expired"
    shop.paid("WELC2ME")
    assert shop.price()["price"]["amount"] == 310_000
    sale.confirm(280_000, on="2026-03-05")
    order = sale.now()
    assert (order["state"], order["total"]["amount"]) == ("paid", 280_000)
    assert order["paid_at"] == "2026-03-04T16:00:00.000Z"
    assert shop.uses("WELC2ME") == (1, 0)
    assert shop.price()["price"]["amount"] == 320_000
    shop.run_jobs()
    assert shop.unsettled() == 0
    assert shop.ledger()["suspense"] == 0


def test_parts_that_came_in_time_count_together_whenever_they_are_written_down(bank: Shop) -> None:
    """Unless they were transferred back by then."""
    sale, back = bank.transferring(), bank.transferring()
    for one in (sale, back):
        one.confirm(100_000)
    bank.later(days=3, hours=20)
    bank.run_jobs(2)
    assert (sale.state, back.state) == ("expired", "expired")
    assert refunds(sale) == [("part_payment", 100_000, "created")]
    seen = sale.confirm(50_000, on="2026-03-05")
    assert (seen["state"], sale.state) == ("closed", "expired")
    assert len(due(bank)) == 3
    seen = sale.confirm(150_000, on="2026-03-05")
    assert (seen["state"], seen["returned"]["amount"], sale.state) == ("received", 0, "paid")
    assert [state for _, _, state in refunds(sale)] == ["failed", "failed"]
    (refund,) = due(bank)
    give_back(bank, refund["id"])
    seen = back.confirm(200_000, on="2026-03-05")
    assert (seen["state"], back.state) == ("closed", "expired")
    bank.later(days=1)
    bank.run_jobs(2)
    assert bank.app.refunds.failed() == []
    assert [row["amount"]["amount"] for row in due(bank)] == [200_000]
    assert bank.ledger() == {
        "provider_clearing": 500_000,
        "deferred_income": -PRICE,
        "refunds_payable": -200_000,
        "suspense": 0,
    }


def test_a_renewal_by_transfer_takes_no_place(bank: Shop) -> None:
    member = bank.person()
    for comes in ("in time", "after the order ended"):
        purchase = bank.renewal(member)
        quote = bank.quote(member, purchase)
        sale = Sale(bank, member, purchase, quote, bank.order(member, quote))
        sale.payment = bank.open_payment(member, sale.order, "transfer")
        day = bank.clock.today("Asia/Shanghai").isoformat()
        if comes != "in time":
            bank.later(days=4)
            bank.run_jobs(2)
        sale.confirm(PRICE, on=day)
        assert sale.state == "paid"
    assert places(bank) == (0, 0)


def test_what_came_too_late_is_sold_at_the_price_of_today_or_goes_back(empty: Shop) -> None:
    shop = empty
    shop.sell(ladder={"step": 10_000, "every": 1, "places_before": 0})
    shop.take_transfers()
    same, dearer = shop.transferring(), shop.transferring()
    shop.later(days=4)
    shop.run_jobs(2)
    same.confirm(PRICE, on="2026-03-06")
    assert same.state == "paid"
    dearer.confirm(PRICE, on="2026-03-06")
    assert dearer.state == "expired"
    assert refunds(dearer) == [("late_payment", PRICE, "created")]
    (refund,) = due(shop)
    give_back(shop, refund["id"])
    assert shop.ledger()["suspense"] == shop.ledger()["refunds_payable"] == 0


def test_a_refund_of_a_transfer_waits_for_who_transfers_it(bank: Shop) -> None:
    sale = bank.transferring()
    sale.confirm(PRICE)
    asked = {"order_id": sale.order["id"], "reason": "moved"}
    refund = bank.ask(bank.app.refunds.refund_order, payments.REFUND_ORDER, bank.owner, **asked)
    bank.later(days=1)
    bank.run_jobs(2)
    assert refunds(sale) == [("moved", PRICE, "created")]
    give_back(bank, refund["id"], bank.treasurer())
    assert sale.state == "refunded"
    (back,) = told(bank, payments.ORDER_REFUNDED)
    assert (back["full"], back["reason"]) == (True, None)


# ── Looking ─────────────────────────────────────────────────────────────────────────────────────


def test_treasurers_find_transfers_by_state_and_by_the_beginning_of_their_reference(
    bank: Shop,
) -> None:
    sales = [bank.transferring() for _ in range(3)]
    sales[1].confirm(PRICE)
    references = [sale.payment["transfer"]["reference"] for sale in sales]
    assert [row["reference"] for row in listed(bank)] == references
    still_open = listed(bank, state="open")
    assert [row["order_id"] for row in still_open] == [sales[0].order["id"], sales[2].order["id"]]
    assert still_open[0]["payer_id"] == sales[0].buyer.require_person()
    found = listed(bank, reference=references[1].lower()[:5])
    assert [row["payment_id"] for row in found] == [sales[1].payment["id"]]
    newest = listed(bank, sort="-created_at")
    assert [row["reference"] for row in newest] == references[::-1]
    with pytest.raises(DomainError) as refused:
        listed(bank, reference=references[1], sort="-created_at")
    (wrong,) = refused.value.fields
    assert (wrong.pointer, wrong.code) == ("/reference", "field.combination")
    with pytest.raises(DomainError) as refused:
        listed(bank, sales[0].buyer)
    assert refused.value.error is NOT_PERMITTED


def test_a_reference_is_one_transfers_while_it_is_open(bank: Shop) -> None:
    first, second = bank.transferring(), bank.transferring()
    reference = first.payment["transfer"]["reference"]
    taken = {"reference": reference}
    rows = bank.database.transfers
    with pytest.raises(DuplicateKeyError):
        rows.update_one({"payment_id": second.payment["id"]}, {"$set": taken})
    first.confirm(PRICE)
    rows.update_one({"payment_id": second.payment["id"]}, {"$set": taken})


# ── Crashes ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("has_ended", [False, True])
def test_what_was_written_down_before_a_crash_is_captured_by_the_job(
    bank: Shop, monkeypatch: pytest.MonkeyPatch, has_ended: bool
) -> None:
    sale = bank.transferring()
    if has_ended:
        bank.later(days=3, hours=20)
        bank.run_jobs(2)

    def dies(*args: object, **kwargs: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as crash:
        crash.setattr(bank.app.captures, "record", dies)
        with pytest.raises(KeyboardInterrupt):
            sale.confirm(PRICE, on="2026-03-05" if has_ended else None)
    assert sale.state == ("expired" if has_ended else "open")
    bank.later(seconds=11)
    bank.run_jobs()
    assert sale.state == "paid"
    assert bank.ledger() == {"provider_clearing": PRICE, "deferred_income": -PRICE, "suspense": 0}


def test_parts_go_back_whichever_job_finds_the_closed_transfer(bank: Shop) -> None:
    """A crash after the transfer was closed: both jobs see it then."""
    sale = bank.transferring()
    sale.confirm(100_000)
    row = existing(bank.database.payments.find_one({"_id": sale.payment["id"]}))
    account: Any = existing(bank.database.provider_accounts.find_one({"provider": "transfer"}))
    bank.providers["transfer"].close_payment(account, row["out_trade_no"])
    bank.later(days=3, hours=12)
    bank.app.payments.check_due(OnePass(bank.clock.now(), "payments"))
    bank.run_jobs(2)
    assert sale.state == "expired"
    assert refunds(sale) == [("part_payment", 100_000, "created")]


def test_an_order_that_ended_takes_no_new_transfer(bank: Shop) -> None:
    sale = bank.transferring()
    bank.later(days=4)
    with pytest.raises(DomainError) as refused:
        bank.open_payment(sale.buyer, sale.order, "transfer")
    assert refused.value.error is ORDER_WRONG_STATE


def test_a_part_is_not_booked_twice(bank: Shop) -> None:
    """ADR 0059: two treasurers read one statement; the second hears of the first receipt."""
    sale = bank.transferring()
    assert sale.confirm(PRICE // 2)["state"] == "open"
    with pytest.raises(DomainError) as refused:
        sale.confirm(PRICE // 2, seen_receipts=0)
    assert (refused.value.code, refused.value.params) == (
        "payments.transfer_changed",
        {"receipts": 1},
    )
    assert sale.confirm(PRICE - PRICE // 2)["state"] == "received"


def test_the_day_of_payment_is_that_of_the_money_that_made_it_whole(bank: Shop) -> None:
    """rules.md §2.3: in whichever order parts are written down."""
    sale = bank.transferring()
    first = bank.clock.today("Asia/Shanghai").isoformat()
    bank.later(days=1)
    second = bank.clock.today("Asia/Shanghai").isoformat()
    sale.confirm(1000, on=second)
    sale.confirm(PRICE - 1000, on=first)
    (paid,) = bank.told(payments.ORDER_PAID)
    assert paid.data["paid_on"] == second


def test_late_parts_stay_late(bank: Shop) -> None:
    """rules.md §3.4: money that came after the end is not taken for money that came in time."""
    sale = bank.transferring()
    began = bank.clock.today("Asia/Shanghai").isoformat()
    bank.later(days=5)
    bank.run_jobs(2)
    sale.confirm(PRICE - 1000)
    later = sale.confirm(1000, on=began)
    assert later["state"] == "closed"
    assert later["returned"]["amount"] == PRICE
    assert bank.told(payments.ORDER_PAID) == []
