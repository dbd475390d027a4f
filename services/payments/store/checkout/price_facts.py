"""What a price rests on beside the plan and its coupons: read at once, from four collections."""

from dataclasses import dataclass
from typing import cast

from pymongo.database import Database

from chassis.mongo import Document
from chassis.standings import STANDINGS, row_id
from services.payments.domain.checkout.purchases import Purchase
from services.payments.domain.checkout.quotes import Quote
from services.payments.store.catalogue.plans import LadderStepStore, StepsSeen
from services.payments.store.checkout.orders import OrderStore
from services.payments.store.checkout.purchases import QuoteStore


@dataclass(frozen=True)
class PriceFacts:
    """The payer's live quote for the plan, their stored standing (None = never heard of), whether
    they ever paid here, and how the plan's steps stand."""

    live_quote: Quote | None
    standing: Document | None
    has_paid: bool
    steps: StepsSeen


class PriceFactsReader:
    def __init__(self, database: Database[Document], steps: LadderStepStore) -> None:
        self._quotes = database[QuoteStore.collection_schema.name]
        self._steps = steps

    def of(self, purchase: Purchase) -> PriceFacts:
        """The facts for a purchase, in one command."""
        community_id, payer_id = purchase["community_id"], purchase["payer_id"]
        plan_id = purchase["plan_id"]
        assert plan_id is not None  # chosen before anything is priced
        others: dict[str, list[Document]] = {
            STANDINGS.name: [{"$match": {"_id": row_id(community_id, payer_id)}}],
            OrderStore.collection_schema.name: [
                {"$match": OrderStore.paid_by(community_id, payer_id)},
                {"$limit": 1},
                {"$project": {"_id": 1}},
            ],
            LadderStepStore.collection_schema.name: self._steps.pipeline(plan_id),
        }
        found: dict[str, list[Document]] = {name: [] for name in ("live", *others)}
        rows = self._quotes.aggregate(
            [
                {"$match": QuoteStore.live(community_id, payer_id, plan_id)},
                _named("live"),
                *(
                    {"$unionWith": {"coll": name, "pipeline": [*stages, _named(name)]}}
                    for name, stages in others.items()
                ),
            ]
        )
        for row in rows:
            found[row["from"]].append(row["row"])
        return PriceFacts(
            live_quote=cast(Quote | None, next(iter(found["live"]), None)),
            standing=next(iter(found[STANDINGS.name]), None),
            has_paid=bool(found[OrderStore.collection_schema.name]),
            steps=StepsSeen.of(found[LadderStepStore.collection_schema.name]),
        )


def _named(source: str) -> Document:
    return {"$replaceWith": {"from": source, "row": "$$ROOT"}}
