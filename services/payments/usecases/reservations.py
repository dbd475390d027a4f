"""What a quote reserves: the person's slot of a coupon, a use of the coupon, a place on the ladder.

Taken in this order, each by one guarded update; on a refusal what was taken goes back. Everything
carries the reservation's reference, the quote's id or, when late money takes it anew,
`<quote>:<id of the attempt>`: so a sweeper can tell whose it is after any crash, and nobody frees
what another one took (architecture §4).
"""

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Self

from chassis.clock import Clock
from chassis.context import Context
from chassis.ids import new_id
from chassis.mongo import Document
from chassis.standings import Standings
from contracts.money import Money
from services.payments.domain import coupons
from services.payments.domain.coupons import Buyer, normal_code
from services.payments.domain.ladder import ladder_of
from services.payments.domain.pricing import Price, TriedCoupon, price
from services.payments.store import Stores
from services.payments.usecases.ladder_places import LadderPlaces


@dataclass(frozen=True)
class Reservation:
    """What is held under one quote.

    `place_ref` names the hold on the ladder: `ref`, or an id of its own for a promised price, which
    takes its place only when it is paid; until then it is None, as `step` is.
    """

    ref: str
    community_id: str
    plan_id: str
    coupon_id: str | None
    redemption_id: str | None
    step: int | None
    place_ref: str | None
    promised: bool

    @classmethod
    def of_quote(cls, quote: Document) -> Self:
        return cls._of(quote, quote["_id"])

    @classmethod
    def of_order(cls, order: Document) -> Self:
        return cls._of(order, order["reservation_ref"])

    @classmethod
    def _of(cls, document: Document, ref: str) -> Self:
        return cls(
            ref=ref,
            community_id=document["community_id"],
            plan_id=document["plan_id"],
            coupon_id=document["coupon_id"],
            redemption_id=document["redemption_id"],
            step=document["step"],
            place_ref=document["place_ref"],
            promised=document["promised"],
        )

    def stored(self) -> Document:
        """Its fields in a quote, and in an order beside `reservation_ref`."""
        return {
            "coupon_id": self.coupon_id,
            "redemption_id": self.redemption_id,
            "step": self.step,
            "place_ref": self.place_ref,
            "promised": self.promised,
        }


def renewed_ref(order: Document) -> str:
    """A reference under which an expired order's reservation is taken anew, by one attempt."""
    return f"{order['quote_id']}:{new_id('hld')}"


# No request that takes a slot is still at work after this.
_LONGEST_REQUEST = dt.timedelta(seconds=15)
_WHILE_PAYING = dt.timedelta(minutes=15)

PriceOf = Callable[[int | None, Mapping[str, str]], Price]


class Reservations:
    def __init__(
        self, stores: Stores, clock: Clock, standings: Standings, places: LadderPlaces
    ) -> None:
        self._coupons = stores.coupons
        self._counters = stores.coupon_counters
        self._slots = stores.redemptions
        self._orders = stores.orders
        self._quotes = stores.quotes
        self._plans = stores.plans
        self._clock, self._standings, self._places = clock, standings, places

    def take(
        self,
        purchase: Document,
        plan: Document,
        codes: list[str],
        *,
        promised: Money | None,
        ref: str,
        until: dt.datetime,
        ctx: Context,
    ) -> tuple[Reservation, Price]:
        """Prices a purchase and holds until `until` what the price rests on.

        A coupon that cannot be used stands in the price's trace with the rule that it breaks. May
        ask membership for the payer's standing. Raises DomainError(TOO_BUSY).
        """
        tried = self._tried(purchase["community_id"], codes)
        buyer = self._buyer(purchase, plan, ctx)
        now = self._clock.now()

        def price_of(step: int | None, spent: Mapping[str, str]) -> Price:
            return price(
                plan,
                step=step,
                promised=promised,
                tried=tried,
                buyer=buyer,
                now=now,
                spent=spent,
            )

        reservation = Reservation(
            ref=ref,
            community_id=purchase["community_id"],
            plan_id=plan["_id"],
            coupon_id=None,
            redemption_id=None,
            step=None,
            place_ref=None,
            promised=promised is not None,
        )
        spent: dict[str, str] = {}
        # Who renews was counted when they joined: no place is taken, the base price holds.
        joins = purchase["purpose"] == "join"
        needs_place = joins and ladder_of(plan) is not None and promised is None
        payer = purchase["payer_id"]
        if not needs_place:
            reservation = self._take_coupon(reservation, price_of, None, spent, payer, until)
            return reservation, price_of(None, spent)
        expected = self._places.on_sale(plan)
        reservation = self._take_coupon(reservation, price_of, expected.step, spent, payer, until)
        with self._given_back_on_failure(reservation):
            step = self._places.take(plan, ref, ref=ref, until=until, expected=expected)
        reservation = replace(reservation, step=step, place_ref=ref)
        offer = price_of(step, spent)
        if _coupon_id(offer) != reservation.coupon_id:
            # The place is of another step than expected, and the other price decides differently.
            self._release_coupon(reservation)
            reservation = replace(reservation, coupon_id=None, redemption_id=None)
            with self._given_back_on_failure(reservation):
                reservation = self._take_coupon(reservation, price_of, step, spent, payer, until)
            offer = price_of(step, spent)
        return reservation, offer

    def keep(self, reservation: Reservation) -> bool:
        """Takes the expiry off everything, before money may move; False = something is gone."""
        slot = self._slot_of(reservation)
        if slot is not None:
            if not self._slots.keep(*slot):
                return False
            if not self._counters.holds.keep(str(reservation.coupon_id), reservation.ref):
                return False
        place = self._place_of(reservation)
        return place is None or self._places.keep(*place)

    def use(self, reservation: Reservation) -> Reservation | None:
        """Marks everything as bought; a promised price takes its place only now.

        None = something is gone: its order cannot be paid with it, or is paid already.
        """
        slot = self._slot_of(reservation)
        if slot is not None:
            is_there = self._slots.use(*slot) and self._counters.holds.use(
                str(reservation.coupon_id), reservation.ref
            )
            if not is_there:
                return None
        if reservation.promised and reservation.step is None:
            reservation = self._take_promised_place(reservation)
        place = self._place_of(reservation)
        return reservation if place is None or self._places.use(*place) else None

    def settle(self, reservation: Reservation) -> None:
        """Counts everything of a paid order for good; exactly once, however often called."""
        slot = self._slot_of(reservation)
        if slot is not None:
            self._counters.holds.settle(str(reservation.coupon_id), reservation.ref)
            # The slot last: a counted slot says that the coupon's counter was settled.
            self._slots.settle(*slot)
        place = self._place_of(reservation)
        if place is not None:
            self._places.settle(*place)

    def release(self, reservation: Reservation) -> None:
        """Gives everything back that is not counted: nobody can pay with it any more."""
        self._release_coupon(reservation)
        self.release_place(reservation)

    def release_place(self, reservation: Reservation) -> None:
        """Gives the place back alone."""
        place = self._place_of(reservation)
        if place is not None:
            self._places.undo(*place)

    # ── Below ───────────────────────────────────────────────────────────────────────────────────

    def _take_promised_place(self, reservation: Reservation) -> Reservation:
        plan = self._plans.require(reservation.plan_id)
        if ladder_of(plan) is None:
            return reservation
        until = self._clock.now() + _WHILE_PAYING
        place_ref = new_id("hld")
        step = self._places.take(plan, place_ref, ref=reservation.ref, until=until)
        return replace(reservation, step=step, place_ref=place_ref)

    def _take_coupon(
        self,
        reservation: Reservation,
        price_of: PriceOf,
        step: int | None,
        spent: dict[str, str],
        payer: str,
        until: dt.datetime,
    ) -> Reservation:
        """Holds the coupon that applies at `step`; one whose counter refuses goes into `spent`."""
        while (coupon := price_of(step, spent).coupon) is not None:
            ref = reservation.ref
            slot_id = self._take_slot(coupon, payer, ref, until)
            if slot_id is None:
                spent[coupon["_id"]] = coupons.PERSON_LIMIT_REACHED
                continue
            taken = replace(reservation, coupon_id=coupon["_id"], redemption_id=slot_id)
            with self._given_back_on_failure(taken):
                if self._counters.holds.take(coupon["_id"], ref, ref=ref, expires_at=until):
                    return taken
            self._release_coupon(taken)
            spent[coupon["_id"]] = coupons.LIMIT_REACHED
        return reservation

    def _take_slot(self, coupon: Document, payer: str, ref: str, until: dt.datetime) -> str | None:
        slot_id = self._slots.take(coupon, payer, ref=ref, expires_at=until)
        if slot_id is not None:
            return slot_id
        # A crash may have left one with a quote that never came to be: its payer need not wait.
        for slot in self._slots.held(coupon, payer):
            quote = self._quotes.get(slot["ref"])
            is_nobodys = quote is None or not quote["live"]
            is_old = slot["taken_at"] < self._clock.now() - _LONGEST_REQUEST
            if is_nobodys and is_old and self._slots.take_over(slot, ref=ref, expires_at=until):
                return str(slot["_id"])
        return None

    def _release_coupon(self, reservation: Reservation) -> None:
        slot = self._slot_of(reservation)
        if slot is not None:
            self._counters.holds.undo(str(reservation.coupon_id), reservation.ref)
            self._slots.undo(*slot)

    @staticmethod
    def _slot_of(reservation: Reservation) -> tuple[str, str, str] | None:
        """The person's slot as its store takes it; None without coupon."""
        if reservation.redemption_id is None:
            return None
        return reservation.community_id, reservation.redemption_id, reservation.ref

    @staticmethod
    def _place_of(reservation: Reservation) -> tuple[str, int, str] | None:
        """The place on the ladder as its counters take it; None without."""
        if reservation.step is None or reservation.place_ref is None:
            return None
        return reservation.plan_id, reservation.step, reservation.place_ref

    @contextlib.contextmanager
    def _given_back_on_failure(self, reservation: Reservation) -> Iterator[None]:
        try:
            yield
        except Exception:
            self.release(reservation)
            raise

    def _tried(self, community_id: str, codes: list[str]) -> list[TriedCoupon]:
        wanted = list(dict.fromkeys(normal_code(code) for code in codes))
        found = self._coupons.by_codes(community_id, wanted)
        return [TriedCoupon(code, found.get(code)) for code in wanted]

    def _buyer(self, purchase: Document, plan: Document, ctx: Context) -> Buyer:
        community_id, person_id = purchase["community_id"], purchase["payer_id"]
        standing = self._standings.get(community_id, person_id, ctx)
        lapsed: int | None = None
        if standing.term_ends_on is not None and not standing.is_active:
            ended = dt.date.fromisoformat(standing.term_ends_on)
            lapsed = max(0, (self._clock.today(plan["zone"]) - ended).days)
        return Buyer(
            has_paid_before=self._orders.has_paid(community_id, person_id),
            has_joined=standing.joined_on is not None,
            is_member=standing.is_active,
            lapsed_days=lapsed,
        )


def _coupon_id(offer: Price) -> str | None:
    return None if offer.coupon is None else str(offer.coupon["_id"])
