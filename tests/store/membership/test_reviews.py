"""Vetting on a real database: forms, reviewers, rights, roles."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest

from chassis.context import Context
from chassis.rpc_wire import MAX_REPLY_BYTES
from contracts import membership
from contracts.errors import (
    INVALID_INPUT,
    NOT_PERMITTED,
    OBJECT_NOT_FOUND,
    STALE_VERSION,
    DomainError,
)
from contracts.errors import membership as codes
from contracts.text import rfc3339
from tests.store.membership.world import World


def refused(call: Callable[..., object], *arguments: Any, **request: Any) -> DomainError:
    with pytest.raises(DomainError) as error:
        call(*arguments, **request)
    return error.value


def step(
    world: World, name: str, ctx: Context, application_id: str, **request: Any
) -> dict[str, Any]:
    record = {
        "claim": membership.CLAIM_APPLICATION,
        "reject": membership.REJECT_APPLICATION,
        "request_info": membership.REQUEST_INFO,
        "approve": membership.APPROVE_APPLICATION,
    }[name]
    use_case = getattr(world.app.reviews, name)
    return world.ask(use_case, record, ctx, application_id=application_id, **request)


def draft(world: World, ctx: Context, **answers: Any) -> dict[str, Any]:
    return world.ask(
        world.app.applications.create,
        membership.CREATE_APPLICATION,
        ctx,
        community_id=world.community["id"],
        answers=answers,
        submit=False,
    )


def listed(world: World, ctx: Context, **filter: Any) -> list[dict[str, Any]]:
    """All applications of the list, page by page; each page fits an answer."""
    found, after = [], None
    while True:
        page = world.ask(
            world.app.reviews.list_of_community,
            membership.LIST_APPLICATIONS,
            ctx,
            community_id=world.community["id"],
            after=after,
            limit=100,
            **filter,
        )
        assert len(json.dumps(page, ensure_ascii=False).encode()) < MAX_REPLY_BYTES
        found += page["items"]
        after = page["next"]
        if after is None:
            return found


@pytest.mark.parametrize("end", ["draft", "withdrawn"])
def test_what_was_never_handed_in_is_its_applicants_alone(world: World, end: str) -> None:
    """O-1: to reviewers, owners and operators it is as if it did not exist."""
    applicant, reviewer = world.person(), world.reviewers[0]
    mine = draft(world, applicant, city="上海")
    if end == "withdrawn":
        mine = world.ask(
            world.app.applications.withdraw,
            membership.WITHDRAW_APPLICATION,
            applicant,
            application_id=mine["id"],
        )
    handed_in = world.apply(world.person())
    for staff in (reviewer, world.owner, Context.for_operator("membership")):
        assert [one["id"] for one in listed(world, staff)] == [handed_in["id"]]
        assert listed(world, staff, state=end) == []
        error = refused(
            world.ask,
            world.app.reviews.get,
            membership.GET_APPLICATION,
            staff,
            application_id=mine["id"],
        )
        assert error.error is OBJECT_NOT_FOUND
    assert refused(step, world, "claim", reviewer, mine["id"]).error is OBJECT_NOT_FOUND
    own = world.ask(
        world.app.reviews.get, membership.GET_APPLICATION, applicant, application_id=mine["id"]
    )
    assert own["state"] == end
    page = world.ask(world.app.applications.list_mine, membership.LIST_MY_APPLICATIONS, applicant)
    assert [one["id"] for one in page["items"]] == [mine["id"]]


def test_a_draft_takes_answers_to_questions_of_its_form_only(world: World) -> None:
    """product.md §2: what nobody asks is not kept, neither at first nor later."""
    applicant = world.person()
    error = refused(draft, world, applicant, city="上海", x00="x", x01="y")
    assert error.error is INVALID_INPUT
    assert [(p.pointer, p.code) for p in error.fields] == [
        ("/answers/x00", "field.answer_unasked"),
        ("/answers/x01", "field.answer_unasked"),
    ]
    started = draft(world, applicant, license="L1")
    changed = refused(
        world.ask,
        world.app.applications.change,
        membership.CHANGE_APPLICATION,
        applicant,
        application_id=started["id"],
        answers={"colour": "red"},
        expected_version=started["version"],
    )
    assert [(p.pointer, p.code) for p in changed.fields] == [
        ("/answers/colour", "field.answer_unasked")
    ]


def test_applications_with_much_in_them_are_listed(make_world: Callable[..., World]) -> None:
    """H-21: a reviewer gets as many as fit, and the rest behind the cursor."""
    questions = [
        {"key": f"q{n:02}", "kind": "long_text", "title": f"Question {n}"} for n in range(20)
    ]
    world = make_world(form=[{"title": "Much", "questions": questions}])
    answers: dict[str, Any] = {question["key"]: "文" * 1000 for question in questions}
    applied = [world.apply(world.person(), **answers)["id"] for _ in range(20)]
    assert [one["id"] for one in listed(world, world.reviewers[0])] == applied


def test_incomplete_application_is_told_what_is_missing(world: World) -> None:
    """product.md §2: every missing answer is named; nothing is stored."""
    applicant = world.person()
    error = refused(world.apply, applicant, license="L1", colour="red")
    assert error.error is codes.APPLICATION_INCOMPLETE
    assert {(p.pointer, p.code) for p in error.fields} == {
        ("/answers/city", "field.answer_missing"),
        ("/answers/colour", "field.answer_unasked"),
    }
    assert world.database.applications.count_documents({}) == 0


def test_needs_info_goes_back_to_the_applicant_and_returns(world: World) -> None:
    """product.md §2: in_review ⇄ needs_info; what was said of the old answers does not count."""
    applicant = world.person()
    applied = world.apply(applicant)
    reviewer, other = world.reviewers
    more = {"message": "License?", "questions": ["license"]}
    asked = step(world, "request_info", reviewer, applied["id"], **more)
    assert asked["state"] == "needs_info"
    refusal = refused(world.approve, applied["id"], other)
    assert refusal.params["current_state"] == "needs_info"
    answers = {"city": "上海", "license": "L1"}
    closed = refused(
        world.ask,
        world.app.applications.change,
        membership.CHANGE_APPLICATION,
        applicant,
        application_id=applied["id"],
        answers=answers | {"city": "北京"},
        expected_version=asked["version"],
    )
    assert [(one.pointer, one.code) for one in closed.fields] == [
        ("/answers/city", "field.answer_closed")
    ]
    changed = world.ask(
        world.app.applications.change,
        membership.CHANGE_APPLICATION,
        applicant,
        application_id=applied["id"],
        answers=answers,
        expected_version=asked["version"],
    )
    stale = refused(
        world.ask,
        world.app.applications.change,
        membership.CHANGE_APPLICATION,
        applicant,
        application_id=applied["id"],
        answers=answers | {"license": "L2"},
        expected_version=asked["version"],
    )
    assert (stale.error, stale.params["current_version"]) == (STALE_VERSION, changed["version"])
    again = world.ask(
        world.app.applications.submit,
        membership.SUBMIT_APPLICATION,
        applicant,
        application_id=applied["id"],
    )
    assert (again["state"], again["info_request"]) == ("in_review", None)
    assert world.approve(applied["id"], other)["state"] == "approved"


def test_two_decisions_are_needed_where_the_policy_says_so(
    make_world: Callable[..., World],
) -> None:
    """product.md §2: N reviewers; the same one does not count twice; one no decides."""
    world = make_world(reviewers_needed=2, approvals_needed=2)
    first, second = world.reviewers
    applied = world.apply(world.person())
    assert world.approve(applied["id"], first)["state"] == "submitted"
    assert refused(world.approve, applied["id"], first).error is codes.REVIEWER_DECIDED
    assert world.approve(applied["id"], second)["state"] == "approved"
    vetoed = world.apply(world.person())
    world.approve(vetoed["id"], first)
    rejected = step(world, "reject", second, vetoed["id"], reason="not_a_fit", message="Sorry")
    assert (rejected["state"], rejected["rejection"]["reason"]) == ("rejected", "not_a_fit")


def test_nobody_decides_on_their_own_application(world: World) -> None:
    """product.md §2: conflict of interest."""
    reviewer = world.reviewers[0]
    applied = world.apply(reviewer)
    for name, request in (
        ("approve", {}),
        ("reject", {"reason": "full"}),
        ("request_info", {"message": "?"}),
        ("claim", {}),
    ):
        error = refused(step, world, name, reviewer, applied["id"], **request)
        assert error.error is codes.REVIEWER_CONFLICTED, name


def test_claim_tells_others_until_it_runs_out(world: World) -> None:
    """product.md §2: "being reviewed by"."""
    applied = world.apply(world.person())
    first, second = world.reviewers
    claimed = step(world, "claim", first, applied["id"])
    assert claimed["claimed_by"] == first.actor.person_id
    held = refused(step, world, "claim", second, applied["id"])
    assert held.params["reviewer_id"] == first.actor.person_id
    world.clock.advance(dt.timedelta(minutes=31))
    assert step(world, "claim", second, applied["id"])["claimed_by"] == second.actor.person_id


def test_who_may_see_and_do_what(world: World) -> None:
    """H-33, O-1, O-5: strangers 404, the applicant 403, operators see no private answer."""
    applicant, stranger = world.person(), world.person()
    applied = world.apply(applicant, city="上海", license="secret")
    get = (world.app.reviews.get, membership.GET_APPLICATION)
    hidden = refused(world.ask, *get, stranger, application_id=applied["id"])
    assert hidden.error is OBJECT_NOT_FOUND
    own = world.ask(*get, applicant, application_id=applied["id"])
    assert own["answers"]["license"] == "secret"
    assert own["verdicts"] == []
    operator = Context.for_operator("membership")
    assert "license" not in world.ask(*get, operator, application_id=applied["id"])["answers"]
    for ctx, error in ((stranger, OBJECT_NOT_FOUND), (applicant, codes.REVIEWER_CONFLICTED)):
        assert refused(world.approve, applied["id"], ctx).error is error
    assert refused(world.approve, applied["id"], operator).error is NOT_PERMITTED
    page = (world.app.reviews.list_of_community, membership.LIST_APPLICATIONS)
    community = world.community["id"]
    for ctx in (stranger, applicant):
        assert refused(world.ask, *page, ctx, community_id=community).error is NOT_PERMITTED
    (listed,) = world.ask(*page, world.reviewers[0], community_id=community)["items"]
    assert listed["answers"]["license"] == "secret"
    (listed,) = world.ask(*page, operator, community_id=community)["items"]
    assert "license" not in listed["answers"]
    for name in ("change", "submit", "withdraw"):
        request = {"application_id": applied["id"], "answers": {}, "expected_version": 1}
        foreign = refused(getattr(world.app.applications, name), request, stranger)
        assert foreign.error is OBJECT_NOT_FOUND, name


def test_revoked_role_ends_with_the_next_request(world: World) -> None:
    """architecture.md §5: roles are read where they are owned."""
    reviewer = world.reviewers[0]
    world.ask(
        world.app.roles.revoke,
        membership.REVOKE_ROLE,
        world.owner,
        community_id=world.community["id"],
        person_id=reviewer.actor.person_id,
        role="reviewer",
    )
    applied = world.apply(world.person())
    assert refused(world.approve, applied["id"], reviewer).error is OBJECT_NOT_FOUND
    holders = world.ask(
        world.app.roles.list_of_community,
        membership.LIST_ROLES,
        world.owner,
        community_id=world.community["id"],
    )["items"]
    assert {(h["email"], tuple(h["roles"])) for h in holders} == {
        ("owner@example.com", ("owner",)),
        ("qian@example.com", ("reviewer",)),
    }


def test_application_keeps_the_form_version_it_answers(world: World) -> None:
    """product.md §2: a new form asks new applicants, not those who applied before."""
    applicant = world.person()
    applied = world.apply(applicant)
    step(world, "request_info", world.reviewers[0], applied["id"], message="License?")
    stricter = [
        {
            "title": "More",
            "questions": [
                {
                    "key": "years",
                    "kind": "number",
                    "title": "Years",
                    "required": True,
                    "maximum": 60,
                }
            ],
        }
    ]
    changed = world.ask(
        world.app.communities.change_form,
        membership.CHANGE_FORM,
        world.owner,
        community_id=world.community["id"],
        form=stricter,
        expected_version=1,
    )
    assert (changed["form_version"], changed["version"]) == (2, 2)
    again = world.ask(
        world.app.applications.submit,
        membership.SUBMIT_APPLICATION,
        applicant,
        application_id=applied["id"],
    )
    assert (again["state"], again["form_version"]) == ("in_review", 1)
    first = world.ask(
        world.app.communities.get_form,
        membership.GET_FORM,
        applicant,
        community_id=world.community["id"],
        form_version=1,
    )
    assert first["form"][0]["questions"][0]["key"] == "city"
    new = refused(world.apply, world.person())
    assert {p.pointer for p in new.fields} == {"/answers/years", "/answers/city"}


def test_cool_down_after_a_rejection(make_world: Callable[..., World]) -> None:
    """product.md §2: the cool-down is a policy."""
    world = make_world(reapply_after_days=10)
    applicant = world.person()
    applied = world.apply(applicant)
    step(world, "reject", world.reviewers[0], applied["id"], reason="not_a_fit")
    early = refused(world.apply, applicant)
    assert early.error is codes.REAPPLY_TOO_EARLY
    assert early.params["opens_on"] == "2026-03-12"
    world.clock.advance(dt.timedelta(days=10))
    assert world.apply(applicant)["state"] == "submitted"


def test_only_operators_create_communities(world: World) -> None:
    """product.md §2; the short name is unique."""
    asked: dict[str, Any] = {"slug": "nurses", "name": "Nurses", "owner_email": "n@example.com"}
    create = (world.app.communities.create, membership.CREATE_COMMUNITY)
    assert refused(world.ask, *create, world.owner, **asked).error is NOT_PERMITTED
    operator = Context.for_operator("membership")
    world.ask(*create, operator, **asked)
    assert refused(world.ask, *create, operator, **asked).error is codes.COMMUNITY_SLUG_TAKEN
    bad = [{"title": "t", "questions": [{"key": "a", "kind": "single", "title": "A"}]}]
    wrong = refused(world.ask, *create, operator, **asked | {"slug": "third", "form": bad})
    assert wrong.fields[0].pointer == "/form/0/questions/0/options"


def test_words_to_the_applicant_stay_with_the_application(world: World) -> None:
    """M6: events say that and why by code; the words are given to who writes to the applicant, each
    by the instant at which they were written."""
    application = world.apply(world.person())["id"]
    reviewer = world.reviewers[0]
    step(world, "request_info", reviewer, application, message="您的执业证号？")
    step(world, "reject", reviewer, application, reason="other", message="也许明年")
    told = world.told(membership.APPLICATION_INFO_REQUESTED, membership.APPLICATION_REJECTED)
    assert "您的" not in str(told)
    assert "明年" not in str(told)
    system = Context.for_system("notifications")
    another = told[1].data["at"] - dt.timedelta(seconds=1)
    for at, words in ((told[1].data["at"], "也许明年"), (another, "")):
        asked = {"application_id": application, "at": rfc3339(at)}
        said = world.ask(world.app.reviews.words, membership.GET_DECISION_WORDS, system, **asked)
        assert said == {"words": words}


def test_drafts_that_lie_end_and_answers_of_the_rejected_go(
    world: World, run_jobs: Callable[[], None]
) -> None:
    """rules.md §2.17: 30 days after the last edit, 180 after the end, each by the same job."""
    applicant, drafting = world.person(), world.person()
    rejected = world.apply(applicant, city="上海徐汇")["id"]
    step(world, "reject", world.reviewers[0], rejected, reason="other", message="也许明年")
    lying = draft(world, drafting, city="北京海淀")["id"]
    world.clock.advance(dt.timedelta(days=30))
    run_jobs()
    stored = {one["_id"]: one for one in world.database.applications.find()}
    assert (stored[lying]["state"], stored[lying]["answers"]) == ("withdrawn", {})
    assert stored[rejected]["answers"] == {"city": "上海徐汇"}
    assert draft(world, drafting, city="北京")["state"] == "draft"
    world.clock.advance(dt.timedelta(days=150))
    run_jobs()
    gone = world.application(rejected)
    assert gone["answers"] == {}
    assert (gone["rejection"]["reason"], gone["rejection"]["message"]) == ("other", "")
    assert gone["state"] == "rejected"
