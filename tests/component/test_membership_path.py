"""The membership process alone: calls in, events out, payments played by hand, crashes."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chassis.context import Actor, Context, IdempotencyKey, new_traceparent
from chassis.ids import new_id
from contracts import membership, payments
from contracts.envelope import CloudEvent
from contracts.errors import DomainError
from contracts.errors import membership as codes
from contracts.records import Event
from deploy.local.nodes import Nodes
from services.membership.service import SERVICE
from tests.kit.commits import pending_commits, told_events
from tests.kit.component import Component, component
from tests.kit.existing import existing
from tests.kit.probe import probe
from tests.kit.usecases import signed_in
from tests.store.membership.world import PEM

FORM = [
    {
        "title": "About you",
        "questions": [{"key": "city", "kind": "short_text", "title": "City", "required": True}],
    }
]


class World:
    """One running membership service with an operator, an owner and a community."""

    def __init__(self, service: Component) -> None:
        self.service = service

    def sign_in(self, email: str) -> Context:
        """Signs in by code, as notifications and a person would."""
        nobody = context(Actor("anonymous"))
        challenge = self.service.call(membership.START_SIGN_IN, {"email": email}, nobody)
        ref = {"challenge_id": challenge["challenge_id"]}
        mailer = Context.for_system("notifications")

        def fetch() -> str | None:
            """The challenge is opened after the answer."""
            try:
                return str(self.service.call(membership.FETCH_SIGN_IN_CODE, ref, mailer)["code"])
            except DomainError:
                return None

        code = probe(fetch, 10, "a code")
        tokens = self.service.call(membership.FINISH_SIGN_IN, {**ref, "code": code}, nobody)
        return context(signed_in(tokens["person_id"]))

    def prepare(self) -> None:
        made = self.service.operate("create-operator", "--email", "op@example.com")
        assert made.returncode == 0, made.stderr
        self.operator = self.sign_in("op@example.com")
        self.community = self.service.call(
            membership.CREATE_COMMUNITY,
            {"slug": "doctors", "name": "医者", "owner_email": "owner@example.com", "form": FORM},
            keyed(self.operator),
        )
        self.owner = self.sign_in("owner@example.com")

    def apply(self, ctx: Context) -> dict[str, Any]:
        asked = {"community_id": self.community["id"], "answers": {"city": "上海"}, "submit": True}
        return self.service.call(membership.CREATE_APPLICATION, asked, keyed(ctx))

    def approve(self, application_id: str, ctx: Context | None = None) -> dict[str, Any]:
        asked = {"application_id": application_id}
        return self.service.call(membership.APPROVE_APPLICATION, asked, ctx or keyed(self.owner))

    def pay(
        self,
        application: dict[str, Any],
        plant: Callable[[dict[str, Any]], None] = lambda paid: None,
    ) -> str:
        """Tells that the order was paid, `plant` changes how; the order's id."""
        (approved,) = self.told(membership.APPLICATION_APPROVED, application["id"])
        term_id = approved.data["term_id"]
        order_id = new_id("ord")
        now = dt.datetime.now(dt.UTC)
        self.service.tell(
            payments.ORDER_PAID,
            order_id,
            {
                "order_id": order_id,
                "purchase_id": payments.purchase_id_of(term_id),
                "community_id": self.community["id"],
                "payer_id": application["person_id"],
                "subject": {"kind": "membership_term", "ref": term_id},
                "purpose": "join",
                "total": {"amount": 300000, "currency": "CNY"},
                "period": {"plan_id": new_id("pln"), "months": 12, "extra_days": 0},
                "paid_at": now,
                "paid_on": (now + dt.timedelta(hours=8)).date().isoformat(),
            },
            plant=plant,
        )
        return order_id

    def told(self, event: Event, subject: str) -> list[CloudEvent]:
        """What the service has committed to tell about a subject."""
        told = told_events(self.service.database, event)
        return [one for one in told if one.subject == subject]

    def answered(self, order_id: str) -> None:
        """Waits until payments was told that the order is fulfilled."""
        probe(
            lambda: self.told(membership.PURCHASE_FULFILLED, order_id), 20, "the answer to payments"
        )

    def published(self) -> bool:
        """Whether the relay published everything there is."""
        return pending_commits(self.service.database) == 0


def context(actor: Actor) -> Context:
    return Context(actor, "zh-CN", new_id("req"), new_traceparent())


def keyed(ctx: Context, key: str = "") -> Context:
    """The context with an Idempotency-Key, a new one unless given."""
    key = key or uuid.uuid4().hex
    return Context(
        ctx.actor,
        ctx.locale,
        new_id("req"),
        new_traceparent(),
        idempotency=IdempotencyKey(key, "f"),
    )


@pytest.fixture(scope="module")
def shared(nodes: Nodes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    path = tmp_path_factory.mktemp("membership")
    with component(nodes, SERVICE, path, {"COTERIE_SIGNING_KEY": PEM}) as service:
        made = World(service)
        service.start()
        made.prepare()
        yield made


@pytest.fixture
def world(shared: World) -> World:
    """The running service, with nothing left to publish; the same community for all tests."""
    if shared.service.has_ended:  # the test before left it dead
        shared.service.start()
    probe(shared.published, 20, "an empty outbox")
    return shared


def somebody(world: World) -> Context:
    """A signed-in person whom no other test knows."""
    return world.sign_in(f"{uuid.uuid4().hex}@example.com")


def test_from_sign_in_to_member(world: World) -> None:
    """The path of this service in its real process: sign in, apply, approve, pay, member."""
    again = world.service.operate("create-operator", "--email", "op2@example.com")
    assert again.returncode != 0
    assert "operator already" in again.stderr
    applicant = somebody(world)
    applied = world.apply(applicant)
    with pytest.raises(DomainError) as duplicate:
        world.apply(applicant)
    assert duplicate.value.params["application_id"] == applied["id"]
    assert world.approve(applied["id"])["state"] == "approved"
    order_id = world.pay(applied)
    world.answered(order_id)
    (member,) = world.service.call(membership.LIST_MY_MEMBERSHIPS, {}, applicant)["items"]
    assert member["state"] == "active"
    probe(world.published, 15, "an empty outbox")
    assert world.service.queue_depth("membership.parking") == 0


def test_an_order_for_an_unknown_kind_of_subject_is_acknowledged_and_counted(world: World) -> None:
    """E-22, T-F18: what a later version of payments sells is none of this version's business."""
    applied = world.apply(somebody(world))
    membership_id = world.approve(applied["id"])["membership_id"]
    queue = "membership.on_order_paid"
    ignored = world.service.handled(queue, "ignored")
    order_id = world.pay(applied, lambda paid: paid["subject"].update(kind="course_place"))
    probe(lambda: world.service.handled(queue, "ignored") == ignored + 1, 20, "the count")
    stored = existing(world.service.database.memberships.find_one({"_id": membership_id}))
    assert (stored["state"], stored["version"]) == ("pending_payment", 1)
    for answer in (membership.PURCHASE_FULFILLED, membership.PURCHASE_REFUSED):
        assert world.told(answer, order_id) == []
    for waiting in (queue, "membership.parking"):
        assert world.service.queue_depth(waiting) == 0
    world.answered(world.pay(applied))  # it holds up nobody


def test_equal_request_with_the_same_key_is_one_approval(world: World) -> None:
    """H-13: the stored answer is replayed; without the key it is a conflict."""
    applied = world.apply(somebody(world))
    ctx = keyed(world.owner)
    first = world.approve(applied["id"], ctx)
    asked = {"application_id": applied["id"]}
    second, replayed = world.service.call_marked(membership.APPROVE_APPLICATION, asked, ctx)
    assert replayed
    assert second == first
    with pytest.raises(DomainError) as late:
        world.approve(applied["id"])
    assert late.value.error is codes.APPLICATION_WRONG_STATE
    assert late.value.params["current_state"] == "approved"


@pytest.mark.parametrize(
    "point",
    [
        "consumer.before_handler",
        "uow.before_commit",
        "uow.after_commit",
        "consumer.before_ack",
        "relay.before_publish",
        "relay.after_publish",
    ],
)
def test_kill_between_payment_and_membership(world: World, tmp_path: Path, point: str) -> None:
    """M-10, T-F1: killed at each step of fulfilment, the member is there once afterwards."""
    applied = world.apply(somebody(world))
    approved = world.approve(applied["id"])
    probe(world.published, 15, "an empty outbox")
    numbers = world.service.database.member_numbers
    next_number = existing(numbers.find_one({}))["next"]
    world.service.stop()
    flag = tmp_path / "crashed"
    world.service.start(COTERIE_CRASH_POINT=f"{point}:{flag}")
    order_id = world.pay(applied)
    assert world.service.ended() == -9
    assert flag.exists()
    world.service.start()
    world.answered(order_id)
    probe(world.published, 20, "an empty outbox")
    (activated,) = world.told(membership.ACTIVATED, approved["membership_id"])
    assert (activated.data["number"], activated.sequence) == (next_number, 1)
    assert len(world.told(membership.PURCHASE_FULFILLED, order_id)) == 1
    assert existing(numbers.find_one({}))["next"] == next_number + 1
    assert world.service.queue_depth("membership.parking") == 0


def test_import_of_members_through_a_crash(world: World, tmp_path: Path) -> None:
    """Jobs resume: 1,000 rows, killed in the middle, are 1,000 members afterwards."""
    count = world.service.database.memberships.count_documents
    before = count({})
    world.service.stop()
    flag = tmp_path / "crashed"
    header = "number,email,name,joined_on,term_ends_on,segment,city\n"
    rows = "".join(
        f"{n},m{n}@example.com,会员{n},2024-02-01,2031-01-31,医生,上海\n" for n in range(5001, 6001)
    )
    world.service.start(COTERIE_CRASH_POINT=f"uow.before_commit@4:{flag}")
    asked = {"community_id": world.community["id"], "csv": header + rows}
    started = world.service.call(membership.CREATE_IMPORT, asked, keyed(world.owner))
    assert world.service.ended() == -9
    assert count({}) == before + 300
    world.service.start()

    def done() -> dict[str, Any] | None:
        seen = world.service.call(membership.GET_IMPORT, {"import_id": started["id"]}, world.owner)
        return seen if seen["state"] == "done" else None

    assert probe(done, 30, "the end of the import")["accepted"] == 1000
    assert count({}) == before + 1000
    counted = world.service.call(
        membership.GET_MEMBERSHIP_COUNTS, {"community_id": world.community["id"]}, world.owner
    )
    assert counted["next_number"] == 6001


def test_time_passes_by_the_clock_file(world: World) -> None:
    """architecture.md §4a: a moved clock lapses what was not paid."""
    applied = world.apply(somebody(world))
    purchase_id = world.approve(applied["id"])["purchase_id"]
    world.service.move_clock(dt.timedelta(hours=73))
    probe(lambda: world.told(membership.PURCHASE_WITHDRAWN, purchase_id), 15, "the withdrawal")
    (lapsed,) = world.told(membership.APPLICATION_LAPSED, applied["id"])
    assert lapsed.data["state"] == "lapsed"


def test_a_change_outlives_a_crash_before_its_answer(world: World, tmp_path: Path) -> None:
    """R26: the redelivered call finds the change made, and whoever repeats it hears so."""
    ctx = somebody(world)
    world.service.stop()
    world.service.start(COTERIE_CRASH_POINT=f"rpc.before_reply:{tmp_path / 'crashed'}")
    asked = {"name": "李伟", "expected_version": 1}
    with pytest.raises(TimeoutError):
        world.service.call(membership.CHANGE_ME, asked, ctx)
    assert world.service.ended() == -9
    world.service.start()
    again = world.service.call(membership.CHANGE_ME, asked, ctx)
    assert (again["name"], again["version"]) == ("李伟", 2)


def test_operators_are_made_and_unmade_at_a_shell(world: World) -> None:
    """M3, M8: with the name of who ordered it in the trail; refusals in words."""
    operate = world.service.operate
    named = ("--as", "li.wei")
    granted = operate(*named, "grant-operator", "--email", "Second@Example.com")
    assert granted.returncode == 0, granted.stderr
    person_id, address = granted.stdout.split()
    assert address == "second@example.com"
    listed = operate("list-operators").stdout.splitlines()
    *rows, count = listed
    assert {line.split()[0] for line in rows} == {person_id, world.operator.require_person()}
    assert count.startswith("2 ")
    world.sign_in("second@example.com")
    ended = operate(*named, "end-sessions", "--email", "second@example.com")
    assert ended.stdout == f"1 sessions of {person_id} ended\n"
    gone = ("revoke-operator", "--email", "second@example.com")
    assert operate(*named, *gone).returncode == 0
    again = operate(*named, *gone)
    assert (again.returncode, "no such operator" in again.stderr) == (1, True)
    last = operate(*named, "revoke-operator", "--email", "op@example.com")
    assert (last.returncode, "at least one operator" in last.stderr) == (1, True)
    for wrong in (
        ("--as", "li wei", *gone),
        (*named, "grant-operator", "--email", "second(1)@example.com"),
        (*named, "end-sessions", "--email", "nobody@example.com"),
    ):
        assert operate(*wrong).returncode != 0
    actors = {
        commit["actor"]
        for commit in world.service.database.commits.find({"changes.id": {"$regex": person_id}})
        if commit["actor"].startswith("operator:")
    }
    assert actors == {"operator:li.wei"}
