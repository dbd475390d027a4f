"""By which way applications came: said with the draft, never changed, one filter of lists."""

from typing import Any

import pytest

from contracts import membership
from contracts.errors import DomainError
from tests.store.membership.world import World


def listed(world: World, **asked: Any) -> dict[str, Any]:
    asked = {"community_id": world.community["id"], **asked}
    by = world.app.reviews.list_of_community
    return world.ask(by, membership.LIST_APPLICATIONS, world.reviewers[0], **asked)


def problems(error: DomainError) -> list[tuple[str, str]]:
    return [(one.pointer, one.code) for one in error.fields]


def test_applications_are_listed_by_source(world: World) -> None:
    """rules.md §1.13: in any state, page by page, with how many there are."""
    by_poster = [world.apply(world.person(), source="poster-1")["id"] for _ in range(3)]
    other = world.apply(world.person(), source="invitation")
    draft = world.apply(world.person(), source="poster-1", submit=False)
    unsaid = world.apply(world.person())
    assert (other["source"], draft["source"], unsaid["source"]) == (
        "invitation",
        "poster-1",
        None,
    )
    world.approve(by_poster[0])
    first = listed(world, source="poster-1", limit=2, count=True)
    assert ([one["id"] for one in first["items"]], first["total"]) == (by_poster[:2], 3)
    rest = listed(world, source="poster-1", limit=2, after=first["next"])
    assert ([one["id"] for one in rest["items"]], rest["next"]) == (by_poster[2:], None)
    assert rest["items"][0]["source"] == "poster-1"
    assert listed(world, source="nowhere")["items"] == []


@pytest.mark.parametrize(
    "with_it", [{"state": "submitted"}, {"sort": "updated_at"}, {"search": "l"}]
)
def test_a_source_goes_with_no_other_filter(world: World, with_it: dict[str, Any]) -> None:
    with pytest.raises(DomainError) as refused:
        listed(world, source="poster", **with_it)
    assert problems(refused.value) == [("/source", "field.combination")]


@pytest.mark.parametrize("code", ["x" * 41, "", "a b", "-a", "海报"])
def test_a_source_is_a_short_code(world: World, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        world.apply(world.person(), source=code)
    assert problems(refused.value) == [("/source", "field.format")]
    assert world.database.applications.count_documents({}) == 0


def test_a_source_stays(world: World) -> None:
    applicant = world.person()
    made = world.apply(applicant, source="poster", submit=False)
    asked = {"application_id": made["id"], "expected_version": 1, "answers": {}}
    change = world.app.applications.change
    with pytest.raises(DomainError) as refused:
        world.ask(change, membership.CHANGE_APPLICATION, applicant, **asked, source="other")
    assert problems(refused.value) == [("/source", "field.unknown")]
    changed = world.ask(change, membership.CHANGE_APPLICATION, applicant, **asked)
    assert changed["source"] == "poster"
