"""What a price rests on: read at once, from six collections."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from pymongo.database import Database

from chassis.mongo import Document
from chassis.standings import STANDINGS, row_id
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.errors.payments import COUPON_COVERS_LINES
from contracts.money import Money
from contracts.payments.coupons import normal_code
from services.payments.domain.catalogue import plans
from services.payments.domain.catalogue.plans import Plan
from services.payments.domain.checkout.purchases import Purchase, has_lines
from services.payments.domain.checkout.quotes import Quote
from services.payments.domain.coupons import coupons
from services.payments.domain.coupons.coupons import Coupon
from services.payments.store.catalogue.plans import LadderStepStore, PlanStore, StepsSeen
from services.payments.store.checkout.orders import OrderStore
from services.payments.store.checkout.purchases import QuoteStore
from services.payments.store.coupons.coupons import CouponStore


@dataclass(frozen=True)
class PriceFacts:
    """The plan as it is now (None where lines have their price), the coupons of the codes that the
    payer gave, by code, their live quote for it, their stored standing (None = never heard of),
    whether they ever paid for a plan here, and how the plan's steps stand.

    `first_paid`, of a renewal: what the payer paid for the plan when they joined last, before
    coupons; None when they joined by another plan, or without paying here.
    """

    plan: Plan | None
    coupons: dict[str, Coupon]
    live_quote: Quote | None
    standing: Document | None
    has_paid: bool
    first_paid: Money | None
    steps: StepsSeen


class PriceFactsReader:
    def __init__(self, database: Database[Document], steps: LadderStepStore) -> None:
        self._quotes = database[QuoteStore.collection_schema.name]
        self._steps = steps

    def of(self, purchase: Purchase, codes: Sequence[str]) -> PriceFacts:
        """The facts for a purchase and codes of coupons, in one command.

        Raises DomainError(OBJECT_NOT_FOUND) without its plan, and DomainError(COUPON_COVERS_LINES)
        where no plan is paid for.
        """
        if has_lines(purchase):
            if codes:
                raise DomainError(COUPON_COVERS_LINES)
            live = cast(Quote | None, self._quotes.find_one(QuoteStore.live(purchase)))
            return PriceFacts(None, {}, live, None, False, None, StepsSeen.of([]))
        community_id, payer_id = purchase["community_id"], purchase["payer_id"]
        plan_id = purchase["plan_id"]
        assert plan_id is not None  # chosen before anything is priced
        orders = OrderStore.collection_schema.name
        others: dict[str, tuple[str, list[Document]]] = {
            "plan": (PlanStore.collection_schema.name, [{"$match": {"_id": plan_id}}]),
            "standing": (
                STANDINGS.name,
                [{"$match": {"_id": row_id(community_id, payer_id)}}],
            ),
            "paid": (
                orders,
                [
                    {"$match": OrderStore.paid_by(community_id, payer_id)},
                    {"$limit": 1},
                    {"$project": {"_id": 1}},
                ],
            ),
            "step": (LadderStepStore.collection_schema.name, self._steps.pipeline(plan_id)),
        }
        if codes:
            asked = {
                "community_id": community_id,
                "code": {"$in": [normal_code(code) for code in codes]},
            }
            others["coupon"] = (CouponStore.collection_schema.name, [{"$match": asked}])
        if purchase["purpose"] == "renew":
            others["joined"] = (orders, OrderStore.last_joined(community_id, payer_id))
        found: dict[str, list[Document]] = {name: [] for name in ("live", *others)}
        rows = self._quotes.aggregate(
            [
                {"$match": QuoteStore.live(purchase)},
                _named("live"),
                *(
                    {"$unionWith": {"coll": name, "pipeline": [*stages, _named(source)]}}
                    for source, (name, stages) in others.items()
                ),
            ]
        )
        for row in rows:
            found[row["from"]].append(row["row"])
        if not found["plan"]:
            raise DomainError(OBJECT_NOT_FOUND, noun=PlanStore.noun)
        joined = [row for row in found.get("joined", []) if row["plan_id"] == plan_id]
        return PriceFacts(
            plan=plans.as_now(found["plan"][0]),
            coupons={row["code"]: coupons.as_now(row) for row in found.get("coupon", [])},
            live_quote=cast(Quote | None, next(iter(found["live"]), None)),
            standing=next(iter(found["standing"]), None),
            has_paid=bool(found["paid"]),
            first_paid=Money.from_dict(joined[0]["list_price"]) if joined else None,
            steps=StepsSeen.of(found["step"]),
        )


def _named(source: str) -> Document:
    return {"$replaceWith": {"from": source, "row": "$$ROOT"}}
