"""The list of orders for treasurers: found by number or payer, in some order, by what changed."""

from typing import Any

import pytest

from chassis.aggregates import LATE_COMMITS
from chassis.context import Context
from chassis.ids import new_id
from contracts import membership, payments
from contracts.errors import SERVICE_UNAVAILABLE, DomainError
from contracts.states.payments import ORDER_STATES, TRANSFER_STATES
from contracts.text import rfc3339
from tests.store.payments.shop import Sale, Shop


def found(shop: Shop, **asked: Any) -> list[str]:
    """The orders on all pages, one row at a time."""
    ids: list[str] = []
    after = None
    while True:
        page = shop.ask(
            shop.app.order_lists.list_of_community,
            payments.LIST_ORDERS,
            shop.owner,
            community_id=shop.community_id,
            after=after,
            limit=1,
            **asked,
        )
        ids += [order["id"] for order in page["items"]]
        after = page["next"]
        if after is None:
            return ids


def ids(*sales: Sale) -> list[str]:
    return [sale.order["id"] for sale in sales]


def called(shop: Shop, buyer: Context, name: str) -> Context:
    shop.neighbour.names[buyer.require_person()] = name
    return buyer


def test_orders_are_found_by_receipt_id_and_payer(shop: Shop) -> None:
    li = called(shop, shop.person(), "李小龙")
    first, second = shop.paid(buyer=li), shop.paid(buyer=called(shop, shop.person(), "王五"))
    again = shop.ordered(buyer=li)
    for search in ("1", "00000001", "000000001"):
        assert found(shop, search=search) == ids(first)
    assert found(shop, search="2") == ids(second)
    assert found(shop, search=second.order["id"]) == ids(second)
    assert found(shop, search=new_id("ord")) == []
    assert found(shop, search="李") == ids(first, again)
    assert found(shop, search="李", state="open") == ids(again)
    assert found(shop, search="赵") == []


def test_other_communities_are_not_searched(shop: Shop) -> None:
    sale = shop.paid(buyer=called(shop, shop.person(), "李"))
    shop.database.orders.update_many({}, {"$set": {"community_id": new_id("com")}})
    for search in ("1", sale.order["id"], "李"):
        assert found(shop, search=search) == []


def test_who_searches_for_too_many_is_told_to_write_more(shop: Shop) -> None:
    shop.neighbour.names = {new_id("per"): "李" for _ in range(101)}
    with pytest.raises(DomainError) as refused:
        found(shop, search="李")
    (wrong,) = refused.value.fields
    assert (wrong.pointer, wrong.code) == ("/search", "field.search_wide")


def test_without_membership_numbers_are_found_and_names_are_not(shop: Shop) -> None:
    sale = shop.paid()

    def away(request: dict[str, Any]) -> dict[str, Any]:
        raise DomainError(SERVICE_UNAVAILABLE)

    shop.neighbour.answers[membership.FIND_PEOPLE] = away
    assert found(shop, search="1") == ids(sale)
    with pytest.raises(DomainError) as refused:
        found(shop, search="李")
    assert refused.value.error is SERVICE_UNAVAILABLE


def test_orders_are_sorted_both_ways(shop: Shop) -> None:
    first = shop.ordered()
    shop.later(minutes=1)
    second = shop.paid()
    shop.later(minutes=1)
    first.open_payment()
    first.pay()
    shop.later(minutes=1)
    third = shop.ordered()
    assert found(shop, sort="created_at") == ids(first, second, third) == found(shop)
    assert found(shop, sort="-created_at") == ids(third, second, first)
    assert found(shop, sort="paid_at") == ids(second, first)  # what is unpaid has no place there
    assert found(shop, sort="-paid_at", state="paid") == ids(first, second)
    assert found(shop, sort="-updated_at", state="open") == ids(third)


def test_what_changed_is_listed_and_a_little_of_before(shop: Shop) -> None:
    shop.ordered()
    shop.later(minutes=1)
    now = shop.clock.now()
    sale = shop.ordered()
    assert found(shop, updated_after=rfc3339(now)) == ids(sale)
    assert found(shop, updated_after=sale.now()["updated_at"]) == ids(sale)
    assert found(shop, updated_after=rfc3339(now + LATE_COMMITS)) == ids(sale)
    assert found(shop, updated_after=rfc3339(now + LATE_COMMITS * 2)) == []


def test_orders_and_transfers_are_counted_by_state(shop: Shop) -> None:
    shop.paid()
    shop.ordered()
    here = {"community_id": shop.community_id}
    orders = shop.ask(
        shop.app.order_lists.count_of_community, payments.COUNT_ORDERS, shop.owner, **here
    )
    assert orders["counts"] == {**dict.fromkeys(ORDER_STATES, 0), "paid": 1, "open": 1}
    shop.take_transfers()
    shop.transferring()
    transfers = shop.ask(
        shop.app.transfers.count_of_community, payments.COUNT_TRANSFERS, shop.owner, **here
    )
    assert transfers["counts"] == {**dict.fromkeys(TRANSFER_STATES, 0), "open": 1}
    assert transfers["due_refunds"] == 0
