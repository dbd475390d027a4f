"""What payments keeps: collections, indexes and validators, one module per group of aggregates."""

from dataclasses import dataclass

from pymongo.database import Database

from chassis.clock import Clock
from chassis.migrations import into_commits
from chassis.mongo import Document
from chassis.schema import DatabaseSchema, Migration, Progress
from services.payments.store.coupons import CouponCounters, Coupons, Redemptions
from services.payments.store.ledger import Ledger
from services.payments.store.migrations import tell_of_no_callbacks
from services.payments.store.orders import Orders, ReceiptNumbers
from services.payments.store.payments import Callbacks, Incidents, Payments, Refunds
from services.payments.store.plans import LadderSteps, Plans, Promises, ProviderAccounts
from services.payments.store.price_facts import PriceFactsReader
from services.payments.store.purchases import Purchases, Quotes

_FORMER_INDEXES = (
    ("orders", "one_order_of_a_quote"),  # an order needs no quote
    ("ladder_steps", "unclosed"),
    ("ladder_steps", "of_plan"),  # a step may have several counters
    ("payments", "of_order"),
    ("refunds", "of_order"),
)


def _reshape(database: Database[Document], progress: Progress) -> None:
    full = {"closed": False, "$expr": {"$gte": ["$used", "$limit"]}}
    database["ladder_steps"].update_many(full, {"$set": {"closed": True}})
    for collection, index in _FORMER_INDEXES:
        if index in database[collection].index_information():
            database[collection].drop_index(index)


SCHEMA = DatabaseSchema(
    service="payments",
    collections=[
        store.collection_schema
        for store in (
            Plans,
            LadderSteps,
            Promises,
            ProviderAccounts,
            Coupons,
            CouponCounters,
            Redemptions,
            Purchases,
            Quotes,
            Orders,
            ReceiptNumbers,
            Payments,
            Refunds,
            Callbacks,
            Incidents,
            Ledger,
        )
    ],
    migrations=[
        into_commits(1),
        Migration(2, "full steps are closed; indexes of an earlier shape go", _reshape),
        tell_of_no_callbacks(3),
    ],
)


@dataclass(frozen=True)
class Stores:
    """Every store of the service, opened once per process."""

    plans: Plans
    ladder_steps: LadderSteps
    promises: Promises
    accounts: ProviderAccounts
    coupons: Coupons
    coupon_counters: CouponCounters
    redemptions: Redemptions
    purchases: Purchases
    quotes: Quotes
    price_facts: PriceFactsReader
    orders: Orders
    receipt_numbers: ReceiptNumbers
    payments: Payments
    refunds: Refunds
    callbacks: Callbacks
    incidents: Incidents
    ledger: Ledger


def open_stores(database: Database[Document], clock: Clock) -> Stores:
    """The stores on a migrated database."""
    ladder_steps = LadderSteps(database, clock)
    return Stores(
        plans=Plans(database),
        ladder_steps=ladder_steps,
        promises=Promises(database),
        accounts=ProviderAccounts(database),
        coupons=Coupons(database),
        coupon_counters=CouponCounters(database, clock),
        redemptions=Redemptions(database, clock),
        purchases=Purchases(database),
        quotes=Quotes(database),
        price_facts=PriceFactsReader(database, ladder_steps),
        orders=Orders(database),
        receipt_numbers=ReceiptNumbers(database),
        payments=Payments(database),
        refunds=Refunds(database),
        callbacks=Callbacks(database),
        incidents=Incidents(database),
        ledger=Ledger(database),
    )
