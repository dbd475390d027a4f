"""A whole running Coterie as the people around it see it, and a person who walks into it.

Operator, owner, reviewer and members speak HTTP; mails and payments are read at the sandbox; an
integrator reads its own queue.
"""

import datetime as dt
import hashlib
import json
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import requests

from clients.python.coterie_client.core import AWAY
from deploy.local import clock
from deploy.local.control import REPOSITORY
from deploy.local.environment import PROCESSES
from deploy.local.system import System
from examples.doctors.client import Client, Refused
from tests.kit.broker import Broker
from tests.kit.probe import probe

PATIENCE_SECONDS = 120.0  # a message whose handler failed three times waits a minute (M-13)
PRICE, DISCOUNT = 300_000, 20_000
LADDER = {"step": 10_000, "every": 1000, "places_before": 0}
MERCHANT = "journey-merchant"
QUEUE = "integrator.journey.events"
ANSWERS = {"profession": "doctor", "city": "上海"}
COMMUNITY: dict[str, Any] = {
    "slug": "journey",
    "name": "同行",
    "zone": "Asia/Shanghai",
    "owner_email": "owner@example.com",
    "form": [
        {
            "title": "关于您",
            "questions": [
                {"key": "profession", "kind": "single", "title": "职业", "required": True,
                 "options": ["doctor", "nurse"]},
                {"key": "city", "kind": "short_text", "title": "城市", "required": True},
            ],
        }
    ],
}  # fmt: skip
T = TypeVar("T")


class Person(Client):
    """A front end that does not give up: every command is repeated with its key (T-F17)."""

    patient_for = PATIENCE_SECONDS

    def sign_in(self) -> "Person":
        self.patiently(super().sign_in)
        return self

    def do(self, path: str, body: Any = None) -> Any:
        """A keyed POST, repeated while a part of the system is away or the answer is lost."""
        key = str(uuid.uuid4())
        return self.patiently(lambda: self.post(path, body, key=key))

    def patiently(self, ask: Callable[[], T]) -> T:
        """What `ask` answers once nothing is away any more; other refusals are raised."""
        end = time.monotonic() + self.patient_for
        while True:
            try:
                return ask()
            except Refused as refused:
                if refused.status not in AWAY or time.monotonic() > end:
                    raise
                time.sleep(refused.retry_after or 0.5)

    def until(self, path: str, seen: Callable[[Any], bool], what: str) -> Any:
        """What stands under `path` as soon as it is as awaited."""

        def look() -> Any:
            try:
                found = self.patiently(lambda: self.get(path))
            except Refused as refused:
                if refused.status != 404:
                    raise
                raise LookupError(str(refused)) from None
            assert seen(found), found
            return found

        return probe(look, self.patient_for, f"{self.email}: {what}")

    def raw(self, method: str, path: str, **arguments: Any) -> requests.Response:
        """One request as it stands, with the person's token and no repeats."""
        return self.http.request(method, self.base_url + path, timeout=15, **arguments)


class World:
    """A running system with one community, its staff, its plan and an integrator's queue."""

    ladder = LADDER
    zone = COMMUNITY["zone"]
    policy: Mapping[str, Any] = {}
    application: Mapping[str, Any] = {"answers": ANSWERS}  # what everybody who applies says
    coupon_code = "WELC2ME"
    site = ""  # where links in mails lead; notifications knows a community's for a minute

    def __init__(self, system: System, name: str = "") -> None:
        """`name`: of one beside others on the same system; its people are nobody else's."""
        self.system, self.name = system, name
        self.slug = name or "journey"
        self.domain = f"{name}.example.com" if name else "example.com"
        self.merchant = f"{MERCHANT}-{name}" if name else MERCHANT
        self.secret_ref = f"sandbox_api_key_{name}" if name else "sandbox_api_key"
        self.members: list[Applicant] = []  # everybody who walked the whole path here
        self.checked = 0  # so many of them were there when the invariants were checked last
        self.public_events: list[dict[str, Any]] = []  # as the integrator got them, with repeats

    def found(self) -> "World":
        """Set the community up as an operator does."""
        operator, owner, reviewer = (
            f"{role}@{self.domain}" for role in ("operator", "owner", "reviewer")
        )
        # A system has one first operator; who comes to one that others use is made one beside.
        command = "grant-operator" if self.name else "create-operator"
        self.operate("membership", command, "--email", operator)
        self.system.integrator_url("journey")  # from now on its queue gets the public events
        self.operator = self.staff(operator)
        about = COMMUNITY | {"slug": self.slug, "owner_email": owner}
        about |= {"zone": self.zone, "policy": self.policy}
        self.community = self.operator.post("/v1/communities", about)
        self.path = f"/v1/communities/{self.community['id']}"
        self.operator.post(f"{self.path}/roles", _role(reviewer, "reviewer"))
        self.operator.post(f"{self.path}/roles", _role(owner, "treasurer"))
        self.owner = self.staff(owner)
        self.reviewer = self.staff(reviewer)
        if self.site:
            self._lead_to_site()
        plan = {"name": "年度会员", "base_price": money(PRICE), "ladder": self.ladder}
        self.plan = self.owner.post(f"{self.path}/plans", {**plan, "price_lock": "at_payment"})
        coupon = {"name": "新会员", "code": self.coupon_code, "audience": "newcomer"}
        benefit = {"kind": "amount_off", "amount": DISCOUNT}
        self.coupon = self.owner.post(f"{self.path}/coupons", {**coupon, "benefit": benefit})
        if self.name:  # each merchant has a key of its own
            self.system.credentials.store(f"payments/{self.secret_ref}", self._api_key)
        self.register_merchant()
        account = {"merchant_id": self.merchant, "secret_ref": self.secret_ref}
        self.account = self.owner.put(f"{self.path}/provider-accounts/sandbox", account)
        return self

    def _lead_to_site(self) -> None:
        hosts = {"link_hosts": [urlsplit(self.site).hostname]}
        version = self.operator.get(self.path)["version"]
        version = self.operator.put(f"{self.path}/link-hosts", hosts, version=version)["version"]
        kinds = ("application", "membership", "registration")
        links = {kind: f"{self.site}/{kind}s/{{id}}" for kind in kinds}
        self.owner.patch(self.path, {"links": links}, version=version)

    # ── what people outside can do ──────────────────────────────────────────────────────────────

    def person(self, email: str) -> Person:
        """A person's front end, not signed in yet."""
        return Person(self.system.url("http"), self.system.url("sandbox-mail"), email)

    def staff(self, email: str) -> Person:
        """A signed-in person who works here."""
        person = self.person(email)
        person.sign_in()
        return person

    def applicants(self, *names: str) -> list["Applicant"]:
        """Signed-in people who have not applied yet."""
        people = [Applicant(self, f"{name}@{self.domain}") for name in names]
        at_once(lambda one: one.client.sign_in(), people)
        return people

    def operate(self, service: str, *arguments: str) -> str:
        """An operator's command; what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "chassis.operate", service, *arguments],
            cwd=REPOSITORY,
            env=self.system.environment(service),
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def renew_staff(self) -> None:
        """Tokens for the next five minutes."""
        for client in (self.operator, self.owner, self.reviewer):
            client.renew()

    def move_clock(self, by: dt.timedelta) -> None:
        """Business time goes on; every job has passed at the new time afterwards."""
        self.system.move_clock(clock.now(self.system.clock_file) + by)

    def found_money(self, payment_id: str, amount: int) -> Any:
        """The owner finds money for a transfer on the community's account, today."""
        said = {"amount": money(amount), "received_on": self.today}
        return self.owner.do(f"/v1/payments/{payment_id}/confirm-transfer", said)

    @property
    def today(self) -> str:
        """The day of business time where the community is."""
        now = clock.now(self.system.clock_file)
        return now.astimezone(ZoneInfo(self.zone)).date().isoformat()

    # ── witnesses outside ───────────────────────────────────────────────────────────────────────

    def register_merchant(self) -> None:
        """Open the community's account at the provider."""
        digest = hashlib.sha256(self._api_key.encode()).hexdigest()
        account = {"merchant_id": self.merchant, "api_key_sha256": digest}
        url = self.system.url("sandbox-provider") + "/v1/merchants"
        requests.post(url, json=account, timeout=10).raise_for_status()

    def journal(self) -> list[dict[str, Any]]:
        """Everything that the payment provider wrote down for our merchant."""
        url = self.system.url("sandbox-provider") + "/control/journal"
        entries: list[dict[str, Any]] = []
        after = 0
        while after is not None:
            query: dict[str, Any] = {"merchant_id": self.merchant, "after": after, "limit": 200}
            page = requests.get(url, params=query, timeout=10).json()
            entries += page["entries"]
            after = page["next"]
        return entries

    def provider_certificates(self) -> list[dict[str, Any]]:
        """The provider's published keys, the signing one first."""
        url = self.system.url("sandbox-provider") + "/v1/certificates"
        headers = {"Authorization": f"Bearer {self._api_key}"}
        answer = requests.get(url, headers=headers, timeout=10)
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()["certificates"]
        return found

    def read_queue(self) -> list[dict[str, Any]]:
        """Public events as the integrator has them by now, repeats included."""
        with Broker(self.system.integrator_url("journey")) as broker:
            while (message := broker.get(QUEUE)) is not None:
                self.public_events.append(json.loads(message.body))
        return self.public_events

    def admin(self) -> Broker:
        """The broker as administrator."""
        return Broker(self.system.amqp_url("admin"))

    @property
    def _api_key(self) -> str:
        return self.system.credentials.read("payments/sandbox_api_key") + self.name


class Applicant:
    """One person on the way to a membership."""

    def __init__(self, world: World, email: str) -> None:
        self.world = world
        self.mail_may_repeat = False  # see `invariants.check`
        self.client = world.person(email)

    def __repr__(self) -> str:
        return self.client.email

    def join(self, *, hesitates: bool = False, script: dict[str, Any] | None = None) -> None:
        """The whole path; `hesitates` cancels a first order, `script` is the provider's."""
        self.apply()
        self.be_approved()
        if hesitates:
            self.order()
            self.open_payment()
            self.client.do(f"/v1/orders/{self.order_id}/cancel")
            self.order_at_once()
        else:
            self.order()
        self.open_payment()
        self.pay(script)
        self.be_member()

    def apply(self) -> None:
        body = {**self.world.application, "submit": True}
        made = self.client.do(f"{self.world.path}/applications", body)
        self.application = f"/v1/applications/{made['id']}"

    def be_approved(self) -> None:
        approved = self.world.reviewer.do(f"{self.application}/approve")
        self.purchase = f"/v1/purchases/{approved['purchase_id']}"
        self.client.until(self.purchase, lambda found: found["plan_id"] is not None, "a purchase")

    def order(self) -> None:
        """Looks at the price first, then takes the coupon."""
        self.client.do(f"{self.purchase}/quotes", {"coupon_codes": []})
        while True:
            asked = {"coupon_codes": [self.world.coupon_code], "on_refused": "ignore"}
            quote = self.client.do(f"{self.purchase}/quotes", asked)
            try:
                order = self.client.do(f"/v1/quotes/{quote['id']}/order")
                break
            except Refused as refused:
                # A place or coupon that died with a crashed request is free again a little later.
                if refused.code not in ("payments.price_changed", "payments.quote_expired"):
                    raise
        self.order_id: str = order["id"]

    def order_at_once(self) -> None:
        """At the total that was seen before, without a quote."""
        total = self.client.get(f"/v1/orders/{self.order_id}")["total"]
        body = {"coupon_codes": [self.world.coupon_code], "total": total}
        while True:
            try:
                order = self.client.do(f"{self.purchase}/orders", body)
                break
            except Refused as refused:
                # As above: what died with a crashed request is missing for a little while.
                if refused.code != "payments.price_changed":
                    raise
        self.order_id = order["id"]

    def open_payment(self) -> None:
        body = {"provider": "sandbox"}
        self.pay_url: str = self.client.do(f"/v1/orders/{self.order_id}/payments", body)["pay_url"]

    def transfer(self) -> Any:
        """The attempt that says where to transfer."""
        return self.client.do(f"/v1/orders/{self.order_id}/payments", {"provider": "transfer"})

    def pay(self, script: dict[str, Any] | None = None) -> None:
        """As the payer's browser does: press again until the provider says that it is paid."""

        def press() -> bool:
            body = {"script": script or {}}
            answer = requests.post(self.pay_url, json=body, timeout=10)
            if answer.status_code == 409:
                assert answer.json()["code"] == "already_paid", answer.text
            assert answer.status_code in (200, 409), answer.text
            return True

        probe(press, PATIENCE_SECONDS, f"{self} pays")

    def be_member(self) -> None:
        self.client.until(
            f"/v1/orders/{self.order_id}",
            lambda order: order["fulfilment"] == "fulfilled",
            "the order fulfilled",
        )
        self.world.members.append(self)

    @property
    def memberships(self) -> list[dict[str, Any]]:
        return list(self.client.pages("/v1/me/memberships"))

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The in-app inbox."""
        return list(self.client.pages("/v1/me/notifications"))


def open_world(make: Callable[..., System], **arguments: Any) -> World:
    """A world of its own on a fresh system; `arguments` go to the `system` fixture."""
    return World(make(*PROCESSES, **arguments)).found()


def at_once(do: Callable[[T], Any], items: Iterable[T]) -> list[Any]:
    """Do it for all at the same time; the first failure is raised when all have ended."""
    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(do, items))


def money(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "CNY"}


def header(mail: dict[str, Any], name: str) -> str:
    """A header of a mail as the sink shows it; "" when it is not there."""
    return str(mail["headers"].get(name, ""))


def _role(email: str, role: str) -> dict[str, str]:
    return {"email": email, "role": role}
