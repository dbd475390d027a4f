"""The story's first half: a community is set up; people apply, are vetted, pay, are members."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast

import requests

from clients.python.coterie_client import types as t
from examples.doctors.bar import Bar
from examples.doctors.client import Client, Refused, eventually
from examples.doctors.inputs import Applicant
from examples.doctors.surroundings import Surroundings

T = TypeVar("T")
R = TypeVar("R")
AT_ONCE = 16

# What the payer's script asks of the sandbox provider for each `payment_fault` of applicants.csv.
FAULTS: dict[str, dict[str, Any]] = {
    "": {},
    "twice": {"repeat": 2},
    "late": {"callback_delay_ms": 1500},
    "out_of_order": {"repeat": 2, "callback_delay_ms": 300},
    "lost": {"lost": True},
    "forged": {"forge": True},
    "wrong_amount": {"wrong_amount": -100},
}


class Joining:
    """Everything until people are members; counts what an outside observer sees."""

    def __init__(self, place: Surroundings, setup: dict[str, Any], tell: Callable[[str], None]):
        self.place, self.setup, self.tell = place, setup, tell
        self.clients: dict[str, Client] = {}
        self.orders: dict[str, dict[str, Any]] = {}
        self.refused: Counter[str] = Counter()
        self.told_missing: dict[str, set[str]] = {}
        self.applications: dict[str, t.Application] = {}
        self.races_lost = 0

    # ── setting up ──────────────────────────────────────────────────────────────────────────────

    def client(self, email: str) -> Client:
        """The signed-in client of a person; signs in the first time."""
        if email not in self.clients:
            client = Client(self.place.gateway, self.place.inbox, email)
            self.clients[email] = client.sign_in()
        return self.clients[email]

    def create_community(self) -> None:
        """Operator, community, staff, plan, provider account, coupons."""
        self.place.create_operator("operator@example.com")
        self.operator = self.client("operator@example.com")
        self.community = self.operator.create_community(self.setup["community"])
        here = self.community_id = self.community["id"]
        self.path = f"/v1/communities/{here}"
        for member_of_staff in self.setup["staff"]:
            self.operator.grant_role(here, member_of_staff)
        self.owner = self.client(self.setup["community"]["owner_email"])
        emails = [s["email"] for s in self.setup["staff"] if s["role"] == "reviewer"]
        self.reviewers = [self.client(email) for email in emails]
        self.plan = self.operator.create_plan(here, self.setup["plan"])
        self.free_plan = self.operator.create_plan(here, self.setup["free_plan"])
        hosts = self.setup["link_hosts"]
        allowed = self.operator.change_link_hosts(here, {"link_hosts": hosts}, seen=self.community)
        self.owner.change_community(here, {"links": self.setup["links"]}, seen=allowed)
        account = dict(self.setup["provider_account"])
        self.place.register_merchant(account["merchant_id"])
        provider = account.pop("provider")
        self.operator.put(f"{self.path}/provider-accounts/{provider}", account)
        for coupon in self.setup["coupons"]:
            self.operator.create_coupon(here, coupon)
        self.tell(f"community {self.community['slug']} with two plans, ladder, coupons and links")

    def import_members(self, text: str) -> None:
        """A dry run first, then the import itself, with progress; every row has to be accepted."""
        for dry_run in (True, False):
            started = self.owner.upload(f"{self.path}/imports", text, dry_run=str(dry_run).lower())
            what = "members tried" if dry_run else "members imported"
            progress = Bar(what, started["rows"])

            def finished(
                import_id: str = started["id"], progress: Bar = progress
            ) -> dict[str, Any] | None:
                seen = self.owner.get(f"/v1/imports/{import_id}")
                progress.move_to(seen["accepted"] + seen["refused"])
                return seen if seen["state"] == "done" else None

            done = eventually(finished, "the end of the import", patience=60)
            if done["refused"]:
                refused = list(self.owner.pages(f"/v1/imports/{done['id']}/rows", result="refused"))
                raise AssertionError(f"rows were refused: {refused[:3]}")
        self.imported = done

    # ── applying and reviewing ──────────────────────────────────────────────────────────────────

    def apply(self, people: list[Applicant]) -> None:
        """First applications all at once, then the duplicates: their first one is still live."""
        first_ones = [p for p in people if p.verdict != "duplicate"]
        self.at_once(self._apply_one, first_ones, "applications handed in")
        self.at_once(self._apply_one, [p for p in people if p.verdict == "duplicate"])
        self.tell(f"{len(self.applications)} applications, refused: {dict(self.refused)}")

    def _apply_one(self, person: Applicant) -> None:
        client = self.client(person.email)
        try:
            client.change_me({"name": person.name}, seen=client.get_me())
            self.applications[person.email] = client.create_application(
                self.community_id,
                {"plan_id": self.plan["id"], "answers": person.answers, "submit": True},
            )
        except Refused as refused:
            self.refused[refused.code] += 1
            if refused.code == "membership.application_incomplete":
                missing = {pointer.removeprefix("/answers/") for pointer in refused.pointers}
                self.told_missing[person.email] = missing
                # Kept as a draft to go on with.
                draft: t.CreateApplicationBody
                draft = {"plan_id": self.plan["id"], "answers": person.answers}
                client.create_application(self.community_id, draft)

    def observe(self) -> None:
        """Somebody names the other plan, which is free: approved, they have joined."""
        observer = self.setup["observer"]
        client = self.client(observer["email"])
        client.change_me({"name": observer["name"]}, seen=client.get_me())
        applied = client.create_application(
            self.community_id,
            {"plan_id": self.free_plan["id"], "answers": observer["answers"], "submit": True},
        )
        self.reviewers[0].approve_application(applied["id"])
        self.observer = client.get_my_place(self.community_id)
        self.tell(f"{observer['name']} joined by the plan {self.free_plan['name']}")

    def review(self, people: list[Applicant]) -> None:
        """Two reviewers decide; on the first application both do so at once and one wins."""
        waiting = [p for p in people if p.verdict in ("approve", "reject", "info")]
        first = next(p for p in waiting if p.verdict == "approve")
        self._race(self.applications[first.email]["id"])
        others = [p for p in waiting if p is not first]
        self.at_once(self._review_one, enumerate(others), "applications decided")
        self.tell(f"{len(waiting)} applications decided; {self.races_lost} race lost as it has to")

    def _race(self, application_id: str) -> None:
        start = threading.Barrier(2)

        def approve(reviewer: Client) -> str:
            start.wait()
            try:
                reviewer.approve_application(application_id)
                return "won"
            except Refused as refused:
                return refused.code

        outcomes = self.at_once(approve, self.reviewers)
        self.races_lost += outcomes.count("membership.application_wrong_state")
        if sorted(outcomes) != ["membership.application_wrong_state", "won"]:
            raise AssertionError(f"two reviewers at once: {outcomes}")

    def _review_one(self, numbered: tuple[int, Applicant]) -> None:
        number, person = numbered
        reviewer = self.reviewers[number % 2]
        application = self.applications[person.email]["id"]
        if person.verdict == "reject":
            verdict = {"reason": person.reason, "message": "感谢您的申请。"}
            reviewer.reject_application(application, cast(t.RejectBody, verdict))
            return
        if person.verdict == "info":
            question: t.AskForInfoBody
            question = {"message": "请补充执业证号。", "questions": ["license"]}
            reviewer.request_info(application, question)
            applicant = self.client(person.email)
            seen = applicant.get_application(application)
            answers = person.answers | {"license": f"L{number:06d}"}
            applicant.change_application(application, {"answers": answers}, seen=seen)
            applicant.submit_application(application)
        reviewer.approve_application(application)

    # ── paying ──────────────────────────────────────────────────────────────────────────────────

    def pay(self, people: list[Applicant]) -> None:
        """Quote, order, pay; the provider's callbacks misbehave as applicants.csv says."""
        paying = [person for person in people if person.pays]
        self.pays_by_link = next(person.email for person in paying if not person.payment_fault)
        self.at_once(self._pay_one, paying, "members paid")
        self.tell(f"{len(paying)} paid and are members, one by the link in the mail")

    def _pay_one(self, person: Applicant) -> None:
        client = self.client(person.email)
        application = client.get_application(self.applications[person.email]["id"])
        purchase_id: str = application["purchase_id"] or ""
        codes = [person.coupon] if person.coupon else []
        payer = self._visitor(client, purchase_id) if person.email == self.pays_by_link else client
        self.orders[person.email] = self.buy(
            client, purchase_id, codes, FAULTS[person.payment_fault], payer=payer
        )

    def _visitor(self, client: Client, purchase_id: str) -> Client:
        """Whoever follows the link in the mail about the approval: no session, one purchase."""
        page = re.escape(self.setup["links"]["application"].replace("{id}", "")) + r"\S+#link=(\S+)"
        found = eventually(
            lambda: next(
                (m for mail in client.mails() if (m := re.search(page, mail["text"]))), None
            ),
            f"the link in a mail to {client.email}",
        )
        visitor = Client(self.place.gateway, self.place.inbox, client.email).follow(found.group(1))
        shown = visitor.get_link()
        if (shown["purpose"], shown["object"]["id"]) != ("pay", purchase_id):
            raise AssertionError(f"the link leads to {shown}, not to {purchase_id}")
        return visitor

    def buy(
        self,
        client: Client,
        purchase_id: str,
        codes: list[str],
        script: dict[str, Any],
        *,
        payer: Client | None = None,
    ) -> dict[str, Any]:
        """Purchase → quote → order → payment → pay at the provider → wait until it is fulfilled."""
        client.wait_for(f"/v1/purchases/{purchase_id}", lambda seen: True)
        payer = payer or client
        quote, order = self._order(payer, purchase_id, codes)
        payment = payer.open_payment(order["id"], {"provider": "sandbox"})
        paid = requests.post(payment["pay_url"] or "", json={"script": script}, timeout=15)
        paid.raise_for_status()
        done: dict[str, Any] = client.wait_for(
            f"/v1/orders/{order['id']}", lambda seen: seen["fulfilment"] == "fulfilled"
        )
        listed = quote["list_price"] or {"amount": 0}
        return {**done, "list_price": listed["amount"], "trace": quote["trace"]}

    def _order(self, payer: Client, purchase_id: str, codes: list[str]) -> tuple[t.Quote, t.Order]:
        """A quote, and the order at what it says."""
        while True:
            asked: t.CreateQuoteBody = {"coupon_codes": codes, "on_refused": "ignore"}
            quote = payer.create_quote(purchase_id, asked)
            try:
                return quote, payer.order_purchase(
                    purchase_id,
                    {
                        "coupon_codes": codes,
                        "total": quote["total"],
                        "extra_days": quote["extra_days"],
                    },
                )
            except Refused as refused:
                if refused.code != "payments.price_changed":
                    raise

    def at_once(self, do: Callable[[T], R], items: Iterable[T], what: str | None = None) -> list[R]:
        """Do it for every item, 16 at a time, each as an HTTP client of its own; `what` is done
        shows as a bar."""
        wanted, done = list(items), list[R]()
        progress = Bar(what, len(wanted)) if what else None
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for result in pool.map(do, wanted):
                done.append(result)
                if progress is not None:
                    progress.move_to(len(done))
        return done
