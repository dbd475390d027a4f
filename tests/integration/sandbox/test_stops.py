"""The provider dies or is stopped: what it acknowledged is kept; starts, settings, resets."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
import requests

from tests.integration.sandbox.world import (
    SUCCESS,
    Callback,
    Merchant,
    Program,
    Receiver,
)
from tests.kit.probe import probe
from tests.kit.processes import free_port


@pytest.fixture
def own_provider(tmp_path: Path) -> Iterator[Program]:
    program = Program("sandbox.provider", tmp_path, SANDBOX_PROVIDER_PORT=free_port())
    program.start()
    yield program
    program.kill()


def test_kill_between_capture_and_callback(own_provider: Program, receiver: Receiver) -> None:
    """P-30: the journal and the schedule survive kill -9; keys stay the same."""
    merchant = Merchant(own_provider, receiver.url)
    number = merchant.paid(callback_delay_ms=60_000)
    keys = merchant.get("/v1/certificates").json()
    own_provider.kill()
    own_provider.start()
    assert merchant.get("/v1/certificates").json() == keys
    assert merchant.totals()["captured"] == 300_000
    assert receiver.of(number) == []
    own_provider.advance(60)
    (callback,) = receiver.wait_for(number, 1)
    assert merchant.verifies(callback)


def test_kill_while_a_callback_waits_for_its_answer(
    own_provider: Program, receiver: Receiver
) -> None:
    """An attempt whose answer was never written down is made again, with the same id."""
    merchant = Merchant(own_provider, receiver.url)

    def answer(callback: Callback) -> tuple[int, bytes] | None:
        if len(receiver.received) > 1:
            return SUCCESS
        receiver.wait_for(number, 2, 30)
        return None

    receiver.answer = answer
    payment = merchant.create()
    number = payment["out_trade_no"]
    merchant.pay(payment)
    receiver.wait_for(number, 1)
    own_provider.kill()
    own_provider.start()
    first, second = receiver.wait_for(number, 2)
    assert first.body == second.body
    kinds = [entry["kind"] for entry in merchant.journal()]
    assert kinds.count("callback.sent") == 2


def test_kill_under_load_loses_nothing_acknowledged(
    own_provider: Program, receiver: Receiver
) -> None:
    """Every acknowledged payment is in the journal and told, whenever the process is killed."""
    merchant = Merchant(own_provider, receiver.url)
    acknowledged: list[str] = []

    def pay_until_killed() -> None:
        try:
            while True:
                acknowledged.append(merchant.paid())
        except requests.RequestException:
            return

    def enough(goal: int) -> bool:
        return len(acknowledged) >= goal

    for goal in (15, 30):
        with ThreadPoolExecutor(4) as pool:
            for _ in range(4):
                pool.submit(pay_until_killed)
            probe(partial(enough, goal), 20, "payments before the kill")
            own_provider.kill()
        own_provider.start()
    for number in acknowledged:
        receiver.wait_for(number, 1)
    captured = [entry["out_trade_no"] for entry in merchant.journal("payment.captured")]
    assert len(captured) == len(set(captured))
    assert set(acknowledged) <= set(captured)
    assert merchant.totals()["captured"] == 300_000 * len(captured)


def test_sigterm_cuts_silence_short(own_provider: Program, receiver: Receiver) -> None:
    """A stop answers what is in hand and ends with 0."""
    merchant = Merchant(own_provider, receiver.url)
    merchant.put(
        "/control/faults",
        {
            "merchant_id": merchant.id,
            "on": "create",
            "kind": "timeout_before_effect",
            "seconds": 300,
        },
    )
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(merchant.post, "/v1/payments", merchant.payment_body(), 30)
        probe(lambda: merchant.journal("fault.applied"), message="the call in hand")
        assert own_provider.stop() == 0
        assert answer.result().status_code == 504


def test_a_port_in_use_ends_the_program_with_a_message(
    own_provider: Program, tmp_path: Path
) -> None:
    port = int(own_provider.url.rpartition(":")[2])
    folder = tmp_path / "second"
    folder.mkdir()
    second = Program("sandbox.provider", folder, SANDBOX_PROVIDER_PORT=port)
    ended = second.run_to_end()
    assert ended.returncode == 1
    assert f"Port {port} is in use" in ended.stderr


def test_a_wrong_setting_ends_the_program_with_a_message(tmp_path: Path) -> None:
    ended = Program("sandbox.provider", tmp_path, SANDBOX_PROVIDER_PORT=99_999).run_to_end()
    assert ended.returncode == 2
    assert "SANDBOX_PROVIDER_PORT must be a port number" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_payers_may_use_another_address(tmp_path: Path, receiver: Receiver) -> None:
    """In containers merchants and browsers reach the provider under different names."""
    program = Program("sandbox.provider", tmp_path, SANDBOX_PROVIDER_PORT=free_port())
    program.start(SANDBOX_PUBLIC_URL="http://pay.example.com/")
    try:
        payment = Merchant(program, receiver.url).create()
    finally:
        program.stop()
    expected = f"http://pay.example.com/pay/{payment['provider_payment_id']}"
    assert payment["pay_url"] == expected


def test_reset_keeps_only_the_keys(own_provider: Program, receiver: Receiver) -> None:
    merchant = Merchant(own_provider, receiver.url)
    number = merchant.paid(late_seconds=3600)
    keys = merchant.get("/v1/certificates").json()
    last = merchant.journal()[-1]["position"]
    assert merchant.call("DELETE", "/control").status_code == 204
    assert merchant.journal() == []
    assert merchant.totals() == {"captured": 0, "refunded": 0, "count": 0, "by_currency": {}}
    assert merchant.get("/v1/certificates").json() == keys
    assert merchant.get(f"/v1/payments/{number}").status_code == 401
    fresh = Merchant(own_provider, receiver.url)
    own_provider.advance(3600)
    told = fresh.paid()
    receiver.wait_for(told, 1)
    assert receiver.of(number) == []
    assert fresh.journal()[0]["position"] > last, "cursors of readers stay valid"
