"""Coupons change while they are in use: exact limits, and who holds a use keeps it."""

import datetime as dt
from typing import Any

import pytest

from contracts import payments
from contracts.errors import DomainError
from tests.kit.existing import existing
from tests.store.payments.shop import Shop
from tests.store.payments.test_races import CROWD, at_once, outcome


def change(shop: Shop, coupon: dict[str, Any], **asked: Any) -> dict[str, Any]:
    stored = existing(shop.database.coupons.find_one({"_id": coupon["id"]}))
    asked = {"expected_version": stored["version"], **asked, "coupon_id": coupon["id"]}
    return shop.ask(shop.app.coupons.change, payments.CHANGE_COUPON, shop.owner, **asked)


def move(shop: Shop, coupon: dict[str, Any], step: str) -> dict[str, Any]:
    use_case, record = {
        "pause": (shop.app.coupons.pause, payments.PAUSE_COUPON),
        "resume": (shop.app.coupons.resume, payments.RESUME_COUPON),
        "end": (shop.app.coupons.end, payments.END_COUPON),
    }[step]
    return shop.ask(use_case, record, shop.owner, coupon_id=coupon["id"])


def discount(shop: Shop) -> int:
    buyer = shop.person()
    return int(shop.quote(buyer, shop.purchase(buyer), "WELC2ME")["discount"]["amount"])


def test_a_limit_is_raised_and_lowered(shop: Shop) -> None:
    coupon = shop.coupon(limit=1)
    assert (discount(shop), discount(shop)) == (20_000, 0)
    raised = change(shop, coupon, limit=200, name="立减二")
    assert (raised["limit"], raised["name"], raised["held"], raised["version"]) == (
        200,
        "立减二",
        1,
        2,
    )
    assert shop.database.coupon_counters.count_documents({}) == 2
    assert discount(shop) == 20_000
    assert change(shop, coupon, limit=2)["limit"] == 2
    assert discount(shop) == 0
    for tried in (False, True):
        with pytest.raises(DomainError, match="limit_below_used") as refused:
            change(shop, coupon, limit=1, simulate=tried)
        assert refused.value.params["taken"] == 2
    shop.later(minutes=16)  # what was held is free again
    assert change(shop, coupon, limit=1)["limit"] == 1
    assert (discount(shop), discount(shop)) == (20_000, 0)


@pytest.mark.timeout(180)
def test_a_limit_is_lowered_while_everybody_asks(shop: Shop) -> None:
    """As many uses as the limit that holds in the end, never more, whichever comes first."""
    shop.sell(ladder=None)
    coupon = shop.coupon(limit=300)
    buyers = [shop.person() for _ in range(120)]
    purchases = [shop.purchase(buyer) for buyer in buyers]

    def contend(number: int) -> str:
        if number % 40 == 5:
            return outcome(lambda: str(change(shop, coupon, limit=60 + number)["limit"]))
        quote = shop.quote(buyers[number], purchases[number], "WELC2ME")
        return f"off {quote['discount']['amount']}"

    answers = at_once(contend, len(buyers), CROWD)
    stored = existing(shop.database.coupons.find_one())
    limits = [row["limit"] for row in shop.database.coupon_counters.find()]
    assert sum(limits) == stored["limit"]
    held = sum(len(row["holds"]) for row in shop.database.coupon_counters.find())
    assert answers.count("off 20000") == held
    assert held <= stored["limit"]
    refusals = {answer for answer in answers if answer.count(".")}
    assert refusals <= {"payments.coupon_limit_below_used", "request.version_stale"}


def test_a_paused_or_ended_coupon_is_refused_and_open_orders_keep_it(shop: Shop) -> None:
    coupon = shop.coupon()
    sale = shop.ordered("WELC2ME")
    assert move(shop, coupon, "pause")["state"] == "paused"
    buyer = shop.person()
    purchase = shop.purchase(buyer)
    line = shop.quote(buyer, purchase, "WELC2ME")["trace"][1]
    assert line["broken_rule"] == "coupon_is_active"
    sale.open_payment()
    sale.pay()
    assert sale.state == "paid"
    assert shop.uses("WELC2ME") == (1, 0)
    move(shop, coupon, "resume")
    assert shop.quote(buyer, purchase, "WELC2ME")["discount"]["amount"] == 20_000
    assert move(shop, coupon, "end")["state"] == "ended"
    assert shop.quote(buyer, purchase, "WELC2ME")["discount"]["amount"] == 0
    with pytest.raises(DomainError, match="coupon_wrong_state"):
        move(shop, coupon, "resume")
    with pytest.raises(DomainError, match="coupon_wrong_state"):
        change(shop, coupon, name="x")


def test_the_end_of_a_coupon_moves(shop: Shop) -> None:
    coupon = shop.coupon()
    change(shop, coupon, valid_until=shop.clock.now().isoformat())
    assert discount(shop) == 0
    assert change(shop, coupon, valid_until=None)["valid_until"] is None
    assert discount(shop) == 20_000


def test_an_end_before_the_beginning_is_refused(shop: Shop) -> None:
    """The same whether it is made or changed; nothing is stored."""
    now, hour = shop.clock.now(), dt.timedelta(hours=1)
    begins, before = (now + 2 * hour).isoformat(), (now + hour).isoformat()
    with pytest.raises(DomainError) as refused:
        shop.coupon("TARDY22", valid_from=begins, valid_until=before)
    (wrong,) = refused.value.fields
    assert (wrong.pointer, wrong.code) == ("/valid_until", "field.time_order")
    assert set(wrong.params) == {"after", "zone"}
    assert shop.database.coupons.count_documents({}) == 0
    coupon = shop.coupon(valid_from=begins)
    with pytest.raises(DomainError) as refused:
        change(shop, coupon, valid_until=before)
    (wrong,) = refused.value.fields
    assert (wrong.pointer, wrong.code) == ("/valid_until", "field.time_order")


@pytest.mark.parametrize(
    ("benefit", "pointer"),
    [
        ({"kind": "amount_off", "amount": 0}, "/benefit/amount"),
        ({"kind": "percent_off", "percent": "0.00"}, "/benefit/percent"),
        ({"kind": "extra_days", "days": 0}, "/benefit/days"),
    ],
)
def test_a_coupon_gives_something(shop: Shop, benefit: dict[str, Any], pointer: str) -> None:
    with pytest.raises(DomainError) as refused:
        shop.coupon(benefit=benefit)
    assert [(one.pointer, one.code) for one in refused.value.fields] == [(pointer, "field.range")]
    assert shop.coupon(benefit={"kind": "set_price", "price": 0})["state"] == "active"


def test_a_tried_change_stores_nothing(shop: Shop) -> None:
    coupon = shop.coupon(limit=10)
    shop.ordered("WELC2ME")
    discount(shop)
    before = existing(shop.database.coupons.find_one())
    tried = change(shop, coupon, limit=5, simulate=True)
    assert (tried["limit"], tried["simulated"], tried["version"]) == (5, True, 1)
    found = {name: row["number"] for name, row in tried["unaffected"].items()}
    assert found == {"purchases": 0, "quotes": 1, "orders": 1}
    assert existing(shop.database.coupons.find_one()) == before
    assert existing(shop.database.coupon_counters.find_one())["limit"] == 10


def test_a_coupon_without_limit_gets_none(shop: Shop) -> None:
    with pytest.raises(DomainError, match="coupon_unlimited") as refused:
        change(shop, shop.coupon(), limit=5)
    assert [one.pointer for one in refused.value.fields] == ["/limit"]


def test_a_coupon_of_an_earlier_version_goes_on(shop: Shop) -> None:
    coupon = shop.coupon(limit=3)
    shop.database.coupons.update_many({}, {"$unset": {"state": "", "counters": ""}})
    assert discount(shop) == 20_000
    seen = shop.ask(shop.app.coupons.get, payments.GET_COUPON, shop.owner, coupon_id=coupon["id"])
    assert (seen["state"], seen["held"]) == ("active", 1)
    assert change(shop, coupon, limit=300)["limit"] == 300
    assert discount(shop) == 20_000
    assert move(shop, coupon, "pause")["state"] == "paused"


def test_only_owners_change_a_coupon(shop: Shop) -> None:
    coupon = shop.coupon()
    treasurer = shop.person()
    shop.neighbour.standings[treasurer.require_person()] = {"roles": ["treasurer"]}
    ref = {"coupon_id": coupon["id"]}
    assert shop.ask(shop.app.coupons.get, payments.GET_COUPON, treasurer, **ref)["used"] == 0
    with pytest.raises(DomainError, match="not_permitted"):
        shop.ask(shop.app.coupons.end, payments.END_COUPON, treasurer, **ref)
    with pytest.raises(DomainError, match="object_not_found"):
        shop.ask(shop.app.coupons.end, payments.END_COUPON, shop.person(), **ref)


def test_coupons_are_listed_and_counted_by_state(shop: Shop) -> None:
    """Those of an earlier version, which say no state, are active."""
    active, paused, before = (shop.coupon(f"WELC2M{letter}") for letter in "EFG")
    move(shop, paused, "pause")
    shop.database.coupons.update_one({"_id": before["id"]}, {"$unset": {"state": ""}})

    def listed(state: str | None, sort: str | None = None) -> list[str]:
        page = shop.ask(
            shop.app.coupons.list_of_community,
            payments.LIST_COUPONS,
            shop.owner,
            community_id=shop.community_id,
            state=state,
            sort=sort,
        )
        return [one["id"] for one in page["items"]]

    assert listed(None) == [active["id"], paused["id"], before["id"]]
    assert listed(None, "-created_at") == [before["id"], paused["id"], active["id"]]
    assert listed("active") == [active["id"], before["id"]]
    assert listed("active", "-created_at") == [before["id"], active["id"]]
    assert (listed("paused"), listed("ended")) == ([paused["id"]], [])
    counted = shop.ask(
        shop.app.coupons.count_of_community,
        payments.COUNT_COUPONS,
        shop.owner,
        community_id=shop.community_id,
    )
    assert counted["counts"] == {"active": 2, "paused": 1, "ended": 0}
