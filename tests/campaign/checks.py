"""The invariants of docs/requirements.md after a campaign, read from witnesses outside of us.

The provider's journal, the mail sink, an integrator's queue, the clients' journal, the broker; and
the gateway as owner and members see it. Each check raises AssertionError and says what it saw.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from tests.campaign.crowd import Crowd
from tests.campaign.journal import Journal
from tests.campaign.people import LADDER
from tests.journeys import invariants
from tests.journeys.world import DISCOUNT, PRICE, Applicant, World, header
from tests.kit.probe import probe

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Evidence:
    """What is read once for all checks."""

    world: World
    crowd: Crowd
    journal: Journal
    mail_may_repeat: bool

    @cached_property
    def orders(self) -> Rows:
        return list(self.world.owner.pages(f"{self.world.path}/orders"))

    @cached_property
    def paid(self) -> Rows:
        """Orders that got money and kept it, or gave it back later."""
        return [one for one in self.orders if one["receipt_number"] is not None]

    @cached_property
    def memberships(self) -> Rows:
        """Of everybody who is or was a member; who is approved and has not paid has no number."""
        found = self.world.owner.pages(f"{self.world.path}/memberships")
        return [one for one in found if one["state"] != "pending_payment"]

    @cached_property
    def provider(self) -> Rows:
        return self.world.journal()

    def noted(self, kind: str) -> Rows:
        return [one for one in self.provider if one["kind"] == kind]


def no_double_charge(seen: Evidence) -> None:
    """I-1, I-2: of what was captured for an order one is kept, everything else went back."""
    captured: dict[str, list[int]] = defaultdict(list)
    for one in seen.noted("payment.captured"):
        captured[one["out_trade_no"]].append(one["amount"])
    returned: Counter[str] = Counter()
    for one in seen.noted("refund.succeeded"):
        returned[one["out_trade_no"]] += one["amount"]
    kept = {number: sum(all) - returned[number] for number, all in captured.items()}
    expected = Counter(o["total"]["amount"] for o in seen.paid if o["state"] == "paid")
    assert Counter(left for left in kept.values() if left) == expected, (kept, expected)


def members_paid(seen: Evidence) -> None:
    """I-3, I-7: who was told that they are members are, once; nobody is who did not pay."""
    active = Counter(one["person_id"] for one in seen.memberships if one["state"] == "active")
    crowd = seen.crowd
    assert active == _people(*crowd.joined, *crowd.imported)
    gone = Counter(one["person_id"] for one in seen.memberships if one["state"] != "active")
    assert gone == _people(*crowd.refunded)
    payers = Counter(one["payer_id"] for one in seen.paid)
    assert payers == _people(*crowd.joined, *crowd.refunded, *crowd.renewed), "each paid once"


def _people(*who: Applicant) -> Counter[str]:
    return Counter(one.client.person_id for one in who)


def numbers_are_gap_free(seen: Evidence) -> None:
    """I-13: member numbers have no gap, receipts none twice."""
    numbers = sorted(one["number"] for one in seen.memberships)
    assert numbers == list(range(1, len(numbers) + 1)), numbers
    receipts = [one["receipt_number"] for one in seen.paid]
    assert len(set(receipts)) == len(receipts), receipts


def seats_are_not_oversold(seen: Evidence) -> None:
    """I-4: of each meetup no more seats are taken than there are."""
    for meetup_id in seen.crowd.meetups:
        meetup = seen.world.owner.get(f"/v1/meetups/{meetup_id}")
        rows = list(seen.world.owner.pages(f"/v1/meetups/{meetup_id}/registrations"))
        taken = [one for one in rows if one["state"] in ("selected", "confirmed", "checked_in")]
        assert len(taken) <= meetup["capacity"], (meetup_id, taken)
        persons = [one["person_id"] for one in rows]
        assert len(set(persons)) == len(persons), (meetup_id, persons)


def coupons_and_ladder_are_exact(seen: Evidence) -> None:
    """I-5, I-6: coupon uses = discounted orders; no step of the ladder is sold beyond its size."""
    steps: Counter[int] = Counter()
    discounted = 0
    renewed = _people(*seen.crowd.renewed)
    for order in (one for one in seen.paid if one["payer_id"] not in renewed):
        total = order["total"]["amount"]
        off = (total - PRICE) % LADDER["step"]
        assert off == 0, order["total"]
        discounted += 1
        steps[(total + DISCOUNT - PRICE) // LADDER["step"]] += 1
    assert min(steps, default=0) >= 0, steps
    assert all(count <= LADDER["every"] for count in steps.values()), steps

    def settled() -> bool:
        (coupon,) = seen.world.owner.pages(f"{seen.world.path}/coupons")
        assert (coupon["held"], coupon["used"]) == (0, discounted), coupon
        return True

    probe(settled, 30, "every use counted")


def ledger_agrees(seen: Evidence) -> None:
    """I-10: the ledger sums to zero and its clearing account is what the provider has of us."""
    ledger = seen.world.owner.get(f"{seen.world.path}/ledger")
    balances = {row["account"]: row["balance"]["amount"] for row in ledger["balances"]}
    assert ledger["sum"] == sum(balances.values()) == 0, balances
    captured = sum(one["amount"] for one in seen.noted("payment.captured"))
    returned = sum(one["amount"] for one in seen.noted("refund.succeeded"))
    assert balances.get("provider_clearing", 0) == captured - returned, (balances, captured)
    assert balances.get("suspense", 0) == 0, balances


def integrator_heard_once(seen: Evidence) -> None:
    """I-8, E-2: one `activated` for each membership, repeats under one id."""
    imported = _people(*seen.crowd.imported)  # they are not announced (ADR 0019)
    expected = {
        one["id"]: one["number"] for one in seen.memberships if one["person_id"] not in imported
    }

    def heard() -> bool:
        facts = {event["id"]: event for event in seen.world.read_queue()}.values()
        told = [one for one in facts if one["type"] == "coterie.membership.activated.v1"]
        assert {one["subject"]: one["data"]["number"] for one in told} == expected
        assert len(told) == len(expected), "a fact was told under two ids"
        return True

    probe(heard, 30, "one public event for each member")


def told_once(seen: Evidence) -> None:
    """I-11: each news once by mail; twice only after a crash, under one Message-ID."""
    for person in seen.crowd.joined:
        probe(partial(_mailed, person, seen.mail_may_repeat), 30, f"{person}: one mail of each")


def _mailed(person: Applicant, may_repeat: bool) -> bool:
    mails = person.client.mails()
    for kind in invariants.TOLD_ONCE:
        told = [one for one in mails if header(one, invariants.TYPE) == kind]
        ids = [header(one, "Message-ID") for one in told]
        assert len(set(ids)) == 1, (kind, ids)
        assert may_repeat or len(ids) == 1, (kind, ids)
    return True


def equal_keys_equal_answers(seen: Evidence) -> None:
    """I-14: a key is carried out once: at most one first answer that succeeded."""
    assert not seen.journal.twice, seen.journal.twice


def refusals_are_problems(seen: Evidence) -> None:
    """I-17: whatever is refused is refused in the one form; nothing is an internal error."""
    assert not seen.journal.wrong, seen.journal.wrong


def nobody_gave_up(seen: Evidence) -> None:
    """T-32: everybody arrived, without a manual step."""
    assert not seen.crowd.failures, seen.crowd.failures


CHECKS: tuple[Callable[[Evidence], None], ...] = (
    no_double_charge,
    members_paid,
    numbers_are_gap_free,
    seats_are_not_oversold,
    coupons_and_ladder_are_exact,
    ledger_agrees,
    integrator_heard_once,
    told_once,
    equal_keys_equal_answers,
    refusals_are_problems,
    nobody_gave_up,
)


def violations(seen: Evidence) -> list[str]:
    """What does not hold, one line each."""
    found = []
    for check in CHECKS:
        try:
            check(seen)
        except Exception as error:
            what = (check.__doc__ or "").split(":")[0]
            found.append(f"{what} ({check.__name__}): {type(error).__name__}: {str(error)[:800]}")
    return found
