"""Errors in the reader's language: no word of the other one, and what people can read."""

import re
from typing import Any

import pytest

from chassis import shown
from chassis.ids import NOUNS as BY_PREFIX
from chassis.wording import documented, error_text, field_text, words_of
from contracts import events, membership, notifications, payments
from contracts.access import ROLES
from contracts.errors import REGISTRY, DomainError, ErrorCode
from contracts.errors import gateway as gateway_codes
from contracts.errors import payments as codes
from contracts.meanings.words import ABOUT, WORDS
from contracts.problems import FIELD_CODES
from contracts.records import RPCS
from contracts.state_machine import MACHINES
from contracts.words import TABLES
from contracts.words.labels import LABELS
from contracts.words.samples import sample_of, sample_params
from contracts.words.templates import parsed, places
from contracts.words.things import NOUNS
from contracts.words.titles import TITLES, title_of
from gateway.openapi import build
from services.events.usecases.actions import MEETUP_ACTIONS, REGISTRATION_ACTIONS
from services.membership.usecases.actions import APPLICATION_ACTIONS, MEMBERSHIP_ACTIONS
from services.payments.usecases import actions as payments_actions
from tests.kit.languages import CJK, strangers

DECLARED = (events, membership, notifications, payments, gateway_codes, build)
VALUE = "①"  # what a place shows that is nobody's word


def params_of(*texts: str) -> dict[str, Any]:
    """A value for each place; those without a kind show no word of any language."""
    found: dict[str, Any] = {"currency": "CNY", "zone": "Asia/Shanghai"}
    for text in texts:
        for place in places(parsed(text)):
            found[place.name] = sample_of(place) if place.kind else VALUE
    return found


@pytest.mark.parametrize("error", REGISTRY.values(), ids=lambda error: error.code)
def test_an_error_speaks_one_language(error: ErrorCode) -> None:
    params = params_of(error.en, error.zh)
    params["reason"] = "json_comma"
    for given in (params, dict.fromkeys(params)):
        chinese = words_of(error, "zh-CN", given)
        assert not strangers(chinese), chinese
        assert CJK.search(chinese)
        english = words_of(error, "en", given).replace(VALUE, "")
        assert not CJK.search(english), english
    assert error.code in TITLES
    assert not strangers(title_of(error, "zh-CN"))
    english = title_of(error, "en")
    assert not CJK.search(english)
    assert english.isascii()
    assert len(english) <= 60


@pytest.mark.parametrize("code", FIELD_CODES)
def test_what_is_wrong_with_a_field_is_said_in_one_language(code: str) -> None:
    params = params_of(*FIELD_CODES[code])
    for given in (params, {}):
        chinese = field_text(code, "zh-CN", given)
        assert not strangers(chinese), chinese
        english = field_text(code, "en", given).replace(VALUE, "")
        assert not CJK.search(english), english


@pytest.mark.parametrize("table", TABLES)
def test_words_are_in_their_language(table: str) -> None:
    for word, (english, chinese) in TABLES[table].items():
        assert not CJK.search(english), word
        assert not strangers(chinese), word


def test_every_kind_of_place_is_known() -> None:
    texts = [text for error in REGISTRY.values() for text in (error.en, error.zh)]
    for text in (*texts, *(text for both in FIELD_CODES.values() for text in both)):
        found = places(parsed(text))
        params = {place.name: sample_of(place) for place in found}
        assert "{" not in words_of_text(text, params), text


def words_of_text(text: str, params: dict[str, Any]) -> str:
    error = object.__new__(ErrorCode)
    for name, value in (("code", "x.y"), ("kind", None), ("en", text), ("zh", text)):
        object.__setattr__(error, name, value)
    return words_of(error, "en", {"currency": "CNY", **params})


def test_both_texts_name_the_same_parameters_or_fewer() -> None:
    for error in REGISTRY.values():
        kinds = [{tuple(one) for one in places(parsed(text))} for text in (error.en, error.zh)]
        assert kinds[0] == kinds[1], error.code


def test_every_state_has_its_name() -> None:
    for machine in MACHINES:
        kind = machine.name.partition(".")[2].removesuffix("_expired")
        assert set(machine.states) <= set(TABLES[kind]), machine.name


def test_every_state_has_a_word_for_screens() -> None:
    """Under the name of its list in OpenAPI, and nothing that is not in that list."""
    states = {name for name in ABOUT if name.endswith("State")}
    assert states <= set(LABELS)
    for name in set(LABELS) - {"actions"}:
        assert set(LABELS[name]) == set(WORDS[name]), name


def test_every_action_role_and_thing_has_its_name() -> None:
    tables: list[Any] = [
        MEETUP_ACTIONS,
        REGISTRATION_ACTIONS,
        APPLICATION_ACTIONS,
        MEMBERSHIP_ACTIONS,
    ]
    tables += [v for name, v in vars(payments_actions).items() if name.endswith("_ACTIONS")]
    names = {action.rpc.name for table in tables for action in table}
    assert names <= set(TABLES["operation"])
    assert set(ROLES) | {rpc.who.person for rpc in RPCS.values()} - {""} <= set(TABLES["role"])
    assert set(BY_PREFIX.values()) <= set(NOUNS)


def test_an_order_that_is_paid() -> None:
    refused = DomainError(
        codes.ORDER_WRONG_STATE, current_state="paid", allowed_actions=["ask_refund"]
    )
    assert error_text(refused, "zh-CN") == (
        "订单当前状态为“已支付”，无法执行此操作。当前可执行：申请退款。"
    )
    assert error_text(refused, "en") == (
        "The order is paid; this step does not apply to it. Now you may: ask for a refund."
    )
    assert refused.params["current_state"] == "paid"


def test_money_and_times_are_for_people() -> None:
    too_much = DomainError(codes.REFUND_TOO_LARGE, maximum=350_000, currency="CNY")
    assert "¥3,500.00" in error_text(too_much, "zh-CN")
    assert "CN¥3,500.00" in error_text(too_much, "en")
    at: dict[str, Any] = {"opens_at": "2026-12-06T04:00:00.000Z", "zone": "Asia/Shanghai"}
    early = DomainError(REGISTRY["events.check_in_not_open"], **at)
    assert "12月6日 12:00（中国标准时间）" in error_text(early, "zh-CN")
    assert "on December 6, 2026, 12:00 (China Standard Time)" in error_text(early, "en")


def test_what_an_older_release_says_is_shown_too() -> None:
    """No currency, no zone, a state that this release does not know, a list as one text."""
    assert "350000" in error_text(DomainError(codes.REFUND_TOO_LARGE, maximum=350_000), "en")
    at = "2026-12-06T04:00:00+00:00"
    early = DomainError(REGISTRY["events.check_in_not_open"], opens_at=at)
    assert "04:00" in error_text(early, "zh-CN")
    assert "lent" in error_text(DomainError(codes.ORDER_WRONG_STATE, current_state="lent"), "en")
    assert field_text("field.choice", "zh-CN", {"choices": "a, b"}) == "可选值为：a, b。"


def test_lists_have_the_commas_of_the_language() -> None:
    choices = {"choices": ["上海", "北京"]}
    assert field_text("field.choice", "zh-CN", choices) == "可选值为：上海、北京。"
    assert field_text("field.choice", "en", choices) == "Takes one of: 上海, 北京."
    denied = DomainError(REGISTRY["request.not_permitted"], needed_roles=["owner", "treasurer"])
    assert "群主或财务人员" in error_text(denied, "zh-CN")
    assert "owner or treasurer" in error_text(denied, "en")


def test_one_second_is_no_seconds() -> None:
    for seconds, said in ((1, "in 1 second."), (2, "in 2 seconds.")):
        busy = DomainError(REGISTRY["request.too_busy"], retry_after=seconds)
        assert said in error_text(busy, "en")
        assert f"请在 {seconds} 秒后" in error_text(busy, "zh-CN")


def test_a_price_that_is_another_is_not_said_to_have_changed() -> None:
    other = DomainError(codes.PRICE_CHANGED, total=350_000, currency="CNY")
    assert error_text(other, "en").startswith("The price is CN¥3,500.00 now;")
    assert error_text(other, "zh-CN").startswith("当前价格为 ¥3,500.00，")
    assert error_text(DomainError(codes.PRICE_CHANGED), "zh-CN").startswith("当前价格与所见不同")


def test_a_row_that_repeats_another_names_its_line() -> None:
    assert field_text("field.repeated", "zh-CN", {"line": 2}) == "与第 2 行重复，请保留一条。"
    assert field_text("field.repeated", "en", {}) == "The same entry stands twice; keep one."


def test_a_question_is_named_by_its_words() -> None:
    wrong = {"expected": "number", "question": "从业年限"}
    assert field_text("field.type", "zh-CN", wrong) == (
        "“从业年限”：类型不正确，应为不带引号的数字，请修改。"
    )


def test_documented_texts_show_names_only() -> None:
    for error in REGISTRY.values():
        for text in (documented(error.en), documented(error.zh)):
            assert not re.search(r"[\[\]|]|:[a-z]+\}", text), text


def test_samples_fill_every_place() -> None:
    for error in REGISTRY.values():
        assert "{" not in words_of(error, "en", sample_params(error)), error.code


def test_sizes() -> None:
    assert shown.money(1, "JPY", "en") == "¥1"
    large = DomainError(REGISTRY["membership.upload_too_large"], maximum=10 * 1024 * 1024)
    assert "10 MB" in error_text(large, "zh-CN")
