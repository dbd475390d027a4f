"""Wrong requests as front ends send them, each in both languages: what is wrong, and what to do."""

import datetime as dt
import json
import uuid
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import pytest

from deploy.local import clock
from deploy.local.system import System
from tests.journeys.world import ANSWERS, Applicant, Person, World, money, open_world
from tests.kit.languages import CJK, strangers
from tests.kit.limits import WIDE


@pytest.fixture(scope="module")
def world(system: Callable[..., System]) -> World:
    return open_world(system, settings={"gateway": WIDE})


@pytest.fixture(scope="module")
def member(world: World) -> Applicant:
    (person,) = world.applicants("member")
    person.join()
    return person


@pytest.fixture(scope="module")
def applicant(world: World) -> Applicant:
    (person,) = world.applicants("applicant")
    person.apply()
    return person


class Said:
    """One refusal, in both languages."""

    def __init__(self, chinese: dict[str, Any], english: dict[str, Any]) -> None:
        self.status, self.code = english["status"], english["code"]
        self.params: dict[str, Any] = english["params"]
        self.zh, self.en = chinese["detail"], english["detail"]
        self.fields = {
            one.get("pointer", one.get("parameter")): (one["code"], one["params"], two["detail"])
            for one, two in zip(english.get("errors", []), chinese.get("errors", []), strict=True)
        }


def refused(
    who: Person,
    method: str,
    path: str,
    body: Any = None,
    *,
    own_words: bool = False,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Said:
    """What is answered; neither language has a word of the other, but people's `own_words`."""
    answers = []
    for locale in ("zh-CN", "en"):
        sent = {"Accept-Language": locale, "Idempotency-Key": f'"{uuid.uuid4()}"', **headers}
        data = None
        if method in ("POST", "PUT", "PATCH"):
            data, sent["Content-Type"] = json.dumps(body or {}).encode(), "application/json"
        answer = who.raw(method, path, data=data, headers=sent)
        assert answer.headers["Content-Type"] == "application/problem+json", answer.text
        assert answer.headers["Content-Language"] == locale
        answers.append(answer.json())
    chinese, english = answers
    for problem in answers:
        texts = [(problem["title"], {}), (problem["detail"], problem["params"])]
        texts += [(one["detail"], one["params"]) for one in problem.get("errors", [])]
        for text, params in texts:
            if problem is chinese:
                assert CJK.search(text), text
                assert own_words or not strangers(without_names(text, params)), text
            else:
                assert own_words or not CJK.search(text), text
    return Said(chinese, english)


def without_names(text: str, params: dict[str, Any]) -> str:
    """The text without what has one name in any language: fields, parameters, addresses, keys."""
    for name in ("known", "did_you_mean", "choices", "allowed", "refused", "starts_with"):
        value = params.get(name) or []
        for one in [value] if isinstance(value, str) else value:
            text = text.replace(one, "")
    return text


def test_what_is_paid_is_not_cancelled_but_may_be_refunded(world: World, member: Applicant) -> None:
    order = f"/v1/orders/{member.order_id}"
    said = refused(member.client, "POST", f"{order}/cancel")
    assert (said.status, said.code) == (409, "payments.order_wrong_state")
    assert said.params == {"current_state": "paid", "allowed_actions": ["ask_refund"]}
    assert "已支付" in said.zh
    assert "申请退款" in said.zh
    assert "ask for a refund" in said.en
    said = refused(member.client, "POST", f"{member.purchase}/quotes", {"coupon_codes": []})
    assert (said.code, said.params["current_state"]) == (
        "payments.purchase_wrong_state",
        "fulfilled",
    )
    assert "已完成" in said.zh


def test_money_is_for_people(world: World, member: Applicant) -> None:
    path, body = f"/v1/orders/{member.order_id}/refunds", {"amount": money(10**7), "reason": "x"}
    said = refused(world.owner, "POST", path, body)
    assert (said.code, said.params) == (
        "payments.refund_too_large",
        {"maximum": 280_000, "currency": "CNY"},
    )
    assert "¥2,800.00" in said.zh


def test_who_may_is_told_to_who_may_not(world: World, member: Applicant) -> None:
    path = f"/v1/orders/{member.order_id}/refunds"
    said = refused(member.client, "POST", path, {"reason": "x"})
    assert (said.status, said.code) == (403, "request.not_permitted")
    assert said.params["needed_roles"] == ["owner", "treasurer", "operator"]
    assert "群主、财务人员或系统运营人员" in said.zh
    said = refused(member.client, "GET", f"{world.path}/ledger")
    assert "treasurer" in said.params["needed_roles"]
    community = {"slug": "another", "name": "x", "zone": "UTC", "owner_email": "a@example.com"}
    said = refused(world.owner, "POST", "/v1/communities", community)
    assert said.params["needed_roles"] == ["operator"]
    assert "operator of the system" in said.en


def test_reviews(world: World, member: Applicant, applicant: Applicant) -> None:
    said = refused(world.reviewer, "POST", f"{member.application}/approve")
    assert (said.status, said.params["current_state"]) == (409, "joined")
    assert "已入会" in said.zh
    said = refused(applicant.client, "POST", f"{applicant.application}/approve")
    assert said.code == "membership.reviewer_conflicted"
    body = {"message": "请补充", "questions": ["profession", "nope"]}
    said = refused(world.reviewer, "POST", f"{applicant.application}/request-info", body)
    code, params, _ = said.fields["/questions/1"]
    assert (said.status, code) == (422, "field.question_unknown")
    assert params == {"choices": ["profession", "city"]}


def test_who_is_a_member_need_not_apply(world: World, member: Applicant) -> None:
    body = {"answers": ANSWERS, "submit": True}
    said = refused(member.client, "POST", f"{world.path}/applications", body)
    assert (said.code, said.params["state"]) == ("membership.person_is_member", "active")
    assert "mbr_" not in said.zh
    assert "有效" in said.zh


def test_what_is_for_members_says_so(world: World, applicant: Applicant) -> None:
    """The community is there for everybody to see; one that is hidden would be missing."""
    said = refused(applicant.client, "GET", f"{world.path}/meetups")
    assert (said.status, said.code) == (403, "request.membership_required")
    community = world.operator.get(world.path)
    world.operator.patch(world.path, {"visibility": "hidden"}, version=community["version"])
    said = refused(applicant.client, "GET", f"{world.path}/meetups")
    assert (said.status, said.code) == (404, "request.object_not_found")
    community = world.operator.get(world.path)
    world.operator.patch(world.path, {"visibility": "public"}, version=community["version"])


def test_a_coupon_that_nobody_could_use(world: World) -> None:
    coupon: dict[str, Any] = {"name": "x", "code": "FALLEN", "audience": "any"}
    coupon["benefit"] = {"kind": "percent_off", "percent": "10.00"}
    now = clock.now(world.system.clock_file)
    path, day = f"{world.path}/coupons", dt.timedelta(days=1)
    for times in (
        {"valid_until": (now - day).isoformat()},
        {"valid_from": (now + 2 * day).isoformat(), "valid_until": (now + day).isoformat()},
    ):
        said = refused(world.owner, "POST", path, {**coupon, **times})
        code, params, zh = said.fields["/valid_until"]
        assert (said.status, code) == (422, "field.time_order")
        assert params["zone"] == "Asia/Shanghai"
        assert "（中国标准时间）" in zh
    nothing = {"kind": "percent_off", "percent": "0.00"}
    said = refused(world.owner, "POST", path, {**coupon, "benefit": nothing})
    assert said.fields["/benefit/percent"][0] == "field.range"
    foreign = {"plan_ids": ["pln_01JD6Q3F0M8V6Z4X2K9T7R5WYB"]}
    said = refused(world.owner, "POST", path, {**coupon, **foreign})
    assert said.status == 422
    assert said.fields["/plan_ids/0"][:2] == ("field.no_object", {"noun": "plan"})
    assert not [one for one in world.owner.pages(path) if one["code"] == "FALLEN"]


def test_a_plan_that_could_not_rise(world: World) -> None:
    plan: dict[str, Any] = {"name": "x", "base_price": money(300_000)}
    ladder = {"step": 10_000, "every": 10, "cap": 1}
    path = f"{world.path}/plans"
    said = refused(world.owner, "POST", path, {**plan, "ladder": ladder})
    code, params, zh = said.fields["/ladder/cap"]
    assert (code, params) == ("field.cap_low", {"least": 300_000, "currency": "CNY"})
    assert "¥3,000.00" in zh
    known = world.owner.get(f"/v1/plans/{world.plan['id']}")
    about = f"/v1/plans/{world.plan['id']}"
    said = refused(
        world.owner,
        "PATCH",
        about,
        {"ladder": ladder},
        headers={"If-Match": f'"{known["version"]}"'},
    )
    assert said.fields["/ladder/cap"][0] == "field.cap_low"
    dollars = {"amount": 300_000, "currency": "USD"}
    said = refused(world.owner, "POST", path, {**plan, "base_price": dollars})
    assert said.fields["/base_price/currency"][:2] == ("field.currency", {"currency": "CNY"})


def test_forms_and_answers(world: World, applicant: Applicant) -> None:
    form = [
        {
            "title": "x",
            "questions": [
                {
                    "key": "years",
                    "kind": "number",
                    "title": "x",
                    "asked_if": {"question": "years", "any_of": ["1"]},
                }
            ],
        }
    ]
    version = {"If-Match": f'"{world.operator.get(world.path)["version"]}"'}
    said = refused(world.operator, "PUT", f"{world.path}/form", {"form": form}, headers=version)
    code, params, zh = said.fields["/form/0/questions/0/asked_if/question"]
    assert (code, params) == ("field.question_later", {"choices": []})
    assert "此题之前没有问题" in zh
    (stranger,) = world.applicants("stranger")
    body = {"answers": {"profession": "王", "city": "上海"}, "submit": True}
    said = refused(stranger.client, "POST", f"{world.path}/applications", body, own_words=True)
    code, params, zh = said.fields["/answers/profession"]
    assert (code, params["question"]) == ("field.choice", "职业")
    assert zh == "“职业”：可选值为：doctor、nurse。"


def test_a_meetup(world: World, member: Applicant) -> None:
    now = clock.now(world.system.clock_file)
    starts = now + dt.timedelta(days=9)
    meetup = {
        "title": "x",
        "city": "x",
        "capacity": 5,
        "starts_at": (now - dt.timedelta(hours=1)).isoformat(),
        "ends_at": (starts + dt.timedelta(hours=3)).isoformat(),
    }
    said = refused(world.owner, "POST", f"{world.path}/meetups", meetup)
    assert (said.status, said.code) == (422, "events.meetup_times_wrong")
    assert said.fields["/starts_at"][0] == "field.time_order"
    assert said.params["now"].endswith("Z")
    assert "（中国标准时间）" in said.zh
    made = world.owner.do(f"{world.path}/meetups", {**meetup, "starts_at": starts.isoformat()})
    path = f"/v1/meetups/{made['id']}"
    world.owner.do(f"{path}/publish")
    registration = member.client.do(f"{path}/registrations")
    said = refused(member.client, "POST", f"{path}/registrations")
    assert (said.code, said.params["state"]) == ("events.person_registered", "applied")
    assert "reg_" not in said.zh
    body = {"registration_ids": [registration["id"]]}
    said = refused(world.owner, "POST", f"{path}/selections", body)
    assert (said.code, said.params["current_state"]) == ("events.meetup_wrong_state", "published")
    assert "close_registration" in said.params["allowed_actions"]
    assert "截止报名" in said.zh
    world.owner.do(f"{path}/close-registration")
    world.owner.do(f"{path}/selections", body)
    about = f"/v1/registrations/{registration['id']}"
    member.client.do(f"{about}/confirm")
    said = refused(world.owner, "POST", f"{about}/check-in")
    assert said.code == "events.check_in_not_open"
    assert said.params["opens_at"].endswith("Z")
    assert said.params["zone"] == "Asia/Shanghai"
    local = starts - dt.timedelta(hours=2) + dt.timedelta(hours=8)
    assert f"{local.month}月{local.day}日 {local:%H:%M}（中国标准时间）" in said.zh


def test_keys_tokens_names_and_addresses(world: World, member: Applicant) -> None:
    path = f"{world.path}/coupons"
    key = {"Idempotency-Key": '"the-same-key"'}
    coupon: dict[str, Any] = {"name": "x", "code": "TWENTY", "audience": "any"}
    coupon["benefit"] = {"kind": "extra_days", "days": 3}
    world.owner.post(path, coupon, key="the-same-key")
    said = refused(world.owner, "POST", path, {**coupon, "code": "ANEWCUP"}, headers=key)
    assert said.code == "request.idempotency_key_reused"
    assert said.params["operation"] == "payments.create_coupon"
    assert said.params["first_used_at"].endswith("Z")
    said = refused(
        member.client, "GET", "/v1/me", headers={"Authorization": "eyJhbGciOiJFUzI1NiJ9.e30.x"}
    )
    assert (said.status, said.code) == (401, "gateway.token_scheme_wrong")
    said = refused(member.client, "GET", "/v1/me", headers={"Authorization": "Bearer garbage"})
    assert (said.status, said.code) == (401, "gateway.token_malformed")
    said = refused(member.client, "GET", "/v1/me/orders?page=2")
    assert said.fields["page"][1]["did_you_mean"] == "cursor"
    said = refused(member.client, "GET", f"/v1/communities/{member.order_id}")
    assert said.fields["community_id"][0] == "field.id"
    assert "订单" in said.fields["community_id"][2]
    said = refused(member.client, "GET", "/v1/me/")
    assert said.params["did_you_mean"] == "/v1/me"


def test_the_page_behind_a_problem_speaks_the_readers_language(member: Applicant) -> None:
    page = "/problems/payments.order_wrong_state"
    for locale, title in (
        ("zh-CN", "订单状态不符"),
        ("en", "The order&#x27;s state does not allow this"),
    ):
        answer = member.client.raw("GET", page, headers={"Accept-Language": locale})
        assert f"<h1>{title}</h1>" in answer.text
        assert f'lang="{locale}"' in answer.text
        assert 'href="/docs/' in answer.text
