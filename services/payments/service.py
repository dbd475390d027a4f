"""The nameko classes of the payments service: decode, call a use case, encode."""

from dataclasses import dataclass

from chassis.app import App
from chassis.changes import Writes
from chassis.consumers import reaction, replica
from chassis.context import Context
from chassis.jobs import JobRun, job
from chassis.platform import Platform, ServiceDefinition
from chassis.rpc_server import Answered, rpc
from chassis.standings import Standings
from contracts import membership, payments
from contracts.envelope import CloudEvent
from services.payments.adapters.sandbox import SandboxProvider
from services.payments.adapters.secrets import Secrets
from services.payments.commands import COMMANDS
from services.payments.settings import PaymentsSettings
from services.payments.store import SCHEMA, open_stores
from services.payments.store.orders import Orders as OrderRows
from services.payments.store.payments import Payments as PaymentRows
from services.payments.store.payments import Refunds as RefundRows
from services.payments.usecases.access import Access
from services.payments.usecases.accounting import Accounting
from services.payments.usecases.callbacks import Callbacks
from services.payments.usecases.captures import Captures
from services.payments.usecases.closing import OrderCloser
from services.payments.usecases.coupons import Coupons
from services.payments.usecases.ladder_places import LadderPlaces
from services.payments.usecases.orders import Orders
from services.payments.usecases.payments import Payments
from services.payments.usecases.plans import Plans
from services.payments.usecases.providers import Providers
from services.payments.usecases.purchases import Purchases
from services.payments.usecases.quotes import Quotes
from services.payments.usecases.refunds import Refunds
from services.payments.usecases.reservations import Reservations
from services.payments.usecases.sweeper import Sweeper
from services.payments.usecases.views import View


@dataclass(frozen=True)
class PaymentsApp:
    """What the entrypoints call."""

    plans: Plans
    coupons: Coupons
    accounting: Accounting
    purchases: Purchases
    quotes: Quotes
    orders: Orders
    payments: Payments
    callbacks: Callbacks
    refunds: Refunds
    captures: Captures
    closer: OrderCloser
    sweeper: Sweeper
    standings: Standings


def build(platform: Platform[PaymentsSettings]) -> PaymentsApp:
    """The composition of one process."""
    settings = platform.settings
    providers: Providers = {
        "sandbox": SandboxProvider(
            settings.sandbox_provider_url,
            settings.callback_base_url,
            Secrets(settings.secrets_dir),
        )
    }
    return compose(platform, providers)


def compose(platform: Platform[PaymentsSettings], providers: Providers) -> PaymentsApp:
    """The use cases with these providers."""
    stores = open_stores(platform.database, platform.clock)
    uow, clock, rpc_client = platform.uow, platform.clock, platform.rpc
    standings = Standings(platform)
    access = Access(standings)
    places = LadderPlaces(stores.ladder_steps)
    reservations = Reservations(stores, clock, standings, places)
    plans = Plans(stores, uow, clock, rpc_client, access, places)
    captures = Captures(stores, uow, clock, plans, reservations)
    closer = OrderCloser(stores, uow, clock, providers, captures, reservations)
    quotes = Quotes(stores, uow, clock, access, plans, reservations, closer)
    refunds = Refunds(stores, uow, clock, access, providers, reservations)
    return PaymentsApp(
        plans=plans,
        coupons=Coupons(stores, uow, rpc_client, access),
        accounting=Accounting(stores, uow, access),
        purchases=Purchases(stores, uow, clock, access, plans, reservations),
        quotes=quotes,
        orders=Orders(stores, uow, clock, access, plans, quotes, reservations, captures, closer),
        payments=Payments(stores, uow, clock, access, providers, captures),
        callbacks=Callbacks(stores, clock, providers, captures, refunds),
        refunds=refunds,
        captures=captures,
        closer=closer,
        sweeper=Sweeper(stores, clock),
        standings=standings,
    )


class PaymentsRpc:
    name = "payments-rpc"
    app = App()

    @rpc(payments.CREATE_PLAN)
    def create_plan(self, request: dict, ctx: Context) -> View:
        return self.app.plans.create(request, ctx)

    @rpc(payments.LIST_PLANS)
    def list_plans(self, request: dict, ctx: Context) -> View:
        return self.app.plans.list_of_community(request, ctx)

    @rpc(payments.GET_PRICE)
    def get_price(self, request: dict, ctx: Context) -> View:
        return self.app.plans.price(request, ctx)

    @rpc(payments.SET_PROVIDER_ACCOUNT)
    def set_provider_account(self, request: dict, ctx: Context) -> View:
        return self.app.accounting.set_provider_account(request, ctx)

    @rpc(payments.CREATE_COUPON)
    def create_coupon(self, request: dict, ctx: Context) -> View:
        return self.app.coupons.create(request, ctx)

    @rpc(payments.LIST_COUPONS)
    def list_coupons(self, request: dict, ctx: Context) -> View:
        return self.app.coupons.list_of_community(request, ctx)

    @rpc(payments.GET_PURCHASE)
    def get_purchase(self, request: dict, ctx: Context) -> View:
        return self.app.purchases.get(request, ctx)

    @rpc(payments.LIST_MY_PURCHASES)
    def list_my_purchases(self, request: dict, ctx: Context) -> View:
        return self.app.purchases.list_mine(request, ctx)

    @rpc(payments.CREATE_QUOTE)
    def create_quote(self, request: dict, ctx: Context) -> View:
        return self.app.quotes.create(request, ctx)

    @rpc(payments.GET_QUOTE)
    def get_quote(self, request: dict, ctx: Context) -> View:
        return self.app.quotes.get(request, ctx)

    @rpc(payments.CREATE_ORDER)
    def create_order(self, request: dict, ctx: Context) -> View:
        return self.app.orders.create(request, ctx)

    @rpc(payments.ORDER_PURCHASE)
    def order_purchase(self, request: dict, ctx: Context) -> View:
        return self.app.orders.create_at_once(request, ctx)

    @rpc(payments.GET_ORDER)
    def get_order(self, request: dict, ctx: Context) -> View:
        return self.app.orders.get(request, ctx)

    @rpc(payments.LIST_MY_ORDERS)
    def list_my_orders(self, request: dict, ctx: Context) -> View:
        return self.app.orders.list_mine(request, ctx)

    @rpc(payments.LIST_ORDERS)
    def list_orders(self, request: dict, ctx: Context) -> View:
        return self.app.orders.list_of_community(request, ctx)

    @rpc(payments.CANCEL_ORDER)
    def cancel_order(self, request: dict, ctx: Context) -> View:
        return self.app.orders.cancel(request, ctx)

    @rpc(payments.OPEN_PAYMENT)
    def open_payment(self, request: dict, ctx: Context) -> View:
        return self.app.payments.open(request, ctx)

    @rpc(payments.RECEIVE_CALLBACK)
    def receive_callback(self, request: dict, ctx: Context) -> Answered:
        return self.app.callbacks.receive(request, ctx)

    @rpc(payments.REFUND_ORDER)
    def refund_order(self, request: dict, ctx: Context) -> View:
        return self.app.refunds.refund_order(request, ctx)

    @rpc(payments.GET_LEDGER)
    def get_ledger(self, request: dict, ctx: Context) -> View:
        return self.app.accounting.ledger(request, ctx)

    @rpc(payments.GET_SALES)
    def get_sales(self, request: dict, ctx: Context) -> View:
        return self.app.accounting.sales(request, ctx)


class PaymentsConsumers:
    name = "payments-consumers"
    app = App()

    @replica(membership.STANDING_CHANGED)
    def on_standing_changed(self, event: CloudEvent, ctx: Context) -> None:
        self.app.standings.apply(event)

    @reaction(membership.APPLICATION_SUBMITTED)
    def on_application_submitted(self, event: CloudEvent, ctx: Context) -> None:
        self.app.plans.promise_at_application(event)

    @reaction(membership.APPLICATION_APPROVED)
    def on_application_approved(self, event: CloudEvent, ctx: Context) -> None:
        self.app.purchases.open(event, ctx)

    @reaction(membership.RENEWAL_STARTED)
    def on_renewal_started(self, event: CloudEvent, ctx: Context) -> None:
        self.app.purchases.open(event, ctx)

    @reaction(membership.PURCHASE_FULFILLED)
    def on_purchase_fulfilled(self, event: CloudEvent, ctx: Context) -> None:
        self.app.purchases.mark_fulfilled(event, ctx)

    @reaction(membership.PURCHASE_REFUSED)
    def on_purchase_refused(self, event: CloudEvent, ctx: Context) -> None:
        self.app.purchases.refuse(event, ctx)

    @reaction(membership.PURCHASE_WITHDRAWN)
    def on_purchase_withdrawn(self, event: CloudEvent, ctx: Context) -> None:
        self.app.purchases.withdraw(event, ctx)


class PaymentsJobs:
    name = "payments-jobs"
    app = App()

    @job("expire_quotes")
    def expire_quotes(self, run: JobRun) -> None:
        self.app.quotes.expire_due(run)

    @job("close_orders", wakes=[Writes(OrderRows.collection_schema)])
    def close_orders(self, run: JobRun) -> None:
        self.app.closer.close_due(run)

    @job("check_payments", wakes=[Writes(PaymentRows.collection_schema)])
    def check_payments(self, run: JobRun) -> None:
        self.app.payments.check_due(run)

    @job("move_refunds", wakes=[Writes(RefundRows.collection_schema)])
    def move_refunds(self, run: JobRun) -> None:
        self.app.refunds.move_due(run)

    @job("apply_callbacks")
    def apply_callbacks(self, run: JobRun) -> None:
        self.app.callbacks.apply_left_behind(run)

    @job("settle_holds")
    def settle_holds(self, run: JobRun) -> None:
        self.app.sweeper.settle_holds(run)


SERVICE = ServiceDefinition(
    name="payments",
    settings=PaymentsSettings,
    build=build,
    roles={"rpc": PaymentsRpc, "consumers": PaymentsConsumers, "jobs": PaymentsJobs},
    schema=SCHEMA,
    commands=COMMANDS,
)
