"""Links of mails: each does its one thing, for whoever has it, without a session (H-34)."""

import base64
import datetime as dt
import json
import uuid
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from contracts.records import SERVICES
from deploy.local import clock
from deploy.local.system import System
from examples.doctors.client import eventually
from tests.journeys import invariants
from tests.journeys.invariants import TYPE
from tests.journeys.world import Applicant, Person, World, at_once, header

pytestmark = pytest.mark.shares_system

SITE = "https://club.example.com"


class Follower:
    """Somebody with a mail and nothing else."""

    def __init__(self, world: World, link: str) -> None:
        self.url, self.link = world.system.url("http"), link

    def ask(self, path: str, body: Any = None, *, key: str = "", **more: Any) -> requests.Response:
        headers = {
            "Authorization": f"Link {self.link}",
            "Idempotency-Key": f'"{key or uuid.uuid4()}"',
            "Accept-Language": "en",
        }
        options: dict[str, Any] = {"timeout": 15, "headers": headers, **more}
        return requests.request(
            options.pop("method", "POST"), self.url + path, json=body, **options
        )

    def do(self, path: str, body: Any = None, *, key: str = "") -> Any:
        answer = self.ask(path, body, key=key)
        assert answer.ok, answer.text
        return answer.json()

    def refused(self, status: int, code: str, path: str, body: Any = None, **more: Any) -> None:
        answer = self.ask(path, body, **more)
        assert (answer.status_code, answer.json()["code"]) == (status, code), (path, answer.text)

    def pay(self, purchase: str) -> str:
        """Looks at the price, orders at it, comes back once more, and pays; the order's id."""
        quoted = self.ask(f"{purchase}/quotes", {"coupon_codes": []})
        assert quoted.ok, quoted.text
        total = quoted.json()["total"]
        order = self.do(f"{purchase}/orders", {"coupon_codes": [], "total": total})
        pays = f"/v1/orders/{order['id']}/payments"
        self.do(pays, {"provider": "sandbox"})  # and leaves the page without paying
        pay_url = self.do(pays, {"provider": "sandbox"})["pay_url"]
        requests.post(pay_url, json={"script": {}}, timeout=10).raise_for_status()
        return str(order["id"])


def link_in(world: World, email: str, type: str, kind: str) -> str:
    """The token of the newest mail of a kind, taken out of its text."""

    def look() -> str:
        mails = [one for one in world.person(email).mails() if header(one, TYPE) == type]
        assert mails
        text, lead = mails[-1]["text"], f"{SITE}/{kind}s/"
        assert lead in text, text
        address, _, token = text[text.index(lead) :].split()[0].partition("#link=")
        assert token, address
        return str(token)

    return str(eventually(lambda: _or_none(look), f"a mail {type}"))


def _or_none(look: Any) -> Any:
    try:
        return look()
    except AssertionError:
        return None


@pytest.fixture(scope="module")
def linked(shared_system: System) -> World:
    """A world whose mails lead to its site."""
    world = World(shared_system, "links")
    world.site = SITE
    return world.found()


def test_a_link_pays_and_nothing_else(linked: World) -> None:
    """Out of the mail to a paid order without a session; then it has been used."""
    world = linked
    anna, other = world.applicants("anna", "other")
    for person in (anna, other):
        person.apply()
        person.be_approved()
    token = link_in(world, anna.client.email, "application_approved", "application")
    visitor = Follower(world, token)
    shown = visitor.do("/v1/links")
    assert shown["purpose"] == "pay"
    assert shown["about"] == {"kind": "application", "id": anna.application.rpartition("/")[2]}
    assert shown["object"] == {"kind": "purchase", "id": anna.purchase.rpartition("/")[2]}
    assert shown["community_name"] == world.community["name"]
    _refuses_all_else(world, visitor, anna, other)
    assert anna.client.get(anna.purchase)["order_id"] is None, "nothing came of all that"
    anna.order_id = visitor.pay(anna.purchase)
    anna.be_member()
    other.order()
    other.open_payment()
    other.pay()
    other.be_member()
    invariants.check(world)
    quote: dict[str, Any] = {"coupon_codes": []}
    visitor.refused(409, "request.link_used", f"{anna.purchase}/quotes", quote)
    visitor.refused(409, "request.link_used", "/v1/links")
    assert anna.client.get(anna.application)["state"] == "joined"
    (message,) = [one for one in anna.messages if one["type"] == "application_approved"]
    assert message["page"] == f"{SITE}/applications/{shown['about']['id']}", "no link in the inbox"
    for process in (*SERVICES, "gateway"):
        log = world.system.tail(process, 100_000)
        assert '"readiness"' in log
        assert token not in log
        assert token.rpartition(".")[2] not in log
    assert _claims(token)["jti"] in world.system.tail("gateway", 100_000), "by which link"


def _refuses_all_else(world: World, visitor: Follower, anna: Applicant, other: Applicant) -> None:
    """Reading, other objects, other operations, other schemes, other tokens, changed tokens."""
    for path in (anna.purchase, anna.application, "/v1/me", "/v1/me/orders", f"{world.path}/me"):
        visitor.refused(401, "gateway.token_scheme_wrong", path, method="GET")
    visitor.refused(405, "gateway.method_unsupported", "/v1/links", method="GET")
    visitor.refused(401, "gateway.token_scheme_wrong", f"{anna.application}/withdraw")
    quote: dict[str, Any] = {"coupon_codes": []}
    visitor.refused(404, "request.object_not_found", f"{other.purchase}/quotes", quote)
    nowhere = f"/v1/memberships/mbr_{'0' * 26}/renew"
    visitor.refused(403, "request.link_elsewhere", nowhere)
    bearer = {"headers": {"Authorization": f"Bearer {visitor.link}"}}
    visitor.refused(401, "gateway.token_malformed", f"{anna.purchase}/quotes", quote, **bearer)
    visitor.refused(401, "request.link_unknown", "/v1/links", **bearer)
    visitor.refused(401, "request.link_unknown", "/v1/links", headers={})
    access = str(anna.client.http.headers["Authorization"]).split()[1]
    for token in (access, _changed(visitor.link, other.client), visitor.link[:-4], "x", "a.b.c"):
        forger = Follower(world, token)
        forger.refused(401, "request.link_unknown", "/v1/links")
        forger.refused(401, "request.link_unknown", f"{anna.purchase}/quotes", quote)


def _claims(token: str) -> Any:
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def _changed(token: str, whose: Person) -> str:
    """The same link, for somebody else."""
    head, _, signature = token.split(".")
    claims = json.dumps({**_claims(token), "sub": whose.person_id}).encode()
    return f"{head}.{base64.urlsafe_b64encode(claims).rstrip(b'=').decode()}.{signature}"


@pytest.mark.timeout(240)
@pytest.mark.uses_up
def test_a_link_leaves_a_seat_to_others_once(linked: World) -> None:
    """A kept seat, and one that was offered to the next in the queue."""
    world = linked
    bo, cai, di = people = world.applicants("bo", "cai", "di")
    at_once(lambda one: one.join(), people)
    starts = clock.now(world.system.clock_file) + dt.timedelta(days=5)
    body = {
        "title": "小聚",
        "city": "上海",
        "address": "某书店",
        "starts_at": starts.isoformat(),
        "ends_at": (starts + dt.timedelta(hours=3)).isoformat(),
        "capacity": 1,
    }
    meetup = f"/v1/meetups/{world.owner.post(f'{world.path}/meetups', body)['id']}"
    world.owner.post(f"{meetup}/publish")
    registered = [one.client.do(f"{meetup}/registrations")["id"] for one in people]
    world.owner.post(f"{meetup}/close-registration")
    world.owner.post(f"{meetup}/selections", {"registration_ids": [registered[0]]})

    kept = Follower(world, link_in(world, bo.client.email, "registration_selected", "registration"))
    shown = kept.do("/v1/links")
    assert (shown["purpose"], shown["object"]["id"]) == ("decline", registered[0])
    declines = f"/v1/registrations/{registered[0]}/decline"
    kept.refused(403, "request.link_elsewhere", f"/v1/registrations/{registered[1]}/decline")
    kept.refused(401, "gateway.token_scheme_wrong", f"/v1/registrations/{registered[0]}/confirm")
    kept.refused(405, "gateway.method_unsupported", declines, method="GET")
    assert kept.do(declines, key="same")["state"] == "declined"
    again = kept.ask(declines, key="same")
    assert again.json()["state"] == "declined"
    assert again.headers["Idempotency-Replayed"] == "true"
    kept.refused(409, "request.link_used", declines)
    kept.refused(409, "request.link_used", "/v1/links")

    offered = Follower(world, link_in(world, cai.client.email, "seat_offered", "registration"))
    offer = offered.do("/v1/links")["object"]
    assert offer["kind"] == "offer"
    assert offered.do(f"/v1/offers/{offer['id']}/decline")["state"] == "declined"
    offered.refused(409, "request.link_used", f"/v1/offers/{offer['id']}/decline")

    late = Follower(world, link_in(world, di.client.email, "seat_offered", "registration"))
    offer = late.do("/v1/links")["object"]
    di.client.do(f"/v1/offers/{offer['id']}/accept")  # signed in meanwhile
    late.refused(409, "request.link_used", f"/v1/offers/{offer['id']}/decline")
    late.refused(409, "request.link_used", "/v1/links")
    assert di.client.get(f"/v1/registrations/{registered[2]}")["state"] == "confirmed"


@pytest.mark.timeout(240)
@pytest.mark.uses_up
def test_a_link_renews_for_one_term(linked: World) -> None:
    """From the reminder to the next term, paid; not the one after it."""
    world = linked
    today = dt.date.fromisoformat(world.today)
    email, ends = "imported@example.com", today + dt.timedelta(days=8)
    joined = today - dt.timedelta(days=300)
    header_line = "number,email,name,joined_on,term_ends_on,segment,city"
    row = f"9001,{email},会员,{joined:%Y-%m-%d},{ends:%Y-%m-%d},,"
    made = world.operator.upload(f"{world.path}/imports", f"{header_line}\n{row}\n")
    world.operator.until(f"/v1/imports/{made['id']}", lambda one: one["state"] == "done", "import")
    # The reminder of seven days is of one day there, and so at ten in that morning.
    morning = dt.datetime.combine(today + dt.timedelta(days=1), dt.time(10), ZoneInfo(world.zone))
    world.system.move_clock(morning)
    world.renew_staff()
    visitor = Follower(world, link_in(world, email, "term_ending", "membership"))
    shown = visitor.do("/v1/links")
    assert shown["purpose"] == "renew"
    membership = f"/v1/memberships/{shown['object']['id']}"
    started = visitor.do(f"{membership}/renew")
    purchase = f"/v1/purchases/{started['purchase_id']}"
    eventually(
        lambda: visitor.ask(f"{purchase}/quotes", {"coupon_codes": []}).ok or None, "a purchase"
    )
    assert visitor.do(f"{membership}/renew")["purchase_id"] == started["purchase_id"]
    visitor.pay(purchase)
    eventually(lambda: visitor.ask("/v1/links").status_code == 409 or None, "the renewal")
    visitor.refused(409, "request.link_used", f"{membership}/renew")
    visitor.refused(409, "request.link_used", f"{purchase}/quotes", {"coupon_codes": []})
    member = world.staff(email)
    term = member.get(membership)["term"]
    assert dt.date.fromisoformat(term["ends_on"]) > ends + dt.timedelta(days=300)
    visitor.refused(401, "gateway.token_scheme_wrong", membership, method="GET")
