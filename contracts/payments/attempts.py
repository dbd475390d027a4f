"""Attempts to pay an order: where the payer goes and comes back to, what providers call back."""

from __future__ import annotations

from marshmallow import fields

from contracts.access import the, whoever_has
from contracts.errors import payments as codes
from contracts.fields import Choice, Document, Id, Matching, Request, Whole
from contracts.payments.accounts import PROVIDERS
from contracts.payments.orders import Payment
from contracts.records import ByLink, Rpc


def _page_for_payer(when: str) -> Matching:
    """An address on the front end; whose host it may have is said by the community."""
    return Matching(
        r"https?://[!$-;=?-Z_a-z~]{1,500}",
        "https_address",
        load_default=None,
        allow_none=True,
        metadata={
            "description": f"where the payer goes {when}, at one of the community's `link_hosts`;"
            " `order_id` is added to its query. An attempt that is under way keeps its first ones",
            "example": None,
        },
    )


class OpenPayment(Request):
    order_id = Id("ord", required=True)
    provider = Choice(*PROVIDERS, required=True)
    return_url = _page_for_payer("afterwards")
    cancel_url = _page_for_payer("who gives up")


class Callback(Request):
    """A provider's callback as it arrived: raw body and the headers that sign it."""

    account_id = Id("acc", required=True)
    provider = Choice(*PROVIDERS, required=True)
    headers = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    body_base64 = fields.String(required=True)


class CallbackAnswer(Document):
    """What the provider wants to hear, as it wants to hear it."""

    status = Whole(required=True)
    content_type = fields.String(required=True)
    body = fields.String(required=True)


OPEN_PAYMENT = Rpc(
    "payments",
    "open_payment",
    "Open an attempt to pay with a provider and say where the payer goes.",
    OpenPayment,
    Payment,
    who=the("payer"),
    by_link=(ByLink("pay"), ByLink("renew")),
    errors=(
        codes.ORDER_WRONG_STATE,
        codes.NO_PROVIDER_ACCOUNT,
        codes.PROVIDER_ACCOUNT_BROKEN,
        codes.RETURN_HOST_NOT_ALLOWED,
        codes.PROVIDER_UNAVAILABLE,
    ),
    deadline=10.0,
)
RECEIVE_CALLBACK = Rpc(
    "payments",
    "receive_callback",
    "Verify and store a provider's callback; it takes effect right after.",
    Callback,
    CallbackAnswer,
    who=whoever_has("the provider's key, by the signature over the raw body"),
    errors=(codes.CALLBACK_REFUSED, codes.PROVIDER_UNAVAILABLE),
    deadline=10.0,
)
