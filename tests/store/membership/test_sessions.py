"""Sessions end: one, all of a person, by age; whoever serves their tokens hears of it."""

import dataclasses
import datetime as dt
from typing import Any

import jwt
import pytest

from chassis.clock import real_now
from chassis.context import Context
from chassis.ids import new_id
from contracts import membership
from contracts.errors import NOT_PERMITTED, OBJECT_NOT_FOUND
from contracts.errors import membership as codes
from tests.store.membership.test_races import at_once
from tests.store.membership.test_sign_in import code, finish, refresh, refused, start
from tests.store.membership.world import World


def sign_in(world: World, email: str) -> dict[str, Any]:
    world.database.sign_in_limits.delete_many({})
    challenge = start(world, email)["challenge_id"]
    tokens: dict[str, Any] = finish(world, challenge, code(world, challenge))
    return tokens


def session_of(tokens: dict[str, Any]) -> str:
    return str(tokens["refresh_token"].split(".")[0])


def told(world: World) -> list[dict[str, Any]]:
    return [event.data for event in world.told(membership.SESSIONS_ENDED)]


def operator(world: World) -> Context:
    email = "operator@example.com"
    world.app.operators.create(email, "en", Context.for_operator("membership"))
    return world.person(email)


def ended(world: World, tokens: dict[str, Any]) -> bool:
    return refused(refresh, world, tokens["refresh_token"]).error is codes.SESSION_ENDED


def test_one_may_sign_out_everywhere(empty: World) -> None:
    """M3: every session of one's own ends with its refresh token, nobody else's; it is told."""
    mine = [sign_in(empty, "li@example.com") for _ in range(2)]
    other = sign_in(empty, "an@example.com")
    ctx = empty.person("li@example.com")
    empty.ask(empty.app.sessions.end_mine, membership.END_MY_SESSIONS, ctx)
    assert all(ended(empty, tokens) for tokens in mine)
    refresh(empty, other["refresh_token"])
    (event,) = empty.told(membership.SESSIONS_ENDED)
    assert event.subject == event.data["person_id"] == mine[0]["person_id"]
    assert event.data["session_id"] is None
    assert event.data["ended_at"] <= real_now()
    # Again: nothing is left to end, and what is told has a version of its own.
    empty.ask(empty.app.sessions.end_mine, membership.END_MY_SESSIONS, ctx)
    versions = [event.aggregateversion for event in empty.told(membership.SESSIONS_ENDED)]
    assert versions == [2, 3]
    assert sign_in(empty, "li@example.com")["person_id"] == mine[0]["person_id"]


def test_operators_end_the_sessions_of_others(empty: World) -> None:
    """M3: over the gateway and at the shell; nobody else does."""
    tokens = sign_in(empty, "li@example.com")
    person = {"person_id": tokens["person_id"]}
    use_case, record = empty.app.sessions.end_of_person, membership.END_SESSIONS
    stranger = empty.person("an@example.com")
    assert refused(lambda: empty.ask(use_case, record, stranger, **person)).error is NOT_PERMITTED
    refresh_token = refresh(empty, tokens["refresh_token"])
    empty.ask(use_case, record, operator(empty), **person)
    assert ended(empty, refresh_token)
    tokens = sign_in(empty, "li@example.com")
    shell = Context.for_operator("membership", "li.wei")
    assert empty.app.sessions.end_all_of(tokens["person_id"], shell) == 1
    assert ended(empty, tokens)
    commit = empty.database.commits.find_one({"changes.action": "end_sessions"}, sort=[("_id", -1)])
    assert commit is not None
    assert commit["actor"] == "operator:li.wei"
    unknown = refused(lambda: empty.app.sessions.end_all_of(new_id("per"), shell))
    assert unknown.error is OBJECT_NOT_FOUND


@pytest.mark.parametrize("repetition", range(3))
def test_a_refresh_against_the_end_of_all(empty: World, repetition: int) -> None:
    """M3: whoever is first, no token of the session is worth anything afterwards."""
    tokens = sign_in(empty, "li@example.com")
    ctx = empty.person("li@example.com")
    at_once(
        [
            lambda: refresh(empty, tokens["refresh_token"]),
            lambda: empty.ask(empty.app.sessions.end_mine, membership.END_MY_SESSIONS, ctx),
        ]
    )
    (session,) = empty.database.sessions.find({})
    assert session["ended_at"] is not None


def test_the_end_of_one_session_is_told(empty: World) -> None:
    """Signing out, and a refresh token that came back, end access tokens that still live."""
    tokens = sign_in(empty, "li@example.com")
    ctx = in_session(empty, tokens, "li@example.com")
    empty.ask(empty.app.sessions.end, membership.END_SESSION, ctx)
    stolen = sign_in(empty, "an@example.com")
    newest = refresh(empty, refresh(empty, stolen["refresh_token"])["refresh_token"])
    assert newest
    assert ended(empty, stolen)
    assert [(facts["person_id"], facts["session_id"]) for facts in told(empty)] == [
        (one["person_id"], session_of(one)) for one in (tokens, stolen)
    ]


def in_session(world: World, tokens: dict[str, Any], email: str) -> Context:
    """Who signed in, by the access token of that session."""
    ctx = world.person(email)
    actor = dataclasses.replace(ctx.actor, session_id=session_of(tokens))
    return dataclasses.replace(ctx, actor=actor)


def listed(world: World, ctx: Context, **page: Any) -> list[dict[str, Any]]:
    use_case, record = world.app.sessions.list_mine, membership.LIST_MY_SESSIONS
    items: list[dict[str, Any]] = world.ask(use_case, record, ctx, **page)["items"]
    return items


def end_one(world: World, ctx: Context, session_id: str) -> None:
    use_case, record = world.app.sessions.end_one, membership.END_MY_SESSION
    world.ask(use_case, record, ctx, session_id=session_id)


def test_people_see_where_they_are_signed_in(empty: World) -> None:
    """ASVS 7.5.2: their open sessions, newest first, and which one asks; no place, no device."""
    first, over, newest = (sign_in(empty, "li@example.com") for _ in range(3))
    sign_in(empty, "an@example.com")
    refresh(empty, first["refresh_token"])
    ctx = in_session(empty, newest, "li@example.com")
    end_one(empty, ctx, session_of(over))
    seen = listed(empty, ctx)
    assert [one["id"] for one in seen] == [session_of(newest), session_of(first)]
    assert [one["is_current"] for one in seen] == [True, False]
    assert seen[0]["last_used_at"] == seen[0]["started_at"]
    assert seen[1]["last_used_at"] > seen[1]["started_at"], "its tokens were renewed"
    shown = {"id", "way", "started_at", "last_used_at", "expires_at", "is_current"}
    assert set(seen[0]) == shown
    assert [one["id"] for one in listed(empty, ctx, limit=1)] == [session_of(newest)]
    past = real_now() - dt.timedelta(seconds=1)
    of_first = {"_id": session_of(first)}
    empty.database.sessions.update_one(of_first, {"$set": {"expires_at": past}})
    assert [one["id"] for one in listed(empty, ctx)] == [session_of(newest)]


def test_people_end_one_session(empty: World) -> None:
    """ASVS 7.4.5: one that was left open elsewhere; nobody else's, and twice is one."""
    left_open, own = (sign_in(empty, "li@example.com") for _ in range(2))
    ctx = in_session(empty, own, "li@example.com")
    stranger = in_session(empty, sign_in(empty, "an@example.com"), "an@example.com")
    foreign = refused(end_one, empty, stranger, session_of(left_open))
    missing = refused(end_one, empty, stranger, new_id("ses"))
    assert foreign.as_dict() == missing.as_dict()
    assert foreign.error is OBJECT_NOT_FOUND
    end_one(empty, ctx, session_of(left_open))
    end_one(empty, ctx, session_of(left_open))
    assert ended(empty, left_open)
    refresh(empty, own["refresh_token"])
    assert [facts["session_id"] for facts in told(empty)] == [session_of(left_open)]


def test_a_session_keeps_its_beginning(empty: World) -> None:
    """M3, RFC 9470: `auth_time` says when the code was used, however often tokens were renewed."""
    tokens = sign_in(empty, "li@example.com")
    hour_ago = real_now() - dt.timedelta(hours=1)
    empty.database.sessions.update_one({}, {"$set": {"started_at": hour_ago}})
    renewed = refresh(empty, tokens["refresh_token"])
    claims = jwt.decode(renewed["access_token"], options={"verify_signature": False})
    assert claims["auth_time"] == int(hour_ago.timestamp()) < claims["iat"]
