"""The circle of circle.yaml, grown through the gateway by everybody in it.

Every command has an Idempotency-Key that says what it is for, and every moment counts from the one
at which the community was made: whoever walks this way twice makes nothing twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import requests

from deploy.local.system import System
from examples.doctors.client import Client, Refused, eventually

AT_ONCE = 16
# Who has not handed in, and which of the plot's answers are there.
DRAFTS = {"drafting": "answers", "begun": "half_answers"}
T = TypeVar("T")
Document = dict[str, Any]


class Circle:
    """People and what they made; `things` are ids by a name such as `paid order`."""

    def __init__(self, system: System, plot: Document, tell: Callable[[str], None]) -> None:
        self.system, self.plot, self.tell = system, plot, tell
        self.people: dict[str, Client] = {}
        self.things: dict[str, str] = {}
        self.path = ""
        self.community: Document = {}
        self.began = dt.datetime.min

    # ── commands that may be sent again ─────────────────────────────────────────────────────────

    def post(self, who: str, path: str, body: Any = None, *, what: str) -> Any:
        """`what` names the one thing that it does in this community."""
        return self.people[who].post(path, body, key=f"seed {self.path} {what}")

    def post_until(self, who: str, path: str, body: Any, *, what: str, passing: str) -> Any:
        """Once more, with a key of its own, as long as it is refused for what passes by itself."""
        tries = iter(range(1000))

        def attempt() -> Any:
            try:
                return self.post(who, path, body, what=f"{what} {next(tries)}")
            except Refused as refused:
                if refused.code != passing:
                    raise
                return None

        return eventually(attempt, what)

    def add(self, name: str, made: Document) -> str:
        """Remembers the id of a thing."""
        self.things[name] = made["id"]
        return str(made["id"])

    def enter(self, handles: Iterable[str]) -> None:
        """Signs people in, all at once, and has them say their names."""

        def one(handle: str) -> None:
            person = self.plot["people"][handle]
            urls = self.system.url("http"), self.system.url("sandbox-mail")
            client = self.people[handle] = Client(*urls, person["email"]).sign_in()
            me = client.get("/v1/me")
            if me["name"] != person["name"]:
                client.patch("/v1/me", {"name": person["name"]}, version=me["version"])

        at_once(one, handles)

    # ── the community ───────────────────────────────────────────────────────────────────────────

    def found(self) -> None:
        """Operator, community, roles, plans, coupons, the account at the provider, members."""
        people = self.plot["people"]
        self.enter(["operator"])
        if not self.people["operator"].get("/v1/me")["is_operator"]:
            email = people["operator"]["email"]
            command = ("--as", "make.seed", "grant-operator", "--email", email)
            if self.system.operate("membership", *command).returncode:
                raise RuntimeError(f"{email} could not be made an operator")
        body = self.plot["community"]
        found = self.people["operator"].get("/v1/communities", slug=body["slug"])["items"]
        self.community = (
            found[0] if found else self.people["operator"].post("/v1/communities", body)
        )
        self.add("community", self.community)
        self.path = f"/v1/communities/{self.community['id']}"
        self.began = dt.datetime.fromisoformat(self.community["created_at"])
        at_once(lambda step: step(), (self._staff, self._import, self._open_account))
        self.enter(handle for handle in people if handle != "operator")
        at_once(lambda step: step(), (self._plans, self._coupons))
        self.tell(f"{self.community['name']}: {len(people)} people, plans, coupons")

    def _staff(self) -> None:
        people = self.plot["people"]
        roles = {"treasurer": "treasurer", "reviewer": "reviewer", "second": "reviewer",
                 "host": "host", "scanner": "scanner"}  # fmt: skip
        for handle, role in roles.items():
            body = {"email": people[handle]["email"], "role": role}
            self.post("operator", f"{self.path}/roles", body, what=f"role {handle}")
        operator = self.people["operator"]
        seen = operator.get(self.path)
        if seen["link_hosts"] != self.plot["link_hosts"]:
            hosts = {"link_hosts": self.plot["link_hosts"]}
            operator.put(f"{self.path}/link-hosts", hosts, version=seen["version"])

    def _import(self) -> None:
        """Members of a list: some for each state, the others in between."""
        rows = ["number,email,name,joined_on,term_ends_on,segment,city"]
        named = self.plot["imported"]
        listed = [
            (one["email"], self.plot["people"][handle]["name"], one["ends_in"])
            for handle, one in named.items()
        ] + [
            (f"member{number:02}@seed.example", name, 20 + 15 * number)
            for number, name in enumerate(self.plot["others"], 1)
        ]
        for number, (email, name, ends_in) in enumerate(listed, 1):
            joined, ends = (f"{self.began + dt.timedelta(days=days):%Y-%m-%d}"
                            for days in (ends_in - 364, ends_in))  # fmt: skip
            rows.append(f"{number},{email},{name},{joined},{ends},医生,上海")
        operator = self.people["operator"]
        started = operator.upload(
            f"{self.path}/imports", "\n".join(rows) + "\n", key=f"seed {self.path} members"
        )
        self.add("import", started)
        done = eventually(
            lambda: (
                seen
                if (seen := operator.get(f"/v1/imports/{started['id']}"))["state"] == "done"
                else None
            ),
            "the import of the members",
        )
        if done["refused"]:
            raise RuntimeError(f"{done['refused']} members were refused")

    def _open_account(self) -> None:
        """The account at the sandbox that the community gets by itself."""
        path = f"{self.path}/provider-accounts/sandbox"
        operator = self.people["operator"]
        self.add("account", operator.find(path) or operator.put(path, {}))

    def _plans(self) -> None:
        for name, body in self.plot["plans"].items():
            made = self.post("owner", f"{self.path}/plans", body, what=f"plan {name}")
            self.add(f"{name} plan", made)

    def _coupons(self) -> None:
        for name, body in self.plot["coupons"].items():
            made = self.post("owner", f"{self.path}/coupons", body, what=f"coupon {name}")
            self.add(f"{name} coupon", made)
        for name, step in (("paused", "pause"), ("ended", "end")):
            path = f"/v1/coupons/{self.things[f'{name} coupon']}/{step}"
            self.post("owner", path, what=f"coupon {step}")

    # ── memberships ─────────────────────────────────────────────────────────────────────────────

    def vet(self) -> None:
        """An application in each state; those who are to be members are approved."""
        at_once(self._apply, (*DRAFTS, "waiting", "claimed", "asked", "rejected", "approved",
                              "ordering", "paid", "discounted", "asking", "refunded"))  # fmt: skip
        reviewed = {
            "claimed": ("second", "claim", None),
            "asked": ("reviewer", "request-info",
                      {"message": "请补充执业证号。", "questions": ["license"]}),
            "rejected": ("reviewer", "reject",
                         {"reason": "not_a_fit", "message": "感谢您的申请。"}),
            **{handle: ("reviewer", "approve", {"note": "简历真实，推荐通过。"})
               for handle in ("approved", "ordering", "paid", "discounted", "asking", "refunded")},
        }  # fmt: skip

        def decide(handle: str) -> None:
            reviewer, step, body = reviewed[handle]
            path = f"/v1/applications/{self.things[f'{handle} application']}/{step}"
            done = self.post(reviewer, path, body, what=f"{step} {handle}")
            if step == "approve":
                self.things[f"{handle} purchase"] = done["purchase_id"]

        at_once(decide, reviewed)
        self.tell("applications in every state")

    def _apply(self, handle: str) -> None:
        body = {
            "plan_id": self.things["annual plan"],
            "answers": self.plot[DRAFTS.get(handle, "answers")],
            "submit": handle not in DRAFTS,
        }
        made = self.post(handle, f"{self.path}/applications", body, what=f"apply {handle}")
        self.add(f"{handle} application", made)

    def sell(self) -> None:
        """Orders: paid with and without a coupon, refunded, asked back, open."""
        newcomer = self.plot["coupons"]["newcomer"]["code"]
        coupons = {"discounted": [newcomer]}
        at_once(
            lambda handle: self._buy(handle, coupons.get(handle, [])),
            ("ordering", "paid", "discounted", "asking", "refunded"),
        )
        order = f"/v1/orders/{self.things['refunded order']}"
        self.post("treasurer", f"{order}/refunds", {"reason": "搬到国外，不再参加"}, what="refund")
        asked = f"/v1/orders/{self.things['asking order']}/refund-requests"
        wish = {"why": "近期工作调动，无法参加活动。"}
        self.add("refund request", self.post("asking", asked, wish, what="ask for a refund"))
        inbox = eventually(
            lambda: list(self.people["paid"].pages("/v1/me/notifications")) or None,
            "a notification",
        )
        self.add("notification", inbox[-1])  # the first that came, also on a later look
        for handle in ("paid", "expiring"):
            (membership,) = self.people[handle].pages("/v1/me/memberships")
            self.add(f"{handle} membership", membership)
        self.tell("orders: paid, open, refunded, asked back")

    def _buy(self, handle: str, codes: list[str]) -> None:
        """Everything up to a membership; who is `ordering` does not pay."""
        purchase = f"/v1/purchases/{self.things[f'{handle} purchase']}"
        eventually(lambda: self.people[handle].find(purchase), f"the purchase of {handle}")
        order = self._order(handle, purchase, codes)
        path = f"/v1/orders/{self.add(f'{handle} order', order)}"
        if handle == "ordering":
            return
        body = {"provider": "sandbox"}
        payment = self.post(handle, f"{path}/payments", body, what=f"pay {handle}")
        paid = requests.post(payment["pay_url"], json={"script": {}}, timeout=15)
        if paid.status_code != 409:  # it was paid before
            paid.raise_for_status()
        eventually(
            lambda: self.people[handle].get(path)["fulfilment"] == "fulfilled",
            f"the membership of {handle}",
        )

    def _order(self, handle: str, purchase: str, codes: list[str]) -> Document:
        """At the price of a quote; where that changed meanwhile, of the next one."""
        for number in range(20):
            asked = {"coupon_codes": codes}
            quote = self.post(handle, f"{purchase}/quotes", asked, what=f"quote {handle} {number}")
            seen = {**asked, "total": quote["total"], "extra_days": quote["extra_days"]}
            try:
                ordered: Document = self.post(
                    handle, f"{purchase}/orders", seen, what=f"order {handle} {number}"
                )
                return ordered
            except Refused as refused:
                if refused.code != "payments.price_changed":
                    raise
        raise RuntimeError(f"the price of {purchase} does not stand still")


def at_once(do: Callable[[T], Any], items: Iterable[T]) -> list[Any]:
    """Do it for all, 16 at a time; the first failure is raised when all have ended."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(do, items))
