"""The replica of standings of a running service, made good by command and by night (R15)."""

import datetime as dt
from collections.abc import Iterator

import pytest

from chassis.ids import new_id
from contracts import membership
from deploy.local.nodes import Nodes
from services.events.service import SERVICE
from tests.kit.component import Component, component
from tests.kit.neighbours import MEMBER, FakeMembership
from tests.kit.probe import probe

COMMUNITY = new_id("com")


@pytest.fixture(scope="module")
def neighbour() -> FakeMembership:
    return FakeMembership(COMMUNITY)


@pytest.fixture(scope="module")
def service(
    nodes: Nodes, tmp_path_factory: pytest.TempPathFactory, neighbour: FakeMembership
) -> Iterator[Component]:
    with component(nodes, SERVICE, tmp_path_factory.mktemp("service"), {}) as made:
        made.answer(neighbour.answers)
        made.start()
        yield made


@pytest.fixture
def host(service: Component, neighbour: FakeMembership) -> str:
    """Somebody of whom the replica knows that they are a host, in version 3."""
    person = new_id("per")
    neighbour.standings = {person: {**MEMBER, "roles": ["host"], "version": 3}}
    facts = neighbour.standing({"community_id": COMMUNITY, "person_id": person})
    service.database["standings"].delete_many({})
    service.tell(membership.STANDING_CHANGED, f"{COMMUNITY}:{person}", facts)
    probe(lambda: roles(service, person) == ["host"])
    return person


def roles(service: Component, person: str) -> list[str] | None:
    row = service.database["standings"].find_one({"person_id": person})
    return None if row is None else list(row["roles"])


def test_a_missed_revocation_is_made_good_by_command(
    service: Component, neighbour: FakeMembership, host: str
) -> None:
    neighbour.standings[host] = {**MEMBER, "roles": [], "version": 4}
    done = service.operate("standings", "resync")
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("1 compared, 1 were behind\n")
    assert roles(service, host) == []


def test_a_restored_membership_is_followed_with_force(
    service: Component, neighbour: FakeMembership, host: str
) -> None:
    neighbour.standings[host] = {**MEMBER, "roles": ["scanner"], "version": 2}
    done = service.operate("standings", "resync")
    assert (done.returncode, roles(service, host)) == (1, ["host"])
    assert "say --force" in done.stderr
    done = service.operate("standings", "resync", "--force")
    assert (done.returncode, roles(service, host)) == (0, ["scanner"]), done.stderr


def test_a_missed_revocation_is_made_good_by_night(
    service: Component, neighbour: FakeMembership, host: str
) -> None:
    probe(lambda: service.database["job_state"].find_one({"_id": "resync_standings"}) is not None)
    neighbour.standings[host] = {**MEMBER, "roles": [], "version": 4}
    service.move_clock(dt.timedelta(days=1))
    probe(lambda: roles(service, host) == [], 30)
