"""Communities that their owners change: what is shown to whom, and by what is acted at once."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from chassis.context import Context
from contracts import membership
from contracts.errors import NOT_PERMITTED, OBJECT_NOT_FOUND, STALE_VERSION, DomainError
from contracts.errors.membership import LINK_HOST_NOT_ALLOWED, REAPPLY_TOO_EARLY
from tests.kit.existing import existing
from tests.store.membership.world import World, anybody, uploaded

SITE = "https://club.example.cn/applications/{id}"


def operator(world: World) -> Context:
    email = "operator@example.com"
    world.app.operators.create(email, "en", Context.for_operator("membership"))
    return world.person(email)


def seen(world: World, ctx: Context | None = None) -> dict[str, Any]:
    asked = {"community_id": world.community["id"]}
    get = world.app.communities.get
    return world.ask(get, membership.GET_COMMUNITY, ctx or world.owner, **asked)


def change(world: World, ctx: Context | None = None, **asked: Any) -> dict[str, Any]:
    version = asked.pop("expected_version", None)
    if version is None:
        version = seen(world)["version"]
    return world.ask(
        world.app.communities.change,
        membership.CHANGE_COMMUNITY,
        ctx or world.owner,
        community_id=world.community["id"],
        expected_version=version,
        **asked,
    )


def allow(world: World, *hosts: str, ctx: Context | None = None) -> dict[str, Any]:
    return world.ask(
        world.app.communities.change_link_hosts,
        membership.CHANGE_LINK_HOSTS,
        ctx or operator(world),
        community_id=world.community["id"],
        link_hosts=list(hosts),
        expected_version=seen(world)["version"],
    )


def policy(world: World, version: int, ctx: Context | None = None) -> dict[str, Any]:
    asked = {"community_id": world.community["id"], "policy_version": version}
    get = world.app.communities.get_policy
    return world.ask(get, membership.GET_POLICY, ctx or anybody(), **asked)


def listed(world: World, ctx: Context | None = None, **asked: Any) -> list[str]:
    page = world.ask(
        world.app.communities.list_all, membership.LIST_COMMUNITIES, ctx or anybody(), **asked
    )
    return [community["slug"] for community in page["items"]]


def refused(call: Callable[..., Any], *arguments: Any, **asked: Any) -> DomainError:
    with pytest.raises(DomainError) as found:
        call(*arguments, **asked)
    return found.value


def test_an_owner_changes_what_they_name(world: World) -> None:
    """product.md §2: what is left out stays, also within policy and links."""
    before = seen(world)
    made = change(world, name="医者同行会", policy={"grace_days": 14})
    after = {**before, "name": "医者同行会", "version": 2, "policy_version": 2}
    after["policy"] = {**before["policy"], "grace_days": 14}
    assert made == {
        "community": after,
        "changed": ["/name", "/policy/grace_days"],
        "concerned": None,
        "simulated": False,
        "version": 2,
    }
    assert seen(world, anybody()) == after


def test_who_may_change_it(world: World) -> None:
    for ctx in (world.reviewers[0], world.person()):
        assert refused(change, world, ctx, name="Mine").error is NOT_PERMITTED
    assert change(world, operator(world), name="Theirs")["version"] == 2


def test_a_change_names_the_version_that_was_seen(world: World) -> None:
    """R26: a repetition is answered as the first one; nothing asked for changes nothing."""
    first = change(world, expected_version=1, name="医者", policy={"grace_days": 9})
    commits = world.database.commits.count_documents({})
    again = change(world, expected_version=1, name="医者", policy={"grace_days": 9})
    assert (again["community"], again["version"]) == (first["community"], 2)
    assert change(world, expected_version=2, name="医者")["changed"] == []
    assert world.database.commits.count_documents({}) == commits
    stale = refused(change, world, expected_version=1, name="医生")
    assert (stale.error, stale.params["current_version"]) == (STALE_VERSION, 2)


def test_every_version_of_a_policy_is_kept(world: World) -> None:
    """As those of forms; a change of anything else makes none."""
    changed_at = world.clock.now()
    change(world, policy={"grace_days": 14})
    change(world, description="新")
    change(world, policy={"grace_days": 21})
    assert seen(world)["policy_version"] == 3
    days = [policy(world, version)["policy"]["grace_days"] for version in (1, 2, 3)]
    assert days == [7, 14, 21]
    assert dt.datetime.fromisoformat(policy(world, 1)["until"]) == changed_at
    assert policy(world, 3)["until"] is None
    assert refused(policy, world, 4).error is OBJECT_NOT_FOUND


def test_every_process_acts_by_a_new_policy_at_once(world: World) -> None:
    """rules.md §2.20: what a process keeps of a community never changes; the policy is read with
    what it is applied to."""
    other = world.another_process()
    first = other.approved()
    begun = other.apply(other.person())
    two = {"reviewers_needed": 2, "approvals_needed": 2}
    change(world, policy={"pay_by_hours": 1, "claim_minutes": 5, **two})
    pending = other.apply(other.person())
    assert other.application(first["id"])["pay_by"] == first["pay_by"], "fixed by its approval"
    assert other.approve(begun["id"])["state"] == "approved", "fixed by its round"
    judged = other.approve(pending["id"])
    assert judged["state"] == "submitted", "two have to say yes now"
    judged = other.approve(pending["id"], other.reviewers[1])
    pay_by = dt.datetime.fromisoformat(judged["pay_by"])
    assert pay_by == world.clock.now() + dt.timedelta(hours=1)


def test_members_follow_a_new_policy_with_what_comes_next(
    world: World, run_jobs: Callable[[], None]
) -> None:
    """A paid term keeps its dates; renewals, applications and imports go by the new policy."""
    other = world.another_process()
    person = world.person()
    member = other.member(person)
    rejected = other.apply(applicant := world.person())
    told = {"application_id": rejected["id"], "reason": "full", "message": ""}
    reject = other.app.reviews.reject
    other.ask(reject, membership.REJECT_APPLICATION, other.reviewers[0], **told)
    change(world, policy={"grace_days": 30, "renewal_opens_days": 366, "reapply_after_days": 9})
    assert other.membership(member["id"])["grace_ends_on"] == member["grace_ends_on"]
    renew = other.app.memberships.start_renewal
    renewed = other.ask(renew, membership.START_RENEWAL, person, membership_id=member["id"])
    assert renewed["version"] > member["version"], "it is open a year before the end"
    assert refused(other.apply, applicant).error is REAPPLY_TOO_EARLY
    header = "number,email,name,joined_on,term_ends_on,segment,city\n"
    asked = {"community_id": world.community["id"]}
    rows = header + "9,nine@example.com,Nine,2024-02-01,2027-01-31,,\n"
    create = other.app.imports.create
    other.ask(create, membership.CREATE_IMPORT, other.owner, **asked, csv=uploaded(rows))
    run_jobs()
    imported = existing(world.database.memberships.find_one({"number": 9}))
    assert imported["grace_ends_on"] == "2027-03-02", "thirty days after the end"


def test_a_simulated_change_stores_nothing(world: World) -> None:
    """It says what would be different, and whom another policy meets."""
    world.apply(world.person())
    world.approved()
    before = seen(world)
    commits = world.database.commits.count_documents({})
    told = change(world, simulate=True, name="医者", policy={"pay_by_hours": 24})
    assert told["changed"] == ["/name", "/policy/pay_by_hours"]
    assert told["concerned"] == {"applications": 1, "memberships": 1}
    assert (told["simulated"], told["version"]) == (True, 1)
    assert told["community"]["name"] == "医者"
    assert change(world, simulate=True, name="医者")["concerned"] is None
    assert seen(world) == before
    assert world.database.commits.count_documents({}) == commits
    assert refused(change, world, simulate=True, expected_version=9).error is STALE_VERSION


def test_links_lead_to_hosts_that_an_operator_allowed(world: World) -> None:
    """Owners cannot allow themselves one; a host that is taken away takes its links along."""
    foreign = refused(change, world, links={"application": SITE})
    assert foreign.error is LINK_HOST_NOT_ALLOWED
    assert [one.pointer for one in foreign.fields] == ["/links/application"]
    assert refused(allow, world, "club.example.cn", ctx=world.owner).error is NOT_PERMITTED
    assert allow(world, "club.example.cn", "club.example.cn")["link_hosts"] == ["club.example.cn"]
    order = "https://club.example.cn/orders/{id}"
    change(world, links={"application": SITE, "order": order})
    links = change(world, links={"order": None})["community"]["links"]
    assert links == {"application": SITE, "membership": None, "order": None, "registration": None}
    change(world, links={"membership": "http://localhost:5173/{id}"})  # no production
    left = allow(world, "other.example.cn", ctx=world.person("operator@example.com"))["links"]
    assert left == {**links, "application": None, "membership": "http://localhost:5173/{id}"}


def test_who_sees_which_community(world: World) -> None:
    """product.md §2: the list has the public ones; a hidden one is missing for strangers."""
    stranger, ops = world.person(), operator(world)
    everybody = (anybody(), stranger, world.reviewers[0], world.owner, ops)
    assert [listed(world, ctx) for ctx in everybody] == [["doctors"]] * 5
    change(world, visibility="unlisted")
    assert [listed(world, ctx) for ctx in everybody] == [[], [], [], ["doctors"], ["doctors"]]
    assert listed(world, slug="doctors") == ["doctors"]
    assert listed(world, slug="lawyers") == []
    assert seen(world, anybody())["visibility"] == "unlisted"
    change(world, visibility="hidden")
    for ctx in (anybody(), stranger):
        assert listed(world, ctx, slug="doctors") == []
        assert refused(seen, world, ctx).error is OBJECT_NOT_FOUND
        assert refused(policy, world, 1, ctx).error is OBJECT_NOT_FOUND
    service = Context.for_system("notifications")
    for ctx in (world.reviewers[0], world.owner, ops, service):
        assert seen(world, ctx)["visibility"] == "hidden"
        assert listed(world, ctx, slug="doctors") == ["doctors"]
    applied = world.apply(stranger)  # who was given its id
    assert seen(world, stranger)["visibility"] == "hidden"
    use_case, record = world.app.applications.withdraw, membership.WITHDRAW_APPLICATION
    world.ask(use_case, record, stranger, application_id=applied["id"])
    assert seen(world, stranger)["visibility"] == "hidden"  # and what became of their application


def test_every_reading_of_a_hidden_community_has_the_same_answer(world: World) -> None:
    """product.md §2: form and place, too, and what another service asks before it shows plans."""
    change(world, visibility="hidden")
    here = {"community_id": world.community["id"]}
    stranger, app = world.person(), world.app
    neighbour = Context.for_system("payments")

    def form(ctx: Context) -> Any:
        use_case, record = app.communities.get_form, membership.GET_FORM
        return world.ask(use_case, record, ctx, **here, form_version=1)["form"]

    def place(ctx: Context) -> Any:
        use_case, record = app.places.get, membership.GET_MY_PLACE
        return world.ask(use_case, record, ctx, **here, include="community,form")["form"]

    def shown_to(ctx: Context) -> bool:
        use_case, record = app.visibility.ask, membership.SEES_COMMUNITY
        asked = {**here, "person_id": ctx.actor.person_id}
        return bool(world.ask(use_case, record, neighbour, **asked)["sees"])

    for ctx in (anybody(), stranger):
        assert refused(form, ctx).error is OBJECT_NOT_FOUND
        assert not shown_to(ctx)
    assert refused(place, stranger).error is OBJECT_NOT_FOUND
    world.apply(stranger)
    for ctx in (stranger, world.owner, operator(world)):
        assert form(ctx)
        assert place(ctx)
        assert shown_to(ctx)
    change(world, visibility="unlisted")
    assert form(anybody())
    assert shown_to(anybody())


def test_a_community_of_an_earlier_version(world: World) -> None:
    """It has none of the new fields: it is public, with its first policy and no links."""
    later = ("policy_version", "visibility", "links", "link_hosts")
    before = seen(world)
    world.database.communities.update_many({}, {"$unset": dict.fromkeys(later, "")})
    assert seen(world, anybody()) == before
    assert listed(world) == ["doctors"]
    assert policy(world, 1)["until"] is None
    assert change(world, policy={"grace_days": 1})["community"]["policy_version"] == 2
    assert policy(world, 1)["policy"]["grace_days"] == 7
