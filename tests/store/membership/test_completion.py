"""Standings that processes of the version before stored say after a night what others say."""

import datetime as dt

import pytest

from contracts.membership import STANDING_CHANGED
from tests.kit.passes import OnePass
from tests.store.membership.world import World

KNOWN = {"city": "", "plan_tier": "", "ever_paid_or_imported": ""}


def said(world: World, person_id: str) -> tuple[object, object, object, int]:
    """What a neighbour is told of somebody, and of which version."""
    listed = world.app.standings.list_all({"after": None, "limit": 100}, world.owner)["items"]
    (facts,) = [
        one
        for one in listed
        if one["person_id"] == person_id and one["community_id"] == world.community["id"]
    ]
    return facts["city"], facts["plan_tier"], facts["ever_paid_or_imported"], facts["version"]


@pytest.mark.parametrize("before", [{"$unset": KNOWN}, {"$set": {"ever_paid_or_imported": False}}])
def test_what_an_old_process_stored_is_completed_once(
    world: World, before: dict[str, object]
) -> None:
    """One that it made lacks the facts; one that it changed has them as they were."""
    person_id = world.member()["person_id"]
    whole = said(world, person_id)
    assert whole[2] is True
    world.database.community_standings.update_one({"person_id": person_id}, before)
    assert said(world, person_id)[2] is False

    night = OnePass(world.clock.now(), "membership")
    world.app.completion.complete(night)
    assert said(world, person_id) == (*whole[:3], whole[3] + 1)
    told = world.told(STANDING_CHANGED)[-1].data
    assert (told["person_id"], told["ever_paid_or_imported"]) == (person_id, True)

    world.database.community_standings.update_one({"person_id": person_id}, before)
    world.app.completion.complete(night)  # once a night
    assert said(world, person_id)[2] is False
    night.now += dt.timedelta(days=1)
    world.app.completion.complete(night)
    assert said(world, person_id)[2] is True


def test_standings_that_say_all_stay_as_they_are(world: World) -> None:
    person_id = world.member()["person_id"]
    before = said(world, person_id)
    world.app.completion.complete(OnePass(world.clock.now(), "membership"))
    assert said(world, person_id) == before
