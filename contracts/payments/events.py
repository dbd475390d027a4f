"""What the payments service tells."""

from __future__ import annotations

from marshmallow import fields

from contracts.erasure import person_data_erased
from contracts.fields import Boolean, Day, Document, Id, Instant, Whole, money
from contracts.news import things_changed
from contracts.payments.plans import PlanFacts
from contracts.purchases import Line, Subject
from contracts.records import Audience, Event


class SoldPeriod(Document):
    """What the plan grants, as it stood when the order was made; lines of a price grant none."""

    plan_id = Id("pln", required=True)
    months = Whole(required=True)
    extra_days = Whole(required=True)


class OrderPaid(Document):
    order_id = Id("ord", required=True)
    purchase_id = Id("pur", required=True)
    community_id = Id("com", required=True)
    payer_id = Id("per", required=True)
    subject = fields.Nested(Subject, required=True)
    purpose = fields.String(required=True)
    total = money(required=True)
    lines = fields.List(fields.Nested(Line), load_default=list)  # earlier versions send none
    period = fields.Nested(
        SoldPeriod,
        required=True,
        allow_none=True,
        metadata={"description": "of a plan; null without one"},
    )
    paid_at = Instant(required=True)
    paid_on = Day(required=True)


class LadderStepReached(Document):
    """What the plan costs from now on, but for who was promised less."""

    plan_id = Id("pln", required=True)
    community_id = Id("com", required=True)
    step = Whole(required=True)
    price = money(required=True)


class OrderRefunded(Document):
    """`reason` is the code by which the system gave it back; null where somebody wrote why: that
    stays with the refund, and `get_refund_reason` gives it to who writes to the payer. Without
    `refund_id` nothing had been paid."""

    refund_id = Id("rfd", required=True, allow_none=True)
    order_id = Id("ord", required=True)
    purchase_id = Id("pur", required=True)
    community_id = Id("com", required=True)
    payer_id = Id("per", required=True)
    subject = fields.Nested(Subject, required=True)
    amount = money(required=True)
    full = Boolean(required=True)
    gives_up = Boolean(
        load_default=False,  # earlier versions say nothing
        metadata={"description": "what was paid for ends by it, whatever its share"},
    )
    fulfilled = Boolean(required=True)
    reason = fields.String(required=True, allow_none=True)
    refunded_on = Day(
        load_default=None,
        allow_none=True,
        metadata={"description": "the day in the community on which it was done (rules.md §2.6)"},
    )


class RefundDeclined(Document):
    """Who is told about it gets the words by `get_refund_answer`."""

    refund_request_id = Id("rrq", required=True)
    order_id = Id("ord", required=True)
    community_id = Id("com", required=True)
    payer_id = Id("per", required=True)


class TransferNews(Document):
    """Who is told about it gets the account's own words by `get_transfer_account`."""

    payment_id = Id("pay", required=True)
    order_id = Id("ord", required=True)
    community_id = Id("com", required=True)
    payer_id = Id("per", required=True)
    reference = fields.String(required=True)
    received = money(required=True)
    missing = money(required=True)
    until = Instant(required=True)


LADDER_STEP_REACHED = Event(
    "payments",
    "ladder_step_reached",
    "All places at a price are paid: the public price of the plan has risen.",
    LadderStepReached,
    subject="plan id",
    audience=Audience.INTEGRATORS,
    consumed=False,
)
ORDER_PAID = Event(
    "payments",
    "order_paid",
    "The money for an order arrived; the owner of the subject answers.",
    OrderPaid,
    subject="order id",
)
ORDER_REFUNDED = Event(
    "payments",
    "order_refunded",
    "Money of an order went back, in full or in part.",
    OrderRefunded,
    subject="order id",
)
PLAN_DESCRIBED = Event(
    "payments",
    "plan_described",
    "What a plan is now: told when it is made, changed or moved, whole each time, so the highest"
    " version wins.",
    PlanFacts,
    subject="plan id",
)
REFUND_DECLINED = Event(
    "payments",
    "refund_declined",
    "A refund that was asked for was declined; its payer is told why.",
    RefundDeclined,
    subject="refund request id",
)
TRANSFER_INCOMPLETE = Event(
    "payments",
    "transfer_incomplete",
    "A part of a transfer came; its payer is told what is missing.",
    TransferNews,
    subject="transfer id",
)
TRANSFER_ENDING = Event(
    "payments",
    "transfer_ending",
    "A transfer that is not there yet can be made for one more day.",
    TransferNews,
    subject="transfer id",
)
PERSON_DATA_ERASED = person_data_erased("payments")
THINGS_CHANGED = things_changed("payments")
