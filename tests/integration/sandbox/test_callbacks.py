"""The provider's callbacks: what they prove, and how they come twice, late and wrong."""

import itertools
import time

from tests.integration.sandbox.world import (
    SUCCESS,
    Merchant,
    Program,
    Receiver,
    running_receiver,
)
from tests.kit.probe import probe


def test_a_callback_tells_and_proves_the_payment(merchant: Merchant, receiver: Receiver) -> None:
    """P-21: RSA over timestamp, nonce and the raw body; the key is chosen by its serial."""
    out_trade_no = merchant.paid()
    (callback,) = receiver.wait_for(out_trade_no, 1)
    assert merchant.verifies(callback)
    assert abs(int(callback.headers["Sandbox-Timestamp"]) - time.time()) < 60
    assert callback.document["type"] == "payment.paid"
    seen = merchant.get(f"/v1/payments/{out_trade_no}").json()
    assert callback.data == {
        "merchant_id": merchant.id,
        "out_trade_no": out_trade_no,
        "provider_payment_id": seen["provider_payment_id"],
        "transaction_id": seen["transaction_id"],
        "amount": 300_000,
        "currency": "CNY",
        "paid_at": seen["paid_at"],
    }
    callback.body += b" "
    assert not merchant.verifies(callback), "the check of this test must be able to fail"

    def answered() -> bool:
        (entry,) = merchant.journal("callback.answered")
        return entry["accepted"] and entry["notification_id"] == callback.document["id"]

    probe(answered, message="the answer in the journal")


def test_repeats_come_in_parallel(merchant: Merchant, receiver: Receiver) -> None:
    """P-25: the same notification many times, some at once."""
    gathered = itertools.count(1)

    def answer_when_others_came(callback: object) -> tuple[int, bytes]:
        next(gathered)
        probe(lambda: len(receiver.received) >= 2, 5, "a copy sent while this one waits")
        return SUCCESS

    receiver.answer = answer_when_others_came
    out_trade_no = merchant.paid(repeat=30)
    copies = receiver.wait_for(out_trade_no, 30)
    assert len({copy.body for copy in copies}) == 1
    assert all(merchant.verifies(copy) for copy in copies)
    assert receiver.most_at_once > 1
    assert len({copy.headers["Sandbox-Nonce"] for copy in copies}) == 30


def test_spoilt_copies_come_before_the_genuine_one(merchant: Merchant, receiver: Receiver) -> None:
    """P-21, P-24: each spoilt copy is wrong in exactly one way."""
    out_trade_no = merchant.paid(
        forge=True, unknown_serial=True, old_timestamp=True, wrong_amount=-100
    )
    forged, stranger, old, wrong, genuine = receiver.wait_for(out_trade_no, 5)
    assert not merchant.verifies(forged)
    assert forged.body == genuine.body
    published = {key["serial"] for key in merchant.get("/v1/certificates").json()["certificates"]}
    assert stranger.headers["Sandbox-Serial"] not in published
    assert merchant.verifies(old)
    assert time.time() - int(old.headers["Sandbox-Timestamp"]) > 300
    assert merchant.verifies(wrong)
    assert wrong.data["amount"] == 299_900
    assert wrong.document["id"] != genuine.document["id"]
    assert merchant.verifies(genuine)
    assert genuine.data["amount"] == 300_000

    def variants() -> bool:
        sent = [entry["variant"] for entry in merchant.journal("callback.answered")]
        return sent == ["forged", "unknown_serial", "old_timestamp", "wrong_amount", "genuine"]

    probe(variants, message="all five in the journal")


def test_only_a_wrong_amount(merchant: Merchant, receiver: Receiver) -> None:
    """P-24: nothing right ever comes; the truth must be queried."""
    out_trade_no = merchant.paid(wrong_amount="only")
    (callback,) = receiver.wait_for(out_trade_no, 1)
    assert merchant.verifies(callback)
    assert callback.data["amount"] == 300_001
    assert merchant.get(f"/v1/payments/{out_trade_no}").json()["paid_amount"] == 300_000


def test_a_lost_callback_is_never_sent(
    provider: Program, merchant: Merchant, receiver: Receiver
) -> None:
    """P-22: delivery is not guaranteed; the query finds the payment."""
    lost = merchant.paid(lost=True)
    sent = merchant.paid()
    receiver.wait_for(sent, 1)
    provider.advance(86_400)
    late = merchant.paid()
    receiver.wait_for(late, 1)
    assert receiver.of(lost) == []
    assert [entry["out_trade_no"] for entry in merchant.journal("callback.lost")] == [lost]
    assert merchant.get(f"/v1/payments/{lost}").json()["state"] == "paid"


def test_late_callbacks_follow_the_business_clock(
    provider: Program, merchant: Merchant, receiver: Receiver
) -> None:
    """P-14: success an hour after everybody gave up."""
    late = merchant.paid(late_seconds=3600)
    prompt = merchant.paid()
    receiver.wait_for(prompt, 1)
    assert receiver.of(late) == []
    provider.advance(3600)
    receiver.wait_for(late, 1)


def test_reordered_callbacks(merchant: Merchant, receiver: Receiver) -> None:
    """P-25: the refund is told before the payment."""
    out_trade_no = merchant.paid(reorder=True)
    merchant.post("/v1/refunds", merchant.refund_body(out_trade_no, 300_000))
    callbacks = receiver.wait_for(out_trade_no, 2)
    kinds = [callback.document["type"] for callback in callbacks]
    assert kinds == ["refund.succeeded", "payment.paid"]


def test_retries_until_success(provider: Program, merchant: Merchant, receiver: Receiver) -> None:
    """P-22: only 200 with SUCCESS ends it; every attempt is stamped and signed afresh."""
    answers = iter(
        [
            (500, b""),
            (200, b"ok"),
            (200, b'{"code":"FAIL"}'),
            (200, b'["SUCCESS"]'),
            (201, b'{"code":"SUCCESS"}'),
            (302, b""),
            None,
            SUCCESS,
        ]
    )
    receiver.answer = lambda callback: next(answers)
    out_trade_no = merchant.paid()
    for count in range(1, 9):
        receiver.wait_for(out_trade_no, count)
        provider.advance(3600)
    callbacks = receiver.of(out_trade_no)
    assert len({callback.body for callback in callbacks}) == 1
    assert len({callback.headers["Sandbox-Signature"] for callback in callbacks}) == 8
    assert all(merchant.verifies(callback) for callback in callbacks)

    probe(
        lambda: merchant.journal("callback.answered")[-1]["accepted"],
        message="the last attempt accepted",
    )
    receiver.answer = lambda callback: SUCCESS
    provider.advance(86_400)
    receiver.wait_for(merchant.paid(), 1)
    assert len(receiver.of(out_trade_no)) == 8, "nothing is sent after SUCCESS"


def test_a_slow_receiver_does_not_delay_others(
    provider: Program, merchant: Merchant, receiver: Receiver
) -> None:
    """The slow one is answered only after the other one was served."""
    with running_receiver() as other_endpoint:
        other = Merchant(provider, other_endpoint.url)
        payment = other.create()
        receiver.answer = lambda callback: (
            SUCCESS if other_endpoint.wait_for(payment["out_trade_no"], 1) else None
        )
        slow = merchant.paid()
        receiver.wait_for(slow, 1)
        other.pay(payment)
        other_endpoint.wait_for(payment["out_trade_no"], 1)
        probe(lambda: merchant.journal("callback.answered")[0]["accepted"], message="slow answer")


def test_key_rotation(merchant: Merchant, receiver: Receiver) -> None:
    """P-28: two live serials; the new one signs at once."""
    before = merchant.get("/v1/certificates").json()["certificates"]
    serial = merchant.post("/control/rotate-key").json()["serial"]
    after = merchant.get("/v1/certificates").json()["certificates"]
    assert [key["serial"] for key in after] == [serial, before[0]["serial"]]
    (callback,) = receiver.wait_for(merchant.paid(), 1)
    assert callback.headers["Sandbox-Serial"] == serial
    assert merchant.verifies(callback)
