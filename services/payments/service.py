"""The composition of the payments service, and what answers its RPCs, events and jobs."""

from dataclasses import dataclass

from chassis.access import Access
from chassis.changes import INSERT, WatchedCollection, Writes
from chassis.commits import COMMITS
from chassis.consumers import Queue, Reactions, Replicas, consumers_role
from chassis.erasure import PersonErasure
from chassis.export import Part, PersonExport
from chassis.history import History
from chassis.jobs import Job, Jobs, jobs_role
from chassis.names import Names
from chassis.platform import Platform, ServiceDefinition
from chassis.resync import RESYNC, Resync, standings_group
from chassis.rpc_server import Handlers, rpc_role
from chassis.standings import Standings
from contracts import events, membership, payments
from services.payments.adapters.provider import Providers
from services.payments.adapters.sandbox import SandboxProvider
from services.payments.adapters.secrets import Secrets
from services.payments.adapters.transfer import TransferProvider
from services.payments.commands import COMMANDS
from services.payments.settings import REFUND_SIGN_IN_ABOVE, PaymentsSettings
from services.payments.store import SCHEMA, open_stores
from services.payments.store.checkout.orders import OrderStore
from services.payments.store.checkout.purchases import PurchaseStore
from services.payments.store.money.payments import PaymentStore
from services.payments.store.money.refund_requests import RefundRequestStore
from services.payments.store.money.refunds import RefundStore
from services.payments.store.money.transfers import TransferStore
from services.payments.usecases.books.ledger import LedgerUseCases
from services.payments.usecases.books.totals import TotalUseCases
from services.payments.usecases.catalogue.ladder_places import LadderPlaces
from services.payments.usecases.catalogue.offers import OfferUseCases
from services.payments.usecases.catalogue.plan_changes import PlanChangeUseCases
from services.payments.usecases.catalogue.plans import PlanUseCases
from services.payments.usecases.catalogue.promises import Promises
from services.payments.usecases.catalogue.steps import StepUseCases
from services.payments.usecases.catalogue.ways_to_pay import WaysToPay
from services.payments.usecases.checkout.closing import OrderCloser
from services.payments.usecases.checkout.order_lists import OrderListUseCases
from services.payments.usecases.checkout.orders import OrderUseCases
from services.payments.usecases.checkout.pausing import PauseUseCases
from services.payments.usecases.checkout.plan_choice import PlanChoice
from services.payments.usecases.checkout.purchases import PurchaseUseCases
from services.payments.usecases.checkout.quotes import QuoteUseCases
from services.payments.usecases.checkout.revenue import RevenueUseCases
from services.payments.usecases.coupons.coupons import CouponUseCases
from services.payments.usecases.history import HistoryUseCases
from services.payments.usecases.money.accounts import AccountUseCases
from services.payments.usecases.money.callbacks import CallbackUseCases
from services.payments.usecases.money.captures import Captures
from services.payments.usecases.money.incidents import IncidentUseCases
from services.payments.usecases.money.payment_pages import PaymentPages
from services.payments.usecases.money.payments import PaymentUseCases
from services.payments.usecases.money.refund_policy import RefundPolicy
from services.payments.usecases.money.refund_requests import RefundRequestUseCases
from services.payments.usecases.money.refunds import RefundUseCases
from services.payments.usecases.money.transfers import TransferUseCases
from services.payments.usecases.stock.reservations import Reservations
from services.payments.usecases.stock.selling import Selling
from services.payments.usecases.stock.sweeper import Sweeper


@dataclass(frozen=True)
class PaymentsApp:
    """What the entrypoints call."""

    plans: PlanUseCases
    promises: Promises
    steps: StepUseCases
    choice: PlanChoice
    plan_changes: PlanChangeUseCases
    coupons: CouponUseCases
    purchases: PurchaseUseCases
    pauses: PauseUseCases
    quotes: QuoteUseCases
    orders: OrderUseCases
    order_lists: OrderListUseCases
    offers: OfferUseCases
    revenue: RevenueUseCases
    accounts: AccountUseCases
    payments: PaymentUseCases
    callbacks: CallbackUseCases
    transfers: TransferUseCases
    refunds: RefundUseCases
    refund_requests: RefundRequestUseCases
    incidents: IncidentUseCases
    ledger: LedgerUseCases
    totals: TotalUseCases
    captures: Captures
    closer: OrderCloser
    sweeper: Sweeper
    standings: Standings
    resync: Resync
    history: HistoryUseCases
    erasure: PersonErasure
    export: PersonExport


def build(platform: Platform[PaymentsSettings]) -> PaymentsApp:
    """The composition of one process, with the providers that its settings name, and transfers."""
    settings = platform.settings
    secrets = Secrets(settings.secrets_dir, shared=settings.env != "production")
    providers = Providers()
    if settings.sandbox_provider_url:
        providers["sandbox"] = SandboxProvider(
            settings.sandbox_provider_url, settings.callback_base_url, secrets
        )
    return compose(
        platform,
        providers,
        refund_sign_in_above=settings.refund_sign_in_above,
        local_pages=settings.env != "production",
    )


def compose(
    platform: Platform[PaymentsSettings],
    providers: Providers,
    *,
    refund_sign_in_above: int = REFUND_SIGN_IN_ABOVE,
    local_pages: bool = False,
) -> PaymentsApp:
    """The use cases with these providers, and transfers, which need nothing outside. With
    `local_pages` payers may come back to a site on this machine."""
    stores = open_stores(platform.database, platform.clock)
    providers[payments.TRANSFER] = TransferProvider(stores.transfers, platform.clock)
    uow, clock, rpc = platform.uow, platform.clock, platform.rpc
    standings = Standings(platform)
    access = Access(standings.held)
    sure_access = Access(standings.held_now)  # for what moves money or sets prices
    places = LadderPlaces(stores.ladder_steps)
    reservations = Reservations(stores=stores, clock=clock, standings=standings, places=places)
    plans = PlanUseCases(
        stores=stores,
        uow=uow,
        clock=clock,
        rpc=rpc,
        access=access,
        sure_access=sure_access,
        places=places,
    )
    policy = RefundPolicy(clock=clock, rpc=rpc)
    promises = Promises(stores=stores, clock=clock)
    choice = PlanChoice(stores=stores, uow=uow, clock=clock, promises=promises)
    selling = Selling(stores=stores, promises=promises, reservations=reservations)
    captures = Captures(
        stores=stores, uow=uow, clock=clock, selling=selling, reservations=reservations
    )
    closer = OrderCloser(
        stores=stores,
        uow=uow,
        clock=clock,
        providers=providers,
        captures=captures,
        reservations=reservations,
    )
    quotes = QuoteUseCases(
        stores=stores,
        uow=uow,
        clock=clock,
        access=access,
        choice=choice,
        selling=selling,
        reservations=reservations,
        closer=closer,
    )
    refunds = RefundUseCases(
        stores=stores,
        uow=uow,
        clock=clock,
        access=sure_access,
        providers=providers,
        reservations=reservations,
        ask_again_above=refund_sign_in_above,
    )
    attempts = PaymentUseCases(
        stores=stores,
        uow=uow,
        clock=clock,
        access=access,
        providers=providers,
        captures=captures,
        reservations=reservations,
        pages=PaymentPages(rpc=rpc, local=local_pages),
    )
    refund_requests = RefundRequestUseCases(
        stores=stores,
        uow=uow,
        clock=clock,
        access=access,
        sure_access=sure_access,
        policy=policy,
        refunds=refunds,
        names=Names(rpc, purpose="orders"),
    )
    ways = WaysToPay(stores=stores, providers=providers)
    purchases = PurchaseUseCases(
        stores=stores,
        uow=uow,
        clock=clock,
        access=access,
        choice=choice,
        promises=promises,
        reservations=reservations,
        ways=ways,
    )
    orders = OrderUseCases(
        stores=stores,
        uow=uow,
        clock=clock,
        access=access,
        selling=selling,
        quotes=quotes,
        reservations=reservations,
        captures=captures,
        closer=closer,
        policy=policy,
        ways=ways,
    )
    order_lists = OrderListUseCases(
        stores=stores, clock=clock, access=access, rpc=rpc, names=Names(rpc, purpose="orders")
    )
    offers = OfferUseCases(stores=stores, rpc=rpc, places=places, ways=ways)
    pauses = PauseUseCases(stores=stores, uow=uow, clock=clock, quotes=quotes, closer=closer)
    return PaymentsApp(
        plans=plans,
        promises=promises,
        steps=StepUseCases(stores=stores, uow=uow),
        choice=choice,
        plan_changes=PlanChangeUseCases(stores=stores, uow=uow, sure_access=sure_access),
        coupons=CouponUseCases(
            stores=stores, uow=uow, clock=clock, rpc=rpc, access=access, sure_access=sure_access
        ),
        purchases=purchases,
        pauses=pauses,
        quotes=quotes,
        orders=orders,
        order_lists=order_lists,
        offers=offers,
        revenue=RevenueUseCases(
            stores=stores, clock=clock, access=access, offers=offers, orders=order_lists
        ),
        accounts=AccountUseCases(
            stores=stores,
            uow=uow,
            access=access,
            sure_access=sure_access,
            providers=providers,
        ),
        payments=attempts,
        transfers=TransferUseCases(
            stores=stores,
            uow=uow,
            clock=clock,
            access=access,
            sure_access=sure_access,
            captures=captures,
        ),
        callbacks=CallbackUseCases(
            stores=stores,
            clock=clock,
            providers=providers,
            captures=captures,
            refunds=refunds,
            payments=attempts,
        ),
        refunds=refunds,
        refund_requests=refund_requests,
        incidents=IncidentUseCases(stores=stores, uow=uow, clock=clock, reservations=reservations),
        ledger=LedgerUseCases(stores=stores, access=access),
        totals=TotalUseCases(stores=stores, uow=uow),
        captures=captures,
        closer=closer,
        sweeper=Sweeper(stores=stores, clock=clock),
        standings=standings,
        resync=Resync(platform),
        history=HistoryUseCases(
            stores=stores, history=History(database=platform.database, access=access)
        ),
        erasure=PersonErasure(
            database=platform.database,
            uow=uow,
            forget=[refunds.forget, refund_requests.forget],
            confirms=payments.PERSON_DATA_ERASED,
        ),
        export=PersonExport(
            access=access,
            parts={
                "purchase": Part(payments.Purchase, purchases.list_mine),
                "order": Part(payments.Order, order_lists.list_mine),
                "refund_request": Part(payments.RefundRequest, refund_requests.list_mine),
            },
            export_person=payments.EXPORT_PERSON,
        ),
    )


RPCS: Handlers[PaymentsApp] = {
    payments.CREATE_PLAN: lambda app: app.plans.create,
    payments.GET_PLAN: lambda app: app.plans.get,
    payments.LIST_PLANS: lambda app: app.plans.list_of_community,
    payments.GET_PLAN_FACTS: lambda app: app.plans.get_facts,
    payments.CHANGE_PLAN: lambda app: app.plan_changes.change,
    payments.PUT_PLAN_ON_SALE: lambda app: app.plan_changes.put_on_sale,
    payments.PAUSE_PLAN: lambda app: app.plan_changes.pause,
    payments.CLOSE_PLAN: lambda app: app.plan_changes.close,
    payments.GET_OFFER: lambda app: app.offers.get,
    payments.GET_REVENUE: lambda app: app.revenue.get,
    payments.GET_PRICE: lambda app: app.plans.price,
    payments.LIST_PROVIDER_ACCOUNTS: lambda app: app.accounts.list_of_community,
    payments.GET_PROVIDER_ACCOUNT: lambda app: app.accounts.get,
    payments.SET_PROVIDER_ACCOUNT: lambda app: app.accounts.set,
    payments.CREATE_COUPON: lambda app: app.coupons.create,
    payments.GET_COUPON: lambda app: app.coupons.get,
    payments.LIST_COUPONS: lambda app: app.coupons.list_of_community,
    payments.COUNT_COUPONS: lambda app: app.coupons.count_of_community,
    payments.GET_OPEN_ORDER: lambda app: app.purchases.open_order,
    payments.LIST_PURCHASE_PROGRESS: lambda app: app.purchases.progress,
    payments.TELL_PAID_AGAIN: lambda app: app.purchases.tell_again,
    payments.PAUSE_PURCHASE: lambda app: app.pauses.pause,
    payments.CHOOSE_PURCHASE_PLAN: lambda app: app.quotes.choose_plan,
    payments.CHANGE_COUPON: lambda app: app.coupons.change,
    payments.PAUSE_COUPON: lambda app: app.coupons.pause,
    payments.RESUME_COUPON: lambda app: app.coupons.resume,
    payments.END_COUPON: lambda app: app.coupons.end,
    payments.GET_PURCHASE: lambda app: app.purchases.get,
    payments.LIST_MY_PURCHASES: lambda app: app.purchases.list_mine,
    payments.CREATE_QUOTE: lambda app: app.quotes.create,
    payments.GET_QUOTE: lambda app: app.quotes.get,
    payments.CREATE_ORDER: lambda app: app.orders.create,
    payments.ORDER_PURCHASE: lambda app: app.orders.create_at_once,
    payments.GET_ORDER: lambda app: app.orders.get,
    payments.LIST_MY_ORDERS: lambda app: app.order_lists.list_mine,
    payments.LIST_ORDERS: lambda app: app.order_lists.list_of_community,
    payments.COUNT_ORDERS: lambda app: app.order_lists.count_of_community,
    payments.CANCEL_ORDER: lambda app: app.orders.cancel,
    payments.OPEN_PAYMENT: lambda app: app.payments.open,
    payments.RECEIVE_CALLBACK: lambda app: app.callbacks.receive,
    payments.LIST_TRANSFERS: lambda app: app.transfers.list_of_community,
    payments.COUNT_TRANSFERS: lambda app: app.transfers.count_of_community,
    payments.CONFIRM_TRANSFER: lambda app: app.transfers.confirm,
    payments.GET_TRANSFER_ACCOUNT: lambda app: app.transfers.account,
    payments.LIST_DUE_REFUNDS: lambda app: app.transfers.list_due_refunds,
    payments.CONFIRM_REFUND: lambda app: app.refunds.confirm,
    payments.REFUND_ORDER: lambda app: app.refunds.refund_order,
    payments.GET_REFUND_PREVIEW: lambda app: app.orders.refund_preview,
    payments.GET_REFUND_REASON: lambda app: app.refunds.reason,
    payments.ASK_REFUND: lambda app: app.refund_requests.ask,
    payments.GET_REFUND_REQUEST: lambda app: app.refund_requests.get,
    payments.LIST_MY_REFUND_REQUESTS: lambda app: app.refund_requests.list_mine,
    payments.LIST_REFUND_REQUESTS: lambda app: app.refund_requests.list_of_community,
    payments.COUNT_REFUND_REQUESTS: lambda app: app.refund_requests.count_of_community,
    payments.GRANT_REFUND_REQUEST: lambda app: app.refund_requests.grant,
    payments.DECLINE_REFUND_REQUEST: lambda app: app.refund_requests.decline,
    payments.WITHDRAW_REFUND_REQUEST: lambda app: app.refund_requests.withdraw,
    payments.GET_REFUND_ANSWER: lambda app: app.refund_requests.answer,
    payments.GET_LEDGER: lambda app: app.ledger.balances,
    payments.GET_SALES: lambda app: app.ledger.sales,
    payments.GET_PLAN_HISTORY: lambda app: app.history.of_plan,
    payments.GET_COUPON_HISTORY: lambda app: app.history.of_coupon,
    payments.GET_ORDER_HISTORY: lambda app: app.history.of_order,
    payments.GET_REFUND_REQUEST_HISTORY: lambda app: app.history.of_refund_request,
    payments.EXPORT_MINE: lambda app: app.export.mine,
    payments.EXPORT_PERSON: lambda app: app.export.of_person,
}

# By whichever service owns the subject.
PURCHASE_FULFILLED = Queue(
    "on_purchase_fulfilled", (membership.PURCHASE_FULFILLED, events.PURCHASE_FULFILLED)
)
PURCHASE_REFUSED = Queue(
    "on_purchase_refused", (membership.PURCHASE_REFUSED, events.PURCHASE_REFUSED)
)

REACTIONS: Reactions[PaymentsApp] = {
    membership.APPLICATION_SUBMITTED: lambda app: app.promises.make_at_application,
    membership.APPLICATION_APPROVED: lambda app: app.purchases.open,
    membership.APPLICATION_REOPENED: lambda app: app.purchases.open,
    membership.RENEWAL_STARTED: lambda app: app.purchases.open,
    events.SEAT_PAYABLE: lambda app: app.purchases.open_lines,
    events.SEAT_GIVEN_UP: lambda app: app.purchases.give_up,
    PURCHASE_FULFILLED: lambda app: app.purchases.mark_fulfilled,
    PURCHASE_REFUSED: lambda app: app.purchases.refuse,
    membership.PURCHASE_WITHDRAWN: lambda app: app.purchases.withdraw,
    membership.TERM_DATES_CHANGED: lambda app: app.purchases.change_term,
    membership.PURCHASE_EXTENDED: lambda app: app.purchases.extend,
    membership.PERSON_ERASED: lambda app: app.erasure.erase,
}

REPLICAS: Replicas[PaymentsApp] = {
    membership.STANDING_CHANGED: lambda app: app.standings.apply,
}

NEW_TALLIES = Writes(COMMITS, (INSERT,), having="tally")
ORDER_WRITES = Writes(OrderStore.collection_schema)
PAYMENT_WRITES = Writes(PaymentStore.collection_schema)
REFUND_WRITES = Writes(RefundStore.collection_schema)
TRANSFER_WRITES = Writes(TransferStore.collection_schema)
JOBS: Jobs[PaymentsApp] = {
    Job("describe_plans"): lambda app: app.plan_changes.describe_of_before,
    Job("expire_quotes"): lambda app: app.quotes.expire_due,
    Job("close_orders", wakes=[ORDER_WRITES]): lambda app: app.closer.close_due,
    Job("check_payments", wakes=[PAYMENT_WRITES]): lambda app: app.payments.check_due,
    Job("move_refunds", wakes=[REFUND_WRITES]): lambda app: app.refunds.move_due,
    Job("remind_payers", wakes=[TRANSFER_WRITES]): lambda app: app.transfers.remind_due,
    Job("apply_callbacks"): lambda app: app.callbacks.apply_left_behind,
    Job("tell_of_steps"): lambda app: app.steps.tell,
    Job("settle_holds"): lambda app: app.sweeper.settle_holds,
    RESYNC: lambda app: app.resync.nightly,
    Job("fold_totals", every=2, wakes=[NEW_TALLIES]): lambda app: app.totals.fold,
    Job("verify_totals"): lambda app: app.totals.verify,
}

SERVICE = ServiceDefinition(
    name="payments",
    settings=PaymentsSettings,
    build=build,
    roles={
        "rpc": rpc_role("payments", RPCS),
        "consumers": consumers_role("payments", REACTIONS, REPLICAS),
        "jobs": jobs_role("payments", JOBS),
    },
    schema=SCHEMA,
    tells=[
        WatchedCollection(PurchaseStore.collection_schema, "pur", person="payer_id"),
        WatchedCollection(OrderStore.collection_schema, "ord", person="payer_id"),
        WatchedCollection(RefundRequestStore.collection_schema, "rrq", person="payer_id"),
    ],
    commands=[*COMMANDS, standings_group],
)
