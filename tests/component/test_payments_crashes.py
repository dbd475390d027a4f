"""kill -9 of the payments process between every two steps of paying; the client tries again.

After each: the payer is charged once, the order is paid once and told once, every hold is counted
or free, the ledger agrees with the provider's journal.
"""

import contextlib
import datetime as dt
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from chassis.ids import new_id
from contracts import payments
from contracts.errors import DomainError, Kind
from contracts.errors.payments import PRICE_CHANGED
from contracts.records import Rpc
from deploy.local.nodes import Nodes
from tests.component.payments_world import PaymentsWorld, context, payments_world
from tests.kit.existing import existing
from tests.kit.probe import probe

PAYING = (
    "payments.after_holds_taken",
    "payments.after_quote",
    "payments.after_holds_kept",
    "payments.after_order",
    "payments.after_payment_row",
    "payments.after_provider_create",
    "payments.after_callback_stored",
    "payments.after_holds_used",
    "payments.after_confirm_commit",
)

BY_TRANSFER = (
    "payments.after_payment_row",
    "payments.after_provider_create",
    "payments.after_transfer_confirmed",
    "payments.after_holds_used",
    "payments.after_confirm_commit",
)

IN_ONE_STEP = (
    "payments.after_holds_let_go",
    "payments.after_holds_taken_for_order",
    "payments.after_order",
)


@pytest.fixture
def world(nodes: Nodes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PaymentsWorld]:
    with payments_world(nodes, tmp_path_factory.mktemp("payments")) as made:
        made.service.start()
        made.open_shop()
        made.service.stop()
        yield made


class Client:
    """Repeats a request with its key, as front ends are told to, and revives the process.

    Each life of the process ends at the next of `points`; the one after the last goes on.
    """

    def __init__(self, world: PaymentsWorld, flags: Path, points: Sequence[str] = ()) -> None:
        self.world = world
        self.buyer = new_id("per")
        self._flags, self._points = flags, list(points)

    def die_at(self, points: Sequence[str]) -> None:
        """The process dies at these from now on."""
        self.world.service.stop(signal.SIGKILL)
        self._points = list(points)

    def call(self, record: Rpc, **request: Any) -> dict[str, Any]:
        return self.call_as(self.buyer, record, **request)

    def call_as(self, person_id: str, record: Rpc, **request: Any) -> dict[str, Any]:
        key = new_id("req")

        def attempt() -> dict[str, Any] | None:
            self.revive()
            try:
                return self.world.call(record, context(person_id, key), **request)
            except TimeoutError:
                return None
            except DomainError as error:
                if error.kind is not Kind.UNAVAILABLE:
                    raise
                return None

        return probe(attempt, 60, record.name)

    def revive(self) -> None:
        while not self.world.service.is_running:
            point = self._points.pop(0) if self._points else ""
            # What the broker delivers again may bring it to its next end before it is ready.
            with contextlib.suppress(RuntimeError):
                self.world.service.start(
                    COTERIE_CRASH_POINT=f"{point}:{self._flags / point}" if point else ""
                )

    @property
    def crashed_at(self) -> set[str]:
        return {flag.name for flag in self._flags.glob("payments.*")}


@pytest.mark.timeout(300)
def test_crashes_between_every_two_steps_neither_lose_nor_double(
    world: PaymentsWorld, tmp_path: Path
) -> None:
    """I-1, I-2, I-5, P-6: one purchase through nine crashes: one charge, one effect."""
    service = world.service
    client = Client(world, tmp_path, PAYING)
    client.revive()
    purchase = world.purchase(client.buyer)
    asked = {"purchase_id": purchase["id"], "coupon_codes": ["WELC2ME"], "on_refused": "ignore"}
    quote = client.call(payments.CREATE_QUOTE, **asked)
    # What died with the first quote is the payer's again once no request can be at work on it.
    assert quote["trace"][1]["broken_rule"] == "person_has_uses_left"
    service.move_clock(dt.timedelta(seconds=20))

    def with_coupon() -> dict[str, Any] | None:
        fresh = client.call(payments.CREATE_QUOTE, **asked)
        return fresh if fresh["coupon_id"] else None

    quote = probe(with_coupon, 10, "the coupon again")
    assert quote["total"]["amount"] == 280_000
    order = client.call(payments.CREATE_ORDER, quote_id=quote["id"])
    payment = client.call(payments.OPEN_PAYMENT, order_id=order["id"], provider="sandbox")
    world.provider.pay(payment["pay_url"], repeat=3)

    def is_paid() -> bool:
        client.revive()
        try:
            return world.order(order["id"], client.buyer)["state"] == "paid"
        except (TimeoutError, DomainError):
            return False

    probe(is_paid, 60, "paid in the end")
    probe(lambda: client.crashed_at == set(PAYING), 20, "a crash at every point")
    client.revive()
    service.move_clock(dt.timedelta(minutes=40))
    told = [row for row in world.events(payments.ORDER_PAID) if row["subject"] == order["id"]]
    assert len(told) == 1
    assert world.provider.totals()["captured"] == 280_000
    probe(lambda: unsettled(world) == 0, 20, "every hold counted or free")
    assert world.balances()["provider_clearing"] == 280_000
    assert places(world) == coupon_uses(world) == 1
    assert service.database.payments.count_documents({}) == 1
    service.stop(signal.SIGKILL)


@pytest.mark.timeout(180)
def test_crashes_while_ordering_in_one_step_neither_lose_nor_double(
    world: PaymentsWorld, tmp_path: Path
) -> None:
    """I-2, I-5: between the holds and the order nothing is stored; one order in the end."""
    service = world.service
    client = Client(world, tmp_path, IN_ONE_STEP)
    client.revive()
    held = places(world)
    purchase = world.purchase(client.buyer)
    client.call(payments.CREATE_QUOTE, purchase_id=purchase["id"])
    asked = {
        "purchase_id": purchase["id"],
        "coupon_codes": ["WELC2ME"],
        "total": {"amount": 280_000, "currency": "CNY"},
    }

    def at_once() -> dict[str, Any] | None:
        try:
            return client.call(payments.ORDER_PURCHASE, **asked)
        except DomainError as refused:
            # What died with a request is the payer's again once no request can be at work on it.
            if refused.error is not PRICE_CHANGED:
                raise
            return None

    order = at_once()
    if order is None:
        service.move_clock(dt.timedelta(seconds=20))
        order = probe(at_once, 30, "the order")
    assert client.crashed_at == set(IN_ONE_STEP)
    client.revive()
    payment = client.call(payments.OPEN_PAYMENT, order_id=order["id"], provider="sandbox")
    world.provider.pay(payment["pay_url"])
    probe(lambda: world.order(order["id"], client.buyer)["state"] == "paid", 20, "paid")
    service.move_clock(dt.timedelta(minutes=40))
    probe(lambda: unsettled(world) == 0, 20, "every hold counted or free")
    assert places(world) == held + 1
    assert service.database.orders.count_documents({"purchase_id": purchase["id"]}) == 1


@pytest.mark.timeout(180)
def test_a_crash_after_a_quote_ended_keeps_nothing_from_others(
    world: PaymentsWorld, tmp_path: Path
) -> None:
    """I-5: the quote says that it is over; what it held frees itself."""
    service = world.service
    service.start()
    client = Client(world, tmp_path)
    purchase = world.purchase(client.buyer)
    quote = client.call(payments.CREATE_QUOTE, purchase_id=purchase["id"])
    service.stop()
    service.start(COTERIE_CRASH_POINT=f"payments.after_quote_ended:{tmp_path / 'flag'}")
    service.move_clock(dt.timedelta(minutes=16))
    assert service.ended(20) == -signal.SIGKILL
    assert existing(service.database.quotes.find_one({"_id": quote["id"]}))["state"] == "expired"
    assert places(world) == 0
    service.start()
    service.move_clock(dt.timedelta(minutes=40))
    probe(lambda: unsettled(world) == 0, 20, "every hold counted or free")
    service.stop()


@pytest.mark.timeout(180)
def test_a_crash_after_the_answer_to_a_callback_leaves_it_to_the_job(
    world: PaymentsWorld, tmp_path: Path
) -> None:
    """P-21: a provider that was answered calls no more; the money is not forgotten."""
    service = world.service
    service.start()
    client = Client(world, tmp_path)
    purchase = world.purchase(client.buyer)
    quote = client.call(payments.CREATE_QUOTE, purchase_id=purchase["id"])
    order = client.call(payments.CREATE_ORDER, quote_id=quote["id"])
    payment = client.call(payments.OPEN_PAYMENT, order_id=order["id"], provider="sandbox")
    service.stop()
    service.start(COTERIE_CRASH_POINT=f"payments.after_callback_answered:{tmp_path / 'flag'}")
    world.provider.pay(payment["pay_url"])
    assert service.ended(20) == -signal.SIGKILL
    stored = service.database.callbacks
    assert existing(stored.find_one())["state"] == "stored"
    assert existing(service.database.orders.find_one({"_id": order["id"]}))["state"] == "open"
    half_a_minute_ago = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=31)
    stored.update_one({}, {"$set": {"arrived_at": half_a_minute_ago}})
    service.start()
    probe(lambda: world.order(order["id"], client.buyer)["state"] == "paid", 30, "paid")
    probe(lambda: existing(stored.find_one())["state"] == "applied", 20, "applied")
    told = [row for row in world.events(payments.ORDER_PAID) if row["subject"] == order["id"]]
    assert len(told) == 1
    service.stop(signal.SIGKILL)


@pytest.mark.timeout(180)
def test_a_crash_while_refunding_gives_back_once(world: PaymentsWorld, tmp_path: Path) -> None:
    """P-13: the provider took the refund, we did not save it: asked again, under one number."""
    service = world.service
    service.start()
    client = Client(world, tmp_path)
    purchase = world.purchase(client.buyer)
    quote = client.call(payments.CREATE_QUOTE, purchase_id=purchase["id"])
    order = client.call(payments.CREATE_ORDER, quote_id=quote["id"])
    payment = client.call(payments.OPEN_PAYMENT, order_id=order["id"], provider="sandbox")
    world.provider.pay(payment["pay_url"])
    probe(lambda: world.order(order["id"], client.buyer)["state"] == "paid", 20, "paid")
    before = world.provider.totals()["refunded"]
    service.stop(signal.SIGKILL)
    service.start(COTERIE_CRASH_POINT=f"payments.after_refund_submitted:{tmp_path / 'flag'}")
    world.call(payments.REFUND_ORDER, world.owner, order_id=order["id"], reason="moved")
    assert service.ended(20) == -signal.SIGKILL
    service.start()
    probe(lambda: world.order(order["id"], client.buyer)["state"] == "refunded", 30, "refunded")
    assert world.provider.totals()["refunded"] - before == 300_000
    told = world.events(payments.ORDER_REFUNDED)
    assert [row["subject"] for row in told] == [order["id"]]
    service.stop(signal.SIGKILL)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("point", ["payments.after_provider_close", "payments.after_order_closed"])
def test_a_crash_while_expiring_frees_everything(
    world: PaymentsWorld, point: str, tmp_path: Path
) -> None:
    """architecture.md §4: the order ends, and what it held is free, whatever dies in between."""
    service = world.service
    service.start()
    client = Client(world, tmp_path)
    held = places(world)
    purchase = world.purchase(client.buyer)
    quote = client.call(payments.CREATE_QUOTE, purchase_id=purchase["id"], coupon_codes=["WELC2ME"])
    order = client.call(payments.CREATE_ORDER, quote_id=quote["id"])
    client.call(payments.OPEN_PAYMENT, order_id=order["id"], provider="sandbox")
    service.stop(signal.SIGKILL)
    service.start(COTERIE_CRASH_POINT=f"{point}:{tmp_path / 'flag'}")
    service.move_clock(dt.timedelta(minutes=31))
    assert service.ended(20) == -signal.SIGKILL
    service.start()
    service.move_clock(dt.timedelta(minutes=5))
    stored = service.database.orders
    probe(
        lambda: existing(stored.find_one({"_id": order["id"]}))["state"] == "expired", 20, "expired"
    )
    probe(lambda: unsettled(world) == 0, 20, "freed")
    assert places(world) == held
    service.stop(signal.SIGKILL)


@pytest.mark.timeout(300)
def test_crashes_around_a_transfer_neither_lose_nor_double(
    world: PaymentsWorld, tmp_path: Path
) -> None:
    """rules.md §3.4: told once where to transfer, written down once, paid once; the place that is
    given back at the beginning is taken once in the end."""
    service = world.service
    client = Client(world, tmp_path)
    client.revive()
    client.call_as(world.owner_id, payments.SET_PROVIDER_ACCOUNT, **world.bank_account())
    purchase = world.purchase(client.buyer)
    quote = client.call(payments.CREATE_QUOTE, purchase_id=purchase["id"], coupon_codes=["WELC2ME"])
    order = client.call(payments.CREATE_ORDER, quote_id=quote["id"])
    client.die_at(BY_TRANSFER)
    payment = client.call(payments.OPEN_PAYMENT, order_id=order["id"], provider="transfer")
    assert service.database.transfers.count_documents({}) == 1
    day = dt.datetime.fromisoformat(payment["created_at"]) + dt.timedelta(hours=8)
    came = {"payment_id": payment["id"], "received_on": day.date().isoformat()}
    surplus = {"amount": 285_000, "currency": "CNY"}
    client.call_as(world.owner_id, payments.CONFIRM_TRANSFER, **came, amount=surplus)

    def is_paid() -> bool:
        client.revive()
        try:
            return world.order(order["id"], client.buyer)["state"] == "paid"
        except (TimeoutError, DomainError):
            return False

    service.move_clock(dt.timedelta(seconds=15))
    probe(is_paid, 60, "paid in the end")
    probe(lambda: client.crashed_at == set(BY_TRANSFER), 20, "a crash at every point")
    client.revive()
    service.move_clock(dt.timedelta(minutes=40))
    told = [row for row in world.events(payments.ORDER_PAID) if row["subject"] == order["id"]]
    assert len(told) == 1
    probe(lambda: unsettled(world) == 0, 20, "every hold counted or free")
    assert places(world) == coupon_uses(world) == 1
    assert world.balances() == {
        "provider_clearing": 285_000,
        "deferred_income": -300_000,
        "discounts": 20_000,
        "refunds_payable": -5_000,
        "suspense": 0,
    }
    service.stop(signal.SIGKILL)


def unsettled(world: PaymentsWorld) -> int:
    """Holds and slots that are kept or used and not settled."""
    database = world.service.database
    waiting = {"state": {"$in": ["kept", "used"]}}
    return sum(
        hold["state"] != "held"
        for name in ("ladder_steps", "coupon_counters")
        for counter in database[name].find()
        for hold in counter["holds"]
    ) + database.redemptions.count_documents(waiting)


def places(world: PaymentsWorld) -> int:
    return sum(step["used"] for step in world.service.database.ladder_steps.find())


def coupon_uses(world: PaymentsWorld) -> int:
    return sum(counter["used"] for counter in world.service.database.coupon_counters.find())
