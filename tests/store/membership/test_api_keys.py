"""API keys of communities and of the system (H-32, ADR 0072)."""

import dataclasses
import datetime as dt
import hashlib
from typing import Any

import pytest
from bson import json_util

from chassis.context import Actor, Context, HeldKey
from chassis.ids import new_id
from contracts import membership
from contracts.errors import (
    KEY_ELSEWHERE,
    KEY_NOT_TAKEN,
    NOT_PERMITTED,
    OBJECT_NOT_FOUND,
    SIGN_IN_AGAIN,
)
from contracts.errors.gateway import API_KEY_UNKNOWN
from contracts.errors.membership import API_KEYS_MANY
from services.membership.domain.identity import api_keys as domain
from tests.kit.existing import existing
from tests.store.membership.test_privacy import grant
from tests.store.membership.test_races import at_once
from tests.store.membership.test_sessions import operator
from tests.store.membership.test_sign_in import refused
from tests.store.membership.world import World, anybody

ABOUT = {"name": "网站", "roles": ["host"], "scopes": ["meetups:read", "communities:read"]}


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def made_key(world: World, ctx: Context | None = None, **more: Any) -> dict[str, Any]:
    """What the owner is shown."""
    asked = {"community_id": world.community["id"], **ABOUT, **more}
    return world.ask(
        world.app.api_keys.create, membership.CREATE_API_KEY, ctx or world.owner, **asked
    )


def listed(world: World, ctx: Context | None = None) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = world.ask(
        world.app.api_keys.list_of_community,
        membership.LIST_API_KEYS,
        ctx or world.owner,
        community_id=world.community["id"],
    )["items"]
    return items


def revoke(world: World, id: str, ctx: Context | None = None) -> dict[str, Any]:
    use_case, record = world.app.api_keys.revoke, membership.REVOKE_API_KEY
    return world.ask(use_case, record, ctx or world.owner, api_key_id=id)


def resolve(world: World, secret: str) -> dict[str, Any]:
    use_case, record = world.app.api_keys.resolve, membership.RESOLVE_API_KEY
    return world.ask(use_case, record, anybody(), digest=digest_of(secret))


def showing(made: dict[str, Any], **changes: Any) -> Context:
    """A program that shows the key."""
    held = HeldKey(made["id"], made["community_id"], tuple(made["roles"]))
    held = dataclasses.replace(held, **changes)
    return dataclasses.replace(anybody(), actor=Actor("key", key=held))


def test_a_key_is_shown_once_and_kept_as_its_hash(world: World) -> None:
    """H-32: a dump of the database has no key that could be used."""
    made = made_key(world)
    assert made["key"].startswith("ck_test_")
    (seen,) = listed(world)
    assert seen == {name: value for name, value in made.items() if name != "key"}
    for name in world.database.list_collection_names():
        stored = json_util.dumps(list(world.database[name].find()))
        assert made["key"] not in stored, name
        assert made["key"][len(seen["hint"]) :] not in stored, name
    commit = existing(world.database.commits.find_one({"changes.action": "create_api_key"}))
    assert commit["actor"] == world.owner.actor.person_id


def test_it_is_found_by_what_was_shown(world: World) -> None:
    made = made_key(world)
    assert resolve(world, made["key"]) == {
        "id": made["id"],
        "community_id": world.community["id"],
        "roles": ["host"],
        "scopes": sorted(ABOUT["scopes"]),
        "expires_at": made["expires_at"],
        "revoked_at": None,
    }
    assert refused(resolve, world, made["key"][:-1]).error is API_KEY_UNKNOWN


def test_a_use_is_noted_to_within_an_hour(world: World) -> None:
    """The second use of an hour writes nothing."""
    made = made_key(world)
    resolve(world, made["key"])
    (first,) = listed(world)
    assert first["last_used_at"] is not None
    resolve(world, made["key"])
    assert listed(world) == [first]
    keys = world.database.api_keys
    long_ago = existing(keys.find_one({}))["last_used_at"] - domain.USE_NOTED_EVERY
    keys.update_one({}, {"$set": {"last_used_at": long_ago}})
    resolve(world, made["key"])
    assert existing(keys.find_one({}))["last_used_at"] > long_ago


def test_who_makes_one_is_an_owner_who_signed_in_lately(world: World) -> None:
    """And no program does, whatever it holds: keys make no keys."""
    assert refused(made_key, world, world.reviewers[0]).error is NOT_PERMITTED
    stale = dataclasses.replace(world.owner.actor, signed_in_at=0)
    earlier = dataclasses.replace(world.owner, actor=stale)
    assert refused(made_key, world, earlier).error is SIGN_IN_AGAIN
    made = made_key(world, roles=["owner"], scopes=["communities:write"])
    program = showing(made)
    assert refused(made_key, world, program).error is KEY_NOT_TAKEN
    assert refused(listed, world, program).error is KEY_NOT_TAKEN
    assert refused(revoke, world, made["id"], program).error is OBJECT_NOT_FOUND
    assert [one["id"] for one in listed(world)] == [made["id"]]


def test_owners_are_told_of_each_key_that_is_made(world: World) -> None:
    """ADR 0072: a session that was stolen for a minute leaves one behind."""
    made = made_key(world)
    (event,) = world.told(membership.API_KEY_MADE)
    assert event.data["made_by"] == world.owner.actor.person_id
    assert (event.data["api_key_id"], event.data["hint"]) == (made["id"], made["hint"])
    assert made["key"] not in str(event.data)


def test_owners_are_told_of_the_keys_of_who_leaves(world: World) -> None:
    """ADR 0072: keys go on when their maker goes; who stays hears which, and decides."""
    leaver = world.person("leaver@example.com")
    community_id, leaver_id = world.community["id"], leaver.require_person()
    grant(world, "leaver@example.com", "owner")
    made_key(world)
    revoke(world, made_key(world, leaver)["id"], leaver)
    kept = made_key(world, leaver, name="同步")
    asked = {"community_id": community_id, "person_id": leaver_id}
    roles, record = world.app.roles, membership.REVOKE_ROLE
    grant(world, "leaver@example.com", "host")
    world.ask(roles.revoke, record, world.owner, **asked, role="host")
    assert world.told(membership.API_KEYS_LEFT) == []
    world.ask(roles.revoke, record, world.owner, **asked, role="owner")
    (event,) = world.told(membership.API_KEYS_LEFT)
    key = {"api_key_id": kept["id"], "hint": kept["hint"], "last_used_at": None}
    assert event.data == {**asked, "keys": [key]}
    assert {one["id"]: one["state"] for one in listed(world)}[kept["id"]] == "live"
    neighbour, ids = Context.for_system("notifications"), [new_id("key"), kept["id"]]
    named = {"community_id": community_id, "api_key_ids": ids}
    naming, record = world.app.api_keys.get_names, membership.GET_API_KEY_NAMES
    assert world.ask(naming, record, neighbour, **named) == {"names": ["", "同步"]}
    holders, record = roles.list_holders, membership.LIST_HOLDERS
    asked = {"community_id": community_id, "roles": ["owner", "treasurer"]}
    told = world.ask(holders, record, neighbour, **asked)
    assert told == {"person_ids": [world.owner.actor.person_id]}


def test_a_revoked_key_is_told_and_stays_so(world: World) -> None:
    made = made_key(world)
    revoked = revoke(world, made["id"])
    assert revoked["state"] == "revoked"
    assert revoke(world, made["id"]) == revoked
    assert listed(world) == [revoked]
    (event,) = world.told(membership.API_KEY_REVOKED)
    about = {"api_key_id": made["id"], "community_id": world.community["id"]}
    assert (event.subject, event.data) == (made["id"], about)
    assert resolve(world, made["key"])["revoked_at"] == revoked["revoked_at"]
    resolved_after = existing(world.database.api_keys.find_one({}))
    assert resolved_after["last_used_at"] is None


def test_revoked_at_once_it_is_told_once(world: World) -> None:
    made = made_key(world)
    at_once([lambda: revoke(world, made["id"])] * 4)
    assert len(world.told(membership.API_KEY_REVOKED)) == 1


def test_others_see_no_key(world: World) -> None:
    """O-1: of another community it is as if it were not there."""
    made = made_key(world)
    stranger = world.person("an@example.com")
    assert refused(revoke, world, made["id"], stranger).error is OBJECT_NOT_FOUND
    assert refused(listed, world, stranger).error is NOT_PERMITTED
    assert listed(world, operator(world)) == listed(world)


def test_so_many_are_good_at_a_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are over do not count."""
    monkeypatch.setattr(domain, "MOST_LIVE", 2)
    first, second = made_key(world), made_key(world)
    refusal = refused(made_key, world)
    assert (refusal.error, refusal.params) == (API_KEYS_MANY, {"maximum": 2})
    revoke(world, first["id"])
    made_key(world)
    assert refused(made_key, world).error is API_KEYS_MANY
    past = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    world.database.api_keys.update_one({"_id": second["id"]}, {"$set": {"expires_at": past}})
    assert {one["id"]: one["state"] for one in listed(world)}[second["id"]] == "expired"
    made_key(world)


def test_so_many_are_good_however_many_are_made_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of two would count what is there before the other is."""
    monkeypatch.setattr(domain, "MOST_LIVE", 3)
    for _ in range(3):
        for key in listed(world):
            revoke(world, key["id"])
        made_key(world)
        outcomes = at_once([lambda: made_key(world)] * 8)
        assert outcomes.count("membership.api_keys_many") == 6
        assert sum(key["state"] == "live" for key in listed(world)) == 3


def test_operators_keys_are_for_the_whole_system(world: World) -> None:
    runs = operator(world)
    keys, about = world.app.api_keys, {"name": "ops", "scopes": ["operators:read"]}
    create, record = keys.create_for_system, membership.CREATE_SYSTEM_API_KEY
    assert refused(world.ask, create, record, world.owner, **about).error is NOT_PERMITTED
    made = world.ask(create, record, runs, **about)
    assert (made["community_id"], made["roles"]) == ("system", ["operator"])
    listing, record = keys.list_of_system, membership.LIST_SYSTEM_API_KEYS
    (seen,) = world.ask(listing, record, runs)["items"]
    assert seen["id"] == made["id"]
    assert listed(world) == []
    assert refused(world.ask, listing, record, world.owner).error is NOT_PERMITTED
    assert refused(revoke, world, made["id"], world.owner).error is OBJECT_NOT_FOUND
    assert revoke(world, made["id"], runs)["state"] == "revoked"


def test_a_program_holds_its_roles_in_its_community(world: World) -> None:
    """What an owner's key may, another's may not; of strangers it is told that it is elsewhere."""
    here = {"community_id": world.community["id"]}
    listing, record = world.app.roles.list_of_community, membership.LIST_ROLES
    owner = made_key(world, roles=["owner"], scopes=["roles:read"])
    host = made_key(world)
    assert world.ask(listing, record, showing(owner), **here)["items"]
    assert refused(world.ask, listing, record, showing(host), **here).error is NOT_PERMITTED
    foreign = showing(owner, community_id="com_" + "0" * 26)
    assert refused(world.ask, listing, record, foreign, **here).error is KEY_ELSEWHERE
    everywhere = showing(owner, community_id="system", roles=("operator",))
    assert world.ask(listing, record, everywhere, **here)["items"]


def test_a_program_is_nobody(world: World) -> None:
    """No key reads or changes what is a person's own, gives roles, or decides on people."""
    owner = showing(made_key(world, roles=["owner"]))
    app, here = world.app, {"community_id": world.community["id"]}
    role = {**here, "email": "an@example.com", "role": "host"}
    for use_case, record, request in (
        (app.people.get_me, membership.GET_ME, {}),
        (app.sessions.list_mine, membership.LIST_MY_SESSIONS, {}),
        (app.roles.grant, membership.GRANT_ROLE, role),
        (app.erasures.start_mine, membership.START_MY_ERASURE, {}),
    ):
        assert refused(world.ask, use_case, record, owner, **request).error is KEY_NOT_TAKEN


def test_a_hidden_community_is_shown_to_its_own_keys(world: World) -> None:
    made = made_key(world)
    world.database.communities.update_one({}, {"$set": {"visibility": "hidden"}})
    get, record = world.app.communities.get, membership.GET_COMMUNITY
    here = {"community_id": world.community["id"]}
    assert world.ask(get, record, showing(made), **here)["id"] == world.community["id"]
    foreign = showing(made, community_id="com_" + "0" * 26)
    assert refused(world.ask, get, record, foreign, **here).error is OBJECT_NOT_FOUND
    listing, record = world.app.communities.list_all, membership.LIST_COMMUNITIES
    assert len(world.ask(listing, record, showing(made))["items"]) == 1
    assert world.ask(listing, record, foreign)["items"] == []
