"""Lists of memberships by state look at hardly more documents than they give (ADR 0079)."""

from typing import Any

import pytest

from services.membership.domain.terms.memberships import FOR_GOOD, state_on
from services.membership.store.terms.memberships import in_states
from tests.kit.existing import existing
from tests.store.membership.world import World

TODAY = "2027-06-01"


def paused(through: str) -> dict[str, str]:
    return {"term_id": "trm_1", "on": "2027-05-01", "through": through}


# How many, what was told, term and grace, and more facts; few are kept out or about to be told.
KINDS: list[tuple[int, str, str | None, str | None, dict[str, Any]]] = [
    (120, "active", "2027-12-31", "2028-01-07", {}),
    (10, "active", "2027-05-31", "2027-06-07", {}),
    (40, "expired", "2027-01-31", "2027-02-07", {}),
    (30, "cancelled", None, None, {"ended_on": "2027-01-01"}),
    (20, "cancelled", "2027-03-31", "2027-03-31", {"grace_given_up": 7}),
    (2, "active", "2027-05-31", "2027-05-31", {"grace_given_up": 7}),
    (2, "active", "2027-12-31", "2027-12-31", {"grace_given_up": 7}),
    (3, "suspended", "2027-12-31", "2028-01-07", {"suspended_until": TODAY}),
    (3, "suspended", "2027-12-31", "2028-01-07", {"suspended_until": "2027-05-31"}),
    (2, "suspended", "2027-03-31", "2027-04-07", {"suspended_until": FOR_GOOD}),
    (1, "cancelled", None, None, {"suspended_until": FOR_GOOD}),
    (3, "paused", "2027-12-31", "2028-01-07", {"pause": paused(TODAY)}),
    (2, "paused", "2027-12-31", "2028-01-07", {"pause": paused("2027-05-31")}),
    (1, "suspended", "2027-12-31", "2028-01-07", {"pause": paused(TODAY)}),
]
UNTOLD = 10 + 2 + 3 + 3 + 2 + 3 + 2 + 1  # those of the days of grace among them


@pytest.fixture
def crowd(world: World) -> World:
    model = existing(world.database.memberships.find_one({"_id": world.member()["id"]}))
    rows, number = [], 0
    for many, state, ends_on, grace_ends_on, facts in KINDS:
        for _ in range(many):
            number += 1
            term = {**model["terms"][0], "id": f"trm_{number}"}
            dates = {"state": state, "ends_on": ends_on, "grace_ends_on": grace_ends_on}
            ids = {"_id": f"mbr_{number:04}", "person_id": f"per_{number}", "number": 9000 + number}
            rows.append({**model, **ids, **dates, **facts, "terms": [term]})
    world.database.memberships.insert_many(rows)
    return world


@pytest.mark.parametrize(
    "states",
    [
        ["active"],
        ["grace"],
        ["expired"],
        ["cancelled"],
        ["suspended"],
        ["paused"],
        ["active", "suspended"],
    ],
)
def test_they_are_those_of_the_day_and_cost_no_more(crowd: World, states: list[str]) -> None:
    memberships = crowd.database.memberships
    everybody = list(memberships.find({"community_id": crowd.community["id"]}))
    right = {one["_id"] for one in everybody if state_on(one, TODAY) in states}  # type: ignore[arg-type]
    wanted = {"community_id": crowd.community["id"], "$and": [in_states(states, TODAY)]}
    cursor = memberships.find(wanted).sort("_id", 1).hint("listed")
    assert {one["_id"] for one in cursor} == right
    looked = memberships.find(wanted).sort("_id", 1).hint("listed").explain()["executionStats"]
    most = len(right) + UNTOLD if len(states) == 1 else len(everybody)
    assert looked["totalDocsExamined"] <= most
