"""Changing one's address: a code from each of the two, nothing told of others, all of it in one
unit of work (ADR 0052)."""

import dataclasses
import datetime as dt
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from chassis.clock import real_now
from chassis.context import Context
from chassis.ids import first_id_at, new_id
from contracts import membership
from contracts.errors import OBJECT_NOT_FOUND, SIGN_IN_AGAIN
from contracts.errors import membership as codes
from contracts.records import Rpc
from tests.kit.existing import existing
from tests.store.membership.test_operators import long_ago
from tests.store.membership.test_races import at_once
from tests.store.membership.test_sessions import ended, in_session, sign_in
from tests.store.membership.test_sign_in import code, finish, refresh, refused, start, wrong
from tests.store.membership.world import World

OLD, NEW = "li@example.com", "li.wei@example.org"
NOTIFICATIONS = Context.for_system("notifications")


def ask(world: World, name: str, ctx: Context, **request: Any) -> dict[str, Any]:
    record: Rpc = {
        "start": membership.START_EMAIL_CHANGE,
        "get": membership.GET_EMAIL_CHANGE,
        "withdraw": membership.WITHDRAW_EMAIL_CHANGE,
        "confirm": membership.CONFIRM_EMAIL_CHANGE,
        "fetch_code": membership.FETCH_EMAIL_CODE,
        "get_changed": membership.GET_CHANGED_EMAIL,
    }[name]
    return world.ask(getattr(world.app.email_changes, name), record, ctx, **request)


def started(world: World, ctx: Context, email: str = NEW) -> str:
    """A change that waits for its codes."""
    world.database.sign_in_limits.delete_many({})
    return str(ask(world, "start", ctx, email=email)["id"])


def mail(world: World, change_id: str, side: str) -> dict[str, Any]:
    """What the mail to one of the two addresses is made of."""
    return ask(world, "fetch_code", NOTIFICATIONS, change_id=change_id, side=side)


def both(world: World, change_id: str) -> dict[str, str]:
    """The codes that both addresses got."""
    return {f"{side}_code": mail(world, change_id, side)["code"] for side in ("old", "new")}


def not_there(call: Callable[..., Any], *arguments: Any, **request: Any) -> bool:
    return refused(partial(call, *arguments, **request)).error is OBJECT_NOT_FOUND


def changed(world: World, ctx: Context, email: str = NEW) -> str:
    change_id = started(world, ctx, email)
    ask(world, "confirm", ctx, **both(world, change_id))
    return change_id


def test_both_codes_change_the_address(empty: World) -> None:
    """product.md §2: signing in works by the new one alone; the person stays who they are, and all
    other sessions end."""
    elsewhere, here = (sign_in(empty, OLD) for _ in range(2))
    ctx = in_session(empty, here, OLD)
    change_id = started(empty, ctx)
    seen = ask(empty, "get", ctx)
    assert (seen["id"], seen["email"]) == (change_id, NEW)
    assert empty.ask(empty.app.people.get_me, membership.GET_ME, ctx)["email"] == OLD
    digits = both(empty, change_id)
    assert digits["old_code"] != digits["new_code"]
    me = ask(empty, "confirm", ctx, **digits)
    assert (me["id"], me["email"]) == (ctx.require_person(), NEW)
    assert ended(empty, elsewhere)
    refresh(empty, here["refresh_token"])
    (told,) = empty.told(membership.SESSIONS_ENDED)
    assert told.data["session_id"] is None
    assert told.data["kept_session_id"] == ctx.actor.session_id
    assert sign_in(empty, NEW)["person_id"] == ctx.require_person()
    assert sign_in(empty, OLD)["person_id"] != ctx.require_person(), "the old one is free"
    assert not_there(ask, empty, "get", ctx)
    (facts,) = (event.data for event in empty.told(membership.EMAIL_CHANGED))
    assert facts == {"change_id": change_id, "person_id": ctx.require_person()}
    for side, email in (("old", OLD), ("new", NEW)):
        told_at = ask(empty, "get_changed", NOTIFICATIONS, change_id=change_id, side=side)
        assert told_at["email"] == email
    assert not_there(mail, empty, change_id, "old"), "no code any more"


def test_a_recent_sign_in_starts_it(empty: World) -> None:
    """O-2, RFC 9470; the codes are proof enough for the rest, and taking it back needs none."""
    ctx = empty.person(OLD)
    assert refused(started, empty, long_ago(ctx)).error is SIGN_IN_AGAIN
    changed(empty, ctx)
    started(empty, ctx, OLD)
    assert ask(empty, "get", long_ago(ctx))["email"] == OLD
    ask(empty, "withdraw", long_ago(ctx))
    assert not_there(ask, empty, "withdraw", ctx)


def test_codes_under_way_for_the_old_address_are_worth_nothing(empty: World) -> None:
    ctx = empty.person(OLD)
    challenge = start(empty, OLD)["challenge_id"]
    digits = code(empty, challenge)
    changed(empty, ctx)
    late = refused(finish, empty, challenge, digits)
    assert late.error is codes.SIGN_IN_CODE_WRONG
    assert empty.database.people.count_documents({}) == 1


def test_roles_and_memberships_stay(world: World) -> None:
    """They are the person's, whatever address they have."""
    assert world.owner is not None
    member = world.member(world.person(OLD))
    changed(world, world.person(OLD))
    assert world.person(NEW).require_person() == member["person_id"]
    changed(world, world.owner, "owner@example.org")
    listed = world.ask(
        world.app.memberships.list_of_community,
        membership.LIST_MEMBERSHIPS,
        world.person("owner@example.org"),
        community_id=world.community["id"],
        state=None,
    )
    assert [one["id"] for one in listed["items"]] == [member["id"]]


def test_nothing_is_told_of_who_has_the_address(empty: World) -> None:
    """O-2: the start is answered alike, its owner hears that somebody tried and gets no code, and
    their name and language are nobody else's business."""
    other = empty.person(NEW)
    english = {"locale": "en", "expected_version": 1}
    empty.ask(empty.app.people.change_me, membership.CHANGE_ME, other, **english)
    ctx = empty.person(OLD)
    free = ask(empty, "start", ctx, email="nobody@example.org")
    taken = ask(empty, "start", ctx, email=NEW)
    assert set(free) == set(taken)
    assert [event.data.keys() for event in empty.told(membership.EMAIL_CHANGE_STARTED)] == [
        {"change_id", "person_id"}
    ] * 2
    to_owner = mail(empty, taken["id"], "new")
    assert (to_owner["email"], to_owner["code"]) == (NEW, None)
    assert (to_owner["name"], to_owner["locale"]) == ("", "en")
    right = mail(empty, taken["id"], "old")["code"]
    guess = {"old_code": right, "new_code": "00000000"}
    assert refused(partial(ask, empty, "confirm", ctx, **guess)).error is codes.EMAIL_CODE_WRONG


def test_somebody_came_with_the_address_meanwhile(empty: World) -> None:
    """D-8: the index decides, and it is said only to who had both codes."""
    ctx = empty.person(OLD)
    digits = both(empty, started(empty, ctx))
    empty.person(NEW)
    bad = {**digits, "old_code": wrong(digits["old_code"])}
    assert refused(partial(ask, empty, "confirm", ctx, **bad)).error is codes.EMAIL_CODE_WRONG
    late = refused(partial(ask, empty, "confirm", ctx, **digits))
    assert late.error is codes.EMAIL_TAKEN
    assert existing(empty.database.people.find_one({"_id": ctx.require_person()}))["email"] == OLD
    assert empty.told(membership.EMAIL_CHANGED) == []


@pytest.mark.parametrize("repetition", range(3))
def test_two_people_confirm_one_address_at_once(empty: World, repetition: int) -> None:
    """D-8: one has it, the other hears of it."""
    people = [empty.person(email) for email in (OLD, "an@example.com")]
    digits = [both(empty, started(empty, ctx)) for ctx in people]
    outcomes = at_once(
        [
            partial(ask, empty, "confirm", ctx, **given)
            for ctx, given in zip(people, digits, strict=True)
        ]
    )
    assert outcomes.count("membership.email_taken") == 1
    assert empty.database.people.count_documents({"email": NEW}) == 1


def test_a_sign_in_at_the_new_address_against_the_change(empty: World) -> None:
    """D-8: the address is one person's afterwards, whoever was first."""
    ctx = empty.person(OLD)
    digits = both(empty, started(empty, ctx))
    empty.database.sign_in_limits.delete_many({})
    challenge = start(empty, NEW)["challenge_id"]
    right = code(empty, challenge)
    at_once(
        [
            partial(ask, empty, "confirm", ctx, **digits),
            partial(finish, empty, challenge, right),
        ]
    )
    assert empty.database.people.count_documents({"email": NEW}) == 1


@pytest.mark.parametrize("repetition", range(3))
def test_a_sign_in_at_the_old_address_against_the_change(empty: World, repetition: int) -> None:
    """D-8: whoever is first, no session that was opened by the old address is left."""
    ctx = empty.person(OLD)
    digits = both(empty, started(empty, ctx))
    challenge = start(empty, OLD)["challenge_id"]
    right = code(empty, challenge)
    made, _ = at_once(
        [
            partial(ask, empty, "confirm", ctx, **digits),
            partial(finish, empty, challenge, right),
        ]
    )
    assert made["email"] == NEW
    of_person = {"person_id": ctx.require_person(), "ended_at": None}
    assert empty.database.sessions.count_documents(of_person) == 0


def test_each_code_is_for_its_own_side(empty: World) -> None:
    """Not the other way round, not one of them twice; and of five wrong ones the change is over."""
    ctx = empty.person(OLD)
    right = both(empty, started(empty, ctx))
    old, new = right["old_code"], right["new_code"]
    for given in ((new, old), (old, old), (new, new), (wrong(old), new), (old, wrong(new))):
        guess = {"old_code": given[0], "new_code": given[1]}
        assert refused(partial(ask, empty, "confirm", ctx, **guess)).error is codes.EMAIL_CODE_WRONG
    late = refused(partial(ask, empty, "confirm", ctx, **right))
    assert late.error is codes.EMAIL_CODE_WRONG
    assert not_there(ask, empty, "get", ctx)
    limits = list(empty.database.sign_in_limits.find({"wrong": {"$exists": True}}))
    assert [row["wrong"] for row in limits] == [5], "they count at the old address"


def test_guesses_at_once_are_five(empty: World) -> None:
    """O-2: forty guesses are five, then even the right codes are refused."""
    ctx = empty.person(OLD)
    right = both(empty, started(empty, ctx))
    guesses = [
        {**right, "old_code": f"{(int(right['old_code']) + n) % 10**8:08d}"} for n in range(1, 41)
    ]
    outcomes = at_once([partial(ask, empty, "confirm", ctx, **guess) for guess in guesses])
    assert set(outcomes) == {"membership.email_code_wrong"}
    late = refused(partial(ask, empty, "confirm", ctx, **right))
    assert late.error is codes.EMAIL_CODE_WRONG


def test_an_hour_later_it_is_over(empty: World) -> None:
    ctx = empty.person(OLD)
    change_id = started(empty, ctx)
    right = both(empty, change_id)
    past = {"$set": {"expires_at": real_now() - dt.timedelta(seconds=1)}}
    empty.database.email_changes.update_one({}, past)
    assert not_there(ask, empty, "get", ctx)
    assert not_there(mail, empty, change_id, "new")
    late = refused(partial(ask, empty, "confirm", ctx, **right))
    assert late.error is codes.EMAIL_CODE_WRONG
    started(empty, ctx)


def test_a_new_change_replaces_the_one_before(empty: World) -> None:
    """One waits at a time; the codes of the former one are worth nothing, nor of one taken back."""
    ctx = empty.person(OLD)
    former = both(empty, started(empty, ctx, "typo@example.org"))
    newest = started(empty, ctx)
    assert ask(empty, "get", ctx)["id"] == newest
    late = refused(partial(ask, empty, "confirm", ctx, **former))
    assert late.error is codes.EMAIL_CODE_WRONG
    digits = both(empty, newest)
    ask(empty, "withdraw", ctx)
    assert not_there(ask, empty, "confirm", ctx, **digits)
    assert existing(empty.database.people.find_one({}))["email"] == OLD


@pytest.mark.parametrize("repetition", range(3))
def test_changes_started_at_once_are_one(empty: World, repetition: int) -> None:
    """D-8: also when none was there before."""
    ctx = empty.person(OLD)
    emails = [f"new{number}@example.org" for number in range(4)]
    outcomes = at_once([partial(ask, empty, "start", ctx, email=email) for email in emails])
    assert all(isinstance(outcome, dict) for outcome in outcomes), outcomes
    assert empty.database.email_changes.count_documents({"live": True}) == 1


def test_five_changes_a_day(empty: World) -> None:
    """rules.md §2.18: whatever became of them; also of those that are started at once."""
    ctx = empty.person(OLD)
    emails = [f"new{number}@example.org" for number in range(7)]
    outcomes = at_once([partial(ask, empty, "start", ctx, email=email) for email in emails])
    assert outcomes.count("membership.sign_in_too_often") == 2
    often = refused(started, empty, ctx)
    assert 23 * 3600 < often.params["retry_after"] <= 24 * 3600
    a_day_ago = real_now() - dt.timedelta(days=1)
    oldest = existing(empty.database.email_changes.find_one({}, sort=[("_id", 1)]))
    empty.database.email_changes.delete_one({"_id": oldest["_id"]})
    empty.database.email_changes.insert_one({**oldest, "_id": first_id_at("emc", a_day_ago)})
    started(empty, ctx)


def test_who_had_theirs_for_the_day_keeps_nobody_from_a_code(empty: World) -> None:
    """H3: a start that is refused costs the address nothing, also when many come at once."""
    ctx = empty.person(OLD)
    for number in range(5):
        started(empty, ctx, f"new{number}@example.org")
    known = [f"known{number}@example.org" for number in range(6)]
    outcomes = at_once([partial(ask, empty, "start", ctx, email=email) for email in known])
    assert set(outcomes) == {"membership.sign_in_too_often"}
    for email in known:
        start(empty, email)


def test_of_starts_at_once_the_refused_cost_no_address(empty: World) -> None:
    """H3: the first five are the person's; the addresses of the others still get their codes."""
    ctx = empty.person(OLD)
    emails = [f"known{number}@example.org" for number in range(12)]
    outcomes = at_once([partial(ask, empty, "start", ctx, email=email) for email in emails])
    assert outcomes.count("membership.sign_in_too_often") == 7
    counted = empty.database.sign_in_limits.count_documents({"_id": {"$regex": "^address:"}})
    assert counted == 5


def test_an_address_gets_one_mail_a_minute(empty: World) -> None:
    """O-2: whoever asks, and with the codes of sign-ins; an address is no target for mails."""
    started(empty, empty.person(OLD))
    soon = refused(partial(ask, empty, "start", empty.person("an@example.com"), email=NEW))
    assert soon.error is codes.SIGN_IN_TOO_OFTEN
    assert 0 < soon.params["retry_after"] <= 60
    assert refused(start, empty, NEW).error is codes.SIGN_IN_TOO_OFTEN


def test_what_is_no_change_is_refused(empty: World) -> None:
    """One's own address in any spelling, and a domain that is blocked; neither costs a mail."""
    ctx = empty.person(OLD)
    own = refused(partial(ask, empty, "start", ctx, email="Li@Example.com"))
    assert own.error is codes.EMAIL_UNCHANGED
    empty.app.email_changes._blocked_domains = frozenset({"example.org"})
    blocked = refused(partial(ask, empty, "start", ctx, email="li@mail.example.org"))
    assert (blocked.error, blocked.params) == (
        codes.MAIL_DOMAIN_BLOCKED,
        {"domain": "mail.example.org"},
    )
    assert empty.database.sign_in_limits.count_documents({}) == 0


def test_neither_code_nor_address_is_written_down(empty: World) -> None:
    """M6: trail and events hold ids; codes are nowhere."""
    ctx = empty.person(OLD)
    change_id = started(empty, ctx)
    digits = both(empty, change_id)
    ask(empty, "confirm", ctx, **digits)
    commits = json.dumps(list(empty.database.commits.find()), default=str)
    assert OLD not in commits
    assert NEW not in commits
    stored = json.dumps(
        [list(empty.database[name].find()) for name in empty.database.list_collection_names()],
        default=str,
    )
    for digit in digits.values():
        assert digit not in stored
    (line,) = empty.database.commits.find({"changes.action": "change_email"})
    (change,) = (one for one in line["changes"] if one["action"] == "change_email")
    assert (change["id"], change["fields"]) == (ctx.require_person(), ["email"])
    assert change["details"] == {"change": change_id, "sessions": 0}


def test_of_the_erased_no_change_is_left(empty: World) -> None:
    """ADR 0049: what was under way is forgotten, and nothing new is started by a last token."""
    ctx = empty.person(OLD)
    digits = both(empty, started(empty, ctx))
    erasure = empty.ask(empty.app.erasures.start_mine, membership.START_MY_ERASURE, ctx)
    empty.clock.advance(dt.timedelta(days=7))
    stored = existing(empty.database.erasures.find_one({"_id": erasure["id"]}))
    empty.app.erasures._forgetting.forget(stored, ctx)  # type: ignore[arg-type]
    assert empty.database.email_changes.count_documents({}) == 0
    assert not_there(ask, empty, "confirm", ctx, **digits)
    assert not_there(started, empty, ctx)


def test_a_change_that_was_checked_before_an_erasure(
    empty: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ADR 0049: whichever writes about the person second, sees the other."""
    ctx = empty.person(OLD)
    erasure = empty.ask(empty.app.erasures.start_mine, membership.START_MY_ERASURE, ctx)
    empty.clock.advance(dt.timedelta(days=7))
    stored = existing(empty.database.erasures.find_one({"_id": erasure["id"]}))
    starts_of = empty.app.email_changes._changes.starts_of

    def read_then_forget(*arguments: Any) -> list[dt.datetime]:
        read = starts_of(*arguments)
        empty.app.erasures._forgetting.forget(stored, ctx)  # type: ignore[arg-type]
        return read

    monkeypatch.setattr(empty.app.email_changes._changes, "starts_of", read_then_forget)
    assert not_there(started, empty, ctx)
    assert empty.database.email_changes.count_documents({}) == 0


def test_one_without_a_change_hears_so(empty: World) -> None:
    ctx = empty.person(OLD)
    guess = {"old_code": "00000000", "new_code": "00000000"}
    assert not_there(ask, empty, "get", ctx)
    assert not_there(ask, empty, "withdraw", ctx)
    assert not_there(ask, empty, "confirm", ctx, **guess)
    unknown = {"change_id": new_id("emc"), "side": "old"}
    assert not_there(ask, empty, "fetch_code", NOTIFICATIONS, **unknown)
    asked = {"change_id": started(empty, ctx), "side": "old"}
    assert not_there(ask, empty, "get_changed", NOTIFICATIONS, **asked), "it was not made"


def test_without_a_session_to_keep_all_end(empty: World) -> None:
    """A token of a kind that has none."""
    tokens = sign_in(empty, OLD)
    ctx = empty.person(OLD)
    ctx = dataclasses.replace(ctx, actor=dataclasses.replace(ctx.actor, session_id=None))
    changed(empty, ctx)
    assert ended(empty, tokens)
