"""The payments process through everything that a provider does wrong."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from chassis.ids import new_id
from contracts import payments
from contracts.errors import DomainError
from contracts.errors.payments import PROVIDER_UNAVAILABLE
from contracts.records import Event
from deploy.local.nodes import Nodes
from tests.component.payments_world import PaymentsWorld, context, payments_world
from tests.kit.existing import existing
from tests.kit.probe import probe


@pytest.fixture(scope="module")
def world(nodes: Nodes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PaymentsWorld]:
    with payments_world(nodes, tmp_path_factory.mktemp("payments")) as made:
        made.service.start()
        made.open_shop()
        yield made


def opened(world: PaymentsWorld, *codes: str) -> tuple[dict[str, Any], str, dict[str, Any]]:
    """A new order with an open payment: order, buyer and payment."""
    buyer = new_id("per")
    purchase = world.purchase(buyer)
    quote = world.call(
        payments.CREATE_QUOTE,
        context(buyer, new_id("req")),
        purchase_id=purchase["id"],
        coupon_codes=list(codes),
    )
    order = world.call(payments.CREATE_ORDER, context(buyer, new_id("req")), quote_id=quote["id"])
    payment = world.open_payment(context(buyer, new_id("req")), order)
    return order, buyer, payment


def paid(
    world: PaymentsWorld, order: dict[str, Any], buyer: str, seconds: float = 15
) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        seen = world.order(order["id"], buyer)
        return seen if seen["state"] == "paid" else None

    return probe(look, seconds, f"order {order['id']} paid")


def events_of(
    world: PaymentsWorld, order: dict[str, Any], event: Event = payments.ORDER_PAID
) -> int:
    return sum(row["subject"] == order["id"] for row in world.events(event))


@pytest.mark.parametrize(
    "script",
    [
        {},
        {"repeat": 100},
        {"forge": True, "unknown_serial": True, "old_timestamp": True},
        {"wrong_amount": 100, "repeat": 2},
        {"callback_delay_ms": 300},
    ],
    ids=["well", "100 times", "forged", "wrong amount", "late"],
)
def test_misbehaving_callbacks_pay_an_order_once(
    world: PaymentsWorld, script: dict[str, Any]
) -> None:
    """P-20, P-24, P-25: one effect, whatever else arrives."""
    order, buyer, payment = opened(world, "WELC2ME")
    world.provider.pay(payment["pay_url"], **script)
    done = paid(world, order, buyer)
    assert done["total"]["amount"] == 280_000
    assert done["payments"][0]["state"] == "confirmed"
    world.fulfil(done)
    probe(lambda: world.order(order["id"], buyer)["fulfilment"] == "fulfilled", 10, "fulfilled")
    assert events_of(world, order) == 1
    totals = world.provider.totals()
    assert world.balances()["provider_clearing"] == totals["captured"] - totals["refunded"]


def test_a_wrong_amount_is_refused_and_shown_to_operators(world: PaymentsWorld) -> None:
    """P-24: logged, refused, no effect; the operators' list has it."""
    order, buyer, payment = opened(world)
    world.provider.pay(payment["pay_url"], wrong_amount="only")

    def noted() -> bool:
        number = (
            payment["pay_url"]
            and existing(world.service.database.payments.find_one({"order_id": order["id"]}))[
                "out_trade_no"
            ]
        )
        return bool(
            world.service.database.provider_incidents.find_one({"facts.out_trade_no": number})
        )

    probe(noted, 10, "an incident")
    assert world.order(order["id"], buyer)["state"] == "open"
    shown = world.service.operate("incidents", "list")
    assert "capture_matches_amount" in shown.stdout, shown.stderr
    # The provider's own word, when asked, is right; the order gets its money.
    world.service.move_clock(dt.timedelta(seconds=30))
    paid(world, order, buyer)


def test_a_lost_callback_is_found_by_asking(world: PaymentsWorld) -> None:
    """P-22: delivery is not guaranteed; the janitor asks."""
    order, buyer, payment = opened(world)
    world.provider.pay(payment["pay_url"], lost=True)
    world.service.move_clock(dt.timedelta(seconds=30))
    paid(world, order, buyer)
    assert events_of(world, order) == 1


@pytest.mark.parametrize("kind", ["timeout_after_effect", "http_500_after", "garbage"])
def test_a_silent_provider_is_asked_again_under_the_same_number(
    world: PaymentsWorld, kind: str
) -> None:
    """P-8: a time-out means unknown: query, never re-create under another number."""
    buyer = new_id("per")
    purchase = world.purchase(buyer)
    quote = world.call(payments.CREATE_QUOTE, context(buyer), purchase_id=purchase["id"])
    order = world.call(payments.CREATE_ORDER, context(buyer), quote_id=quote["id"])
    world.provider.fault("create", kind)
    key = new_id("req")
    with pytest.raises(DomainError) as refused:
        world.open_payment(context(buyer, key), order)
    assert refused.value.error is PROVIDER_UNAVAILABLE
    payment = world.open_payment(context(buyer, key), order)
    assert payment["state"] == "pending"
    world.provider.pay(payment["pay_url"])
    done = paid(world, order, buyer)
    assert [row["state"] for row in done["payments"]] == ["confirmed"]


def test_paid_in_two_channels_is_refunded_once(world: PaymentsWorld) -> None:
    """product.md §3: second payment of one order: keep the first, refund the second."""
    order, buyer, payment = opened(world)
    before = world.provider.totals()
    world.provider.pay(payment["pay_url"], pay_twice=True)
    world.provider.pay(payment["pay_url"], pay_twice=True)
    paid(world, order, buyer)

    def refunded() -> bool:
        now = world.provider.totals()
        return now["refunded"] - before["refunded"] == order["total"]["amount"]

    probe(refunded, 20, "the second payment back")
    probe(lambda: events_of(world, order, payments.ORDER_REFUNDED) == 1, 20, "told")
    done = world.order(order["id"], buyer)
    assert (done["state"], done["refunded"]["amount"]) == ("paid", 0)
    assert world.balances()["suspense"] == 0
    assert events_of(world, order) == 1


def test_an_order_is_refunded_in_full_by_callback(world: PaymentsWorld) -> None:
    order, buyer, payment = opened(world)
    world.provider.pay(payment["pay_url"])
    paid(world, order, buyer)
    world.call(payments.REFUND_ORDER, world.owner, order_id=order["id"], reason="moved abroad")
    probe(lambda: world.order(order["id"], buyer)["state"] == "refunded", 15, "refunded in full")
    totals = world.provider.totals()
    clearing = world.balances()["provider_clearing"]
    assert clearing == totals["captured"] - totals["refunded"]


def test_a_callback_that_is_not_signed_stores_nothing(world: PaymentsWorld) -> None:
    """P-20: unsigned = 401 and no row."""
    account = existing(world.service.database.provider_accounts.find_one())
    before = world.service.database.callbacks.count_documents({})
    with pytest.raises(DomainError) as refused:
        world.call(
            payments.RECEIVE_CALLBACK,
            context(new_id("per")),
            account_id=account["_id"],
            provider="sandbox",
            headers={"Sandbox-Serial": "x"},
            body_base64="e30=",
        )
    assert refused.value.code == "payments.callback_refused"
    assert world.service.database.callbacks.count_documents({}) == before


def test_operators_see_undecided_purchases_and_tell_the_owner_again(world: PaymentsWorld) -> None:
    """architecture.md §5a: undecided after 10 minutes → the operators' list, with retry."""
    order, buyer, payment = opened(world)
    world.provider.pay(payment["pay_url"])
    paid(world, order, buyer)
    world.service.move_clock(dt.timedelta(minutes=11))
    listed = world.service.operate("stuck-purchases", "list")
    assert order["id"] in listed.stdout, listed.stderr
    done = world.service.operate("stuck-purchases", "retry", order["id"])
    assert "1 told again" in done.stdout, done.stderr
    assert events_of(world, order) == 2
    world.fulfil(order)
    probe(lambda: world.order(order["id"], buyer)["fulfilment"] == "fulfilled", 10, "fulfilled")
    again = world.service.operate("stuck-purchases", "retry", order["id"])
    assert again.returncode == 1
    assert "is fulfilled" in again.stderr
    assert "0 failed" in world.service.operate("refunds", "list").stdout
