"""What payments keeps: collections, indexes and validators, one module for each aggregate."""

from dataclasses import dataclass
from typing import Any

from pymongo.database import Database

from chassis.clock import Clock
from chassis.migrations import into_commits
from chassis.mongo import Document
from chassis.schema import DatabaseSchema, Migration, Progress
from services.payments.store.books.ledger import LedgerStore
from services.payments.store.books.totals import TotalStore, keep_months, keep_totals
from services.payments.store.catalogue.plans import LadderStepStore, PlanStore, PromiseStore
from services.payments.store.checkout.orders import OrderStore, ReceiptNumberStore
from services.payments.store.checkout.price_facts import PriceFactsReader
from services.payments.store.checkout.purchases import PurchaseStore, QuoteStore
from services.payments.store.coupons.coupons import (
    CouponCounterStore,
    CouponStore,
    RedemptionStore,
)
from services.payments.store.migrations import (
    free_unreached_accounts,
    reword,
    say_what_payers_do_next,
    tell_of_no_callbacks,
)
from services.payments.store.money.accounts import ProviderAccountStore
from services.payments.store.money.callbacks import CallbackStore, IncidentStore
from services.payments.store.money.payments import PaymentStore
from services.payments.store.money.refund_requests import RefundRequestStore
from services.payments.store.money.refunds import RefundStore
from services.payments.store.money.transfers import TransferStore

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


def _forget_secrets(database: Database[Document], progress: Progress) -> None:
    """Names of secrets are of a community; two may have the same name."""
    _without_index(database, "one_account_of_a_secret")


def _forget_merchants(database: Database[Document], progress: Progress) -> None:
    """Whose a merchant is follows from the secret; a name alone keeps no other from it."""
    _without_index(database, "one_community_of_a_merchant")


def _quote_lines(database: Database[Document], progress: Progress) -> None:
    """Somebody may have quotes of several things that have no plan."""
    _without_index(database, "one_live_quote_per_person_and_plan", "quotes")


def _without_index(
    database: Database[Document], name: str, collection: str = "provider_accounts"
) -> None:
    if name in database[collection].index_information():
        database[collection].drop_index(name)


@dataclass(frozen=True)
class Stores:
    """Every store of the service, opened once per process."""

    plans: PlanStore
    ladder_steps: LadderStepStore
    promises: PromiseStore
    accounts: ProviderAccountStore
    coupons: CouponStore
    coupon_counters: CouponCounterStore
    redemptions: RedemptionStore
    purchases: PurchaseStore
    quotes: QuoteStore
    price_facts: PriceFactsReader
    orders: OrderStore
    receipt_numbers: ReceiptNumberStore
    payments: PaymentStore
    transfers: TransferStore
    refunds: RefundStore
    refund_requests: RefundRequestStore
    callbacks: CallbackStore
    incidents: IncidentStore
    ledger: LedgerStore
    totals: TotalStore


# All but the reader of price facts have a collection of their own.
_STORES: list[Any] = [
    store for store in Stores.__annotations__.values() if store is not PriceFactsReader
]

SCHEMA = DatabaseSchema(
    service="payments",
    collections=[store.collection_schema for store in _STORES],
    migrations=[
        into_commits(1),
        Migration(2, "full steps are closed; indexes of an earlier shape go", _reshape),
        tell_of_no_callbacks(3),
        reword(4),
        say_what_payers_do_next(5),
        Migration(6, "secrets are bound to communities by operators' folders", _forget_secrets),
        keep_totals(7),
        Migration(8, "merchants are bound to communities by their secrets", _forget_merchants),
        Migration(9, "a purchase may have a price of its own and no plan", _quote_lines),
        keep_months(10),
        free_unreached_accounts(11),
    ],
)


def open_stores(database: Database[Document], clock: Clock) -> Stores:
    """The stores on a migrated database."""
    ladder_steps = LadderStepStore(database, clock)
    return Stores(
        plans=PlanStore(database),
        ladder_steps=ladder_steps,
        promises=PromiseStore(database),
        accounts=ProviderAccountStore(database),
        coupons=CouponStore(database),
        coupon_counters=CouponCounterStore(database, clock),
        redemptions=RedemptionStore(database, clock),
        purchases=PurchaseStore(database),
        quotes=QuoteStore(database),
        price_facts=PriceFactsReader(database, ladder_steps),
        orders=OrderStore(database),
        receipt_numbers=ReceiptNumberStore(database),
        payments=PaymentStore(database),
        transfers=TransferStore(database),
        refunds=RefundStore(database),
        refund_requests=RefundRequestStore(database),
        callbacks=CallbackStore(database),
        incidents=IncidentStore(database),
        ledger=LedgerStore(database),
        totals=TotalStore(database),
    )
