"""What has to be true after every fault, read from witnesses outside of the services.

The gateway as member, owner and treasurer see it; the payment provider's journal; the mail sink;
an integrator's queue; the broker's queues; the operators' lists. Shares no code with the services.
"""

import datetime as dt
from collections import Counter
from collections.abc import Container, Sequence
from typing import Any

import pymongo
import requests

from contracts.records import SERVICES
from tests.journeys.world import (
    DISCOUNT,
    LADDER,
    PRICE,
    QUEUE,
    Applicant,
    World,
    at_once,
    header,
)
from tests.kit.commits import pending_commits
from tests.kit.probe import probe

SETTLING_SECONDS = 90.0  # an event that failed three times comes back after a minute (M-13)
TYPE = "X-Coterie-Type"
TOLD_ONCE = ("application_received", "application_approved", "membership_activated")


def check(world: World, *, mail_may_repeat: bool = False, parked: int = 0) -> None:
    """All invariants; waits until the system is at rest and what was held in vain has expired.

    `mail_may_repeat`: a process died that was sending; the same mail may then have come twice,
    under one Message-ID (I-11), to who joined since the last check. `parked`: messages that the
    test planted for the parking lots.
    """
    for person in world.members[world.checked :]:
        person.mail_may_repeat = mail_may_repeat
    world.checked = len(world.members)
    nothing_waits(world, parked)
    world.move_clock(dt.timedelta(minutes=40))  # quotes 15, orders 30 minutes (product.md §3)
    nothing_waits(world, parked)
    orders = everyone_paid_once(world)
    books_agree_with_the_provider(world, orders)
    nothing_is_held(world, orders)
    everyone_is_a_member_once(world)
    integrator_heard_everything_once(world)
    at_once(told_once, world.members)


def nothing_waits(
    world: World,
    parked: int = 0,
    besides: Container[str] = frozenset({QUEUE}),
    seconds: float = SETTLING_SECONDS,
) -> None:
    """I-9: outboxes and queues are empty; parking lots hold only what was planted.

    `besides`: queues of the test itself, which may hold what they like. `seconds`: at most.
    """
    prefix = world.system.target.database("")
    with (
        pymongo.MongoClient[dict[str, Any]](
            world.system.nodes.mongo_admin_url, timeoutMS=10_000
        ) as mongo,
        world.admin() as broker,
    ):
        queues = [name for name in _queues(world) if name not in besides]

        def at_rest() -> bool:
            rows = {service: pending_commits(mongo[prefix + service]) for service in SERVICES}
            assert not any(rows.values()), f"unpublished commits: {rows}"
            depths = {name: broker.depth(name) for name in queues}
            lots = sum(depths.pop(f"{service}.parking") for service in SERVICES)
            waiting = {name: depth for name, depth in depths.items() if depth}
            assert not waiting, f"messages wait: {waiting}"
            assert lots == parked, f"{lots} parked, {parked} planted"
            return True

        probe(at_rest, seconds, "a system at rest")


def everyone_paid_once(
    world: World, renewed: Sequence[Applicant] = (), waiting: Container[str] = ()
) -> list[dict[str, Any]]:
    """I-1, I-3: one paid order for each term, and it is fulfilled; returns the paid orders.

    `renewed`: members once for each further term. `waiting`: orders of the test's own that stay.
    """
    listed = world.owner.pages(f"{world.path}/orders")
    orders = [order for order in listed if order["id"] not in waiting]
    paid = [order for order in orders if order["state"] == "paid"]
    assert Counter(order["payer_id"] for order in paid) == Counter(
        person.client.person_id for person in [*world.members, *renewed]
    )
    assert len({order["purchase_id"] for order in paid}) == len(paid)
    assert len({order["receipt_number"] for order in paid}) == len(paid)
    assert {order["fulfilment"] for order in paid} <= {"fulfilled"}
    assert {order["state"] for order in orders} <= {"paid", "cancelled", "expired"}
    return paid


def books_agree_with_the_provider(world: World, paid: list[dict[str, Any]]) -> None:
    """I-1, I-2, I-10: each capture belongs to one paid order and stands in the ledger once."""
    captured = [entry for entry in world.journal() if entry["kind"] == "payment.captured"]
    assert len({entry["out_trade_no"] for entry in captured}) == len(captured) == len(paid)
    amounts = Counter(entry["amount"] for entry in captured)
    assert amounts == Counter(order["total"]["amount"] for order in paid)
    ledger = world.owner.get(f"{world.path}/ledger")
    balances = {row["account"]: row["balance"]["amount"] for row in ledger["balances"]}
    assert ledger["sum"] == sum(balances.values()) == 0
    if paid:
        assert balances["provider_clearing"] == sum(entry["amount"] for entry in captured)
        assert -balances["deferred_income"] == PRICE * len(paid)
    assert balances.get("suspense", 0) == 0
    assert ledger["entries"] == len(paid)


def nothing_is_held(world: World, paid: list[dict[str, Any]], renewals: int = 0) -> None:
    """I-5, I-6: coupon uses and ladder places are exactly those of the paid orders, of which so
    many are renewals, which take no place."""
    discounted = sum(order["total"]["amount"] == PRICE - DISCOUNT for order in paid)
    assert {order["total"]["amount"] for order in paid} <= {PRICE, PRICE - DISCOUNT}

    def settled() -> bool:
        (coupon,) = world.owner.pages(f"{world.path}/coupons")
        price = world.owner.get(f"/v1/plans/{world.plan['id']}/price")
        seen = (coupon["held"], coupon["used"], price["places_left"])
        assert seen == (0, discounted, LADDER["every"] - len(paid) + renewals), seen
        assert price["held_places_return_at"] is None
        return True

    probe(settled, 15, "every hold counted or free")


def everyone_is_a_member_once(world: World) -> None:
    """I-3, I-13: accepted applications ended as memberships, numbered without gaps."""
    memberships = list(world.owner.pages(f"{world.path}/memberships"))
    assert {one["state"] for one in memberships} <= {"active"}
    assert Counter(one["person_id"] for one in memberships) == Counter(
        person.client.person_id for person in world.members
    )
    assert sorted(one["number"] for one in memberships) == list(range(1, len(memberships) + 1))
    counts = world.owner.get(f"{world.path}/membership-counts")
    assert counts["next_number"] == len(memberships) + 1
    applications = list(world.owner.pages(f"{world.path}/applications"))
    joined = [one["person_id"] for one in applications if one["state"] == "joined"]
    assert Counter(joined) == Counter(one["person_id"] for one in memberships)


def integrator_heard_everything_once(world: World) -> None:
    """E-2, I-8: one `activated` per membership, gap-free by `sequence`; repeats keep their id."""
    expected = {one["id"]: one["number"] for one in world.owner.pages(f"{world.path}/memberships")}
    community = world.community["id"]

    def heard() -> bool:
        ours = [one for one in world.read_queue() if one["data"]["community_id"] == community]
        facts = {event["id"]: event for event in ours}.values()
        activated = [event for event in facts if event["type"] == "coterie.membership.activated.v1"]
        numbers = {event["subject"]: event["data"]["number"] for event in activated}
        assert numbers == expected, f"told: {numbers}, members: {expected}"
        assert len(activated) == len(facts) == len(expected), "a fact was told under two ids"
        assert {int(event["sequence"]) for event in activated} <= {1}
        return True

    probe(heard, 15, "one public event for each member")


def told_once(person: Applicant) -> None:
    """I-11: each news once in the app and once by mail."""
    types = Counter(message["type"] for message in person.messages)
    assert types == Counter(TOLD_ONCE), f"{person}: {types}"

    def mailed() -> bool:
        mails = person.client.mails()
        for kind in TOLD_ONCE:
            ids = [header(mail, "Message-ID") for mail in mails if header(mail, TYPE) == kind]
            assert len(set(ids)) == 1, (kind, ids)
            assert person.mail_may_repeat or len(ids) == 1, (kind, ids)
        return True

    probe(mailed, 30, f"{person}: one mail of each kind")


def _queues(world: World) -> list[str]:
    """The names of all queues of this system, from the broker itself, but for those of one
    connection: they hold news, which nobody misses."""
    target = world.system.target
    url = f"{target.management_url}/api/queues/{target.vhost}"
    asked = {"columns": "name,exclusive"}
    answer = requests.get(url, params=asked, auth=target.management_auth, timeout=10)
    answer.raise_for_status()
    names = [row["name"] for row in answer.json() if not row["exclusive"]]
    assert len(names) > len(SERVICES), names
    return names
