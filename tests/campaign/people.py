"""Simulated people, each a front end that does not give up."""

import time
from collections.abc import Callable
from typing import Any

import requests

from contracts.records import SERVICES
from deploy.local.environment import PROCESSES, SANDBOX, kind_of
from deploy.local.system import System
from examples.doctors.client import Client, Refused
from tests.campaign.clocks import Clocks
from tests.campaign.journal import Journal
from tests.campaign.network import Network
from tests.journeys.world import PRICE, Applicant, Person, World, at_once, money
from tests.kit.limits import WIDE
from tests.kit.probe import probe

#: Two of each service and of the gateway, so that one takes over from the other.
ALL = (*PROCESSES, *(f"{kind}-2" for kind in (*SERVICES, "gateway")))
LADDER = {"step": 10_000, "every": 4, "places_before": 0}
#: What an outage of a minute has delayed comes within ten more (M-13).
LONGEST_WAIT = 900.0
CODE_WRONG = "membership.sign_in_code_wrong"
#: Refusals that say that time went on, or that an answer was lost: look again how things stand.
OVERTAKEN = (
    "payments.purchase_wrong_state",
    "payments.purchase_has_order",
    "payments.order_wrong_state",
    "payments.payment_wrong_state",
)


class Patient(Person):
    """Waits for as long as it takes, and may be used by several at once."""

    patient_for = LONGEST_WAIT

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.patience = LONGEST_WAIT

    def sign_in(self) -> "Patient":
        """Who cannot get at their mail, or whose code was used up by an answer that got lost, asks
        for another one a little later."""
        end = time.monotonic() + LONGEST_WAIT
        while True:
            door = self._door()
            try:
                door.sign_in()
            except (TimeoutError, requests.RequestException, Refused) as problem:
                is_final = isinstance(problem, Refused) and problem.code != CODE_WRONG
                if is_final or time.monotonic() > end:
                    raise
                time.sleep(5)
                continue
            self.person_id, self.refresh_token = door.person_id, door.refresh_token
            self.http.headers["Authorization"] = door.http.headers["Authorization"]
            return self

    def renew(self, stale: Any = None) -> bool:
        """Whose token was taken and whose answer was lost for long signs in again."""
        with self._renewing:
            try:
                return super().renew(stale)
            except Refused as refused:
                if refused.status != 401:
                    raise
                self.sign_in()
                return True

    def _door(self) -> Client:
        """Who asks without a token."""
        door = Client(self.base_url, self.inbox_url, self.email)
        door.patience = LONGEST_WAIT
        return door


class CampaignWorld(World):
    """A world with a steep ladder on a system whose parts are troubled."""

    ladder = LADDER

    def __init__(
        self, system: System, network: Network, clocks: Clocks, answers: Journal, zone: str
    ) -> None:
        super().__init__(system)
        self.network, self.clocks, self.answers, self.zone = network, clocks, answers, zone
        self.clocked = [name for name in ALL if self.settings(name)]

    def settings(self, process: str) -> dict[str, str]:
        """What one of them is told besides what its kind is told anyway."""
        kind = kind_of(process)
        if kind in SANDBOX:
            return {}
        own = self.network.settings(process) | self.clocks.settings(process)
        # Few people here do the work of many.
        return own | (WIDE if kind == "gateway" else {})

    def of_kind(self, kind: str) -> list[str]:
        """The processes of a kind."""
        return [name for name in ALL if kind_of(name) == kind]

    def configure(self, process: str, **settings: str) -> None:
        """Start one anew with its settings and these."""
        self.system.configure(process, self.settings(process) | settings)

    def stop_kind(self, kind: str) -> None:
        for name in self.of_kind(kind):
            self.system.control.stop(name)

    def start_kind(self, kind: str) -> None:
        for name in self.of_kind(kind):
            self.system.control.start_again(name)
        self.system.wait_ready(self.of_kind(kind), 120)

    def person(self, email: str) -> Person:
        made = Patient(self.network.front_url, self.system.url("sandbox-mail"), email)
        self.answers.watch(made.http, email)
        return made

    def buyers(self, *names: str) -> list["Buyer"]:
        """Signed-in people who have not applied yet."""
        people = [Buyer(self, f"{name}@example.com") for name in names]
        at_once(lambda one: one.client.sign_in(), people)
        return people


class Buyer(Applicant):
    """Somebody who orders again when time went on faster than they."""

    order_id = ""

    def join(self, *, hesitates: bool = False, script: dict[str, Any] | None = None) -> None:
        self.apply()
        self.be_approved()
        if hesitates:
            self._leave_an_order()
        self.buy(self.order, script)
        self.world.members.append(self)

    def leave(self) -> None:
        """Orders, and is not seen again (T-F17)."""
        self.apply()
        self.be_approved()
        self.order()

    def apply_again(self) -> str:
        """With a new key, as after a restart of the browser: the code of the refusal (T-F17)."""
        try:
            self.apply()
        except Refused as refused:
            return refused.code
        raise AssertionError(f"{self} has two applications")

    def register(self, meetup_id: str) -> str:
        """Events may not have heard yet that who just joined is a member."""
        path = f"/v1/meetups/{meetup_id}"
        self.client.until(path, lambda seen: seen["id"] == meetup_id, "a meetup that members see")
        found: str = self.client.do(f"{path}/registrations")["id"]
        return found

    def renew(self) -> None:
        """The term that ends is followed by another one."""
        term = self.client.patiently(lambda: self.memberships)[0]
        bought = self.client.do(f"/v1/memberships/{term['id']}/renew")["purchase_id"]
        self.purchase = f"/v1/purchases/{bought}"
        self.client.until(self.purchase, lambda seen: seen["plan_id"] is not None, "a purchase")

        def order() -> None:
            body = {"coupon_codes": [], "total": money(PRICE)}
            self.order_id = self.client.do(f"{self.purchase}/orders", body)["id"]

        self.buy(order)

    def buy(self, order: Callable[[], None], script: dict[str, Any] | None = None) -> None:
        """Until what was ordered is there; orders end after half an hour of business time."""
        state = "open"
        while state == "open":
            if _in_time(order):
                paying = _in_time(self.open_payment)
            else:
                self.order_id = self.client.get(self.purchase)["order_id"] or ""
                paying = bool(self.order_id) and _in_time(self.open_payment)
            if paying:
                self.pay(script)
            state = self.client.until(self.purchase, self._is_settled, "a purchase")["state"]
        assert state == "fulfilled", f"{self}: the purchase is {state}"
        self.order_id = self.client.get(self.purchase)["order_id"]

    def _is_settled(self, purchase: dict[str, Any]) -> bool:
        """Whether it came to an end, or its order did without money."""
        if purchase["state"] in ("fulfilled", "refused", "lapsed", "withdrawn"):
            return True
        order = self.client.get(f"/v1/orders/{self.order_id}")
        return order["state"] in ("expired", "cancelled") and purchase["state"] == "open"

    def _leave_an_order(self) -> None:
        self.order()
        if _in_time(self.open_payment):
            _in_time(lambda: self.client.do(f"/v1/orders/{self.order_id}/cancel"))

    def pay(self, script: dict[str, Any] | None = None) -> None:
        """As the payer's browser does, until the provider says that it is paid, or closed."""

        def press() -> bool:
            body = {"script": script or {}}
            answer = requests.post(self.pay_url, json=body, timeout=10)
            if answer.status_code == 409:
                assert answer.json()["code"] in ("already_paid", "payment_closed"), answer.text
            assert answer.status_code in (200, 409), answer.text
            return True

        probe(press, LONGEST_WAIT, f"{self} pays")


def _in_time(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except Refused as refused:
        if refused.code not in OVERTAKEN:
            raise
        return False
    return True
