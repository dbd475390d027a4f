"""Every query of membership finds its documents by an index and sorts by it (D-9)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from pymongo.monitoring import CommandListener, CommandStartedEvent

from chassis import mongo as chassis_mongo
from chassis.context import Context
from chassis.ids import new_id
from contracts import membership
from deploy.local.nodes import Nodes
from services.membership.store import SCHEMA
from services.membership.store.terms.standings import StandingStore
from tests.kit.databases import stages
from tests.kit.existing import existing
from tests.kit.passes import OnePass
from tests.store.membership.test_api_keys import made_key, resolve, revoke
from tests.store.membership.test_identities import (
    come,
    link_code,
    sms,
    unlink,
    wechat,
    with_ways,
)
from tests.store.membership.test_identities import start as begin
from tests.store.membership.test_invitations import accept, invite
from tests.store.membership.test_invitations import listed as listed_invitations
from tests.store.membership.test_invitations import read as read_invitation
from tests.store.membership.test_invitations import revoke as revoke_invitation
from tests.store.membership.test_names import named
from tests.store.membership.test_screening import SCREENING, block, tried, unblock
from tests.store.membership.test_screening import rules as screening_rules
from tests.store.membership.test_vouching import code_of, queue, record, take_back, vouch
from tests.store.membership.world import World, uploaded

ID = "mbr_01JD0000000000000000000000"
QUERIES = ("find", "aggregate", "findAndModify", "update", "count")


@dataclass
class Seen(CommandListener):
    """The queries that a client sent."""

    commands: list[dict[str, Any]] = field(default_factory=list)

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name in QUERIES:
            self.commands.append(dict(event.command))

    def succeeded(self, event: object) -> None: ...

    def failed(self, event: object) -> None: ...


@pytest.fixture
def seen(nodes: Nodes, world: World) -> Iterator[Seen]:
    """Rebuilds the world's use cases over a client whose queries are recorded."""
    recorded = Seen()
    url = nodes.mongo_admin_url
    with chassis_mongo.connect(url, application="explain", listeners=[recorded]) as client:
        database = chassis_mongo.open_database(client, world.database.name)
        world.use(database)
        yield recorded


def test_no_collection_scan_and_no_sort_in_memory(
    world: World, seen: Seen, run_jobs: Callable[[], None]
) -> None:
    """Plays the whole service once and explains each query that it sent."""
    applicant = world.person()
    member = world.member(applicant)
    world.apply(world.person())
    header = "number,email,name,joined_on,term_ends_on,segment,city\n"
    world.ask(
        world.app.imports.create,
        membership.CREATE_IMPORT,
        world.owner,
        community_id=world.community["id"],
        csv=uploaded(header + "9,nine@example.com,Nine,2024-02-01,2027-01-31,,\n"),
    )
    run_jobs()
    for after in (None, f'[{{"$date": "2026-03-02T04:00:00Z"}},"{ID}"]'):
        world.app.rounds.settle(OnePass(world.clock.now(), "membership", after))
    world.app.overdue.remind(OnePass(world.clock.now(), "membership"))
    here = {"community_id": world.community["id"]}
    import_id = existing(world.database.imports.find_one({}))["_id"]
    app = world.app
    for page in asked_for(
        here, (None, "submitted", "submitted,joined"), ("submitted_at", "updated_at")
    ):
        world.ask(
            app.reviews.list_of_community, membership.LIST_APPLICATIONS, world.reviewers[0], **page
        )
    states = (None, "active", "grace", "expired", "cancelled", "active,cancelled")
    for page in asked_for(here, states, ("number", "ends_on", "updated_at")):
        world.ask(
            app.memberships.list_of_community, membership.LIST_MEMBERSHIPS, world.owner, **page
        )
    counted: dict[str, Any] = {**here, "count": True, "limit": 1}
    for way in ({}, {"state": "active,cancelled"}, {"ends_from": "2026-01-01", "state": "grace"}):
        members = app.memberships.list_of_community
        world.ask(members, membership.LIST_MEMBERSHIPS, world.owner, **counted, **way)
    for way in ({}, {"state": "submitted,joined"}, {"sort": "-submitted_at"}):
        applied = app.reviews.list_of_community
        world.ask(applied, membership.LIST_APPLICATIONS, world.reviewers[0], **counted, **way)
    for count in (False, True):
        of_source = {**here, "source": "poster", "count": count}
        listed_by = app.reviews.list_of_community
        world.ask(listed_by, membership.LIST_APPLICATIONS, world.reviewers[0], **of_source)
    by_number = {**here, "search": "1", "state": "active"}
    world.ask(
        app.memberships.list_of_community, membership.LIST_MEMBERSHIPS, world.owner, **by_number
    )
    for state in ("submitted", "submitted,in_review,needs_info"):
        for after in (None, f'[{{"$date": "2026-03-02T04:00:00Z"}},"{ID}"]'):
            waits = {**here, "state": state, "after": after}
            listed = app.review_queue.list_waiting
            world.ask(listed, membership.LIST_REVIEW_QUEUE, world.reviewers[0], **waits)
            for due in ({"overdue": True}, {"sort": "decide_by"}, {"sort": "-decide_by"}):
                world.ask(listed, membership.LIST_REVIEW_QUEUE, world.reviewers[0], **waits, **due)
    for after in (None, f'["{here["community_id"]}","{here["community_id"]}"]'):
        asked = {"after": after, "limit": 1}
        for ctx in (applicant, world.owner):
            world.ask(app.my_communities.list_mine, membership.LIST_MY_COMMUNITIES, ctx, **asked)
        world.ask(app.people.get_me, membership.GET_ME, world.owner, include="roles")
    unpaid = world.approved()["purchase_id"]
    world.ask(app.joins.get, membership.GET_JOIN, world.owner, join_id=unpaid)
    for after in (None, f'["{ID}","{ID}"]'):
        app.joins.stuck(after, Context.for_operator("membership"))
    app.joins.retry(unpaid, Context.for_operator("membership"))
    waiting = world.apply(world.person())
    of_note = {"application_id": waiting["id"]}
    noted = world.ask(
        app.notes.add, membership.ADD_NOTE, world.reviewers[0], **of_note, text="Noted."
    )
    for ctx in world.reviewers:
        world.ask(app.notes.list_of_application, membership.LIST_NOTES, ctx, **of_note)
    removed = {**of_note, "note_id": noted["id"]}
    world.ask(app.notes.remove, membership.REMOVE_NOTE, world.reviewers[0], **removed)
    screening_rules(
        world,
        {"kind": "share_over", "weight": 1, "label": "city", "percent": 1},
        {"kind": "share_over", "weight": 1, "label": "segment", "percent": 1},
        *SCREENING,
        ctx=world.owner,
    )
    block(world, kind="person", person_id=applicant.actor.person_id)
    block(world, kind="name", name="李小龙")
    world.apply(named(world, "李小龙"), city="上海", license="13800138000")
    tried(world, *SCREENING)
    for after in (None, f'["{new_id("blk")}","{new_id("blk")}"]'):
        entries = app.blocks.list_of_community
        world.ask(entries, membership.LIST_BLOCKS, world.owner, **here, after=after)
    unblock(world, new_id("blk"))
    policy = {"vouching": "first", "vouch_after_days": 0}
    change = {**here, "policy": policy, "expected_version": 1}
    world.ask(app.communities.change, membership.CHANGE_COMMUNITY, world.owner, **change)
    hopeful = world.person()
    applied_for = world.apply(hopeful)
    vouch(world, applicant, code_of(world, hopeful, applied_for))
    record(world, world.owner, applicant)
    for after in (None, f'["{ID}","{ID}"]'):
        mine = {"after": after, "limit": 1}
        world.ask(app.vouching.list_mine, membership.LIST_MY_VOUCHES, applicant, **mine)
    at = f'[{{"$date": "2026-03-02T04:00:00Z"}},"{ID}"]'
    for after in (None, f"vouched:{at}", at):
        queue(world, after, 1)
    take_back(world, applicant, applied_for)
    invited = invite(world, skips_review=False)
    read_invitation(world, invited["code"])
    accept(world, invited)
    for after in (None, f'["{ID}","{ID}"]'):
        listed_invitations(world, after=after, limit=1)
    revoke_invitation(world, invited)
    standings = StandingStore(app.blocks._blocks.collection.database)
    for label in ("segment", "city"):
        standings.count_labelled(here["community_id"], label, "上海", "2026-03-02", 5)
    world.ask(app.dashboards.get, membership.GET_DASHBOARD, world.owner, **here)
    world.ask(app.reports.get, membership.GET_MEMBERSHIP_REPORT, world.owner, **here)
    for result in (None, "accepted"):
        rows = {"import_id": import_id, "result": result}
        world.ask(app.imports.list_rows, membership.LIST_IMPORT_ROWS, world.owner, **rows)
    world.ask(app.roles.list_of_community, membership.LIST_ROLES, world.owner, **here)
    world.ask(app.memberships.count, membership.GET_MEMBERSHIP_COUNTS, world.owner, **here)
    world.ask(app.memberships.list_mine, membership.LIST_MY_MEMBERSHIPS, applicant)
    world.ask(app.applications.list_mine, membership.LIST_MY_APPLICATIONS, applicant)
    world.ask(app.communities.list_all, membership.LIST_COMMUNITIES, applicant)
    world.ask(app.standings.list_all, membership.LIST_STANDINGS, applicant)
    world.ask(app.sessions.list_mine, membership.LIST_MY_SESSIONS, applicant)
    world.ask(app.sessions.end_mine, membership.END_MY_SESSIONS, applicant)
    made = made_key(world)
    resolve(world, made["key"])
    revoke(world, made["id"])
    world.ask(app.api_keys.list_of_community, membership.LIST_API_KEYS, world.owner, **here)
    email = {"email": "new@example.com"}
    world.ask(app.email_changes.start, membership.START_EMAIL_CHANGE, applicant, **email)
    with_ways(world).people["c1"] = wechat("wx1", "li")
    come(world, begin(world), "c1")
    unlinked = link_code(world, sms(world), applicant)["identities"][0]["id"]
    unlink(world, applicant, unlinked)
    world.ask(app.export.mine, membership.EXPORT_MINE, applicant)
    assert member["number"] == 1

    own = {collection.name for collection in SCHEMA.collections}
    checked = set()
    for command in seen.commands:
        name = next(iter(command))
        if command[name] not in own:
            continue
        for query in explainable(name, command):
            plan = world.database.command("explain", query, verbosity="executionStats")
            found = stages(plan)
            assert not found & {"COLLSCAN", "SORT"}, (query, found)
            checked.add(command[name])
    assert checked >= {
        "applications",
        "memberships",
        "people",
        "imports",
        "import_rows",
        "api_keys",
        "identities",
        "sign_in_states",
    }


def asked_for(
    here: dict[str, Any], states: Sequence[str | None], orders: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """Each way to ask for a list of staff, and its second page."""
    now = "2026-03-02T04:00:00Z"
    ways: list[dict[str, Any]] = [{}, {"search": "li"}, {"updated_after": now}]
    ways += [{"sort": f"{sign}{field}"} for field in orders for sign in ("", "-")]
    values = {"number": "1", "ends_on": '"2027-03-01"'}
    for state in states:
        for way in ways:
            field = "updated_at" if "updated_after" in way else way.get("sort", "").strip("-")
            value = values.get(field, f'{{"$date": "{now}"}}' if field else f'"{ID}"')
            for after in (None, f'[{value},"{ID}"]'):
                yield {**here, "state": state, "after": after, **way}


def explainable(name: str, command: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The command as `explain` takes it, without its session and concerns."""
    dropped = {"lsid", "txnNumber", "$clusterTime", "$db", "autocommit", "startTransaction"}
    dropped |= {"writeConcern", "readConcern", "$readPreference", "maxTimeMS", "ordered", "stmtId"}
    kept = {key: value for key, value in command.items() if key not in dropped}
    if name != "update":
        yield kept
        return
    for update in kept["updates"]:
        yield {**kept, "updates": [update]}
