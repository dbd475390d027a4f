"""Words of closed lists under the names of those lists in OpenAPI, for screens that show them."""

from collections.abc import Iterable

from contracts.access import GRANTABLE_ROLES
from contracts.states.events import MEETUP_STATES, REGISTRATION_STATES
from contracts.states.payments import FULFILMENTS, ORDER_STATES, PURCHASE_STATES
from contracts.words import TABLES, Table


def _only(table: str, words: Iterable[str]) -> Table:
    return {word: TABLES[table][word] for word in words}


LABELS: dict[str, Table] = {
    "ApiKeyState": TABLES["api_key"],
    "ApplicationState": TABLES["application"],
    "CouponState": TABLES["coupon"],
    "DeliveryState": TABLES["delivery"],
    "ErasureState": TABLES["erasure"],
    "Fulfilment": _only("order", FULFILMENTS),
    "GrantableRole": _only("role", GRANTABLE_ROLES),
    "ImportState": TABLES["import"],
    "JoinState": TABLES["join"],
    "JoinStepName": TABLES["join_step_name"],
    "JoinStepState": TABLES["join_step"],
    "MeetupState": _only("meetup", MEETUP_STATES),
    "MembershipState": TABLES["membership"],
    "NextStep": TABLES["next_step"],
    "OrderState": _only("order", ORDER_STATES),
    "PaymentState": TABLES["payment"],
    "PlaceState": TABLES["place"],
    "PlanState": TABLES["plan"],
    "PurchaseState": _only("purchase", PURCHASE_STATES),
    "QuoteState": TABLES["quote"],
    "RefundRequestState": TABLES["refund_request"],
    "RefundState": TABLES["refund"],
    "RegistrationState": _only("registration", REGISTRATION_STATES),
    "RejectionReason": TABLES["rejection"],
    "ReviewVerdict": TABLES["verdict"],
    "TermKind": TABLES["term_kind"],
    "TransferState": TABLES["transfer"],
    "UploadState": TABLES["upload"],
    "actions": TABLES["operation"],
}
