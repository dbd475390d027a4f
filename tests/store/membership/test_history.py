"""What staff read about how something came to be as it is, and who does not."""

from collections.abc import Callable
from typing import Any

import pytest

from chassis.context import Context
from contracts import membership
from contracts.errors import NOT_PERMITTED, OBJECT_NOT_FOUND, DomainError
from tests.store.membership.test_privacy import grant
from tests.store.membership.world import World

Step = tuple[str, str, dict[str, Any]]


def of_application(world: World, ctx: Context, id: str, **page: Any) -> dict[str, Any]:
    rpc = membership.GET_APPLICATION_HISTORY
    return world.ask(world.app.history.of_application, rpc, ctx, application_id=id, **page)


def of_membership(world: World, ctx: Context, id: str) -> dict[str, Any]:
    rpc = membership.GET_MEMBERSHIP_HISTORY
    return world.ask(world.app.history.of_membership, rpc, ctx, membership_id=id)


def steps(page: dict[str, Any]) -> list[Step]:
    return [(one["action"], one["actor_id"], one["details"]) for one in page["items"]]


def test_an_application_from_its_making_to_its_end(world: World) -> None:
    applicant, reviewer = world.person(), world.reviewers[0]
    membership_id = world.member(applicant)["id"]
    application_id = world.database["applications"].find_one()["_id"]  # type: ignore[index]
    page = of_application(world, reviewer, application_id)
    person_id, reviewer_id = applicant.require_person(), reviewer.require_person()
    assert steps(page) == [
        ("join", "system:membership", {"state": "joined"}),
        ("approve_application", reviewer_id, {"state": "approved"}),
        ("create_application", person_id, {"state": "submitted"}),
    ]
    assert "verdicts" in page["items"][1]["changed_fields"]
    assert [one["version"] for one in page["items"]] == [3, 2, 1]
    newest = of_application(world, reviewer, application_id, limit=1)
    assert steps(newest) == steps(page)[:1]
    rest = of_application(world, reviewer, application_id, after=newest["next"])
    assert (steps(rest), rest["next"]) == (steps(page)[1:], None)
    first, *_ = reversed(steps(of_membership(world, world.owner, membership_id)))
    assert first == ("open_membership", reviewer_id, {"state": "pending_payment"})


def test_nobody_reads_how_they_were_judged(world: World) -> None:
    """M7: who decided about somebody is not for them, whatever roles they hold."""
    insider = world.person("insider@example.com")
    approved = world.approved(insider)
    grant(world, "insider@example.com", "owner")
    for read, id in (
        (of_application, approved["id"]),
        (of_membership, approved["membership_id"]),
    ):
        with pytest.raises(DomainError) as refused:
            read(world, insider, id)
        assert refused.value.error is NOT_PERMITTED


def test_an_application_that_was_never_handed_in_is_its_applicants_alone(world: World) -> None:
    rpc = membership.CREATE_APPLICATION
    asked = {"community_id": world.community["id"], "submit": False}
    draft = world.ask(world.app.applications.create, rpc, world.person(), **asked)
    with pytest.raises(DomainError) as refused:
        of_application(world, world.owner, draft["id"])
    assert refused.value.error is OBJECT_NOT_FOUND


def test_roles_and_the_community_itself_are_for_owners(world: World) -> None:
    here = {"community_id": world.community["id"]}
    grant(world, "host@example.com", "host")
    host = world.person("host@example.com")
    rpc = membership.GET_ROLE_HISTORY
    of_role: dict[str, Any] = {**here, "person_id": host.require_person()}
    page = world.ask(world.app.history.of_role, rpc, world.owner, **of_role)
    given = {"role": "host", "state": None}
    assert steps(page) == [("grant_role", world.owner.require_person(), given)]
    itself = world.ask(
        world.app.history.of_community, membership.GET_COMMUNITY_HISTORY, world.owner, **here
    )
    assert [action for action, *_ in steps(itself)] == ["create_community"]
    reads: list[tuple[Callable[..., Any], Any, dict[str, Any]]] = [
        (world.app.history.of_role, rpc, of_role),
        (world.app.history.of_community, membership.GET_COMMUNITY_HISTORY, here),
    ]
    for read, record, asked in reads:
        with pytest.raises(DomainError) as refused:
            world.ask(read, record, host, **asked)
        assert refused.value.error is NOT_PERMITTED
