"""Who may do what, over the whole API as it is served: every operation, every role, every object.

Requests are made from the gateway's OpenAPI document, and every answer on the way is held against
it; `docs/reference/access.md` is the expectation.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests

from deploy.local.system import System
from examples.doctors.client import eventually
from tests.journeys import described
from tests.journeys.access_gate import BEFORE, Gate, branches, changed, replaced
from tests.journeys.access_world import AccessWorld
from tests.journeys.served_contract import Operation
from tests.journeys.world import Person, World, at_once, open_world
from tests.kit.limits import WIDE
from tests.kit.probe import probe

PAGE = Path(__file__).parents[2] / "docs/reference/access.md"
READ_INVITATION = "membership.read_invitation"  # by its code, which everybody here has
DRAFT_PLAN = "payments.get_plan@draft"  # anybody may ask for a plan, so nobody is told to sign in


def rows() -> Iterator[tuple[str, dict[str, str]]]:
    """The rows of the page by operation, each cell under its head."""
    service, heads = "", list[str]()
    for line in PAGE.read_text("utf-8").splitlines():
        cells = [cell.strip("` ") for cell in line.strip("|").split("|")]
        if line.startswith("## "):
            service = line[3:]
        elif line.startswith("| operation"):
            heads = cells
        elif line.startswith("| `"):
            row = dict(zip(heads, cells, strict=True))
            yield f"{service}.{row.pop('operation')}", row


def expected() -> dict[str, frozenset[str]]:
    """Who may, by operation, as the page says that people read before they change it.

    Roles are those of the object's community. `own`, `signed in`, `anybody` and `secret` are
    explained there.
    """
    found = {}
    for name, row in rows():
        for about in ("at", "scope", "key", "but"):
            del row[about]
        found[name] = frozenset(
            "secret" if cell == "secret" else head for head, cell in row.items() if cell
        )
    # The row of who publishes a draft says who may read it.
    return {**found, **{draft: found[publish] for draft, publish in BEFORE.items()}}


EXPECTED = expected()
TAKES_KEYS = {name for name, row in rows() if row["key"]}

PLACES = ("community_id", "plan_id", "account_id", "person_id")  # their existence is no secret
UNKNOWN = {"status": "paid", "price": 1, "role": "owner", "community_id": "com_" + "0" * 26}
CODE = r"\b[0-9]{4} [0-9]{4}\b"
HOSTILE = ({"$gt": ""}, {"$ne": None}, {"$regex": ".*"}, {"x": 1}, [""])
# There is none of most people, and the last owner cannot ask for one.
MAY_BE_ABSENT = {"membership.get_my_erasure", "membership.withdraw_my_erasure"}
NEEDS_CODES = {  # which people are given, by mail, a provider or an applicant; no example has them
    "membership.confirm_email_change",
    "membership.create_vouch",
    "membership.finish_linking",
    "membership.link_by_code",
}
NEEDS_DAYS = {"membership.reopen_application"}  # in which an approval lapses
NOT_ACTIVE = "events.membership_inactive"  # what people with a role hear who are no members


@pytest.fixture(scope="module")
def world(system: Callable[..., System]) -> World:
    """More is asked here in a minute, and by fewer people, than anybody may."""
    return open_world(system, settings={"gateway": WIDE})


@pytest.fixture(scope="module")
def gate(world: World) -> Gate:
    """Two communities, and the document of the gateway before them."""
    return Gate(AccessWorld(world).found(), EXPECTED, may)


def may(line: str, role: str) -> bool:
    """Whether the page lets somebody in."""
    allowed = EXPECTED[line]
    everybody = "anybody" in allowed or ("signed in" in allowed and role != "nobody")
    return everybody or role in allowed or line == READ_INVITATION


def refused(answer: requests.Response) -> bool:
    """Refused for who asks; a rule or a state that stands against it is another matter."""
    if answer.status_code in (401, 403, 404):
        return True
    return answer.status_code == 422 and answer.json()["code"] == NOT_ACTIVE


@pytest.mark.timeout(300)
def test_everybody_may_what_the_page_says(gate: Gate) -> None:
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
        unknown = 404 if line == DRAFT_PLAN else 401
        right = refused(answer) and (role != "nobody" or answer.status_code == unknown)
        return None if right else f"{line} as {role}: {answer.status_code} {answer.text[:200]}"

    wrong = [told for told in at_once(attempt, attempts) if told]
    assert not wrong, "\n".join(wrong)
    assert changed(before, gate.state()) == {}

    def go_through(line: str) -> Iterator[str]:
        statuses = {}
        for role, who in gate.callers(line).items():
            if may(line, role):
                answer = eventually(partial(try_in_turn, gate, line, who, role), line)
                statuses[role] = answer.status_code
                if line in MAY_BE_ABSENT and answer.status_code == 404:
                    continue
                if refused(answer) or answer.status_code >= 500 or strays(line, gate, who, answer):
                    yield f"{line} as {role}: {answer.status_code} {answer.text[:200]}"
        needs_secret = "secret" in EXPECTED[line] or line in NEEDS_CODES | NEEDS_DAYS
        if not needs_secret and not any(200 <= s < 300 for s in statuses.values()):
            yield f"{line}: nobody got through: {statuses}"

    # One after the other: what one line uses up, a later one may need untouched.
    wrong = [told for line in EXPECTED for told in go_through(line)]
    assert not wrong, "\n".join(wrong)
    await_consequences(gate)


def try_in_turn(gate: Gate, line: str, who: Person, role: str) -> requests.Response | None:
    """The answer; None while two imports of the community are running."""
    answer = gate.try_as(line, who, role)
    return None if '"membership.imports_running"' in answer.text else answer


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


@pytest.mark.timeout(120)
def test_keys_may_what_their_roles_may(gate: Gate) -> None:
    """H-32, H-33: role by operation by object; of another community, and what people do, nothing.

    What a key may is read; what it would use up its person used up above.
    """
    before = gate.settled()

    def attempt(one: tuple[str, str]) -> str | None:
        line, role = one
        takes = BEFORE.get(line, line) in TAKES_KEYS and role in EXPECTED[line]
        reads = gate.operations[line.partition("@")[0]].method == "GET"
        if takes and not reads:
            return None
        answer = gate.try_as(line, gate.place.keys[role])
        right = answer.ok if takes else refused(answer)
        return None if right else f"{line} as {role}: {answer.status_code} {answer.text[:200]}"

    known = [line for line in EXPECTED if not {"anybody", "secret"} & EXPECTED[line]]
    known.remove(DRAFT_PLAN)  # on sale by now
    wrong = at_once(attempt, [(line, role) for line in known for role in gate.place.keys])
    assert not any(wrong), "\n".join(filter(None, wrong))
    assert changed(before, gate.state()) == {}


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
        role = {**here, "person_id": person, "role": "host"}
        found.append(told(asked(revoke, owner, role)))
    # In a body it is the field that is wrong, in an address what is looked for.
    for foreign, absent, status in zip(found[::2], found[1::2], (422, 422, 404), strict=True):
        assert foreign == absent
        assert foreign[0] == status
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
                # Free maps: what a form or rubric does not ask is refused by it.
                if isinstance(part, dict) and pointer not in ("/answers", "/details", "/scores"):
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
        # Such as a price where it is an amount; or what is there, but fixed.
        codes = ("field.unknown", "field.of_other_kind", "field.fixed")
        assert any((pointer, code) in wrong for code in codes), (operation.id, pointer, wrong)

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
    """D-16: path ids and queries are text of a known form, or refused; a search is any text, and
    finds nothing by these."""
    tried: list[tuple[Operation, dict[str, str], dict[str, str]]] = []
    probes = ['{"$gt": ""}', '{"$ne": null}', '{"$regex": ".*"}', "$where", "a\0b", "%00"]
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
        if "search" in query and answer.status_code == 200:
            assert answer.json()["items"] == [], (operation.id, query, answer.text)
            return
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
    right = probe(lambda: re.search(CODE, target.mails()[0]["text"]), 30, "the code")[0]
    guesses = [f"{number:08d}" for number in range(101)]
    guesses = [code for code in guesses if code != right.replace(" ", "")][:100]

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


@pytest.mark.uses_up
@pytest.mark.timeout(900)
def test_every_operation_is_as_described(gate: Gate, tmp_path: Path) -> None:
    """H-2: schemathesis over every operation as everybody finds nothing; uses things up."""
    found = described.explore(gate, tmp_path, described.SHORT)
    assert not found.findings, found.text
    asked = {operation for operation in gate.operations if found.answered.get(operation)}
    assert asked == {id for id, operation in gate.operations.items() if not operation.streams}
    let_in = {one for one in asked if any(s.startswith("2") for s in found.statuses(one))}
    assert len(let_in) > len(asked) / 2, "most were refused: the known ids are not used"
    turned_away = {one: found.statuses(one).get(described.TOO_MANY, 0) for one in asked}
    for limited_per_address in ("start_sign_in", "start_phone_sign_in", "start_email_change"):
        del turned_away[f"membership.{limited_per_address}"]
    assert not {one: times for one, times in turned_away.items() if times}


@pytest.mark.timeout(300)
def test_what_is_not_as_described_is_found(gate: Gate, tmp_path: Path) -> None:
    """H-2: a status that is not described, and a field that is, but never comes, are findings."""
    document = described.with_our_examples(gate)
    operation = gate.operations["membership.get_me"]
    planted = document["paths"][operation.path][operation.method.lower()]
    del planted["responses"]["401"]
    (schema,) = planted["responses"]["200"]["content"].values()
    document["components"]["schemas"]["Planted"] = {"type": "object", "required": ["planted"]}
    schema["schema"] = {"$ref": "#/components/schemas/Planted"}
    budget = described.Budget(random=20, sequences=1, planned=0.5)
    found = described.explore(gate, tmp_path, budget, document=document, only="get_me")
    titles = [one["title"] for one in found.report["failures"]]
    assert "Undocumented status code" in titles, found.text
    assert "Response violates schema" in titles, found.text
