"""Callbacks that are signed and odd, or forged in crowds: refused, never a defect (O-10, P-21)."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st

from services.payments.adapters import sandbox
from services.payments.adapters.provider import CallbackInvalid, ProviderSilent
from services.payments.adapters.sandbox import SandboxProvider
from services.payments.adapters.secrets import Secrets
from services.payments.domain.money.accounts import ProviderAccount
from tests.component.test_payments_provider_http import BODY, GOOD, Partner, partner, signed

__all__ = ["partner"]  # the fixture

ACCOUNT: ProviderAccount = {
    "_id": "acc_1",
    "community_id": "com_1",
    "provider": "sandbox",
    "merchant_id": "m",
    "secret_ref": "doctors",
    "used": True,
}
PAID: dict[str, Any] = {
    "id": "n1",
    "type": "payment.paid",
    "data": {
        "merchant_id": "m",
        "out_trade_no": "P1",
        "transaction_id": "tx_1",
        "amount": 300_000,
        "currency": "CNY",
    },
}
HALF = "\ud800"


def provider_at(url: str, path: Path) -> SandboxProvider:
    (path / "doctors").write_text("key\n")
    return SandboxProvider(url, "http://gateway", Secrets(str(path), shared=True))


@pytest.fixture
def provider(partner: Partner, tmp_path: Path) -> SandboxProvider:
    return provider_at(partner.url, tmp_path)


def with_data(**changes: Any) -> dict[str, Any]:
    return {**PAID, "data": {**PAID["data"], **changes}}


# ── F13 ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(with_data(currency="cny")),
        json.dumps(with_data(currency="ＣＮＹ")),
        json.dumps({**PAID, "id": HALF}),
        json.dumps(with_data(transaction_id=f"tx{HALF}")),
        json.dumps({**PAID, "more": HALF}),
        json.dumps({**PAID, HALF: 1}),
        "[" * 3_000 + "]" * 3_000,
        '{"id":' * 3_000 + "1" + "}" * 3_000,
        json.dumps(with_data(amount=1e400)),
        json.dumps(PAID).replace("300000", "9" * 5_000),
        json.dumps(with_data(amount=2**63)),
    ],
    ids=[
        "small letters",
        "full width",
        "half a character as id",
        "half a character",
        "half a character elsewhere",
        "half a character as a name",
        "nested lists",
        "nested objects",
        "infinity",
        "very long number",
        "large number",
    ],
)
def test_a_readable_but_odd_callback_is_refused(provider: SandboxProvider, body: str) -> None:
    with pytest.raises(CallbackInvalid):
        provider.read_notice(ACCOUNT, body.encode())


TEXTS = st.text(st.characters(categories=None), max_size=70)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
DATA = st.fixed_dictionaries(
    {name: st.just(value) | JSON for name, value in PAID["data"].items()},
    optional={"out_refund_no": TEXTS, "refund_amount": st.integers() | JSON},
)
NOTICES = st.fixed_dictionaries(
    {
        "id": st.just("n1") | JSON,
        "type": st.sampled_from(["payment.paid", "refund.succeeded", "refund.failed"]) | JSON,
        "data": DATA | JSON,
    }
)
DOCUMENTS = (NOTICES | JSON).map(lambda document: json.dumps(document).encode())


@given(st.binary(max_size=50) | DOCUMENTS)
def test_whatever_is_signed_is_refused_or_can_be_stored(body: bytes) -> None:
    """The whole class: no body makes reading it anything else."""
    provider = SandboxProvider("http://nobody", "http://gateway", Secrets("/nowhere", shared=True))
    try:
        notice = provider.read_notice(ACCOUNT, body)
    except CallbackInvalid:
        return
    repr(notice).encode()
    notice.id.encode()


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({**GOOD, "currency": "cny"}),
        json.dumps({**GOOD, "out_trade_no": HALF}),
        "[" * 3_000 + "]" * 3_000,
    ],
    ids=["small letters", "half a character", "nested"],
)
def test_an_odd_answer_leaves_the_outcome_unknown(
    partner: Partner, provider: SandboxProvider, body: str
) -> None:
    partner.body = body.encode()
    with pytest.raises(ProviderSilent):
        provider.query_payment(ACCOUNT, "P1")


def test_a_time_beyond_all_numbers_is_refused(provider: SandboxProvider) -> None:
    headers = {**signed(), "SANDBOX-TIMESTAMP": "9" * 400}
    with pytest.raises(CallbackInvalid):
        provider.verify(ACCOUNT, headers, BODY)


# ── F12, L10 ────────────────────────────────────────────────────────────────────────────────────


def test_forged_serials_hold_one_worker_while_the_provider_drips(
    partner: Partner, provider: SandboxProvider
) -> None:
    """One asks for keys, the others are answered at once, and genuine callbacks go on."""
    provider.verify(ACCOUNT, signed(), BODY)
    provider._refreshed_at = -sandbox.REFRESH_SECONDS
    partner.pause = 0.05  # a list of keys takes longer than the test
    asks = threading.Thread(target=_refused, args=(provider, "B1"), daemon=True)
    asks.start()
    while len(partner.asked) < 2:
        time.sleep(0.01)
    began = time.monotonic()
    with ThreadPoolExecutor(20) as workers:
        list(workers.map(lambda n: _refused(provider, f"C{n}"), range(200)))
    provider.verify(ACCOUNT, signed(), BODY)
    assert time.monotonic() - began < 1
    assert asks.is_alive()
    assert partner.asked == ["/v1/certificates"] * 2


def _refused(provider: SandboxProvider, serial: str) -> None:
    with pytest.raises((CallbackInvalid, ProviderSilent)):
        provider.verify(ACCOUNT, signed(serial=serial), BODY)


def pem_of(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return public.decode()


@pytest.mark.parametrize(
    "pem",
    [
        pem_of(rsa.generate_private_key(public_exponent=65537, key_size=1024)),
        pem_of(ec.generate_private_key(ec.SECP256R1())),
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        "",
        "ä",
    ],
    ids=["1024 bits", "no RSA", "no key", "nothing", "no PEM"],
)
def test_a_weak_or_broken_key_is_not_taken_and_takes_no_other_away(
    partner: Partner, provider: SandboxProvider, pem: str
) -> None:
    listed = json.loads(partner.answer("/v1/certificates"))["certificates"]
    answer = {"certificates": [{"serial": "B1", "public_key_pem": pem}, *listed]}
    partner.answer = lambda path: json.dumps(answer).encode()  # type: ignore[method-assign]
    with pytest.raises(CallbackInvalid):
        provider.verify(ACCOUNT, signed(serial="B1"), BODY)
    provider.verify(ACCOUNT, signed(), BODY)
