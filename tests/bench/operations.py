"""The world in which operations are measured: a whole system, communities, people on their way."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from itertools import cycle
from typing import Any, TypeVar

from contracts.records import SERVICES
from deploy.local.control import REPOSITORY
from deploy.local.environment import SANDBOX
from tests.bench.floors import FLOORS
from tests.bench.front import Front, Load, at_once
from tests.bench.gauge import Gauge
from tests.bench.live import NODES, Live
from tests.bench.people import People
from tests.bench.postbox import Postbox
from tests.bench.rows import Bench, Row, Use, percentile

T = TypeVar("T")
OURS = (*SERVICES, "gateway")
FLOOR_SECONDS = 3
MOST_OF_FLOOR = 2.5
STAFF = 16
FORM = [
    {
        "title": "About you",
        "questions": [{"key": "city", "kind": "short_text", "title": "City", "required": True}],
    }
]
ANSWERS = {"answers": {"city": "上海"}, "submit": True}


class World:
    """A system with an operator and no community yet; gone with `stack`."""

    def __init__(self, bench: Bench, stack: ExitStack) -> None:
        self.postbox = stack.enter_context(Postbox())
        settings = {
            "notifications": {"COTERIE_SMTP_URL": self.postbox.url},
            "membership": {"COTERIE_SIGN_INS_PER_MINUTE": "1000000"},
        }
        self.bench = bench
        self.live = Live(bench, stack, (*OURS, SANDBOX[0]), settings)
        self.front = Front(self.live.system.url("http"))
        self.provider = Front(self.live.system.url("sandbox-provider"))
        self.people = People(self.live.system)
        self.operator = self.people.token(self.people.operator())
        self.gauge = Gauge(self.live, OURS)

    def database(self, service: str) -> Any:
        """A service's database, as its owner sees it."""
        return self.people.client[self.live.system.target.database(service)]

    def measure(self, items: Iterable[T], do: Callable[[T], object]) -> tuple[Load, Use]:
        """Does it for every item, 16 at once, and says what each took."""
        listed = list(items)
        return self.gauge.measure(len(listed), lambda: at_once(listed, do))

    def floor(self, operation: str) -> float:
        """CPU in milliseconds of the operation's bare list: loop, database and broker."""
        system = self.live.system
        database = f"{system.target.database('membership')}_floor"
        plan = self.bench.directory / "floor.json"
        plan.write_text(
            json.dumps(
                {
                    "operation": operation,
                    "seconds": FLOOR_SECONDS,
                    "pids": [pid for pids in self.live.groups(*NODES) for pid in pids],
                    "mongo_url": system.nodes.mongo_admin_url,
                    "database": database,
                    "amqp_url": system.amqp_url("admin"),
                }
            )
        )
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.floors", str(plan)],
            cwd=REPOSITORY,
            capture_output=True,
            check=True,
        )
        self.people.client.drop_database(database)
        seen = json.loads(done.stdout)
        idle = sum(self.gauge.idle.cpu[name] for name in NODES) * seen["seconds"]
        return float((seen["cpu"] - idle) / seen["operations"] * 1000)


class Community:
    """One community of a world, with a plan as given and people who apply."""

    def __init__(
        self, world: World, slug: str, *, plan: dict[str, Any] | None = None, **coupon: Any
    ) -> None:
        self.world, self.front = world, world.front
        owner = f"{slug}-owner@example.com"
        made = {"slug": slug, "name": "Bench", "form": FORM, "owner_email": owner}
        self.id = str(self.front.post("/v1/communities", world.operator, made)["id"])
        self.path = f"/v1/communities/{self.id}"
        self.owner = world.people.token(world.people.known(owner))
        for role in ("reviewer", "treasurer", "host"):
            self._grant(owner, role)
        # So many that nobody asks too often; in turn.
        self.staff = cycle([self._employ(f"{slug}-staff{n}@example.com") for n in range(STAFF)])
        if plan is not None:
            price = {"amount": 300_000, "currency": "CNY"}
            asked = {"name": "年度会员", "base_price": price, **plan}
            self.front.post(f"{self.path}/plans", self.owner, asked)
            key = world.live.system.credentials.read("payments/sandbox_api_key")
            digest = hashlib.sha256(key.encode()).hexdigest()
            merchant = {"merchant_id": f"{slug}-merchant", "api_key_sha256": digest}
            world.provider.post("/v1/merchants", body=merchant)
            account = {"merchant_id": merchant["merchant_id"], "secret_ref": "sandbox_api_key"}
            path = f"{self.path}/provider-accounts/sandbox"
            self.front.must("PUT", path, self.owner, account, **{"If-None-Match": "*"})
            benefit = {"kind": "amount_off", "amount": 20_000}
            offer = {"name": "立减", "code": "WELC2ME", "benefit": benefit, "audience": "newcomer"}
            self.front.post(f"{self.path}/coupons", self.owner, {**offer, **coupon})

    def _employ(self, email: str) -> str:
        """The token of somebody who reviews and sees the money."""
        for role in ("reviewer", "treasurer"):
            self._grant(email, role)
        return self.world.people.token(self.world.people.known(email))

    def _grant(self, email: str, role: str) -> None:
        self.front.post(f"{self.path}/roles", self.owner, {"email": email, "role": role})

    def newcomers(self, count: int, name: str) -> list["Person"]:
        """People who do not belong to it yet."""
        made = self.world.people.add(count, name)
        return [Person(self, email, self.world.people.token(id)) for email, id in made.items()]

    def payable(self, count: int, name: str) -> list["Person"]:
        """People who were approved and can pay."""
        people = self.newcomers(count, name)
        at_once(people, Person.apply)
        at_once(people, Person.be_approved)
        self.world.gauge.rest()
        at_once(people, Person.find_purchase)
        return people


class Person:
    """Somebody on the way into a community; each step leaves what the next one needs."""

    def __init__(self, community: Community, email: str, token: str) -> None:
        self.community, self.email, self.token = community, email, token
        self.front = community.front
        self.application = self.purchase = self.order = ""

    def apply(self) -> None:
        """Hands an application in; done when the mail about it was accepted."""
        path = f"{self.community.path}/applications"
        self.application = self.front.post(path, self.token, ANSWERS)["id"]
        self.await_mail("application_received")

    def be_approved(self) -> None:
        """Done when the mail about it was accepted."""
        path = f"/v1/applications/{self.application}/approve"
        self.front.post(path, next(self.community.staff))
        self.await_mail("application_approved")

    def find_purchase(self) -> None:
        (purchase,) = self.front.get("/v1/me/purchases", self.token)["items"]
        self.purchase = purchase["id"]

    def check_out(self) -> None:
        """A price with a coupon, then the order."""
        path = f"/v1/purchases/{self.purchase}/quotes"
        quote = self.front.post(path, self.token, {"coupon_codes": ["WELC2ME"]})
        self.order = self.front.post(f"/v1/quotes/{quote['id']}/order", self.token)["id"]

    def check_out_in_one_step(self) -> None:
        """The order at once, at the total that the buyer saw."""
        total = {"amount": 280_000, "currency": "CNY"}
        asked = {"coupon_codes": ["WELC2ME"], "total": total}
        path = f"/v1/purchases/{self.purchase}/orders"
        self.order = self.front.post(path, self.token, asked)["id"]

    def pay(self) -> None:
        """Opens the payment and pays at the provider; done when the welcome mail was accepted."""
        asked = {"provider": "sandbox"}
        payment = self.front.post(f"/v1/orders/{self.order}/payments", self.token, asked)
        page = payment["pay_url"].partition(self.community.world.provider.host)[2]
        self.community.world.provider.post(page, body={"script": {}})
        self.await_mail("membership_activated")

    def await_mail(self, type: str) -> None:
        self.community.world.postbox.wait(self.email, type)


def row_of(
    name: str,
    load: Load,
    use: Use,
    *,
    floor: float | None = None,
    most_commands: float | None = None,
    most_cpu: float | None = None,
    most_aborted: float | None = None,
) -> Row:
    """The row of one operation and whether it keeps its budget."""
    limits = (
        # What the system does by itself differs by a few commands from what it did at rest.
        ("commands", round(use.commands, 1), most_commands),
        ("CPU ms", use.cpu_ms, most_cpu),
        ("aborted", use.aborted, most_aborted),
        ("floors", use.cpu_ms / floor if floor else 0.0, MOST_OF_FLOOR if floor else None),
    )
    kept = [(label, value, most) for label, value, most in limits if most is not None]
    shares = ", ".join(f"{name} {ms:.1f}" for name, ms in use.cpu_ms_by_process.items() if ms)
    if floor is not None:
        shares += f"; floor: {FLOORS[name].commands} commands"
    return Row(
        name,
        len(load.latencies) / load.seconds,
        "operations/s",
        ", ".join(f"{label} <= {most:g}" for label, _, most in kept),
        all(value <= most for _, value, most in kept) if kept else None,
        cpu_ms=use.cpu_ms,
        note=f"CPU: {shares}",
        p50_ms=percentile(load.latencies, 50) * 1000,
        p99_ms=percentile(load.latencies, 99) * 1000,
        commands=use.commands,
        transactions=use.transactions,
        aborted=use.aborted,
        cpu_ms_by_process=use.cpu_ms_by_process,
        floor_cpu_ms=floor,
    )
