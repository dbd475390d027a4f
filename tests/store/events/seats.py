"""Payments as the events service hears it: seats that were paid for, and money that went back."""

from typing import Any

from chassis.context import Context
from chassis.ids import new_id
from contracts import payments
from contracts.records import Event
from services.events.service import REACTIONS
from tests.kit.usecases import made_event
from tests.store.events.world import COMMUNITY, START, Events, Shown

FEE = {"amount": 9_900, "currency": "CNY"}
ORDER = "ord_01JD6ZK3V9Q4M8N2R5T7W0X10Y"


def paid(seat: Shown, order_id: str = ORDER, **more: Any) -> dict[str, Any]:
    """The data of `order_paid` about a selection or an offer."""
    return {
        **_order(seat, order_id),
        "purpose": "attend",
        "total": FEE,
        "lines": [],
        "period": None,
        "paid_at": START,
        "paid_on": "2026-11-21",
        **more,
    }


def refunded(
    seat: Shown, order_id: str = ORDER, *, full: bool = True, gives_up: bool = False
) -> dict[str, Any]:
    """The data of `order_refunded`, of an order that was fulfilled."""
    said = {"refund_id": new_id("rfd"), "amount": FEE, "fulfilled": True, "reason": None}
    return {**_order(seat, order_id), **said, "full": full, "gives_up": gives_up}


def _order(seat: Shown, order_id: str) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "purchase_id": payments.purchase_id_of(seat["id"]),
        "community_id": COMMUNITY,
        "payer_id": new_id("per"),
        "subject": {"kind": "meetup_seat", "ref": seat["id"]},
    }


def deliver(events: Events, event: Event, data: dict[str, Any]) -> None:
    """Hands an event to the reaction that takes it, as the consumer would."""
    made = made_event(event, data, events.clock.now())
    REACTIONS[event](events.app)(made, Context.for_event("events", f"events.on_{event.name}", made))
