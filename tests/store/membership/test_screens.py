"""What whole screens of membership show: my communities, the queue, the dashboard, the card."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from chassis.context import Context
from chassis.ids import new_id
from contracts import membership, payments
from contracts.errors import SERVICE_UNAVAILABLE, DomainError
from tests.store.membership.test_imports import HEADER, lines, take_in
from tests.store.membership.test_names import named
from tests.store.membership.test_places import place, renew
from tests.store.membership.world import FORM, Neighbours, World, anybody

NOON = "2026-03-02T04:00:00.000Z"
PAGE: dict[str, Any] = {"after": None, "limit": 50}


def mine(world: World, ctx: Context, **page: Any) -> dict[str, Any]:
    return world.ask(
        world.app.my_communities.list_mine, membership.LIST_MY_COMMUNITIES, ctx, **page
    )


def another(world: World, slug: str, **more: Any) -> str:
    """A community beside the first one; its id."""
    ctx = Context.for_operator("membership", "test")
    asked = {"slug": slug, "name": f"圈子 {slug}", "form": FORM, "owner_email": "o@example.com"}
    made = world.app.communities.create
    return str(world.ask(made, membership.CREATE_COMMUNITY, ctx, **asked, **more)["id"])


def dashboard(world: World, ctx: Context | None = None, **days: str) -> dict[str, Any]:
    here = {"community_id": world.community["id"], **days}
    return world.ask(world.app.dashboards.get, membership.GET_DASHBOARD, ctx or world.owner, **here)


def queue(world: World, ctx: Context, **asked: Any) -> dict[str, Any]:
    here = {"community_id": world.community["id"], **asked}
    return world.ask(world.app.review_queue.list_waiting, membership.LIST_REVIEW_QUEUE, ctx, **here)


def test_somebody_sees_nothing_before_they_belong_anywhere(world: World) -> None:
    assert mine(world, world.person()) == {"items": [], "next": None}


def test_a_row_says_what_their_place_says(world: World) -> None:
    """Draft, under review, approved with what is due, member: as `…/me` in each."""
    world.sell(plan_id=world.plan_id)
    ctx = world.person()
    draft = world.apply(ctx, submit=False)
    (row,) = mine(world, ctx)["items"]
    assert row["community"]["name"] == world.community["name"]
    assert (row["roles"], row["membership"], row["due"], row["waiting"]) == ([], None, None, None)
    assert row["application"] == {"id": draft["id"], "state": "draft"}
    one = {"application_id": draft["id"]}
    world.ask(world.app.applications.submit, membership.SUBMIT_APPLICATION, ctx, **one)
    approved = world.approve(draft["id"])
    (row,) = mine(world, ctx)["items"]
    assert row["due"] == {"purchase_id": approved["purchase_id"], "pay_by": approved["pay_by"]}
    assert row["membership"]["state"] == "pending_payment"
    world.deliver(payments.ORDER_PAID, world.order(approved))
    (row,) = mine(world, ctx)["items"]
    assert row["membership"] == {
        "id": approved["membership_id"],
        "number": 1,
        "state": "active",
        "valid_until": "2027-03-01",
        "renewal": {"opens_on": "2026-12-31", "closes_on": "2027-04-07", "possible": False},
    }
    asked = place(world, ctx)
    for name in ("state", "reason", "next_step", "deadline", "page", "actions"):
        assert row[name] == asked[name]


def test_staff_see_what_waits_and_nobody_else_does(world: World) -> None:
    """Roles count without a membership; drafts and who was asked for more do not wait."""
    applicant = world.person()
    world.apply(applicant)
    world.apply(world.person(), submit=False)
    for ctx in (world.owner, world.reviewers[0]):
        (row,) = mine(world, ctx)["items"]
        assert row["waiting"] == {"applications": 1}
    assert mine(world, world.owner)["items"][0]["roles"] == ["owner"]
    assert mine(world, applicant)["items"][0]["waiting"] is None


def test_roles_come_with_the_person_when_asked(world: World) -> None:
    """Where somebody works, by the name of the community; an operator's is none of a community."""

    def roles(ctx: Context, include: str | None = "roles") -> Any:
        found = world.ask(world.app.people.get_me, membership.GET_ME, ctx, include=include)
        return found["roles"]

    member = world.person()
    world.member(member)
    assert (roles(member), roles(world.owner, None)) == ([], None)
    other = another(world, "circle-9")
    for role in ("reviewer", "host"):
        asked = {"community_id": other, "email": "owner@example.com", "role": role}
        operator = Context.for_operator("membership", "test")
        world.ask(world.app.roles.grant, membership.GRANT_ROLE, operator, **asked)
    first, second = roles(world.owner)
    head = {name: world.community[name] for name in ("id", "slug", "name", "zone", "locale")}
    assert first["community"] == {**head, "currency": "CNY"}
    assert first["roles"] == ["owner"]
    assert (second["community"]["slug"], second["roles"]) == ("circle-9", ["host", "reviewer"])


def test_pages_go_through_all_communities_once(world: World) -> None:
    """Of standings and applications together, in the order of communities; none twice."""
    ctx = world.person()
    world.member(ctx)
    others = [another(world, f"circle-{n}") for n in range(3)]
    for id in others[:2]:
        asked = {"community_id": id, "answers": {"city": "上海"}, "submit": True}
        world.ask(world.app.applications.create, membership.CREATE_APPLICATION, ctx, **asked)
    seen, after = [], None
    while True:
        page = mine(world, ctx, after=after, limit=1)
        seen += [row["community"]["id"] for row in page["items"]]
        if (after := page["next"]) is None:
            break
    assert seen == [world.community["id"], *others[:2]]


def test_a_place_brings_its_neighbours_when_asked(world: World) -> None:
    ctx = world.person()
    member = world.member(ctx)
    here = {"community_id": world.community["id"]}
    get = world.app.places.get
    bare = world.ask(get, membership.GET_MY_PLACE, ctx, **here)
    assert (bare["community"], bare["membership"], bare["form"]) == (None, None, None)
    whole = world.ask(
        get, membership.GET_MY_PLACE, ctx, **here, include="community,membership,form"
    )
    assert whole["form"][0]["questions"][0]["key"] == "city"
    assert whole["community"]["zone"] == "Asia/Shanghai"
    assert whole["membership"]["id"] == member["id"]
    assert whole["membership"]["actions"] == ["cancel_membership", "change_profile"]
    with pytest.raises(DomainError) as refused:
        world.ask(get, membership.GET_MY_PLACE, ctx, **here, include="community,plan")
    (problem,) = refused.value.fields
    assert (problem.pointer, problem.code) == ("/include", "field.include")
    assert problem.params == {"choices": ["community", "membership", "form"]}


def test_a_card_keeps_the_term_that_runs(world: World) -> None:
    """After an early renewal: the term of today, the one after it, and until when all of it is."""
    world.sell(plan_id=world.plan_id)
    ctx = world.person()
    member = world.member(ctx)
    assert member["current_term"] == member["term"]
    assert (member["next_term"], member["valid_until"]) == (None, "2027-03-01")
    world.clock.advance(dt.timedelta(days=330))
    assert world.membership(member["id"])["renewal"]["possible"]
    renew(world, ctx, member["id"])
    stored = world.database.memberships.find_one({"_id": member["id"]})
    assert stored is not None
    term = stored["terms"][-1]
    paid = world.paid(term["id"], ctx.require_person(), purpose="renew")
    world.deliver(payments.ORDER_PAID, paid)
    card = world.membership(member["id"])
    assert card["current_term"]["ends_on"] == "2027-03-01"
    assert card["next_term"]["starts_on"] == "2027-03-02"
    assert card["term"] == card["next_term"]
    assert card["valid_until"] == "2028-03-01"
    assert not card["renewal"]["possible"]


def test_a_community_by_its_slug(world: World) -> None:
    """As by its id; a hidden one is missing for who does not belong there."""
    get = world.app.communities.get_by_slug
    found = world.ask(get, membership.GET_COMMUNITY_BY_SLUG, anybody(), slug="doctors")
    assert found["id"] == world.community["id"]
    another(world, "secret", visibility="hidden")
    for slug in ("secret", "nobody"):
        with pytest.raises(DomainError) as refused:
            world.ask(get, membership.GET_COMMUNITY_BY_SLUG, anybody(), slug=slug)
        assert refused.value.code == "request.object_not_found"


def test_the_queue_lists_who_waits_longest_first(world: World) -> None:
    """By name, without answers, with who is on it while the claim holds; how many there are."""
    first, second = named(world, "李雷"), named(world, "王芳")
    reviewer = world.reviewers[0]
    ids = [world.apply(ctx)["id"] for ctx in (first, second)]
    world.apply(world.person(), submit=False)
    one = {"application_id": ids[0]}
    world.ask(world.app.reviews.claim, membership.CLAIM_APPLICATION, reviewer, **one)
    page = queue(world, world.reviewers[1], limit=1)
    (row,) = page["items"]
    assert (page["waiting"], page["community"]["id"]) == (2, world.community["id"])
    assert (row["id"], row["state"], row["submitted_at"]) == (ids[0], "in_review", NOON)
    assert row["claim"]["person_id"] == reviewer.require_person()
    (row,) = queue(world, world.reviewers[1], limit=1, after=page["next"])["items"]
    assert (row["id"], row["claim"]) == (ids[1], None)
    assert "approve_application" in row["actions"]
    world.clock.advance(dt.timedelta(hours=1))
    assert queue(world, reviewer)["items"][0]["claim"] is None
    asked = {**one, "message": "哪家医院？"}
    world.ask(world.app.reviews.request_info, membership.REQUEST_INFO, reviewer, **asked)
    assert queue(world, reviewer)["waiting"] == 1
    assert queue(world, reviewer, state="needs_info")["items"][0]["id"] == ids[0]
    (found,) = queue(world, reviewer, state="submitted,in_review,needs_info", search="李")["items"]
    assert (found["id"], found["display_name"]) == (ids[0], "李雷")
    with pytest.raises(DomainError) as refused:
        queue(world, first)
    assert refused.value.code == "request.not_permitted"


def test_an_application_brings_its_form_and_name(world: World) -> None:
    """The version that was answered, whatever the community asks now."""
    applied = {"application_id": world.apply(world.person("li@example.com"))["id"]}
    reviewer, get = world.reviewers[0], world.app.reviews.get
    bare = world.ask(get, membership.GET_APPLICATION, reviewer, **applied)
    assert (bare["form"], bare["display_name"]) == (None, None)
    whole = world.ask(get, membership.GET_APPLICATION, reviewer, **applied, include="form,person")
    assert whole["form"][0]["questions"][0]["key"] == "city"
    assert "person" not in whole


def test_an_application_says_what_its_plan_and_its_reviewers_are_called(world: World) -> None:
    """To staff: its applicant does not see who is on it."""
    plan = world.sell()
    applicant = world.person()
    applied = {"application_id": world.apply(applicant, plan)["id"]}
    reviewer, get = world.reviewers[0], world.app.reviews.get
    me = world.ask(world.app.people.get_me, membership.GET_ME, reviewer)
    asked = {"name": "李雷", "expected_version": me["version"]}
    world.ask(world.app.people.change_me, membership.CHANGE_ME, reviewer, **asked)

    def seen(ctx: Context) -> tuple[Any, Any]:
        found = world.ask(get, membership.GET_APPLICATION, ctx, **applied, include="person,plan")
        return found["plan_name"], found["staff"]

    assert seen(reviewer) == ("年度会员", [])
    world.ask(world.app.reviews.claim, membership.CLAIM_APPLICATION, reviewer, **applied)
    named = [{"person_id": reviewer.require_person(), "display_name": "李雷"}]
    assert seen(reviewer) == ("年度会员", named)
    assert seen(applicant) == ("年度会员", [])
    world.ask(world.app.reviews.approve, membership.APPROVE_APPLICATION, reviewer, **applied)
    assert seen(reviewer) == ("年度会员", named)


def test_figures_of_a_community(world: World, run_jobs: Callable[[], None]) -> None:
    """Exact whether or not counts are folded; days are asked for, others are today's."""
    member = world.member()
    world.apply(world.person())
    found = dashboard(world)
    assert (found["since"], found["until"]) == ("2025-03-02", "2026-03-02")
    now = {"active": 1, "grace": 0, "expiring": 0, "joined": 1, "lapsed": 0}
    assert found["members"] == now
    assert found["applications"] == {"waiting": 1, "oldest_at": NOON, "overdue": 0}
    run_jobs()
    assert dashboard(world)["members"] == now
    assert dashboard(world, until="2026-03-01")["members"]["joined"] == 0
    world.clock.advance(dt.timedelta(days=340))
    assert dashboard(world)["members"]["expiring"] == 1
    world.clock.advance(dt.timedelta(days=25))  # 2027-03-02: in grace
    assert dashboard(world)["members"]["grace"] == 1
    world.clock.advance(dt.timedelta(days=7))  # 2027-03-09: the day after grace
    found = dashboard(world)["members"]
    assert (found["lapsed"], found["active"], found["grace"]) == (1, 0, 0)
    assert dashboard(world, since="2027-03-10", until="2027-03-11")["members"]["lapsed"] == 0
    assert member["number"] == 1


def test_an_import_counts_as_joined_when_it_says(
    world: World, run_jobs: Callable[[], None]
) -> None:
    take_in(world, HEADER + lines(1, 3))
    run_jobs()
    asked = dashboard(world, since="2024-01-01", until="2024-12-31")
    assert asked["members"]["joined"] == 3


@pytest.mark.parametrize(
    "days",
    [
        {"since": "2026-03-03"},
        {"since": "2025-03-01", "until": "2026-03-02"},
        {"since": "2026-03-02", "until": "2026-03-01"},
        {"since": "0001-01-01"},
    ],
)
def test_a_year_is_the_longest(world: World, days: dict[str, str]) -> None:
    with pytest.raises(DomainError) as refused:
        dashboard(world, world.owner, **days)
    assert [one.pointer for one in refused.value.fields] == ["/since"]


def test_meetups_are_left_out_while_nobody_answers(world: World) -> None:
    next_one = {
        "id": new_id("mtp"),
        "title": "周六午餐",
        "starts_at": dt.datetime(2026, 4, 1, tzinfo=dt.UTC),
        "zone": "Asia/Shanghai",
        "state": "published",
        "capacity": 8,
        "seats_free": 3,
    }
    Neighbours.MEETUPS = [next_one]
    try:
        assert dashboard(world)["meetups"][0]["title"] == "周六午餐"
        Neighbours.MEETUPS = DomainError(SERVICE_UNAVAILABLE)
        assert dashboard(world)["meetups"] is None
    finally:
        Neighbours.MEETUPS = []
    with pytest.raises(DomainError):
        dashboard(world, world.reviewers[0])


def test_lists_take_several_states(world: World) -> None:
    """Applications and memberships: one word, or some; unknown ones are refused by name."""
    world.member()
    waits = world.apply(world.person())
    here = {"community_id": world.community["id"]}
    listed, record = world.app.reviews.list_of_community, membership.LIST_APPLICATIONS
    both = world.ask(listed, record, world.owner, **here, state="submitted,joined")["items"]
    assert [one["state"] for one in both] == ["joined", "submitted"]
    one = world.ask(listed, record, world.owner, **here, state="submitted")["items"]
    assert [row["id"] for row in one] == [waits["id"]]
    members = world.app.memberships.list_of_community
    for state, number in (("active,grace", 1), ("grace,expired", 0)):
        asked = {**here, "state": state}
        rows = world.ask(members, membership.LIST_MEMBERSHIPS, world.owner, **asked)["items"]
        assert len(rows) == number
    with pytest.raises(DomainError) as refused:
        world.ask(listed, record, world.owner, **here, state="submitted,lost")
    assert refused.value.fields[0].code == "field.choice"


def test_lists_are_counted_and_take_ends_of_terms(world: World) -> None:
    """Bounds sort a list by what they bound; what goes not together is refused by name."""
    members = [world.member() for _ in range(2)]
    world.apply(world.person())
    here = {"community_id": world.community["id"]}
    listed, record = world.app.memberships.list_of_community, membership.LIST_MEMBERSHIPS
    asked = {**here, "limit": 1, "count": True}
    page = world.ask(listed, record, world.owner, **asked, state="active,grace")
    assert (len(page["items"]), page["total"]) == (1, 2)
    ends = members[0]["term"]["ends_on"]
    for bounds, number in (
        ({"ends_from": ends, "ends_to": ends}, 2),
        ({"ends_to": "2027-02-28"}, 0),
        ({"ends_from": ends, "sort": "-ends_on"}, 2),
    ):
        found = world.ask(listed, record, world.owner, **asked, **bounds)
        assert found["total"] == number
        assert bool(found["next"]) == (number == 2)
    applied = world.app.reviews.list_of_community
    page = world.ask(applied, membership.LIST_APPLICATIONS, world.owner, **asked)
    assert page["total"] == 3
    for wrong in ({"ends_to": ends, "sort": "number"}, {"ends_to": ends, "search": "li"}):
        with pytest.raises(DomainError) as refused:
            world.ask(listed, record, world.owner, **here, **wrong)
        assert refused.value.fields[0].code == "field.combination"


def test_names_of_communities_for_neighbours(world: World) -> None:
    ctx = Context.for_system("payments")
    asked = {"community_ids": [world.community["id"], new_id("com")]}
    found = world.ask(world.app.dashboards.heads, membership.GET_COMMUNITY_HEADS, ctx, **asked)
    assert [one["slug"] for one in found["communities"]] == ["doctors"]
