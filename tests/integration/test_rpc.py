"""RPC between real processes: answers, refusals, deadlines, poison, at-most-once."""

import json
import signal
import time
from collections.abc import Iterator
from functools import partial

import amqp
import pytest

from tests.kit.broker import Broker, NoReply
from tests.kit.existing import existing
from tests.kit.probe import probe
from tests.kit.toy.system import Toy, ToyProcess


@pytest.fixture
def events(toy: Toy) -> ToyProcess:
    return toy.running("events") or toy.start("events").wait_ready()


@pytest.fixture
def gateway(toy: Toy) -> Iterator[Broker]:
    with toy.broker("gateway") as broker:
        yield broker


def runs(toy: Toy, text: str) -> int:
    return toy.events_db["runs"].count_documents({"text": text})


def test_answers_with_the_response_schema(events: ToyProcess, gateway: Broker) -> None:
    answer = gateway.call("events.echo", {"text": "你好"})
    assert answer["ok"]["text"] == "你好"
    assert answer["ok"]["at"].endswith("Z")


def test_wrong_input_is_refused_with_pointers(events: ToyProcess, gateway: Broker) -> None:
    refusal = gateway.call("events.echo", {"text": 7, "more": 1})["error"]
    assert refusal["kind"] == "invalid_input"
    assert {problem["pointer"] for problem in refusal["fields"]} == {"/text", "/more"}


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[1]", b'"text"', b""])
def test_undecodable_calls_are_answered_and_the_service_lives(
    events: ToyProcess, gateway: Broker, body: bytes
) -> None:
    refusal = gateway.call("events.echo", None, body=body)["error"]
    assert refusal["kind"] == "invalid_input"
    assert gateway.call("events.echo", {"text": "alive"})["ok"]["text"] == "alive"


def test_call_without_reply_address_is_dropped_and_the_service_lives(
    toy: Toy, events: ToyProcess, gateway: Broker
) -> None:
    """A call that nobody could be told about: logged, acknowledged, not executed."""
    refused = events.metric("coterie_rpc_calls_refused_total")
    gateway.publish(b'{"text": "mute"}', exchange="rpc", routing_key="events.echo")
    probe(lambda: events.metric("coterie_rpc_calls_refused_total") > refused, 5, "it is refused")
    assert gateway.call("events.echo", {"text": "alive"})["ok"]["text"] == "alive"
    assert runs(toy, "mute") == 0
    with toy.broker() as admin:
        assert admin.depth("rpc-events") == 0


def test_an_answer_that_is_no_json_is_an_internal_error(
    events: ToyProcess, gateway: Broker
) -> None:
    """A defect of the callee is told to the caller and logged; it is not left to the time-out."""
    refusal = gateway.call("events.answer_oddly", {"text": "x"})["error"]
    assert refusal["code"] == "request.internal_error"
    probe(lambda: events.lines("rpc_failed"), 5, "it is logged")


def test_an_error_that_the_record_does_not_declare_is_a_defect(
    events: ToyProcess, gateway: Broker
) -> None:
    """Outside of production, so that it is found before clients meet an unknown code."""
    refusal = gateway.call("events.answer_oddly", {"text": "refuse"})["error"]
    assert refusal["code"] == "request.internal_error"
    logged = probe(lambda: events.lines("rpc_error_undeclared"), 5, "it is logged")
    assert "events.thing_refused" in str(logged)


def test_an_answer_whose_caller_nobody_checked_is_a_defect(
    events: ToyProcess, gateway: Broker
) -> None:
    """H-33: a use case that forgets to hold its caller against its record answers nobody."""
    refusal = gateway.call("events.unchecked", {"text": "x"})["error"]
    assert refusal["code"] == "request.internal_error"
    logged = probe(lambda: events.lines("handler_failed"), 5, "it is logged")
    assert "events.unchecked is for the signed-in person" in str(logged)


def test_a_caller_does_not_wait_for_what_follows_the_answer(
    toy: Toy, events: ToyProcess, gateway: Broker
) -> None:
    """The reply comes first; what fails afterwards is counted and disturbs nobody."""
    found = toy.events_db["runs"]
    for text in ("later", "fails"):
        answer = gateway.call("events.echo_later", {"text": text, "milliseconds": 1000})
        assert answer["ok"]["text"] == text
        assert not found.count_documents({"text": text, "ended_at": {"$ne": None}})
        done = {"text": text, "ended_at": {"$ne": None}}
        probe(partial(found.count_documents, done), 5, "done after the answer")
    failed = "coterie_rpc_work_after_reply_failed_total"
    probe(lambda: events.metric(failed) == 1, 5, "the failure is counted")
    assert gateway.call("events.echo", {"text": "alive"})["ok"]["text"] == "alive"


def test_headers_that_are_not_ours_are_refused(events: ToyProcess, gateway: Broker) -> None:
    refusal = gateway.call("events.echo", {"text": "x"}, headers={"coterie-actor": "nobody"})
    assert refusal["error"]["kind"] == "invalid_input"


def test_same_key_replays_the_answer_and_another_request_is_refused(
    toy: Toy, events: ToyProcess, gateway: Broker
) -> None:
    """H-13, H-16: the stored answer comes back, marked; the same key with another body does not."""
    request = {"thing_id": "keyed"}
    first = gateway.reply(gateway.send_call("events.change_thing", request, key="k-1"))
    again = gateway.reply(gateway.send_call("events.change_thing", request, key="k-1"))
    assert first.body == again.body
    assert "coterie-replayed" not in first.headers
    assert again.headers["coterie-replayed"] == "true"
    other = gateway.call("events.change_thing", request, key="k-1", fingerprint="other")
    assert other["error"]["code"] == "request.idempotency_key_reused"
    assert existing(toy.events_db["things"].find_one({"_id": "keyed"}))["version"] == 1


def test_business_error_of_a_keyed_command_is_replayed(events: ToyProcess, gateway: Broker) -> None:
    """H-13: a refusal is an answer, too."""
    request = {"thing_id": "refused", "behaviour": "refuse"}
    first = gateway.reply(gateway.send_call("events.change_thing", request, key="k-2"))
    again = gateway.reply(gateway.send_call("events.change_thing", request, key="k-2"))
    assert first.body == again.body
    assert again.headers["coterie-replayed"] == "true"


def test_single_transaction_command_is_replayed_without_a_look_before(
    toy: Toy, events: ToyProcess, gateway: Broker
) -> None:
    """H-12, H-13: its repetition would be refused by now, but gets what the first one was told."""
    request = {"thing_id": "taken"}
    sent = [gateway.send_call("events.take_thing", request, key="k-4") for _ in range(10)]
    bodies = {gateway.reply(number).body for number in sent}
    again = gateway.reply(gateway.send_call("events.take_thing", request, key="k-4"))
    assert bodies == {again.body}
    assert again.headers["coterie-replayed"] == "true"
    other = gateway.call("events.take_thing", request, key="k-4", fingerprint="other")
    assert other["error"]["code"] == "request.idempotency_key_reused"
    refused = gateway.reply(gateway.send_call("events.take_thing", request, key="k-5"))
    assert b"events.thing_taken" in bytes(refused.body)
    assert "coterie-replayed" not in refused.headers
    assert existing(toy.events_db["things"].find_one({"_id": "taken"}))["version"] == 1


def test_equal_keyed_calls_at_once_have_one_effect(
    toy: Toy, events: ToyProcess, gateway: Broker
) -> None:
    """H-12: twenty at once, one effect, twenty equal answers."""
    request = {"thing_id": "race"}
    sent = [gateway.send_call("events.change_thing", request, key="k-3") for _ in range(20)]
    bodies = {gateway.reply(number).body for number in sent}
    assert len(bodies) == 1
    assert existing(toy.events_db["things"].find_one({"_id": "race"}))["version"] == 1


def test_method_that_nobody_declared_is_unavailable(toy: Toy, events: ToyProcess) -> None:
    with toy.broker("notifications") as caller:
        refusal = caller.call("events.not_for_gateway", {"text": "x"})["error"]
    assert refusal["kind"] == "unavailable"


def test_callee_paused_past_the_deadline_executes_nothing_later(
    toy: Toy, events: ToyProcess, gateway: Broker
) -> None:
    """M-20: the caller hears within its deadline; after SIGCONT no expired call is executed."""
    events.send(signal.SIGSTOP)
    try:
        sent = [
            gateway.send_call("events.echo", {"text": "expired"}, seconds=1.0) for _ in range(5)
        ]
        with pytest.raises(NoReply):  # until no clock can be that far ahead
            gateway.reply(sent[0], 3.5)
    finally:
        events.send(signal.SIGCONT)
    events.wait_ready()
    assert gateway.call("events.echo", {"text": "after"})["ok"]["text"] == "after"
    assert runs(toy, "expired") == 0


def test_caller_is_told_in_time_when_nobody_answers(toy: Toy, events: ToyProcess) -> None:
    """H-6: through our own client; the callee is stopped, the caller hears `unavailable`."""
    caller = toy.start("notifications", "rpc").wait_ready()
    with toy.broker("gateway") as gateway:
        warm = gateway.call("notifications.ask_for_echo", {"text": "asked"})
        assert warm["ok"]["text"] == "asked"
        events.send(signal.SIGSTOP)
        began = time.monotonic()
        try:
            answer = gateway.call("notifications.ask_for_echo", {"text": "lost"}, seconds=8.0)
            assert time.monotonic() - began < 5.5
            with pytest.raises(NoReply):  # until no clock can be that far ahead
                gateway.reply("nobody's", 2.5)
        finally:
            events.send(signal.SIGCONT)
        assert answer["error"]["code"] == "request.service_unavailable"
        events.wait_ready()
        assert gateway.call("notifications.ask_for_echo", {"text": "found"})["ok"]
    assert runs(toy, "lost") == 0
    assert caller.stop() == 0


def test_a_request_too_large_for_a_message_disturbs_nobody(toy: Toy, events: ToyProcess) -> None:
    """M-20: refused before the broker sees it, which would close the channel for all that wait."""
    caller = toy.start("notifications", "rpc").wait_ready()
    with toy.broker("gateway") as gateway:
        slow = gateway.send_call(
            "notifications.ask_for_echo", {"text": "in flight", "milliseconds": 1000}
        )
        large = gateway.call("notifications.ask_for_echo", {"text": "文" * 1000, "times": 400})
        assert large["error"]["code"] == "gateway.body_too_large"
        assert large["error"]["params"] == {"maximum": 1_000_000}
        assert json.loads(gateway.reply(slow).body)["ok"]["text"] == "in flight"
    assert caller.metric("coterie_broker_connections_lost_total") == 0
    assert caller.stop() == 0


def test_one_request_id_and_trace_go_through_all_services(toy: Toy, events: ToyProcess) -> None:
    """H-24, H-25: the id of a request is in the log of every service it touched."""
    caller = toy.start("notifications", "rpc").wait_ready()
    with toy.broker("gateway") as gateway:
        gateway.call("notifications.ask_for_echo", {"text": "traced"})
    line = caller.lines("rpc_served")[-1]
    same = [
        one for one in events.lines("rpc_served") if one.get("request_id") == line["request_id"]
    ]
    assert [one["method"] for one in same] == ["events.echo"]
    assert same[0]["trace"].split("-")[1] == line["trace"].split("-")[1]
    assert same[0]["trace"] != line["trace"]
    assert (line["actor"], same[0]["actor"]) == ("per_1", "system:notifications")


def test_call_matrix_is_kept_by_the_broker(toy: Toy, gateway: Broker) -> None:
    """M-23: a caller that no record names is refused by the broker itself."""
    with pytest.raises(amqp.AccessRefused):
        gateway.publish(b"{}", exchange="rpc", routing_key="events.not_for_gateway")


@pytest.mark.parametrize(("method", "executions"), [("events.echo", 2), ("events.echo_once", 1)])
def test_crash_before_the_reply(toy: Toy, method: str, executions: int) -> None:
    """An idempotent call is executed again by whoever is there; any other at most once."""
    text = f"crash {method}"
    flag = toy.directory / text.replace(" ", "-")
    for process in toy.processes:
        process.stop()
    dying = toy.start("events", "rpc", crash_point=f"rpc.before_reply:{flag}").wait_ready()
    with toy.broker("gateway") as gateway:
        number = gateway.send_call(method, {"text": text}, seconds=20.0)
        assert dying.ended(10) == -signal.SIGKILL
        toy.start("events", "rpc").wait_ready()
        if executions == 2:
            assert gateway.reply(number, 10.0)
        else:
            with pytest.raises(NoReply):
                gateway.reply(number, 2.0)
    assert runs(toy, text) == executions
