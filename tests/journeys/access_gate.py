"""Requests on the objects of an `AccessWorld`, right in everything but, perhaps, who sends them."""

import json
import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from secrets import randbelow
from typing import Any

import requests

from tests.journeys.access_world import PNG, AccessWorld
from tests.journeys.served_contract import JSON, Operation, ServedContract
from tests.journeys.world import ANSWERS, COMMUNITY, MERCHANT, Person, at_once
from tests.kit.probe import probe

# Reading what is not shown yet, and the operation that shows it.
BEFORE = {
    "events.get_meetup@draft": "events.publish_meetup",
    "payments.get_plan@draft": "payments.put_plan_on_sale",
}
MOVING = ("version", "updated_at")  # of meetups: jobs tend the waitlists of closed ones


class Gate:
    """Requests that are right in everything but, perhaps, who sends them."""

    def __init__(
        self, place: AccessWorld, lines: Iterable[str], may: Callable[[str, str], bool]
    ) -> None:
        self.place = place
        self.may = may  # line and role
        self.lines = tuple(lines)
        self.contract = ServedContract(place.world.system.url("http"))
        self.operations = self.contract.operations

    def try_as(self, line: str, who: Person, role: str = "") -> requests.Response:
        """The operation of a line of the table, on the object that it is for."""
        operation = self.operations[line.partition("@")[0]]
        named = self.named(line)
        if operation.id == "membership.revoke_role" and role == "operator":
            named["role"] = "scanner"  # the owner took the other one
        headers = self.headers(operation, who, named)
        body = self.body(operation)
        return self.contract.ask(operation, who, named, body=body, headers=headers)

    def named(self, line: str) -> dict[str, str]:
        """The values of the path parameters."""
        operation, _, variant = line.partition("@")
        if variant:
            operation = BEFORE[line]
        things = self.place.things
        found = {
            name: things.get(f"{operation} {name}", things.get(name, ""))
            for name in self.operations[operation].named("path")
        }
        if operation in things:
            (only,) = found
            found[only] = things[operation]
        return found

    def owner_of(self, line: str) -> Person | None:
        """Whose the object of a line is."""
        for value in self.named(line).values():
            if value in self.place.own:
                return self.place.own[value]
        return None

    def callers(self, line: str) -> dict[str, Person]:
        """Everybody, with the object's own person; whose session ends is nobody else."""
        if leaver := self.place.leavers.get(line):
            return {"outsider": leaver, "nobody": self.place.everybody["nobody"]}
        own = self.owner_of(line)
        return {**({"own": own} if own else {}), **self.place.everybody}

    def body(self, operation: Operation) -> Any:
        """The documented example, or one that goes with our objects."""
        things, fresh = self.place.things, uuid.uuid4().hex[:8]
        ours: dict[str, Callable[[], Any]] = {
            "membership.start_sign_in": lambda: {"email": f"{fresh}@example.com"},
            "membership.start_phone_sign_in": lambda: {"phone": f"+86139{randbelow(10**8):08d}"},
            "membership.start_email_change": lambda: {"email": f"{fresh}@example.com"},
            "membership.create_community": lambda: {**COMMUNITY, "slug": f"c-{fresh}"},
            "membership.grant_role": lambda: {"email": f"{fresh}@example.com", "role": "scanner"},
            "membership.grant_operator": lambda: {"email": f"{fresh}@example.com"},
            "membership.change_form": lambda: {"form": COMMUNITY["form"]},
            "membership.change_community": lambda: {"description": fresh},
            "membership.change_link_hosts": lambda: {"link_hosts": ["club.example.com"]},
            "membership.change_screening": lambda: {"rules": []},
            "membership.change_reasons": lambda: {"reasons": []},
            "membership.try_screening": lambda: {"rules": []},
            "membership.create_invitation": lambda: {"label": fresh},
            "membership.read_invitation": lambda: {"code": things["invitation_code"]},
            "membership.create_application": lambda: {"answers": ANSWERS},
            "membership.change_application": lambda: {"answers": ANSWERS},
            "membership.choose_application_plan": lambda: {"plan_id": things["plan_id"]},
            "membership.give_membership": lambda: {
                "email": f"{fresh}@example.com",
                "plan_id": things["plan_id"],
                "reason": "创始群主",
            },
            "membership.give_term": lambda: {"plan_id": things["plan_id"], "reason": "长期志愿者"},
            "membership.start_renewal": lambda: {"plan_id": things["plan_id"]},
            "membership.change_profile": lambda: {"company": fresh},
            "payments.choose_purchase_plan": lambda: {"plan_id": things["plan_id"]},
            "membership.request_info": lambda: {"message": "?", "questions": ["city"]},
            "membership.create_upload": lambda: {
                **operation.example,
                "community_id": things["community_id"],
            },
            "membership.add_upload_part": lambda: PNG,
            "events.create_meetup": lambda: {
                **operation.example,
                "starts_at": "2050-01-01T06:00:00Z",
                "ends_at": "2050-01-01T08:00:00Z",
            },
            "events.change_meetup": lambda: {"title": "小聚"},
            "events.select_registrations": lambda: {
                "registration_ids": [things["events.select_registrations guest"]]
            },
            "payments.set_provider_account": lambda: {
                "merchant_id": MERCHANT,
                "secret_ref": "sandbox_api_key",
            },
            "payments.change_plan": lambda: {"tier": fresh},
            "payments.change_coupon": lambda: {"name": fresh},
            "payments.create_coupon": lambda: {
                **operation.example,
                "code": "GATE22",
                "plan_ids": [things["plan_id"]],
                "valid_from": None,
                "valid_until": None,
            },
            "payments.create_quote": lambda: {"coupon_codes": []},
            "payments.order_purchase": lambda: {
                "coupon_codes": [],
                "total": {"amount": 300_000, "currency": "CNY"},
            },
            "payments.confirm_transfer": lambda: {
                "amount": {"amount": 1, "currency": "CNY"},
                "received_on": self.place.world.today,
            },
            "payments.grant_refund_request": lambda: {
                "amount": {"amount": 1, "currency": "CNY"},
            },
            "payments.refund_order": lambda: {"reason": "?"},
            "payments.receive_callback": lambda: b"{}",
        }
        return ours.get(operation.id, lambda: operation.example)()

    def headers(self, operation: Operation, who: Person, named: dict[str, str]) -> dict[str, str]:
        """If-Match with what the caller reads, or with a guess where it may not read."""
        if "If-Match" not in operation.named("header"):
            return {}
        path = re.sub(r"/(form|link-hosts|plan|profile)$", "", operation.path.format(**named))
        return {"If-Match": who.raw("GET", path).headers.get("ETag", '"1"')}

    def state(self) -> dict[str, Any]:
        """Everything that can be read about community A and its objects."""

        def read(line: str) -> Any:
            own = self.owner_of(line) if self.may(line, "own") else None
            world = self.place.world
            who = own or (world.operator if self.may(line, "operator") else world.owner)
            operation = self.operations[line.partition("@")[0]]
            answer = self.contract.ask(operation, who, self.named(line))
            assert answer.status_code == 200, answer.text
            is_json = answer.headers["Content-Type"] == JSON
            return answer.json() if is_json else answer.content.hex()

        lines = [line for line in self.lines if self._shows_state(line)]
        return dict(zip(lines, at_once(read, lines), strict=True))

    def _shows_state(self, line: str) -> bool:
        """Whether it reads an object; mails go out, prices and figures count, without anybody's
        request."""
        operation = self.operations[line.partition("@")[0]]
        by_itself = (
            "notifications.get_delivery_summary",
            "payments.get_price",
            "membership.get_membership_report",
            "membership.export_membership_report",
        )
        return (
            operation.method == "GET" and operation.id not in by_itself and bool(self.named(line))
        )

    def settled(self) -> dict[str, Any]:
        """The state once nothing moves by itself any more."""

        def look() -> dict[str, Any]:
            first, second = self.state(), self.state()
            assert changed(first, second) == {}
            return second

        return probe(look, 30, "a state that does not move")

    def send_as_owner(self, operation: Operation, body: Any) -> requests.Response:
        """By somebody whose request would otherwise go through or be answered with a state."""
        who = self.owner_of(operation.id) or self.place.world.operator
        named, headers = self.named(operation.id), {"If-Match": '"1"'}
        return self.contract.ask(operation, who, named, body=body, headers=headers)


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What two states differ in, by line of the table and pointer."""
    parts = [
        {f"{line} {at}": part for line, seen in one.items() for at, part in branches(seen)}
        for one in (before, after)
    ]
    first, second = (
        {at: part for at, part in one.items() if not isinstance(part, dict | list)} for one in parts
    )
    return {
        at: (first.get(at), second.get(at))
        for at in first.keys() | second.keys()
        if first.get(at) != second.get(at)
        and not ("meetup" in at.split()[0] and at.endswith(MOVING))
    }


def branches(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Every part of a JSON value with its pointer, itself first."""
    yield pointer, value
    parts: Iterable[tuple[Any, Any]] = value.items() if isinstance(value, dict) else ()
    parts = enumerate(value) if isinstance(value, list) else parts
    for name, part in parts:
        yield from branches(part, f"{pointer}/{name}")


def replaced(value: Any, pointer: str, by: Any) -> Any:
    """A copy of a JSON value with another part at `pointer`."""
    if pointer == "":
        return by
    copied = json.loads(json.dumps(value))
    *way, last = pointer[1:].split("/")
    at = copied
    for name in way:
        at = at[int(name) if isinstance(at, list) else name]
    at[int(last) if isinstance(at, list) else last] = by
    return copied
