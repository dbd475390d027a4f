"""What a quote or an order of one step reserves: a place, the person's slot of a coupon, a use.

Taken in this order, each by one guarded update; on a refusal what was taken goes back. Everything
carries the reservation's reference, the id of the quote or order or, when late money takes it anew,
`<that id>:<id of the attempt>`: so a sweeper can tell whose it is after any crash, and nobody frees
what another one took (architecture.md §4).
"""

import contextlib
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Self

from chassis.clock import Clock
from chassis.context import Context
from chassis.ids import new_id
from chassis.standings import Standings
from contracts.errors import DomainError, Kind
from contracts.money import Money
from contracts.payments.coupons import normal_code
from services.payments.domain.catalogue.ladder import ladder_of
from services.payments.domain.catalogue.plans import Plan
from services.payments.domain.catalogue.renewals import renewal_price
from services.payments.domain.checkout.orders import Order
from services.payments.domain.checkout.prices import Reserved
from services.payments.domain.checkout.pricing import Price, TriedCoupon, price
from services.payments.domain.checkout.purchases import Purchase
from services.payments.domain.checkout.quotes import Quote
from services.payments.domain.coupons import coupons
from services.payments.domain.coupons.coupons import Buyer, Coupon
from services.payments.store import Stores
from services.payments.store.catalogue.plans import LadderStepStore
from services.payments.store.checkout.price_facts import PriceFacts
from services.payments.usecases.catalogue.ladder_places import LadderPlaces
from services.payments.usecases.stock.verdicts import FREE, Verdicts


@dataclass(frozen=True)
class Reservation:
    """What is held under one quote or order.

    `place_ref` names the hold on the ladder: `ref`, or an id of its own for a promised price, which
    takes its place only when it is paid; until then it is None, as `step` is. `coupon_counter` and
    `place_counter` have the holds; None where nothing is limited, so nothing is held.
    """

    ref: str
    community_id: str
    coupon_id: str | None
    redemption_id: str | None
    coupon_counter: str | None
    step: int | None
    place_ref: str | None
    place_counter: str | None
    promised: bool

    @classmethod
    def of_nothing(cls, ref: str, community_id: str) -> Self:
        """Nothing is held for what has a price of its own."""
        return cls(ref, community_id, None, None, None, None, None, None, promised=False)

    @classmethod
    def of_quote(cls, quote: Quote) -> Self:
        return cls._of(quote, quote["_id"])

    @classmethod
    def of_order(cls, order: Order) -> Self:
        return cls._of(order, order["reservation_ref"])

    @classmethod
    def _of(cls, document: Quote | Order, ref: str) -> Self:
        step = document["step"]
        # Older ones do not name their counters: they are those of a time when each stock had one.
        only_counter, plan_id = None, document["plan_id"]
        if step is not None and plan_id is not None:
            only_counter = LadderStepStore.counter_id(plan_id, step)
        return cls(
            ref=ref,
            community_id=document["community_id"],
            coupon_id=document["coupon_id"],
            redemption_id=document["redemption_id"],
            coupon_counter=document.get("coupon_counter", document["coupon_id"]),
            step=step,
            place_ref=document["place_ref"],
            place_counter=document.get("place_counter", only_counter),
            promised=document["promised"],
        )

    def stored(self) -> Reserved:
        """Its fields in a quote, and in an order beside `reservation_ref`."""
        return {
            "coupon_id": self.coupon_id,
            "redemption_id": self.redemption_id,
            "coupon_counter": self.coupon_counter,
            "step": self.step,
            "place_ref": self.place_ref,
            "place_counter": self.place_counter,
            "promised": self.promised,
        }

    @property
    def slot(self) -> tuple[str, str, str] | None:
        """The person's slot of the coupon as its store takes it; None without coupon."""
        if self.redemption_id is None:
            return None
        return self.community_id, self.redemption_id, self.ref

    @property
    def use(self) -> tuple[str, str] | None:
        """The hold of a use of the coupon, in the coupons' counters; None without a limit."""
        return None if self.coupon_counter is None else (self.coupon_counter, self.ref)

    @property
    def place(self) -> tuple[str, str] | None:
        """The hold of the place, in the steps' counters; None without."""
        if self.place_counter is None or self.place_ref is None:
            return None
        return self.place_counter, self.place_ref


@dataclass(frozen=True)
class _Asked:
    """A price that somebody asks for; the step of its place, and what the counters of its coupons
    say (`spent`), make it whole."""

    plan: Plan
    promised: Money | None
    renewal: Money | None
    tried: list[TriedCoupon]
    buyer: Buyer
    now: dt.datetime
    takes_place: bool

    def price(self, step: int | None, spent: Mapping[str, str]) -> Price:
        return price(
            self.plan,
            step=step,
            promised=self.promised,
            renewal=self.renewal,
            tried=self.tried,
            buyer=self.buyer,
            now=self.now,
            spent=spent,
        )


def renewed_ref(order: Order) -> str:
    """A reference under which an expired order's reservation is taken anew, by one attempt."""
    return f"{order['quote_id'] or order['_id']}:{new_id('hld')}"


# No request that takes a slot is still at work after this.
_LONGEST_REQUEST = dt.timedelta(seconds=15)
_WHILE_PAYING = dt.timedelta(minutes=15)


class Reservations:
    def __init__(
        self, *, stores: Stores, clock: Clock, standings: Standings, places: LadderPlaces
    ) -> None:
        self._counters = stores.coupon_counters
        self._uses = stores.coupon_counters.holds
        self._slots = stores.redemptions
        self._steps = stores.ladder_steps.holds
        self._verdicts = Verdicts(stores)
        self._clock, self._standings, self._places = clock, standings, places

    def take(
        self,
        purchase: Purchase,
        plan: Plan,
        codes: list[str],
        *,
        promised: Money | None,
        ref: str,
        until: dt.datetime | None,
        facts: PriceFacts,
        ctx: Context,
    ) -> tuple[Reservation, Price]:
        """Prices a purchase and holds until `until` what the price rests on; None keeps it at once.

        A coupon that cannot be used stands in the price's trace with the rule that it breaks. May
        ask membership for the payer's standing. `facts` were read just before, `plan` is theirs,
        sold.
        """
        asked = self._asked(purchase, plan, codes, promised, facts, ctx)
        nothing = Reservation.of_nothing(ref, purchase["community_id"])
        reservation = replace(nothing, promised=promised is not None)
        if asked.takes_place:
            place = self._places.take(plan, ref, ref=ref, until=until, seen=facts.steps)
            reservation = replace(
                reservation, step=place.step, place_ref=ref, place_counter=place.counter_id
            )
        spent: dict[str, str] = {}
        with self._given_back_on_failure(reservation):
            while (coupon := asked.price(reservation.step, spent).coupon) is not None:
                taken = self._take_coupon(reservation, coupon, purchase["payer_id"], until)
                if isinstance(taken, Reservation):
                    return taken, asked.price(reservation.step, spent)
                spent[coupon["_id"]] = taken
        return reservation, asked.price(reservation.step, spent)

    def with_standing(self, purchase: Purchase, facts: PriceFacts, ctx: Context) -> PriceFacts:
        """The facts with the payer's standing where coupons ask for it, so that membership is asked
        once for all that is priced by them."""
        if facts.standing is not None or not facts.coupons:
            return facts
        found = self._standings.ask(purchase["community_id"], purchase["payer_id"], ctx)
        return replace(facts, standing=found)

    def look(
        self,
        purchase: Purchase,
        plan: Plan,
        codes: list[str],
        *,
        promised: Money | None,
        facts: PriceFacts,
        ctx: Context,
    ) -> Price:
        """What `take` would price, with nothing taken.

        How many uses are left is looked at where taking changes more than what is taken: the payer
        has a live quote without that coupon, whose holds go back first, or the plan is unsold.
        """
        asked = self._asked(purchase, plan, codes, promised, facts, ctx)
        live = facts.live_quote
        step = None
        if asked.takes_place:
            held = None if live is None else live["step"]
            step = self._places.step_seen(plan, facts.steps) if held is None else held
        spent: dict[str, str] = {}
        looks = live is not None or not plan["sold"]
        while looks and (coupon := asked.price(step, spent).coupon) is not None:
            if live is not None and live["coupon_id"] == coupon["_id"]:
                break
            broken = self._spent(coupon, purchase["payer_id"])
            if broken is None:
                break
            spent[coupon["_id"]] = broken
        return asked.price(step, spent)

    def keep(self, reservation: Reservation) -> bool:
        """Takes the expiry off everything, before money may move; False = something is gone."""
        slot, use, place = reservation.slot, reservation.use, reservation.place
        return (
            (slot is None or self._slots.keep(*slot))
            and (use is None or self._uses.keep(*use))
            and (place is None or self._steps.keep(*place))
        )

    def use(self, reservation: Reservation, plan: Plan | None) -> Reservation | None:
        """Marks everything as bought; a promised price takes its place only now.

        None = something is gone: its order cannot be paid with it, or is paid already.
        """
        slot, use = reservation.slot, reservation.use
        is_there = (slot is None or self._slots.use(*slot)) and (
            use is None or self._uses.use(*use)
        )
        if not is_there:
            return None
        has_ladder = plan is not None and ladder_of(plan) is not None
        if plan is not None and reservation.promised and reservation.step is None and has_ladder:
            until = self._clock.now() + _WHILE_PAYING
            hold_id = new_id("hld")
            taken = self._places.take(plan, hold_id, ref=reservation.ref, until=until)
            reservation = replace(
                reservation, step=taken.step, place_ref=hold_id, place_counter=taken.counter_id
            )
        place = reservation.place
        return reservation if place is None or self._steps.use(*place) else None

    def settle(self, reservation: Reservation) -> None:
        """Counts everything of a paid order for good; exactly once, however often called."""
        if reservation.use is not None:
            self._uses.settle(*reservation.use)
        if reservation.slot is not None:
            # After the use: a counted slot says that the coupon's counter was settled.
            self._slots.settle(*reservation.slot)
        if reservation.place is not None:
            # The sweeper closes the step with its last one.
            self._steps.settle(*reservation.place)

    def let_go(self, reservation: Reservation) -> bool:
        """Gives everything back that is held and not kept; False = something stayed or was gone."""
        slot, use, place = reservation.slot, reservation.use, reservation.place
        return (
            (slot is None or self._slots.let_go(*slot))
            and (use is None or self._uses.let_go(*use))
            and (place is None or self._steps.let_go(*place))
        )

    def release(self, reservation: Reservation) -> None:
        """Gives everything back that is not counted: nobody can pay with it any more."""
        self._release_coupon(reservation)
        self.release_place(reservation)

    def release_place(self, reservation: Reservation) -> None:
        """Gives the place back alone."""
        if reservation.place is not None:
            self._steps.discard(*reservation.place)

    @contextlib.contextmanager
    def released_unless_committed(self, reservation: Reservation) -> Iterator[None]:
        """Around the unit of work that stores it; one of unknown outcome may be committed."""
        try:
            yield
        except DomainError as error:
            if error.kind is not Kind.UNAVAILABLE:
                self.release(reservation)
            raise
        except Exception:
            self.release(reservation)
            raise

    def _asked(
        self,
        purchase: Purchase,
        plan: Plan,
        codes: list[str],
        promised: Money | None,
        facts: PriceFacts,
        ctx: Context,
    ) -> _Asked:
        tried = _tried(codes, facts)
        is_known = any(attempt.coupon is not None for attempt in tried)
        buyer = self._buyer(purchase, plan, facts, ctx) if is_known else _NOBODY
        renews = purchase["purpose"] == "renew"
        renewal = None
        if renews:
            step = self._places.step_seen(plan, facts.steps)
            renewal = renewal_price(plan, first_paid=facts.first_paid, step=step)
        # Who renews was counted when they joined: no place is taken.
        takes_place = not renews and ladder_of(plan) is not None and promised is None
        return _Asked(plan, promised, renewal, tried, buyer, self._clock.now(), takes_place)

    def _spent(self, coupon: Coupon, payer: str) -> str | None:
        """The rule that refuses another use for good, as far as reading tells."""
        if self._slots.is_spent(coupon, payer):
            return coupons.PERSON_LIMIT_REACHED
        used, held = self._counters.uses([coupon]).get(coupon["_id"], (0, 0))
        limit = coupon["limit"]
        return coupons.LIMIT_REACHED if limit is not None and used + held >= limit else None

    def _take_coupon(
        self, reservation: Reservation, coupon: Coupon, payer: str, until: dt.datetime | None
    ) -> Reservation | str:
        """The reservation with a slot and a use of the coupon, or the rule that refuses them."""
        ref = reservation.ref
        slot_id = self._take_slot(coupon, payer, ref, until)
        if slot_id is None:
            return coupons.PERSON_LIMIT_REACHED
        taken = replace(reservation, coupon_id=coupon["_id"], redemption_id=slot_id)
        counters = self._counters.counter_ids(coupon)
        if not counters:
            return taken
        with self._given_back_on_failure(taken):
            counter = self._uses.take_one_of(counters, ref, ref=ref, expires_at=until)
        if counter is None:
            self._release_coupon(taken)
            return coupons.LIMIT_REACHED
        return replace(taken, coupon_counter=counter)

    def _take_slot(
        self, coupon: Coupon, payer: str, ref: str, until: dt.datetime | None
    ) -> str | None:
        slot_id = self._slots.take(coupon, payer, ref=ref, expires_at=until)
        if slot_id is not None:
            return slot_id
        # A crash may have left one that serves nothing: its payer need not wait.
        slots = self._slots.unsettled_of(coupon, payer)
        judge = self._verdicts.about(slot["ref"] for slot in slots)
        for slot in slots:
            is_old = slot["taken_at"] < self._clock.now() - _LONGEST_REQUEST
            is_free = is_old and judge(slot["ref"], slot["ref"]) == FREE
            if is_free and self._slots.take_over(slot, ref=ref, expires_at=until):
                return slot["_id"]
        return None

    def _release_coupon(self, reservation: Reservation) -> None:
        if reservation.use is not None:
            self._uses.discard(*reservation.use)
        if reservation.slot is not None:
            self._slots.discard(*reservation.slot)

    @contextlib.contextmanager
    def _given_back_on_failure(self, reservation: Reservation) -> Iterator[None]:
        try:
            yield
        except Exception:
            self.release(reservation)
            raise

    def _buyer(self, purchase: Purchase, plan: Plan, facts: PriceFacts, ctx: Context) -> Buyer:
        standing = self._standings.of_stored(
            facts.standing, purchase["community_id"], purchase["payer_id"], ctx
        )
        lapsed: int | None = None
        if standing.term_ends_on is not None and not standing.is_member:
            ended = dt.date.fromisoformat(standing.term_ends_on)
            lapsed = max(0, (self._clock.today(plan["zone"]) - ended).days)
        return Buyer(
            has_paid_before=facts.has_paid,
            has_joined=standing.joined_on is not None,
            is_member=standing.is_member,
            lapsed_days=lapsed,
        )


def _tried(codes: list[str], facts: PriceFacts) -> list[TriedCoupon]:
    wanted = dict.fromkeys(normal_code(code) for code in codes)
    return [TriedCoupon(code, facts.coupons.get(code)) for code in wanted]


# Of whom no rule asks anything.
_NOBODY = Buyer(has_paid_before=False, has_joined=False, is_member=False, lapsed_days=None)
