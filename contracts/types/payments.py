"""Requests, answers and facts of payments, as types; written by `make docs`."""

import datetime as dt
from typing import Any, Literal, NotRequired, TypedDict

from contracts.aggregates import MoneyFields


class ListProviderAccounts(TypedDict):
    community_id: str


class ProviderAccountRef(TypedDict):
    community_id: str
    provider: Literal["sandbox", "transfer"]


class BankAccount(TypedDict):
    holder: str
    bank: str
    number: str
    note: str


class TransferTerms(TypedDict):
    pay_to: BankAccount
    transfer_days: int
    second_person_above: MoneyFields | None


class SetProviderAccount(TypedDict):
    community_id: str
    provider: Literal["sandbox", "transfer"]
    expected_version: int
    merchant_id: str | None
    secret_ref: str | None
    transfer: TransferTerms | None


class Ladder(TypedDict):
    step: int
    every: int
    places_before: int
    cap: int | None


class TermBracket(TypedDict):
    days_after: int
    basis_points: int


class CreatePlan(TypedDict):
    community_id: str
    name: str
    description: str
    base_price: MoneyFields
    period_months: int
    ladder: Ladder | None
    price_lock: Literal["at_application", "at_approval", "at_payment"]
    renewal_price: Literal["base", "as_first_paid", "current_step"]
    tier: str
    refund_brackets: list[TermBracket]
    state: Literal["draft", "on_sale"]


class PlanRef(TypedDict):
    plan_id: str


class CommunityPage(TypedDict):
    after: str | None
    limit: int
    community_id: str


class ChangePlan(TypedDict):
    plan_id: str
    name: NotRequired[str]
    description: NotRequired[str]
    base_price: NotRequired[MoneyFields]
    period_months: NotRequired[int]
    ladder: NotRequired[Ladder | None]
    price_lock: NotRequired[Literal["at_application", "at_approval", "at_payment"]]
    renewal_price: NotRequired[Literal["base", "as_first_paid", "current_step"]]
    tier: NotRequired[str]
    refund_brackets: NotRequired[list[TermBracket]]
    simulate: bool
    expected_version: int


class GetPlanHistory(TypedDict):
    after: str | None
    limit: int
    plan_id: str


class CouponBenefit(TypedDict):
    kind: Literal["amount_off", "percent_off", "set_price", "extra_days"]
    amount: NotRequired[int]
    basis_points: NotRequired[int]
    price: NotRequired[int]
    days: NotRequired[int]


class CreateCoupon(TypedDict):
    community_id: str
    name: str
    code: str
    benefit: CouponBenefit
    audience: Literal["newcomer", "renewal", "any"]
    lapsed_days: int
    limit: int | None
    per_person: int
    plan_ids: list[str]
    minimum: int
    valid_from: dt.datetime | None
    valid_until: dt.datetime | None
    refund_returns_use: bool


class ListCoupons(TypedDict):
    after: str | None
    limit: int
    community_id: str
    state: Literal["active", "paused", "ended"] | None
    sort: Literal["created_at", "-created_at"] | None


class CountCoupons(TypedDict):
    community_id: str


class GetCouponHistory(TypedDict):
    after: str | None
    limit: int
    community_id: str
    coupon_id: str


class CouponRef(TypedDict):
    coupon_id: str


class ChangeCoupon(TypedDict):
    coupon_id: str
    name: NotRequired[str]
    limit: NotRequired[int]
    valid_until: NotRequired[dt.datetime | None]
    simulate: bool
    expected_version: int


class CreateQuote(TypedDict):
    purchase_id: str
    coupon_codes: list[str]
    on_refused: Literal["error", "ignore"]


class QuoteRef(TypedDict):
    quote_id: str


class OrderPurchase(TypedDict):
    purchase_id: str
    coupon_codes: list[str]
    total: MoneyFields
    extra_days: int


class OrderRef(TypedDict):
    order_id: str


class RefundOrder(TypedDict):
    order_id: str
    amount: MoneyFields | None
    reason: str


class RefundReasonRef(TypedDict):
    refund_id: str


class GetOrderHistory(TypedDict):
    after: str | None
    limit: int
    order_id: str


class PageRequest(TypedDict):
    after: str | None
    limit: int


class ExportPerson(TypedDict):
    after: str | None
    limit: int
    person_id: str


class OpenPayment(TypedDict):
    order_id: str
    provider: Literal["sandbox", "transfer"]
    return_url: str | None
    cancel_url: str | None


class Callback(TypedDict):
    account_id: str
    provider: Literal["sandbox", "transfer"]
    headers: dict[str, str]
    body_base64: str


class CommunityRef(TypedDict):
    community_id: str


class ListOrders(TypedDict):
    after: str | None
    limit: int
    updated_after: dt.datetime | None
    community_id: str
    state: str | None
    search: str | None
    sort: Literal["created_at", "-created_at", "paid_at", "-paid_at", "updated_at", "-updated_at"] | None
    paid_from: dt.datetime | None
    paid_before: dt.datetime | None
    count: bool


class CountOrders(TypedDict):
    community_id: str


class PurchaseProgressRef(TypedDict):
    purchase_ids: list[str]


class PaidOrderRef(TypedDict):
    order_id: str


class PurchaseRef(TypedDict):
    purchase_id: str


class OpenOrderRef(TypedDict):
    purchase_id: str
    community_id: str


class ChoosePurchasePlan(TypedDict):
    purchase_id: str
    plan_id: str
    expected_version: int


class AskRefund(TypedDict):
    order_id: str
    why: str


class RefundRequestRef(TypedDict):
    refund_request_id: str


class ListRefundRequests(TypedDict):
    after: str | None
    limit: int
    community_id: str
    state: Literal["open", "granted", "declined", "withdrawn"] | None
    sort: Literal["created_at", "-created_at"] | None


class CountRefundRequests(TypedDict):
    community_id: str


class GrantRefundRequest(TypedDict):
    refund_request_id: str
    amount: MoneyFields | None
    words: str


class DeclineRefundRequest(TypedDict):
    refund_request_id: str
    words: str


class GetRefundRequestHistory(TypedDict):
    after: str | None
    limit: int
    refund_request_id: str


class RevenueRef(TypedDict):
    community_id: str
    since: str | None
    until: str | None


class ListTransfers(TypedDict):
    after: str | None
    limit: int
    community_id: str
    state: Literal["open", "awaiting_second", "received", "closed"] | None
    sort: Literal["created_at", "-created_at"] | None
    reference: str | None


class CountTransfers(TypedDict):
    community_id: str


class ConfirmTransfer(TypedDict):
    payment_id: str
    amount: MoneyFields
    received_on: str
    seen_receipts: int
    note: Literal["as_asked", "other_sender", "other_reference", "in_cash"]


class RefundRef(TypedDict):
    refund_id: str


class PaymentRef(TypedDict):
    payment_id: str


class ProviderAccount(TypedDict):
    id: str
    community_id: str
    provider: str
    merchant_id: str | None
    secret_ref: str | None
    transfer: TransferTerms | None
    version: int


class ProviderAccounts(TypedDict):
    items: list[ProviderAccount]


class Plan(TypedDict):
    id: str
    community_id: str
    name: str
    base_price: MoneyFields
    period_months: int
    ladder: Ladder | None
    price_lock: str
    description: str
    renewal_price: str
    tier: str
    refund_brackets: list[TermBracket]
    state: str
    sold: bool
    version: int
    created_at: dt.datetime


class ShownPlan(TypedDict):
    id: str
    community_id: str
    name: str
    base_price: MoneyFields
    period_months: int
    ladder: Ladder | None
    price_lock: str
    description: str
    renewal_price: str
    tier: str
    refund_brackets: list[TermBracket]
    state: str
    sold: bool
    version: int
    created_at: dt.datetime
    actions: list[str]


class Plans(TypedDict):
    items: list[ShownPlan]
    next: str | None


class PublicPrice(TypedDict):
    plan_id: str
    price: MoneyFields
    step: int
    places_left: int | None
    next_price: MoneyFields | None
    held_places_return_at: dt.datetime | None
    explanation: list[dict[str, Any]]


class Counted(TypedDict):
    number: int
    at_least: bool


class Unaffected(TypedDict):
    purchases: Counted
    quotes: Counted
    orders: Counted


class ChangedPlan(TypedDict):
    id: str
    community_id: str
    name: str
    base_price: MoneyFields
    period_months: int
    ladder: Ladder | None
    price_lock: str
    description: str
    renewal_price: str
    tier: str
    refund_brackets: list[TermBracket]
    state: str
    sold: bool
    version: int
    created_at: dt.datetime
    simulated: bool
    unaffected: Unaffected | None


class KnownPlan(TypedDict):
    plan_id: str
    community_id: str
    state: str
    free: bool
    period_months: int
    tier: str
    plan_name: str
    version: int


class Change(TypedDict):
    at: dt.datetime
    actor_id: str
    action: str
    version: int
    changed_fields: list[str]
    details: dict[str, Any]
    request_id: str


class History(TypedDict):
    items: list[Change]
    next: str | None


class Coupon(TypedDict):
    id: str
    community_id: str
    name: str
    code: str
    benefit: CouponBenefit
    audience: str
    plan_ids: list[str]
    limit: int | None
    per_person: int
    minimum: int
    used: int
    held: int
    valid_from: dt.datetime | None
    valid_until: dt.datetime | None
    refund_returns_use: bool
    state: str
    version: int
    created_at: dt.datetime


class ShownCoupon(TypedDict):
    id: str
    community_id: str
    name: str
    code: str
    benefit: CouponBenefit
    audience: str
    plan_ids: list[str]
    limit: int | None
    per_person: int
    minimum: int
    used: int
    held: int
    valid_from: dt.datetime | None
    valid_until: dt.datetime | None
    refund_returns_use: bool
    state: str
    version: int
    created_at: dt.datetime
    actions: list[str]


class Coupons(TypedDict):
    items: list[ShownCoupon]
    next: str | None


class CouponCounts(TypedDict):
    community_id: str
    counts: dict[str, int]


class ChangedCoupon(TypedDict):
    id: str
    community_id: str
    name: str
    code: str
    benefit: CouponBenefit
    audience: str
    plan_ids: list[str]
    limit: int | None
    per_person: int
    minimum: int
    used: int
    held: int
    valid_from: dt.datetime | None
    valid_until: dt.datetime | None
    refund_returns_use: bool
    state: str
    version: int
    created_at: dt.datetime
    simulated: bool
    unaffected: Unaffected | None


class PricedLine(TypedDict):
    kind: str
    amount: MoneyFields
    quantity: int
    label: str | None


class BasePriceStep(TypedDict):
    rule: str
    amount: int


class LadderStep(TypedDict):
    rule: str
    step: int
    base: int
    rise: int
    every: int
    amount: int


class PromiseStep(TypedDict):
    rule: str
    lock: str
    amount: int


class RenewalPriceStep(TypedDict):
    rule: str
    price: str
    amount: int


class LineStep(TypedDict):
    rule: str
    kind: str
    amount: int
    quantity: int


class Rounding(TypedDict):
    exact: str
    rule: str


class CouponStep(TypedDict):
    rule: str
    code: str
    applied: bool
    broken_rule: NotRequired[str]
    discount: NotRequired[int]
    extra_days: NotRequired[int]
    rounding: NotRequired[Rounding]


class TotalStep(TypedDict):
    rule: str
    amount: int
    currency: str


class TriedCoupon(TypedDict):
    code: str
    coupon_id: str | None
    applied: bool
    reason: str | None
    detail: str | None


class Quote(TypedDict):
    list_price: MoneyFields
    discount: MoneyFields
    total: MoneyFields
    coupon_code: str | None
    lines: list[PricedLine]
    trace: list[BasePriceStep | LadderStep | PromiseStep | RenewalPriceStep | LineStep | CouponStep | TotalStep]
    id: str
    purchase_id: str
    plan_id: str | None
    state: str
    extra_days: int
    coupon_id: str | None
    coupons: list[TriedCoupon]
    step: int | None
    refund_brackets: list[TermBracket]
    expires_at: dt.datetime
    version: int


class Subject(TypedDict):
    kind: str
    ref: str


class RefundBracket(TypedDict):
    hours_before: int
    basis_points: int


class RefundTerms(TypedDict):
    starts_at: dt.datetime
    brackets: list[RefundBracket]


class TransferToMake(TypedDict):
    reference: str
    pay_to: BankAccount
    until: dt.datetime


class Payment(TypedDict):
    id: str
    order_id: str
    provider: str
    amount: MoneyFields
    state: str
    pay_url: str | None
    transfer: TransferToMake | None
    created_at: dt.datetime


class Refund(TypedDict):
    id: str
    order_id: str
    amount: MoneyFields
    state: str
    reason: str
    created_at: dt.datetime


class Order(TypedDict):
    list_price: MoneyFields | None
    discount: MoneyFields | None
    total: MoneyFields
    coupon_code: str | None
    lines: list[PricedLine]
    trace: list[BasePriceStep | LadderStep | PromiseStep | RenewalPriceStep | LineStep | CouponStep | TotalStep]
    id: str
    purchase_id: str
    quote_id: str | None
    community_id: str
    payer_id: str
    subject: Subject | None
    plan_id: str | None
    state: str
    fulfilment: str
    refunded: MoneyFields
    refund_brackets: list[TermBracket]
    refund_terms: RefundTerms | None
    payments: list[Payment]
    refunds: list[Refund]
    refund_request_id: str | None
    receipt_number: str | None
    expires_at: dt.datetime
    paid_at: dt.datetime | None
    version: int
    created_at: dt.datetime
    updated_at: dt.datetime | None


class ShownOrder(TypedDict):
    list_price: MoneyFields | None
    discount: MoneyFields | None
    total: MoneyFields
    coupon_code: str | None
    lines: list[PricedLine]
    trace: list[BasePriceStep | LadderStep | PromiseStep | RenewalPriceStep | LineStep | CouponStep | TotalStep]
    id: str
    purchase_id: str
    quote_id: str | None
    community_id: str
    payer_id: str
    subject: Subject | None
    plan_id: str | None
    state: str
    fulfilment: str
    refunded: MoneyFields
    refund_brackets: list[TermBracket]
    refund_terms: RefundTerms | None
    payments: list[Payment]
    refunds: list[Refund]
    refund_request_id: str | None
    receipt_number: str | None
    expires_at: dt.datetime
    paid_at: dt.datetime | None
    version: int
    created_at: dt.datetime
    updated_at: dt.datetime | None
    actions: list[str]
    providers: list[str]


class RefundPreview(TypedDict):
    order_id: str
    amount: MoneyFields
    basis_points: int
    until: dt.datetime | None


class RefundReason(TypedDict):
    reason: str


class ExportedRecord(TypedDict):
    kind: str
    data: dict[str, Any]


class PersonalData(TypedDict):
    items: list[ExportedRecord]
    next: str | None


class CallbackAnswer(TypedDict):
    status: int
    content_type: str
    body: str


class AccountBalance(TypedDict):
    account: str
    balance: MoneyFields


class LedgerSummary(TypedDict):
    community_id: str
    balances: list[AccountBalance]
    sum: int
    entries: int


class PriceCount(TypedDict):
    purpose: str
    list_price: MoneyFields
    total: MoneyFields
    count: int


class SalesSummary(TypedDict):
    community_id: str
    orders_by_state: dict[str, int]
    paid_by_price: list[PriceCount]
    coupon_uses: dict[str, int]


class OfferingCommunity(TypedDict):
    id: str
    slug: str
    name: str
    zone: str
    locale: str
    currency: str
    description: str


class AskedIf(TypedDict):
    question: str
    any_of: list[str]


class Question(TypedDict):
    key: str
    kind: str
    title: str
    required: bool
    private: bool
    introduction: bool
    options: list[str]
    minimum: int
    maximum: int | None
    asked_if: AskedIf | None
    fills: str | None


class Section(TypedDict):
    title: str
    questions: list[Question]


class OfferedPlan(TypedDict):
    id: str
    name: str
    description: str
    tier: str
    period_months: int
    price: MoneyFields
    step: int
    places_left: int | None
    next_price: MoneyFields | None
    refund_brackets: list[TermBracket]


class Offer(TypedDict):
    community: OfferingCommunity
    form: list[Section]
    form_version: int
    plans: list[OfferedPlan]
    providers: list[str]


class CommunityHead(TypedDict):
    id: str
    slug: str
    name: str
    zone: str
    locale: str
    currency: str


class MyOrder(TypedDict):
    list_price: MoneyFields | None
    discount: MoneyFields | None
    total: MoneyFields
    coupon_code: str | None
    lines: list[PricedLine]
    trace: list[BasePriceStep | LadderStep | PromiseStep | RenewalPriceStep | LineStep | CouponStep | TotalStep]
    id: str
    purchase_id: str
    quote_id: str | None
    community_id: str
    payer_id: str
    subject: Subject | None
    plan_id: str | None
    state: str
    fulfilment: str
    refunded: MoneyFields
    refund_brackets: list[TermBracket]
    refund_terms: RefundTerms | None
    payments: list[Payment]
    refunds: list[Refund]
    refund_request_id: str | None
    receipt_number: str | None
    expires_at: dt.datetime
    paid_at: dt.datetime | None
    version: int
    created_at: dt.datetime
    updated_at: dt.datetime | None
    plan_name: str | None
    community: CommunityHead | None
    actions: list[str]


class MyOrders(TypedDict):
    items: list[MyOrder]
    next: str | None


class ListedOrder(TypedDict):
    list_price: MoneyFields | None
    discount: MoneyFields | None
    total: MoneyFields
    coupon_code: str | None
    lines: list[PricedLine]
    trace: list[BasePriceStep | LadderStep | PromiseStep | RenewalPriceStep | LineStep | CouponStep | TotalStep]
    id: str
    purchase_id: str
    quote_id: str | None
    community_id: str
    payer_id: str
    subject: Subject | None
    plan_id: str | None
    state: str
    fulfilment: str
    refunded: MoneyFields
    refund_brackets: list[TermBracket]
    refund_terms: RefundTerms | None
    payments: list[Payment]
    refunds: list[Refund]
    refund_request_id: str | None
    receipt_number: str | None
    expires_at: dt.datetime
    paid_at: dt.datetime | None
    version: int
    created_at: dt.datetime
    updated_at: dt.datetime | None
    display_name: str | None
    actions: list[str]


class Orders(TypedDict):
    items: list[ListedOrder]
    next: str | None
    total: int | None


class OrderCounts(TypedDict):
    community_id: str
    counts: dict[str, int]


class OrderProgress(TypedDict):
    id: str
    state: str
    ordered_at: dt.datetime
    expires_at: dt.datetime
    paid_at: dt.datetime | None
    fulfilment: str
    given_back: bool


class PurchaseProgress(TypedDict):
    purchase_id: str
    state: str
    opened_at: dt.datetime
    pay_by: dt.datetime | None
    order: OrderProgress | None
    actions: list[str]


class PurchasesProgress(TypedDict):
    purchases: list[PurchaseProgress]


class ToldAgain(TypedDict):
    order_id: str


class ShownPurchase(TypedDict):
    id: str
    community_id: str
    payer_id: str
    subject: Subject
    plan_id: str | None
    lines: list[PricedLine]
    refund_terms: RefundTerms | None
    purpose: str
    state: str
    order_id: str | None
    pay_by: dt.datetime | None
    version: int
    created_at: dt.datetime
    plan_name: str | None
    actions: list[str]
    providers: list[str]


class OpenOrder(TypedDict):
    order_id: str | None


class PausedPurchase(TypedDict):
    paused_until: dt.datetime | None


class Purchase(TypedDict):
    id: str
    community_id: str
    payer_id: str
    subject: Subject
    plan_id: str | None
    lines: list[PricedLine]
    refund_terms: RefundTerms | None
    purpose: str
    state: str
    order_id: str | None
    pay_by: dt.datetime | None
    version: int
    created_at: dt.datetime


class NamedPurchase(TypedDict):
    id: str
    community_id: str
    payer_id: str
    subject: Subject
    plan_id: str | None
    lines: list[PricedLine]
    refund_terms: RefundTerms | None
    purpose: str
    state: str
    order_id: str | None
    pay_by: dt.datetime | None
    version: int
    created_at: dt.datetime
    plan_name: str | None


class MyPurchases(TypedDict):
    items: list[NamedPurchase]
    next: str | None


class RefundRequest(TypedDict):
    id: str
    community_id: str
    order_id: str
    payer_id: str
    state: str
    why: str
    policy_amount: MoneyFields
    policy_basis_points: int
    gives_up: bool
    words: str
    refund_id: str | None
    version: int
    created_at: dt.datetime


class ShownRefundRequest(TypedDict):
    id: str
    community_id: str
    order_id: str
    payer_id: str
    state: str
    why: str
    policy_amount: MoneyFields
    policy_basis_points: int
    gives_up: bool
    words: str
    refund_id: str | None
    version: int
    created_at: dt.datetime
    actions: list[str]


class MyRefundRequests(TypedDict):
    items: list[RefundRequest]
    next: str | None


class ListedRefundRequest(TypedDict):
    id: str
    community_id: str
    order_id: str
    payer_id: str
    state: str
    why: str
    policy_amount: MoneyFields
    policy_basis_points: int
    gives_up: bool
    words: str
    refund_id: str | None
    version: int
    created_at: dt.datetime
    display_name: str | None
    actions: list[str]


class RefundRequests(TypedDict):
    items: list[ListedRefundRequest]
    next: str | None


class RefundRequestCounts(TypedDict):
    community_id: str
    counts: dict[str, int]


class RefundAnswer(TypedDict):
    words: str


class Earned(TypedDict):
    orders: int
    gross: MoneyFields
    discounts: MoneyFields
    refunds: MoneyFields
    net: MoneyFields


class MonthEarned(TypedDict):
    orders: int
    gross: MoneyFields
    discounts: MoneyFields
    refunds: MoneyFields
    net: MoneyFields
    month: str


class WaitingMoney(TypedDict):
    transfers: int
    refunds: int
    refund_requests: int


class LatestOrder(TypedDict):
    id: str
    payer_id: str
    display_name: str | None
    lines: list[PricedLine]
    state: str
    total: MoneyFields
    refunded: MoneyFields
    paid_at: dt.datetime | None
    created_at: dt.datetime


class Revenue(TypedDict):
    community_id: str
    total: Earned | None
    months: list[MonthEarned]
    plans: list[OfferedPlan]
    waiting: WaitingMoney
    latest_orders: list[LatestOrder]


class Receipt(TypedDict):
    amount: MoneyFields
    received_on: str
    note: str
    confirmed_by: str
    confirmed_at: dt.datetime


class ListedTransfer(TypedDict):
    payment_id: str
    order_id: str
    payer_id: str
    community_id: str
    reference: str
    state: str
    amount: MoneyFields
    received: MoneyFields
    returned: MoneyFields
    receipts: list[Receipt]
    claim: Receipt | None
    expires_at: dt.datetime
    created_at: dt.datetime
    actions: list[str]


class Transfers(TypedDict):
    items: list[ListedTransfer]
    next: str | None


class TransferCounts(TypedDict):
    community_id: str
    counts: dict[str, int]
    due_refunds: int


class Transfer(TypedDict):
    payment_id: str
    order_id: str
    payer_id: str
    community_id: str
    reference: str
    state: str
    amount: MoneyFields
    received: MoneyFields
    returned: MoneyFields
    receipts: list[Receipt]
    claim: Receipt | None
    expires_at: dt.datetime
    created_at: dt.datetime


class DueRefunds(TypedDict):
    items: list[Refund]
    next: str | None


class TransferAccount(TypedDict):
    words: str


class ProviderAccountChanged(TypedDict):
    account_id: str
    community_id: str
    provider: str
    changed_by: str
    changed: list[str]
    number_ends: str | None
    second_person_above: MoneyFields | None


class LadderStepReached(TypedDict):
    plan_id: str
    community_id: str
    step: int
    price: MoneyFields


class Line(TypedDict):
    kind: str
    amount: MoneyFields
    quantity: int


class SoldPeriod(TypedDict):
    plan_id: str
    months: int
    extra_days: int


class OrderPaid(TypedDict):
    order_id: str
    purchase_id: str
    community_id: str
    payer_id: str
    subject: Subject
    purpose: str
    total: MoneyFields
    lines: list[Line]
    period: SoldPeriod | None
    paid_at: dt.datetime
    paid_on: str


class OrderRefunded(TypedDict):
    refund_id: str | None
    order_id: str
    purchase_id: str
    community_id: str
    payer_id: str
    subject: Subject
    amount: MoneyFields
    full: bool
    gives_up: bool
    fulfilled: bool
    reason: str | None
    refunded_on: str | None


class PlanFacts(TypedDict):
    plan_id: str
    community_id: str
    state: str
    free: bool
    period_months: int
    tier: str
    plan_name: str


class RefundDeclined(TypedDict):
    refund_request_id: str
    order_id: str
    community_id: str
    payer_id: str


class TransferNews(TypedDict):
    payment_id: str
    order_id: str
    community_id: str
    payer_id: str
    reference: str
    received: MoneyFields
    missing: MoneyFields
    until: dt.datetime


class PersonErased(TypedDict):
    erasure_id: str
    person_id: str


class NewVersion(TypedDict):
    id: str
    version: int
    person_id: str | None


class NewVersions(TypedDict):
    changes: list[NewVersion]
    missed: bool
