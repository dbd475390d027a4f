"""Money goes another way only for who signed in within ten minutes (M3)."""

import dataclasses
import time

import pytest

from chassis.context import Context
from contracts import payments
from contracts.errors import SIGN_IN_AGAIN, DomainError
from services.payments.settings import REFUND_SIGN_IN_ABOVE
from tests.store.payments.shop import Sale, Shop


def long_ago(ctx: Context) -> Context:
    actor = dataclasses.replace(ctx.actor, signed_in_at=int(time.time()) - 601)
    return dataclasses.replace(ctx, actor=actor)


def refund(shop: Shop, sale: Sale, ctx: Context, amount: int | None) -> None:
    asked = {"amount": amount, "currency": "CNY"} if amount is not None else None
    shop.ask(
        shop.app.refunds.refund_order,
        payments.REFUND_ORDER,
        ctx,
        order_id=sale.order["id"],
        amount=asked,
        reason="moved away",
    )


def test_refunds_above_the_limit(shop: Shop) -> None:
    """Parts count together, so that many small ones are no way round it."""
    sale = shop.paid()
    owner = long_ago(shop.owner)
    small = REFUND_SIGN_IN_ABOVE // 2
    for amount in (None, REFUND_SIGN_IN_ABOVE + 1):
        with pytest.raises(DomainError) as refused:
            refund(shop, sale, owner, amount)
        assert refused.value.error is SIGN_IN_AGAIN
    refund(shop, sale, owner, small)
    refund(shop, sale, owner, small)
    with pytest.raises(DomainError) as refused:
        refund(shop, sale, owner, 1)
    assert refused.value.error is SIGN_IN_AGAIN
    assert shop.database.refunds.count_documents({}) == 2
    refund(shop, sale, shop.owner, None)


def test_granted_requests_above_the_limit(shop: Shop) -> None:
    """By the same rule as any refund; who declines gives nothing away."""
    sale, owner = shop.paid(), long_ago(shop.owner)
    asked = {"order_id": sale.order["id"]}
    made = shop.ask(shop.app.refund_requests.ask, payments.ASK_REFUND, sale.buyer, **asked)
    request = {"refund_request_id": made["id"]}
    grant, record = shop.app.refund_requests.grant, payments.GRANT_REFUND_REQUEST
    with pytest.raises(DomainError) as refused:
        shop.ask(grant, record, owner, **request)
    assert refused.value.error is SIGN_IN_AGAIN
    assert shop.database.refunds.count_documents({}) == 0
    small = {"amount": REFUND_SIGN_IN_ABOVE, "currency": "CNY"}
    assert shop.ask(grant, record, owner, **request, amount=small)["state"] == "granted"


def test_the_account_with_a_provider(shop: Shop) -> None:
    """O-2: where money goes is changed by who just showed who they are."""
    account = {"merchant_id": "elsewhere", "secret_ref": "other-secret", "expected_version": 1}
    asked = {"community_id": shop.community_id, "provider": "sandbox", **account}
    before = shop.database.provider_accounts.find_one({})
    with pytest.raises(DomainError) as refused:
        shop.ask(
            shop.app.accounts.set, payments.SET_PROVIDER_ACCOUNT, long_ago(shop.owner), **asked
        )
    assert refused.value.error is SIGN_IN_AGAIN
    assert shop.database.provider_accounts.find_one({}) == before
