"""Who may do what, over the whole API as it is served: every operation, every role, every object.

Generated from the gateway's OpenAPI document; the table below is the expectation, one line for each
operation. Every answer on the way is also held against that document.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.journeys.access_gate import Gate, branches, changed, replaced
from tests.journeys.access_world import AccessWorld
from tests.journeys.served_contract import Operation
from tests.journeys.world import Person, World, at_once
from tests.kit.probe import probe

# Who may, by operation. Roles are those of the object's community; nobody's role elsewhere counts.
#   self       whose the object is
#   signed-in  whoever has a token: what it reads or makes is the caller's own
#   anybody    also without a token
#   secret     nobody by who they are: the code, refresh token or signature decides
# `@draft` is the same operation on a meetup that is not published yet.
TABLE = """
membership.start_sign_in           anybody
membership.finish_sign_in          secret
membership.refresh_session         secret
membership.end_session             signed-in
membership.get_me                  signed-in
membership.change_me               signed-in
membership.create_community        operator
membership.list_communities        anybody
membership.get_community           anybody
membership.grant_role              operator owner
membership.list_roles              operator owner
membership.revoke_role             operator owner
membership.change_form             operator owner
membership.get_form                anybody
membership.create_application      signed-in
membership.list_applications       operator owner reviewer
membership.list_my_applications    signed-in
membership.get_application         operator owner reviewer self
membership.change_application      self
membership.submit_application      self
membership.withdraw_application    self
membership.claim_application       owner reviewer
membership.approve_application     owner reviewer
membership.reject_application      owner reviewer
membership.request_info            owner reviewer
membership.get_membership          operator owner reviewer treasurer host self
membership.list_my_memberships     signed-in
membership.list_memberships        operator owner reviewer treasurer host
membership.start_renewal           self
membership.get_membership_counts   operator owner reviewer treasurer host
membership.create_import           operator owner
membership.get_import              operator owner
membership.list_import_rows        operator owner
events.create_meetup               operator owner host
events.list_meetups                operator owner reviewer treasurer host scanner member
events.get_meetup                  operator owner reviewer treasurer host scanner member
events.get_meetup@draft            operator owner host
events.publish_meetup              operator owner host
events.close_registration          operator owner host
events.cancel_meetup               operator owner host
events.select_registrations        operator owner host
events.list_registrations          operator owner host
events.register                    member
events.list_my_registrations       signed-in
events.get_registration            operator owner host self
events.confirm_registration        self
events.decline_registration        self
events.withdraw_registration       self
events.check_in                    operator owner host scanner
events.accept_offer                self
events.decline_offer               self
payments.create_plan               operator owner
payments.list_plans                anybody
payments.get_price                 anybody
payments.set_provider_account      operator owner treasurer
payments.create_coupon             operator owner
payments.list_coupons              operator owner treasurer
payments.list_my_purchases         signed-in
payments.get_purchase              operator owner treasurer self
payments.create_quote              self
payments.get_quote                 self
payments.create_order              self
payments.order_purchase            self
payments.get_order                 operator owner treasurer self
payments.list_my_orders            signed-in
payments.list_orders               operator owner treasurer
payments.cancel_order              self
payments.open_payment              self
payments.refund_order              operator owner treasurer
payments.receive_callback          secret
payments.get_ledger                operator owner treasurer
payments.get_sales                 operator owner treasurer
notifications.list_my_notifications  signed-in
notifications.mark_notification_read self
notifications.get_delivery_summary operator owner
"""
EXPECTED = {line.split()[0]: frozenset(line.split()[1:]) for line in TABLE.strip().splitlines()}

PLACES = ("community_id", "plan_id", "account_id", "person_id")  # their existence is no secret
UNKNOWN = {"status": "paid", "price": 1, "role": "owner", "community_id": "com_" + "0" * 26}
HOSTILE = ({"$gt": ""}, {"$ne": None}, {"$regex": ".*"}, {"x": 1}, [""])
NOT_ACTIVE = "events.membership_inactive"  # what people with a role hear who are no members


@pytest.fixture(scope="module")
def gate(world: World) -> Gate:
    """Two communities, and the document of the gateway before them."""
    return Gate(AccessWorld(world).found(), EXPECTED)


def may(line: str, role: str) -> bool:
    """Whether the table lets somebody in."""
    allowed = EXPECTED[line]
    everybody = "anybody" in allowed or ("signed-in" in allowed and role != "nobody")
    return everybody or role in allowed


def refused(answer: requests.Response) -> bool:
    """Refused for who asks; a rule or a state that stands against it is another matter."""
    if answer.status_code in (401, 403, 404):
        return True
    return answer.status_code == 422 and answer.json()["code"] == NOT_ACTIVE


@pytest.mark.timeout(300)
def test_everybody_may_what_the_table_says(gate: Gate) -> None:
    """H-33, O-5, H-2: operation by role by community; refused attempts change nothing."""
    operations = set(gate.operations)
    assert {line.partition("@")[0] for line in EXPECTED} == operations
    before = gate.settled()
    attempts = [
        (line, role, who)
        for line in EXPECTED
        for role, who in gate.callers(line).items()
        if not may(line, role)
    ]

    def attempt(one: tuple[str, str, Person]) -> str | None:
        line, role, who = one
        answer = gate.try_as(line, who)
        right = refused(answer) and (role != "nobody" or answer.status_code == 401)
        return None if right else f"{line} as {role}: {answer.status_code} {answer.text[:200]}"

    wrong = [told for told in at_once(attempt, attempts) if told]
    assert not wrong, "\n".join(wrong)
    assert changed(before, gate.state()) == {}

    def go_through(line: str) -> Iterator[str]:
        statuses = {}
        for role, who in gate.callers(line).items():
            if may(line, role):
                answer = gate.try_as(line, who, role)
                statuses[role] = answer.status_code
                if refused(answer) or answer.status_code >= 500 or strays(line, gate, who, answer):
                    yield f"{line} as {role}: {answer.status_code} {answer.text[:200]}"
        if "secret" not in EXPECTED[line] and not any(200 <= s < 300 for s in statuses.values()):
            yield f"{line}: nobody got through: {statuses}"

    # One after the other: what one line uses up, a later one may need untouched.
    wrong = [told for line in EXPECTED for told in go_through(line)]
    assert not wrong, "\n".join(wrong)
    await_consequences(gate)


def await_consequences(gate: Gate) -> None:
    """What was allowed goes on behind the scenes; other tests look for what does not change."""
    payer, applicant, renewing = (
        gate.owner_of(name)
        for name in (
            "payments.refund_order",
            "membership.approve_application",
            "membership.start_renewal",
        )
    )
    things = gate.place.things
    assert payer
    assert applicant
    assert renewing
    payer.until(
        "/v1/me/memberships",
        lambda found: found["items"][0]["state"] == "cancelled",
        "the end of a membership refunded in full",
    )
    for who, path in (
        (applicant, f"/v1/applications/{things['membership.approve_application']}"),
        (renewing, f"/v1/memberships/{things['membership_id']}"),
    ):
        purchase = f"/v1/purchases/{who.get(path)['purchase_id']}"
        who.until(purchase, lambda found: found["state"] == "open", "a purchase")


def strays(line: str, gate: Gate, who: Person, answer: requests.Response) -> list[Any]:
    """What a list should not hold: things of another community, or of another person."""
    operation = gate.operations[line.partition("@")[0]]
    if "cursor" not in operation.named("query") or not answer.ok:
        return []
    here = gate.place.things["community_id"]
    items = answer.json()["items"]
    if "/me/" in operation.path:
        mine = who.person_id
        return [one for one in items if one.get("person_id", one.get("payer_id", mine)) != mine]
    if "community_id" in operation.named("path"):
        return [one for one in items if one.get("community_id", here) != here]
    return []


def told(answer: requests.Response) -> tuple[int, dict[str, Any]]:
    """Status and problem without what differs for every request."""
    return answer.status_code, {**answer.json(), "instance": ""}


@pytest.mark.timeout(120)
def test_foreign_is_like_missing(gate: Gate) -> None:
    """O-1, I-15: whatever is not yours answers as if it were not there, with every operation."""
    foreigners = [gate.place.there["owner"], gate.place.there["member"], gate.place.outsider]
    lines = {}
    for line in EXPECTED:
        names = gate.operations[line.partition("@")[0]].named("path")
        if names and names[0].endswith("_id") and names[0] not in PLACES:
            lines[line] = names[0]
    assert len(lines) > 30, lines

    def compare(line: str) -> None:
        operation = gate.operations[line.partition("@")[0]]
        body, headers = gate.body(operation), {"If-Match": '"1"'}
        named = gate.named(line)
        missing = {**named, lines[line]: named[lines[line]][:4] + "0" * 26}
        for who in foreigners:
            foreign, absent = (
                told(gate.contract.ask(operation, who, one, body=body, headers=headers))
                for one in (named, missing)
            )
            assert foreign == absent, (line, who.email)
            assert foreign[0] == 404, (line, who.email, foreign)

    at_once(compare, lines)


@pytest.mark.timeout(60)
def test_nobody_judges_themselves(gate: Gate) -> None:
    """H-33, product.md §2: a reviewer's own application is for the others to decide."""
    (insider,) = gate.place.world.applicants("insider")
    insider.apply()
    role = {"email": insider.client.email, "role": "reviewer"}
    gate.place.world.operator.post(f"{gate.place.world.path}/roles", role)
    before = insider.client.get(insider.application)
    named = {"application_id": before["id"]}
    for step in ("approve_application", "reject_application"):
        operation = gate.operations[f"membership.{step}"]
        answer = gate.contract.ask(operation, insider.client, named, body=operation.example)
        assert answer.json()["code"] == "membership.reviewer_conflicted", answer.text
    assert insider.client.get(insider.application) == before


@pytest.mark.timeout(60)
def test_foreign_ids_in_bodies_and_lists(gate: Gate) -> None:
    """O-1: another community's registration, plan or person is not there for this one's staff."""
    place, asked = gate.place, gate.contract.ask
    host, owner = place.here["host"], place.here["owner"]
    selecting = {"meetup_id": place.things["closed meetup"]}
    registration, plan = place.foreign["registration"], place.foreign["plan"]
    select, coupon = (
        gate.operations[name] for name in ("events.select_registrations", "payments.create_coupon")
    )
    here = {"community_id": place.things["community_id"]}
    found = []
    for named in (registration, registration[:4] + "0" * 26):
        found.append(told(asked(select, host, selecting, body={"registration_ids": [named]})))
    for named in (plan, plan[:4] + "0" * 26):
        body = {**gate.body(coupon), "code": "FRND22", "plan_ids": [named]}
        found.append(told(asked(coupon, owner, here, body=body)))
    revoke = gate.operations["membership.revoke_role"]
    for person in (place.there["host"].person_id, "per_" + "0" * 26):
        named = {**here, "person_id": person, "role": "host"}
        found.append(told(asked(revoke, owner, named)))
    for foreign, absent in zip(found[::2], found[1::2], strict=True):
        assert foreign == absent
        assert foreign[0] == 404
    (theirs,) = place.there["host"].pages(f"{place.other_path}/meetups")
    assert theirs["seats_free"] == 1


@pytest.mark.timeout(120)
def test_unknown_fields_are_refused(gate: Gate) -> None:
    """O-3: a field that is not asked for, in any object of any body, is named and refused."""
    before = gate.settled()
    tried = []
    for operation in gate.operations.values():
        if operation.takes_json:
            body = operation.example
            for pointer, part in branches(body):
                # Answers are a free map: what a form does not ask is refused by the form.
                if isinstance(part, dict) and pointer != "/answers":
                    for name, value in UNKNOWN.items():
                        if name not in part:
                            extended = replaced(body, pointer, {**part, name: value})
                            tried.append((operation, extended, f"{pointer}/{name}"))
    assert len(tried) > 150

    def attempt(one: tuple[Operation, Any, str]) -> None:
        operation, body, pointer = one
        answer = gate.send_as_owner(operation, body)
        assert answer.status_code == 422, (operation.id, pointer, answer.text)
        wrong = [(error["pointer"], error["code"]) for error in answer.json()["errors"]]
        assert (pointer, "field.unknown") in wrong, (operation.id, pointer, wrong)

    at_once(attempt, tried)
    assert changed(before, gate.state()) == {}


@pytest.mark.timeout(120)
def test_operators_of_the_database_in_bodies(gate: Gate) -> None:
    """D-16: an object or list where a scalar belongs is 422 there, and changes nothing."""
    before = gate.settled()
    tried = []
    for operation in gate.operations.values():
        if operation.takes_json:
            body = operation.example
            for pointer, part in branches(body):
                if not isinstance(part, dict | list):
                    for hostile in HOSTILE:
                        if not (pointer.startswith("/answers") and hostile == [""]):  # a choice
                            tried.append((operation, replaced(body, pointer, hostile), pointer))
    assert len(tried) > 200

    def attempt(one: tuple[Operation, Any, str]) -> None:
        operation, body, pointer = one
        answer = gate.send_as_owner(operation, body)
        assert answer.status_code == 422, (operation.id, pointer, answer.text)
        wrong = [error["pointer"] for error in answer.json()["errors"]]
        assert any(at == pointer or at.startswith(pointer + "/") for at in wrong), (
            operation.id,
            pointer,
            wrong,
        )

    at_once(attempt, tried)
    assert changed(before, gate.state()) == {}


@pytest.mark.timeout(120)
def test_operators_of_the_database_in_addresses(gate: Gate) -> None:
    """D-16: path ids and queries are text of a known form, or refused."""
    probes = ['{"$gt": ""}', '{"$ne": null}', '{"$regex": ".*"}', "$where", "a\0b", "%00"]
    tried = []
    for operation in gate.operations.values():
        named = gate.named(operation.id)
        for name in named:
            for text in probes:
                tried.append((operation, {**named, name: text}, {}))
        for name in operation.named("query"):
            for text in probes:
                tried.append((operation, named, {name: text}))
        for text in ("$ne", "[$ne]", "$where"):
            tried.append((operation, named, {f"limit{text}": "x"}))

    def attempt(one: tuple[Operation, dict[str, str], dict[str, str]]) -> None:
        operation, named, query = one
        who = gate.place.world.operator
        headers = {"If-Match": '"1"'}
        body = gate.body(operation)
        answer = gate.contract.ask(operation, who, named, body=body, headers=headers, query=query)
        assert answer.status_code in (400, 404, 422), (operation.id, named, query, answer.text)

    at_once(attempt, tried)


@pytest.mark.timeout(120)
def test_guessing_codes_is_throttled(gate: Gate, world: World) -> None:
    """O-2: of 100 guesses at a code five count, then it is dead; sessions and others go on."""
    victim = world.staff("victim@example.com")
    target = world.person("target@example.com")
    start, finish = (
        gate.operations[name] for name in ("membership.start_sign_in", "membership.finish_sign_in")
    )
    nobody = world.person("")
    asked = gate.contract.ask(start, nobody, {}, body={"email": target.email})
    assert asked.status_code == 202, asked.text
    challenge = asked.json()["challenge_id"]
    right = probe(lambda: re.search(r"\b[0-9]{6}\b", target.mails()[0]["text"]), 30, "the code")[0]
    guesses = [f"{number:06d}" for number in range(101) if f"{number:06d}" != right][:100]

    def guess(code: str) -> tuple[int, dict[str, Any]]:
        body = {"challenge_id": challenge, "code": code}
        return told(gate.contract.ask(finish, world.person(""), {}, body=body))

    answers = at_once(guess, guesses)
    assert {status for status, _ in answers} == {401}
    unknown = {"challenge_id": "chl_" + "0" * 26, "code": right}
    assert told(gate.contract.ask(finish, nobody, {}, body=unknown)) == answers[0]
    assert guess(right) == answers[0], "the code is dead"
    again = gate.contract.ask(start, nobody, {}, body={"email": target.email})
    assert again.status_code == 429, again.text
    assert 0 < int(again.headers["Retry-After"]) <= 60
    victim.renew()
    assert victim.get("/v1/me")["email"] == "victim@example.com"
    assert world.staff("bystander@example.com").get("/v1/me")["email"] == "bystander@example.com"
