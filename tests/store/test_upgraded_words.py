"""What was stored in the words of before has those of today, in documents and under keys."""

from typing import Any

import pytest
from pymongo.database import Database

from chassis.clock import FixedClock, real_now
from chassis.context import Actor, Context, IdempotencyKey, new_traceparent
from chassis.migrate import migrate
from chassis.schema import Progress
from chassis.uow import UnitOfWork
from contracts import payments
from tests.kit.existing import existing
from tests.store.test_upgrade import Collections, database, frozen, restore, schema_of

__all__ = ["database"]  # the fixture

FORMER = {"least", "most", "n0", "told_through"}
BENEFITS = [
    ("amount_off", 20_000, {"amount": 20_000}, {"amount": 20_000}),
    ("percent_off", 1_250, {"basis_points": 1_250}, {"percent": "12.50"}),
    ("set_price", 9_900, {"price": 9_900}, {"price": 9_900}),
    ("extra_days", 30, {"days": 30}, {"days": 30}),
]


def upgraded(service: str, database: Database[Any], before: Collections) -> None:
    restore(database, before)
    migrate(database, schema_of(service), lambda line: None)


def names_in(stored: Any) -> set[str]:
    """The names of all fields, at every depth; what people called something is none."""
    if isinstance(stored, list):
        return set().union(*map(names_in, stored))
    if not isinstance(stored, dict):
        return set()
    below = (names_in(value) for name, value in stored.items() if name != "answers")
    return set(stored).union(*below)


def key_of(row: dict[str, Any]) -> Context:
    """A repetition of the request whose answer is stored there."""
    actor, rpc, key = row["_id"].split(" ")
    idempotency = IdempotencyKey(key, row["fingerprint"], rpc)
    person = Actor("person", actor)
    return Context(person, "en", "req_00000000", new_traceparent(), idempotency=idempotency)


@pytest.mark.parametrize("service", ["membership", "payments"])
def test_no_former_word_is_left(database: Database[Any], service: str) -> None:
    before = frozen(service)
    assert FORMER & names_in(before)
    upgraded(service, database, before)
    for name in database.list_collection_names():
        parts = {"changes": 0, "events": 0}  # what was is told as it was
        for stored in database[name].find({}, parts if name == "commits" else None):
            assert not FORMER & names_in(stored), (name, stored["_id"])


def test_a_community_keeps_its_form_and_members_their_dates(database: Database[Any]) -> None:
    before = frozen("membership")
    upgraded("membership", database, before)
    for name in ("communities", "forms"):
        for then in before[name]:
            now = existing(database[name].find_one({"_id": then["_id"]}))
            questions = [one for section in now["form"] for one in section["questions"]]
            assert [(one["minimum"], one["maximum"]) for one in questions] == [
                (one["least"], one["most"])
                for section in then["form"]
                for one in section["questions"]
            ]
    assert before["memberships"]
    for then in before["memberships"]:
        now = existing(database["memberships"].find_one({"_id": then["_id"]}))
        assert now["announced_through"] == then["told_through"]


@pytest.mark.parametrize(("kind", "value", "stored", "shown"), BENEFITS)
def test_a_benefit_has_the_unit_of_its_kind(
    database: Database[Any], kind: str, value: int, stored: dict[str, int], shown: dict[str, Any]
) -> None:
    """In the coupon, and in the answer that its maker gets again."""
    before = frozen("payments")
    before["coupons"][0]["benefit"] = {"kind": kind, "value": value}
    (asked, *_) = [row for row in before["idempotency"] if "benefit" in (row.get("answer") or ())]
    asked["answer"]["benefit"] = {"kind": kind, "value": value}
    upgraded("payments", database, before)
    coupon = existing(database["coupons"].find_one({"_id": before["coupons"][0]["_id"]}))
    assert coupon["benefit"] == {"kind": kind, **stored}
    answer = UnitOfWork(database, FixedClock(real_now())).idempotency.find(key_of(asked))
    assert answer is not None
    assert payments.Coupon().dump(answer.answer)["benefit"] == {"kind": kind, **shown}


def test_a_plan_keeps_the_places_before_its_sale(database: Database[Any]) -> None:
    before = frozen("payments")
    (plan, *_) = [row for row in before["plans"] if row["ladder"] is not None]
    plan["ladder"]["n0"] = 5_100
    upgraded("payments", database, before)
    found = existing(database["plans"].find_one({"_id": plan["_id"]}))
    assert found["ladder"] == {
        "step": plan["ladder"]["step"],
        "every": plan["ladder"]["every"],
        "places_before": 5_100,
        "cap": plan["ladder"]["cap"],
    }


@pytest.mark.parametrize("service", ["membership", "payments", "events", "notifications"])
def test_a_stored_refusal_has_todays_bounds(database: Database[Any], service: str) -> None:
    """Its reader's texts name them: a refusal of before would be shown without its numbers."""
    before = frozen(service)
    bounds = {"least": 1, "most": 9}
    refused = {
        "_id": "per_1 a.rpc key",
        "fingerprint": "f",
        "created_at": real_now(),
        "error": {
            "code": "request.input_invalid",
            "kind": "invalid_input",
            "params": {"most": 9},
            "fields": [{"pointer": "/a", "code": "field.length", "params": bounds}],
        },
    }
    before["idempotency"].append(refused)
    upgraded(service, database, before)
    stored = UnitOfWork(database, FixedClock(real_now())).idempotency.find(key_of(refused))
    assert stored is not None
    assert stored.error is not None
    assert stored.error.params == {"maximum": 9}
    assert stored.error.fields[0].params == {"minimum": 1, "maximum": 9}


def test_refused_rows_of_an_import_have_todays_bounds(database: Database[Any]) -> None:
    before = frozen("membership")
    row = before["import_rows"][0]
    problem = {"column": "name", "code": "field.length"}
    row |= {
        "result": "refused",
        "problems": [
            {**problem, "params": {"least": 1, "most": 80}},
            {**problem, "code": "field.taken", "params": {}},
        ],
    }
    upgraded("membership", database, before)
    assert existing(database["import_rows"].find_one({"_id": row["_id"]}))["problems"] == [
        {**problem, "params": {"minimum": 1, "maximum": 80}},
        {**problem, "code": "field.taken", "params": {}},
    ]


@pytest.mark.parametrize("service", ["membership", "payments"])
def test_rewording_twice_changes_nothing(database: Database[Any], service: str) -> None:
    """D-12: a migration that was killed is run again."""
    upgraded(service, database, frozen(service))
    first = {name: list(database[name].find()) for name in database.list_collection_names()}
    schema_of(service).migrations[3].apply(database, Progress(None, lambda noted: None))
    assert {name: list(database[name].find()) for name in first} == first
