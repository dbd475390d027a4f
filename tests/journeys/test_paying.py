"""Paying as a front end does it: a code with a slip, an account out of nothing, there and back."""

import datetime as dt
import re
import uuid
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.journeys import invariants
from tests.journeys.world import ANSWERS, COMMUNITY, Applicant, Refused, World, money

SITE = "https://club.example.com"
pytestmark = [pytest.mark.shares_system, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def paying(world: World) -> World:
    """The community's own site is one of its hosts."""
    version = world.operator.get(world.path)["version"]
    hosts = {"link_hosts": ["club.example.com"]}
    world.operator.put(f"{world.path}/link-hosts", hosts, version=version)
    return world


def refused(status: int, code: str, answer: requests.Response) -> dict[str, Any]:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    problem: dict[str, Any] = answer.json()
    return problem


def post(person: Applicant, path: str, body: Any, **headers: str) -> requests.Response:
    """One request as it stands."""
    key = {"Idempotency-Key": f'"{uuid.uuid4()}"', **headers}
    return person.client.raw("POST", path, json=body, headers=key)


def way_back(page: str) -> str:
    """Where the page's link leads that is not its own."""
    (address,) = re.findall(r'href="(https://[^"]+)"', page)
    return str(address).replace("&amp;", "&")


def test_a_slip_of_the_pen_costs_nothing(paying: World) -> None:
    """The code is refused in the reader's language; corrected it counts, to the fen."""
    (anna,) = paying.applicants("anna")
    anna.apply()
    anna.be_approved()
    quotes = f"{anna.purchase}/quotes"
    for language, word in (("zh-CN", "优惠码"), ("en", "code")):
        answer = post(anna, quotes, {"coupon_codes": ["WELC2MX"]}, **{"Accept-Language": language})
        problem = refused(422, "payments.coupon_refused", answer)
        assert problem["params"] == {"reason": "unknown"}
        (wrong,) = problem["errors"]
        assert wrong["pointer"] == "/coupon_codes/0"
        assert word in wrong["detail"]
    ignored = anna.client.do(quotes, {"coupon_codes": ["WELC2MX"], "on_refused": "ignore"})
    assert (ignored["discount"]["amount"], ignored["coupons"][0]["reason"]) == (0, "unknown")
    quote = anna.client.do(quotes, {"coupon_codes": ["welc2me"]})
    order = anna.client.do(f"/v1/quotes/{quote['id']}/order")
    for shown in (quote, order):
        (line,) = shown["lines"]
        assert (line["kind"], line["label"]) == ("plan", paying.plan["name"])
        assert line["amount"] == shown["list_price"]
        paid = shown["list_price"]["amount"] - shown["discount"]["amount"]
        assert (shown["total"]["amount"], shown["coupon_code"]) == (paid, "WELC2ME")
    anna.order_id = order["id"]
    anna.open_payment()
    anna.pay()
    anna.be_member()


def test_failed_given_up_and_paid_in_the_end(paying: World) -> None:
    """Three pages of the provider, each with its way back; the order is paid once."""
    (bert,) = paying.applicants("bert")
    bert.apply()
    bert.be_approved()
    bert.order()
    pays = f"/v1/orders/{bert.order_id}/payments"
    foreign = {"provider": "sandbox", "return_url": "https://evil.example.com/"}
    problem = refused(422, "payments.return_host_not_allowed", post(bert, pays, foreign))
    assert [one["pointer"] for one in problem["errors"]] == ["/return_url"]
    body = {
        "provider": "sandbox",
        "return_url": f"{SITE}/paid?from=mail",
        "cancel_url": f"{SITE}/cart",
    }
    ends = {"fail": ("failed", "/paid"), "cancel": ("cancelled", "/cart")}
    awaited: list[str] = []
    for outcome, (state, path) in ends.items():
        payment = bert.client.do(pays, body)
        page = requests.get(payment["pay_url"], timeout=10).text
        assert paying.community["name"] in page
        assert paying.plan["name"] in page
        after = requests.post(payment["pay_url"], data={"outcome": outcome}, timeout=10)
        back = urlsplit(way_back(after.text))
        assert (back.netloc, back.path) == ("club.example.com", path)
        assert parse_qs(back.query)["order_id"] == [bert.order_id]
        awaited.append(state)
        bert.client.until(
            f"/v1/orders/{bert.order_id}",
            lambda order: [one["state"] for one in order["payments"]] == awaited,
            f"a payment {state}",
        )
    bert.pay_url = bert.client.do(pays, body)["pay_url"]
    bert.pay()
    bert.be_member()
    order = bert.client.get(f"/v1/orders/{bert.order_id}")
    assert [one["state"] for one in order["payments"]] == ["failed", "cancelled", "confirmed"]
    told = [entry["type"] for entry in paying.journal() if entry["kind"] == "callback.sent"]
    assert {"payment.failed", "payment.cancelled", "payment.paid"} <= {*told}
    invariants.check(paying)


def test_told_later_the_order_is_paid_by_asking(paying: World) -> None:
    """What comes back proves nothing: the person is back before anybody told us."""
    (dora,) = paying.applicants("dora")
    dora.apply()
    dora.be_approved()
    dora.order()
    dora.open_payment()
    answer = requests.post(dora.pay_url, json={"outcome": "later"}, timeout=10)
    assert answer.json() == {"state": "paid"}
    assert dora.client.get(f"/v1/orders/{dora.order_id}")["state"] == "open"
    paying.move_clock(dt.timedelta(seconds=30))
    dora.be_member()


@pytest.mark.uses_up  # who joins the second community is none of the first one's
def test_an_account_out_of_nothing_and_one_that_breaks(paying: World) -> None:
    """A second community of the same sandbox sells at once; a wrong account is never stored, and
    one that broke is told as what it is."""
    world = paying
    about = {**COMMUNITY, "slug": "second-circle", "owner_email": world.owner.email}
    community = world.operator.post("/v1/communities", about)
    path = f"/v1/communities/{community['id']}"
    account = f"{path}/provider-accounts/sandbox"
    wrong = {"merchant_id": "somebody-else", "secret_ref": "sandbox_api_key"}
    for named, reason in (
        (wrong, "merchant_unknown"),
        ({**wrong, "secret_ref": "nowhere"}, "secret_missing"),
    ):
        with pytest.raises(Refused) as unusable:
            world.owner.put(account, named)
        assert unusable.value.code == "payments.provider_account_unusable", reason
        assert unusable.value.status == 422
    made = world.owner.put(account, {})
    assert made["merchant_id"] == community["id"]
    listed = world.owner.get(f"{path}/provider-accounts")
    assert listed == {"items": [made]}
    assert world.owner.get(account) == made
    plan = {"name": "月度会员", "base_price": money(10_000), "period_months": 1}
    world.owner.post(f"{path}/plans", plan)
    (carl,) = world.applicants("carl")
    made = carl.client.do(f"{path}/applications", {"answers": ANSWERS, "submit": True})
    carl.application = f"/v1/applications/{made['id']}"
    approved = world.owner.do(f"{carl.application}/approve")
    carl.purchase = f"/v1/purchases/{approved['purchase_id']}"
    carl.client.until(carl.purchase, lambda found: found["plan_id"] is not None, "a purchase")
    quote = carl.client.do(f"{carl.purchase}/quotes", {})
    carl.order_id = carl.client.do(f"/v1/quotes/{quote['id']}/order")["id"]
    pays = f"/v1/orders/{carl.order_id}/payments"
    provider = world.system.url("sandbox-provider")
    # Somebody gives the merchant another key: the account broke.
    lost = {"merchant_id": community["id"], "api_key_sha256": "0" * 64}
    requests.post(f"{provider}/v1/merchants", json=lost, timeout=10).raise_for_status()
    problem = refused(
        409, "payments.provider_account_broken", post(carl, pays, {"provider": "sandbox"})
    )
    assert problem["params"] == {"reason": "key_refused"}
    world.owner.put(account, {}, version=world.owner.get(account)["version"])
    carl.open_payment()
    carl.pay()
    carl.client.until(
        f"/v1/orders/{carl.order_id}", lambda order: order["state"] == "paid", "the order paid"
    )
    version = world.owner.get(account)["version"]
    mine = {"merchant_id": world.merchant, "secret_ref": world.secret_ref}
    with pytest.raises(Refused) as fixed:
        world.owner.put(account, mine, version=version)
    assert fixed.value.code == "payments.provider_account_in_use"
