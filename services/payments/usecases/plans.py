"""Plans on sale, their public price, and prices promised to applicants."""

from typing import Any

from chassis.clock import Clock
from chassis.context import Context
from chassis.ids import new_id
from chassis.mongo import Document
from chassis.rpc_client import RpcClient
from chassis.uow import Transaction, UnitOfWork
from contracts import membership
from contracts.envelope import CloudEvent
from contracts.errors import INVALID_INPUT, DomainError, FieldProblem
from contracts.errors.payments import NO_PLAN
from contracts.money import Money
from services.payments.domain.ladder import Ladder, ladder_of, list_price
from services.payments.domain.purchases import is_past_pay_by
from services.payments.store import Stores
from services.payments.usecases.access import OWNERS, Access
from services.payments.usecases.ladder_places import LadderPlaces
from services.payments.usecases.transactions import unlinked
from services.payments.usecases.views import View, page_view, shown

# Minor units, as for a ladder's cap: sums over many orders stay far below int64 and below 2^53.
MOST_EXPENSIVE = 10**13


class Plans:
    def __init__(
        self,
        stores: Stores,
        uow: UnitOfWork,
        clock: Clock,
        rpc: RpcClient,
        access: Access,
        places: LadderPlaces,
    ) -> None:
        self._stores, self._uow, self._clock, self._rpc = stores, uow, clock, rpc
        self._access, self._places = access, places

    def create(self, request: dict[str, Any], ctx: Context) -> View:
        """Puts a plan on sale; the community lends it its time zone and fixes the currency."""
        self._access.require_role(ctx, request["community_id"], OWNERS)
        community = self._rpc.call(
            membership.GET_COMMUNITY,
            {"community_id": request["community_id"]},
            ctx.as_system("payments"),
        )
        if request["base_price"]["currency"] != community["currency"]:
            expected = FieldProblem(
                "/base_price/currency", "field.choice", {"choices": community["currency"]}
            )
            raise DomainError(INVALID_INPUT, fields=[expected])
        if not 0 <= request["base_price"]["amount"] <= MOST_EXPENSIVE:
            bounds = {"least": 0, "most": MOST_EXPENSIVE}
            wrong = FieldProblem("/base_price/amount", "field.range", bounds)
            raise DomainError(INVALID_INPUT, fields=[wrong])
        plan = {"_id": new_id("pln"), **request, "zone": community["zone"]}

        def work(tx: Transaction) -> View:
            stored = self._stores.plans.insert(tx, plan)
            tx.audit("create_plan", None, stored)
            return shown(stored)

        return self._uow.run(ctx, work)

    def list_of_community(self, request: dict[str, Any], ctx: Context) -> View:
        """The plans of a community, oldest first; for anybody."""
        plans, following = self._stores.plans.page(
            {},
            community_id=request["community_id"],
            after=request["after"],
            limit=request["limit"],
        )
        return page_view(map(shown, plans), following)

    def price(self, request: dict[str, Any], ctx: Context) -> View:
        """The public price now, the places left at it, and how that came about."""
        plan = self._stores.plans.require(request["plan_id"])
        ladder = ladder_of(plan)
        if ladder is None:
            price = list_price(plan, None)
            return {
                "plan_id": plan["_id"],
                "price": price.as_dict(),
                "step": 0,
                "places_left": None,
                "next_price": None,
                "held_places_return_at": None,
                "explanation": [{"rule": "base_price", "amount": price.amount}],
            }
        return self._ladder_price(plan, ladder)

    def _ladder_price(self, plan: Document, ladder: Ladder) -> View:
        offer = self._places.on_sale(plan)
        price, following = ladder.price_at(offer.step), ladder.next_price(offer.step)
        places = {"rule": "places", "of": ladder.every, "paid": offer.paid, "held": offer.held}
        return {
            "plan_id": plan["_id"],
            "price": price.as_dict(),
            "step": offer.step,
            "places_left": offer.free,
            "next_price": None if following is None else following.as_dict(),
            "held_places_return_at": offer.lower_places_return_at,
            "explanation": [
                {
                    "rule": "ladder",
                    "base": ladder.base.amount,
                    "rise": ladder.step,
                    "every": ladder.every,
                    "from_place": ladder.n0 + offer.step * ladder.every + 1,
                    "to_place": ladder.n0 + (offer.step + 1) * ladder.every,
                    "step": offer.step,
                    "amount": price.amount,
                },
                places,
            ],
        }

    # ── Price promises ──────────────────────────────────────────────────────────────────────────

    def promise_at_application(self, event: CloudEvent) -> None:
        """Somebody applied: plans that lock the price at application promise the one of now."""
        application = event.data
        for plan in self._stores.plans.locked_at_application(application["community_id"]):
            self._promise(plan, application["application_id"], self._step_now(plan))

    def promise_at_approval(self, plan: Document, application_id: str) -> None:
        """Somebody was approved for a plan: unless it locks no price, they have a promise now.

        An earlier promise stands; the event that the person applied may still be on its way.
        """
        if plan["price_lock"] != "at_payment":
            self._promise(plan, application_id, self._step_now(plan))

    def with_plan(self, purchase: Document, ctx: Context) -> Document:
        """The purchase; one that was opened before there was any plan gets the newest.

        Raises DomainError(NO_PLAN) while the community sells none.
        """
        if purchase["plan_id"] is not None:
            return purchase
        plan = self._stores.plans.newest(purchase["community_id"])
        if plan is None:
            raise DomainError(NO_PLAN)
        if purchase["promise_ref"] is not None and plan["price_lock"] != "at_payment":
            # They were waiting for it when it went on sale, at the price that it then had.
            first = None if ladder_of(plan) is None else 0
            self._promise(plan, purchase["promise_ref"], first)

        def work(tx: Transaction) -> Document:
            before = self._stores.purchases.require(purchase["_id"], tx=tx)
            if before["plan_id"] is not None:  # chosen in the same moment
                return before
            after = self._stores.purchases.save(tx, {**before, "plan_id": plan["_id"]})
            tx.audit("choose_plan", before, after, plan=plan["_id"])
            return after

        return self._uow.run(unlinked(ctx), work)

    def _step_now(self, plan: Document) -> int | None:
        return None if ladder_of(plan) is None else self._places.on_sale(plan).step

    def _promise(self, plan: Document, application_id: str, step: int | None) -> None:
        """Promises an applicant the price of a step, unless an earlier promise stands.

        Made once by a unique index and never changed, so repeated deliveries need no inbox.
        """
        self._stores.promises.make(
            plan,
            application_id,
            price=list_price(plan, step).as_dict(),
            step=step,
            now=self._clock.now(),
        )

    def promised_price(self, plan: Document, purchase: Document) -> Money | None:
        """The price that a purchase's applicant was promised; None without, or past its pay-by."""
        application_id = purchase["promise_ref"]
        if application_id is None or plan["price_lock"] == "at_payment":
            return None
        if is_past_pay_by(purchase, self._clock.now()):
            return None
        promise = self._stores.promises.find(plan["community_id"], application_id, plan["_id"])
        return None if promise is None else Money.from_dict(promise["price"])
