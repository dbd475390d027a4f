"""Sign-in on a real database: codes, tries, limits, tokens, sessions."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import jwt
import pytest

from chassis.context import Actor, Context, new_traceparent
from chassis.ids import new_id
from chassis.rpc_server import Answered
from contracts import membership
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.errors import membership as codes
from services.membership.adapters.access_tokens import AccessTokens
from tests.kit.existing import existing
from tests.store.membership.test_races import at_once
from tests.store.membership.world import PEM, World

ANYBODY = Context(Actor("anonymous"), "en", "request-1", new_traceparent())
NOTIFICATIONS = Context.for_system("notifications")


def start(world: World, email: str = "li@example.com") -> dict[str, Any]:
    return world.ask(world.app.sign_in.start, membership.START_SIGN_IN, ANYBODY, email=email)


def code(world: World, challenge_id: str) -> str:
    return world.ask(
        world.app.sign_in.fetch_code,
        membership.FETCH_SIGN_IN_CODE,
        NOTIFICATIONS,
        challenge_id=challenge_id,
    )["code"]


def finish(world: World, challenge_id: str, code: str) -> dict[str, Any]:
    return world.ask(
        world.app.sign_in.finish,
        membership.FINISH_SIGN_IN,
        ANYBODY,
        challenge_id=challenge_id,
        code=code,
    )


def refresh(world: World, token: str) -> dict[str, Any]:
    return world.ask(
        world.app.sessions.refresh, membership.REFRESH_SESSION, ANYBODY, refresh_token=token
    )


def refused(call: Callable[..., object], *arguments: Any, **more: Any) -> DomainError:
    with pytest.raises(DomainError) as error:
        call(*arguments, **more)
    return error.value


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 100_000_000:08d}"


def test_a_challenge_whose_code_is_known_is_open_before_it_is_told_of(empty: World) -> None:
    """In development; nobody else is looked up before the answer."""
    signing_in = empty.app.sign_in
    signing_in._codes = replace(signing_in._codes, seeded="12345678")

    def started(email: str) -> Answered:
        return signing_in.start({"email": email, "locale": "zh-CN", "proof": None}, ANYBODY)

    told = started("wang@seed.example")
    assert told.then is None
    assert finish(empty, told.view["challenge_id"], "12345678")["person_id"]
    told = started("wang@example.com")
    assert told.then is not None
    assert empty.database.challenges.count_documents({"_id": told.view["challenge_id"]}) == 0


@pytest.mark.parametrize("token", ["", "nothing", "x" * 5_000])
def test_what_is_no_refresh_token_is_a_session_that_ended(empty: World, token: str) -> None:
    assert refused(refresh, empty, token).error is codes.SESSION_ENDED


def test_code_is_exchanged_once_for_a_verifiable_token(empty: World) -> None:
    """H-30, H-31: ES256, typ at+jwt, 5 minutes, kid = thumbprint; person and session, no roles."""
    challenge = start(empty, "Li@Example.com")
    digits = code(empty, challenge["challenge_id"])
    assert code(empty, challenge["challenge_id"]) == digits  # a repeated delivery asks again
    tokens = finish(empty, challenge["challenge_id"], digits)
    signer = AccessTokens(PEM)
    claims = jwt.decode(
        tokens["access_token"], signer._key.public_key(), ["ES256"], audience="coterie"
    )
    header = jwt.get_unverified_header(tokens["access_token"])
    assert (header["typ"], header["kid"]) == ("at+jwt", signer.key_id)
    assert claims["sub"] == tokens["person_id"]
    assert claims["exp"] - claims["iat"] == tokens["expires_in"] == 300
    assert (claims["iss"], claims["scope"]) == ("coterie", "user")
    assert claims["sid"].startswith("ses_")
    person = existing(empty.database.people.find_one({"_id": tokens["person_id"]}))
    assert person["email"] == "li@example.com"
    again = refused(finish, empty, challenge["challenge_id"], digits)
    assert again.error is codes.SIGN_IN_CODE_WRONG
    assert refused(code, empty, challenge["challenge_id"]).error is OBJECT_NOT_FOUND


def test_no_code_is_stored_or_told(empty: World) -> None:
    """architecture.md §3: neither database nor event holds a code or an address in clear."""
    challenge = start(empty)
    digits = code(empty, challenge["challenge_id"])
    stored = [
        document
        for name in empty.database.list_collection_names()
        for document in empty.database[name].find({})
    ]
    assert digits not in json.dumps(stored, default=str)
    (told,) = empty.told(membership.SIGN_IN_REQUESTED)
    assert set(told.data) == {"challenge_id", "locale"}


def test_five_wrong_tries_end_a_challenge(empty: World) -> None:
    """O-2: 40 guesses at once are five guesses; then even the right code is refused."""
    challenge = start(empty)
    right = code(empty, challenge["challenge_id"])
    guesses = [
        partial(finish, empty, challenge["challenge_id"], f"{(int(right) + n) % 10**8:08d}")
        for n in range(1, 41)
    ]
    assert set(at_once(guesses)) == {"membership.sign_in_code_wrong"}
    late = refused(finish, empty, challenge["challenge_id"], right)
    assert late.error is codes.SIGN_IN_CODE_WRONG
    assert existing(empty.database.challenges.find_one({}))["tries_left"] == 0


def test_right_code_used_by_many_at_once_opens_one_session(empty: World) -> None:
    """One code, one session."""
    challenge = start(empty)
    right = code(empty, challenge["challenge_id"])
    outcomes = at_once([lambda: finish(empty, challenge["challenge_id"], right)] * 5)
    assert outcomes.count("membership.sign_in_code_wrong") == 4
    assert empty.database.sessions.count_documents({}) == 1


@pytest.mark.parametrize("repetition", range(5))
def test_right_code_among_guesses_at_once(empty: World, repetition: int) -> None:
    """O-2: the right code opens a session while a try is left, and none after the last one."""
    challenge = start(empty)
    right = code(empty, challenge["challenge_id"])
    guesses = [right, *(f"{(int(right) + n) % 10**8:08d}" for n in range(1, 13))]
    random.shuffle(guesses)
    outcomes = at_once([partial(finish, empty, challenge["challenge_id"], g) for g in guesses])
    opened = sum(isinstance(outcome, dict) for outcome in outcomes)
    stored = existing(empty.database.challenges.find_one({}))
    assert (stored["used_at"] is not None) == (opened == 1)
    assert empty.database.sessions.count_documents({}) == opened <= 1
    assert empty.database.people.count_documents({}) == opened
    assert stored["tries_left"] == 0


@pytest.mark.parametrize("repetition", range(5))
def test_first_sign_ins_of_one_address_at_once(empty: World, repetition: int) -> None:
    """D-8: two challenges of an unknown address are one person with two sessions."""
    challenges = []
    for _ in range(2):
        empty.database.sign_in_limits.delete_many({})
        challenges.append(start(empty)["challenge_id"])

    def sign_in(challenge_id: str) -> dict[str, Any]:
        return finish(empty, challenge_id, code(empty, challenge_id))

    outcomes = at_once([partial(sign_in, challenge_id) for challenge_id in challenges])
    people = {outcome["person_id"] for outcome in outcomes}
    assert empty.database.people.count_documents({}) == len(people) == 1
    assert empty.database.sessions.count_documents({}) == 2


def test_unknown_challenge_answers_like_a_wrong_code(empty: World) -> None:
    """O-2: nothing tells whether a challenge or an address exists."""
    challenge = start(empty)
    digits = code(empty, challenge["challenge_id"])
    unknown = refused(finish, empty, new_id("chl"), digits)
    guessed = refused(finish, empty, challenge["challenge_id"], wrong(digits))
    assert unknown.as_dict() == guessed.as_dict()


def test_resend_waits_and_an_address_has_five_an_hour(empty: World) -> None:
    """O-2: at most one code in 60 s and five in an hour for one address; others are not held up."""
    start(empty)
    soon = refused(start, empty)
    assert soon.error is codes.SIGN_IN_TOO_OFTEN
    assert 0 < soon.params["retry_after"] <= 60
    start(empty, "other@example.com")
    minutes_ago = [
        {"$dateSubtract": {"startDate": "$$NOW", "unit": "minute", "amount": m}}
        for m in (50, 40, 30, 20, 10)
    ]
    empty.database.sign_in_limits.update_many(
        {"_id": {"$regex": "^address:"}}, [{"$set": {"starts": minutes_ago}}]
    )
    often = refused(start, empty)
    assert 9 * 60 <= often.params["retry_after"] <= 10 * 60


def test_refresh_rotates_and_a_spent_token_ends_the_session(empty: World) -> None:
    """H-31: reuse of a refresh token ends its session for both holders."""
    challenge = start(empty)
    first = finish(empty, challenge["challenge_id"], code(empty, challenge["challenge_id"]))
    second = refresh(empty, first["refresh_token"])
    assert second["refresh_token"] != first["refresh_token"]
    made_up = first["refresh_token"].split(".")[0] + "." + "x" * 43
    assert refused(refresh, empty, made_up).error is codes.SESSION_ENDED
    third = refresh(empty, second["refresh_token"])  # a made-up token does no harm
    assert refused(refresh, empty, first["refresh_token"]).error is codes.SESSION_ENDED
    assert refused(refresh, empty, third["refresh_token"]).error is codes.SESSION_ENDED
    stored = json.dumps(list(empty.database.sessions.find({})), default=str)
    assert third["refresh_token"].split(".")[1] not in stored


def test_signing_out_ends_the_own_session_only(empty: World) -> None:
    """The session of the access token ends; a session of somebody else does not."""
    challenge = start(empty)
    tokens = finish(empty, challenge["challenge_id"], code(empty, challenge["challenge_id"]))
    session_id = tokens["refresh_token"].split(".")[0]
    thief = Context(
        Actor("person", new_id("per"), session_id), "en", "request-1", new_traceparent()
    )
    empty.ask(empty.app.sessions.end, membership.END_SESSION, thief)
    tokens = refresh(empty, tokens["refresh_token"])
    owner = Context(
        Actor("person", tokens["person_id"], session_id), "en", "request-1", new_traceparent()
    )
    empty.ask(empty.app.sessions.end, membership.END_SESSION, owner)
    assert refused(refresh, empty, tokens["refresh_token"]).error is codes.SESSION_ENDED
