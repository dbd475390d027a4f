"""Screening rules when applications are handed in, the block list, and dry runs."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chassis.context import Context
from contracts import membership, payments
from contracts.errors import NOT_PERMITTED, OBJECT_NOT_FOUND, STALE_VERSION, DomainError
from contracts.errors.membership import JOINING_NOT_POSSIBLE, REAPPLY_TOO_EARLY
from contracts.text import rfc3339
from tests.kit.existing import existing
from tests.kit.passes import OnePass
from tests.store.membership.test_names import named
from tests.store.membership.world import World

FORM = [
    {
        "title": "About you",
        "questions": [
            {"key": "city", "kind": "single", "title": "City", "options": ["上海", "北京"],
             "fills": "city"},
            {"key": "license", "kind": "short_text", "title": "License", "private": True},
            {"key": "phone", "kind": "short_text", "title": "Phone"},
            {"key": "years", "kind": "number", "title": "Years"},
            {"key": "words", "kind": "long_text", "title": "Words", "introduction": True},
        ],
    }
]  # fmt: skip
DUPLICATE = {"kind": "duplicate_key", "weight": 40, "question": "license"}
REQUIRED = "field.required"
REJECTING = {**DUPLICATE, "effect": "reject", "reason": "duplicate"}

# Of the usual form of these tests.
SCREENING: list[dict[str, Any]] = [
    {"kind": "duplicate_key", "weight": 1, "question": "license"},
    {"kind": "similar_name", "weight": 1},
    {"kind": "blocked_key", "weight": 1, "question": "license"},
    {"kind": "text_at_least", "weight": 1, "question": "city", "characters": 2},
]


@pytest.fixture
def world(make_world: Any) -> World:
    return make_world(FORM, reapply_after_days=30)


def rules(world: World, *wanted: dict[str, Any], ctx: Context | None = None, **asked: Any) -> Any:
    version = seen(world)["version"]
    return world.ask(
        world.app.screening.change,
        membership.CHANGE_SCREENING,
        ctx or world.owner,
        community_id=world.community["id"],
        rules=list(wanted),
        **{"expected_version": version, **asked},
    )


def seen(world: World, ctx: Context | None = None) -> dict[str, Any]:
    asked = {"community_id": world.community["id"]}
    return world.ask(world.app.screening.get, membership.GET_SCREENING, ctx or world.owner, **asked)


def tried(world: World, *wanted: dict[str, Any]) -> dict[str, Any]:
    asked = {"community_id": world.community["id"], "rules": list(wanted)}
    return world.ask(world.app.screening.dry_run, membership.TRY_SCREENING, world.owner, **asked)


def block(world: World, ctx: Context | None = None, **what: Any) -> dict[str, Any]:
    asked = {"community_id": world.community["id"], "reason": "bothers people", "whom": what}
    return world.ask(world.app.blocks.create, membership.CREATE_BLOCK, ctx or world.owner, **asked)


def unblock(world: World, block_id: str, ctx: Context | None = None) -> None:
    asked = {"community_id": world.community["id"], "block_id": block_id}
    world.ask(world.app.blocks.remove, membership.REMOVE_BLOCK, ctx or world.owner, **asked)


def blocks(world: World) -> list[dict[str, Any]]:
    asked = {"community_id": world.community["id"]}
    page = world.ask(
        world.app.blocks.list_of_community, membership.LIST_BLOCKS, world.owner, **asked
    )
    return page["items"]


def flags(world: World, application: dict[str, Any]) -> list[tuple[int, str]]:
    screening = world.application(application["id"])["screening"]
    return [(flag["rule"], flag["kind"]) for flag in screening["flags"]]


def refused(call: Any, *arguments: Any, **asked: Any) -> DomainError:
    with pytest.raises(DomainError) as found:
        call(*arguments, **asked)
    return found.value


def test_rules_are_versions_that_owners_set(world: World) -> None:
    """If-Match: the first is made at version 0, an older one is stale, the same again is one."""
    assert seen(world) | {"community_id": ""} == {
        "community_id": "",
        "rules": [],
        "changed_by": None,
        "changed_at": None,
        "version": 0,
    }
    first = rules(world, DUPLICATE, expected_version=0)
    assert first["version"] == 1
    assert first["rules"] == [{**DUPLICATE, "effect": "flag", "reason": None}]
    assert rules(world, DUPLICATE, expected_version=0) == first
    stale = refused(rules, world, expected_version=0)
    assert (stale.error, stale.params["current_version"]) == (STALE_VERSION, 1)
    assert rules(world)["version"] == 2
    assert seen(world, world.reviewers[0])["rules"] == []
    assert refused(rules, world, ctx=world.reviewers[0]).error is NOT_PERMITTED


@pytest.mark.parametrize(
    ("rule", "pointer", "code"),
    [
        ({"kind": "similar_name", "weight": 101}, "/rules/0/weight", "field.range"),
        ({**DUPLICATE, "question": "city"}, "/rules/0/question", "field.question_unknown"),
        ({**DUPLICATE, "percent": 5}, "/rules/0/percent", "field.of_other_kind"),
        ({**DUPLICATE, "effect": "reject"}, "/rules/0/reason", "field.required"),
        ({**DUPLICATE, "reason": "full"}, "/rules/0/reason", "field.of_other_kind"),
        (
            {"kind": "share_over", "weight": 1, "label": "city"},
            "/rules/0/percent",
            "field.required",
        ),
        ({"kind": "a > b", "weight": 1}, "/rules/0/kind", "field.choice"),
        (
            {"kind": "answer_in_list", "weight": 1, "question": "city", "any_of": ["深圳"]},
            "/rules/0/any_of",
            "field.choice",
        ),
        (
            {"kind": "number_within", "weight": 1, "question": "years", "minimum": 2, "maximum": 1},
            "/rules/0/maximum",
            "field.range",
        ),
    ],
)
def test_wrong_rules_are_refused(
    world: World, rule: dict[str, Any], pointer: str, code: str
) -> None:
    error = refused(rules, world, rule)
    assert [(one.pointer, one.code) for one in error.fields] == [(pointer, code)]
    assert seen(world)["version"] == 0


def test_what_was_found_is_shown_to_reviewers_alone(world: World) -> None:
    rules(
        world,
        {"kind": "answer_in_list", "weight": -10, "question": "city", "any_of": ["上海"]},
        {"kind": "number_within", "weight": 5, "question": "years", "minimum": 0, "maximum": 3},
        {"kind": "text_at_least", "weight": 1, "question": "words", "characters": 3},
        {"kind": "introduction_below", "weight": 7, "score": 50},
    )
    applicant = world.person()
    made = world.apply(applicant, city="上海", years=3, license="A")
    assert made["screening"] is None
    own = {"application_id": made["id"]}
    shown = world.ask(world.app.reviews.get, membership.GET_APPLICATION, applicant, **own)
    assert shown["screening"] is None
    screening = world.application(made["id"])["screening"]
    assert (screening["score"], screening["screening_version"]) == (2, 1)
    assert flags(world, made) == [
        (1, "answer_in_list"),
        (2, "number_within"),
        (4, "introduction_below"),
    ]
    assert screening["flags"][1]["words"] == "“Years”的回答在 0 至 3 之间。"
    assert made["state"] == "submitted"


def test_a_rejecting_rule_rejects_in_the_same_unit_of_work(world: World) -> None:
    """The applicant hears the reason and no more; integrators hear of it as of any rejection."""
    rules(world, REJECTING)
    first = world.apply(world.person(), license="AB 12")
    assert (first["state"], flags(world, first)) == ("submitted", [])
    second = world.person()
    made = world.apply(second, license="ａｂ12")
    assert made["state"] == "rejected"
    assert made["rejection"] | {"at": ""} == {"reason": "duplicate", "message": "", "at": ""}
    shown = world.application(made["id"])["screening"]
    assert shown["flags"][0]["about"] == [first["id"]]
    assert len(world.told(membership.APPLICATION_SUBMITTED)) == 1
    (event,) = world.told(membership.APPLICATION_REJECTED)
    assert event.data["reason"] == "duplicate"
    words = {"application_id": made["id"], "at": rfc3339(event.data["at"])}
    asked = world.ask(
        world.app.reviews.words,
        membership.GET_DECISION_WORDS,
        Context.for_system("notifications"),
        **words,
    )
    assert asked["words"] == ""
    assert refused(world.apply, second, license="C").error is REAPPLY_TOO_EARLY


def test_nothing_is_due_of_what_a_rule_rejected(make_world: Any) -> None:
    """rules.md §1.14: handed in and rejected in one unit of work, it waits for nobody."""
    world = make_world(FORM, decide_within_hours=24)
    rules(world, REJECTING)
    first = world.apply(world.person(), license="AB 12")
    assert world.application(first["id"])["decide_by"] is not None
    second = world.apply(world.person(), license="AB 12")
    shown = world.application(second["id"])
    assert (shown["state"], shown["decide_by"]) == ("rejected", None)


def test_rules_are_asked_again_when_it_is_handed_in_again(world: World) -> None:
    """And the same person's former answers are nobody else's."""
    rules(world, DUPLICATE)
    world.apply(world.person(), license="A")
    applicant = world.person()
    made = world.apply(applicant, license="B")
    assert flags(world, made) == []
    world.ask(
        world.app.reviews.request_info,
        membership.REQUEST_INFO,
        world.reviewers[0],
        application_id=made["id"],
        message="?",
    )
    version = world.application(made["id"])["version"]
    world.ask(
        world.app.applications.change,
        membership.CHANGE_APPLICATION,
        applicant,
        application_id=made["id"],
        answers={"license": "a"},
        expected_version=version,
    )
    again = {"application_id": made["id"]}
    world.ask(world.app.applications.submit, membership.SUBMIT_APPLICATION, applicant, **again)
    assert flags(world, made) == [(1, "duplicate_key")]


@pytest.mark.parametrize("name", ["李小龙", "李晓龙", "Li Xiaolong", "ＬＩ xiaolong"])
def test_names_like_others_are_found(world: World, name: str) -> None:
    rules(world, {"kind": "similar_name", "weight": 20})
    first = named(world, "李小龙")
    assert flags(world, world.apply(first, city="上海")) == []
    assert flags(world, world.apply(named(world, "李小"), city="上海")) == []
    other = world.apply(named(world, name), city="上海")
    assert flags(world, other) == [(1, "similar_name")]
    about = world.application(other["id"])["screening"]["flags"][0]["about"]
    assert about == [first.actor.person_id]


def test_a_share_of_members_is_counted(world: World) -> None:
    rules(world, {"kind": "share_over", "weight": 3, "label": "city", "percent": 50})
    for city in ("上海", "上海", "北京"):
        applied = world.approve(world.apply(world.person(), city=city)["id"])
        world.deliver(payments.ORDER_PAID, world.order(applied))
    assert flags(world, world.apply(world.person(), city="上海")) == [(1, "share_over")]
    assert flags(world, world.apply(world.person(), city="北京")) == []
    assert flags(world, world.apply(world.person(), license="A")) == []


def test_who_is_blocked_hears_that_it_is_not_possible(world: World) -> None:
    """Nothing is made, and drafts are not handed in; once taken off, all goes on."""
    applicant = world.person("mk.blocked@example.com")
    draft = world.apply(applicant, submit=False, city="上海")
    made = block(world, kind="email", email="MK.blocked@example.com")
    again = {"application_id": draft["id"]}
    submit = world.app.applications.submit
    asked = (world.ask, submit, membership.SUBMIT_APPLICATION, applicant)
    assert refused(*asked, **again).error is JOINING_NOT_POSSIBLE
    assert refused(*asked, **again).params == {}
    other = world.person("other@example.com")
    block(world, kind="email", email="other@example.com")
    assert refused(world.apply, other, city="上海").error is JOINING_NOT_POSSIBLE
    assert world.database.applications.count_documents({}) == 1
    unblock(world, made["id"])
    unblock(world, made["id"])
    assert world.ask(submit, membership.SUBMIT_APPLICATION, applicant, **again)["id"]


def test_nothing_that_was_blocked_can_be_read(world: World) -> None:
    block(world, kind="email", email="secret@example.com")
    block(world, kind="name", name="王小明")
    block(world, kind="phone", phone="+86 138 0013 8000")
    stored = str(list(world.database.blocks.find({})))
    for secret in ("secret", "王小明", "xiaoming", "13800138000"):
        assert secret not in stored
    assert [one["kind"] for one in blocks(world)] == ["phone", "name", "email"]
    assert {one["made_by"] for one in blocks(world)} == {world.owner.actor.person_id}
    assert refused(block, world, world.reviewers[0], kind="name", name="x").error is NOT_PERMITTED


def test_a_blocked_person_is_known_by_all_that_they_have(world: World) -> None:
    """Only somebody whom the community knows can be named."""
    stranger = world.person()
    unknown = refused(block, world, kind="person", person_id=stranger.actor.person_id)
    assert unknown.error is OBJECT_NOT_FOUND
    applicant = world.person("known@example.com")
    made = world.apply(applicant, city="上海")
    block(world, kind="person", person_id=applicant.actor.person_id)
    world.ask(
        world.app.applications.withdraw,
        membership.WITHDRAW_APPLICATION,
        applicant,
        application_id=made["id"],
    )
    assert refused(world.apply, applicant, city="上海").error is JOINING_NOT_POSSIBLE
    existing(world.database.people.find_one_and_delete({"_id": applicant.actor.person_id}))
    same_address = world.person("known@example.com")
    assert same_address.actor.person_id != applicant.actor.person_id
    assert refused(world.apply, same_address, city="上海").error is JOINING_NOT_POSSIBLE


def test_a_blocked_name_and_a_blocked_answer_are_flagged(world: World) -> None:
    entry = block(world, kind="name", name="王小明")
    phone = block(world, kind="phone", phone="+8613800138000")
    made = world.apply(named(world, "王晓明"), phone="138 0013-8000")
    assert flags(world, made) == [(0, "blocked_key")]
    rules(world, {"kind": "blocked_key", "weight": 50, "question": "phone"})
    made = world.apply(named(world, "Wang Xiaoming"), phone="138 0013-8000")
    screening = world.application(made["id"])["screening"]
    assert screening["score"] == 50
    assert [flag["about"] for flag in screening["flags"]] == [[entry["id"]], [phone["id"]]]


def test_a_dry_run_says_what_would_have_been_and_writes_nothing(world: World) -> None:
    for license in ("A", "B", "a"):
        world.apply(world.person(), license=license, city="上海")
    world.apply(world.person(), submit=False, license="A")
    before = {name: world.database[name].count_documents({}) for name in ("commits", "screenings")}
    answer = tried(
        world,
        REJECTING,
        {"kind": "answer_in_list", "weight": 1, "question": "city", "any_of": ["上海"]},
    )
    assert (answer["applications"], answer["rejected"]) == (3, 2)
    counts = [(one["rule"], one["found"], one["rejected"]) for one in answer["rules"]]
    assert counts == [(1, 2, 2), (2, 3, 0)]
    assert len(answer["rules"][0]["application_ids"]) == 2
    after = {name: world.database[name].count_documents({}) for name in before}
    assert after == before


def test_changes_stand_in_the_trail_of_the_community(world: World) -> None:
    rules(world, DUPLICATE)
    unblock(world, block(world, kind="name", name="x y")["id"])
    asked = {"community_id": world.community["id"]}
    history = world.ask(
        world.app.history.of_community, membership.GET_COMMUNITY_HISTORY, world.owner, **asked
    )
    actions = {one["action"] for one in history["items"]}
    assert {"change_screening", "create_block", "remove_block"} <= actions


def test_of_two_owners_at_once_one_is_first(world: World) -> None:
    """The other one's version is stale; nothing of theirs is kept."""

    def change(weight: int) -> DomainError | None:
        try:
            rules(world.another_process(), {**DUPLICATE, "weight": weight}, expected_version=0)
        except DomainError as error:
            return error
        return None

    with ThreadPoolExecutor(4) as pool:
        results = [one for one in pool.map(change, range(4)) if one is not None]
    assert [one.error for one in results] == [STALE_VERSION] * 3
    assert (seen(world)["version"], len(seen(world)["rules"])) == (1, 1)
    assert world.database.screenings.count_documents({}) == 1


def test_why_somebody_was_blocked_goes_with_them(world: World, run_jobs: Any) -> None:
    """ADR 0049: the entry stays, as nothing but digests; what was found in answers goes, too."""
    rules(world, DUPLICATE)
    li = world.person("li@example.com")
    world.apply(li, license="A")
    block(world, kind="email", email="li@example.com")
    block(world, kind="email", email="other@example.com")
    world.ask(world.app.erasures.start_mine, membership.START_MY_ERASURE, li)
    world.clock.advance(dt.timedelta(days=7))
    world.app.erasures.advance(OnePass(world.clock.now(), "membership"))
    assert [one["reason"] for one in blocks(world)] == ["bothers people", ""]
    stored = existing(world.database.applications.find_one({}))
    assert stored.keys().isdisjoint({"screening", "answer_keys"})
    again = world.person("li@example.com")
    assert refused(world.apply, again, city="上海").error is JOINING_NOT_POSSIBLE
