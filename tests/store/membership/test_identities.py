"""Signing in besides e-mail on a real database: states, identities, phones, linking, unlinking
(rules.md §2.21)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from structlog.testing import capture_logs

from chassis.bounded_http import PartnerSilent
from chassis.context import Context
from contracts import membership
from contracts.errors import OBJECT_NOT_FOUND, SIGN_IN_AGAIN, DomainError
from contracts.errors import membership as codes
from services.membership.adapters.ways import Begun, InPreview, NonceWrong, NotVouched, Way
from services.membership.domain.identity.identities import MOST, Shown
from tests.kit.existing import existing
from tests.kit.usecases import signed_in
from tests.store.membership.test_races import at_once
from tests.store.membership.test_sign_in import code, finish, refused
from tests.store.membership.world import World, anybody

WAYS = (
    Way("wechat-website", "wechat_website", "wx1", "secret"),
    Way("wechat-mini", "wechat_mini", "wx2", "secret"),
    Way("company", "oidc", "coterie", "secret", "https://id.example.com"),
)
PAGES = {
    "callback_url": "http://localhost:5173/signed-in",
    "return_to": "http://localhost:5173/join?claim=7Q2M",
}
PHONE = "+8613800138000"


@dataclass
class Vouching:
    """A provider that says what the test told it: `people` by code."""

    people: dict[str, Shown | Exception] = field(default_factory=dict)

    def authorize_url(self, begun: Begun) -> str:
        return f"https://id.example.com/authorize?state={begun.state}"

    def identify(self, code: str, begun: Begun | None) -> Shown:
        shown = self.people[code]
        if isinstance(shown, Exception):
            raise shown
        return shown


@pytest.fixture
def provider(empty: World) -> Vouching:
    return with_ways(empty)


def with_ways(world: World) -> Vouching:
    """Every way of `WAYS` leads to one provider that is told what to say."""
    provider = Vouching()
    ways = world.app.ways
    ways._ways = {way.name: way for way in WAYS}
    ways.providers = dict.fromkeys(ways._ways, provider)
    return provider


def wechat(app: str, user: str, *, union: bool = True) -> Shown:
    keys = (f"wechat:{app}:o-{app}-{user}", *[f"wechat:union:{user}"] * union)
    return Shown("wechat", keys, user, user)


def start(world: World, way: str = "wechat-website", ctx: Context | None = None) -> dict[str, Any]:
    if ctx is None:
        return world.ask(world.app.ways.start, membership.START_AT_WAY, anybody(), way=way, **PAGES)
    record = membership.START_LINKING
    return world.ask(world.app.ways.start_linking, record, ctx, way=way, **PAGES)


def come(
    world: World,
    started: dict[str, Any],
    code: str,
    way: str = "wechat-website",
    ctx: Context | None = None,
    **more: Any,
) -> dict[str, Any]:
    asked = {name: started[name] for name in ("state", "browser_secret")} if started else {}
    use_case, record = (
        (world.app.ways.finish, membership.FINISH_AT_WAY)
        if ctx is None
        else (world.app.ways.finish_linking, membership.FINISH_LINKING)
    )
    return world.ask(
        use_case, record, ctx or anybody(), **{**asked, "way": way, "code": code, **more}
    )


def as_person(tokens: dict[str, Any]) -> Context:
    """Who has these tokens."""
    session = tokens["refresh_token"].partition(".")[0]
    ctx = anybody()
    return Context(signed_in(tokens["person_id"], session), "en", ctx.request_id, ctx.traceparent)


def sms(world: World, phone: str = PHONE) -> str:
    """A challenge whose code went to a phone."""
    world.app.sign_in._phone_countries = ("+86",)
    record = membership.START_PHONE_SIGN_IN
    started = world.ask(world.app.sign_in.start_by_phone, record, anybody(), phone=phone)
    return str(started["challenge_id"])


def link_code(world: World, challenge: str, ctx: Context) -> dict[str, Any]:
    return world.ask(
        world.app.sign_in.link,
        membership.LINK_BY_CODE,
        ctx,
        challenge_id=challenge,
        code=code(world, challenge),
    )


def identities(world: World, ctx: Context) -> list[dict[str, Any]]:
    listed = world.ask(world.app.identities.list_mine, membership.LIST_MY_IDENTITIES, ctx)
    found: list[dict[str, Any]] = listed["identities"]
    return found


def unlink(world: World, ctx: Context, id: str) -> None:
    world.ask(world.app.identities.unlink, membership.UNLINK_IDENTITY, ctx, identity_id=id)


def test_a_new_person_comes_by_another_way(empty: World, provider: Vouching) -> None:
    """Named as they are there, without an address, back where they came from; known ever after."""
    provider.people["c1"] = wechat("wx1", "李伟")
    tokens = come(empty, start(empty), "c1")
    assert tokens["is_new"]
    assert tokens["return_to"] == PAGES["return_to"]
    me = empty.ask(empty.app.people.get_me, membership.GET_ME, as_person(tokens))
    assert (me["name"], me["email"]) == ("李伟", None)
    again = come(empty, start(empty), "c1")
    assert (again["person_id"], again["is_new"]) == (tokens["person_id"], False)
    sessions = empty.ask(
        empty.app.sessions.list_mine, membership.LIST_MY_SESSIONS, as_person(again)
    )
    assert [one["way"] for one in sessions["items"]] == ["wechat-website"] * 2
    recipient = empty.ask(
        empty.app.people.get_recipient,
        membership.GET_RECIPIENT,
        Context.for_system("notifications"),
        person_id=tokens["person_id"],
        purpose="transactional",
    )
    assert recipient["email"] is None


def test_a_union_id_joins_the_apps_of_one_account(empty: World, provider: Vouching) -> None:
    """Website, then mini program, then the mini program without a union id: one person, one way."""
    provider.people |= {
        "web": wechat("wx1", "li"),
        "mini": wechat("wx2", "li"),
        "alone": wechat("wx2", "li", union=False),
    }
    people = {
        come(empty, start(empty), "web")["person_id"],
        come(empty, {}, "mini", "wechat-mini")["person_id"],
        come(empty, {}, "alone", "wechat-mini")["person_id"],
    }
    assert len(people) == 1
    assert len(existing(empty.database.identities.find_one({}))["keys"]) == 3


@pytest.mark.parametrize("repetition", range(3))
def test_first_sign_ins_of_one_account_at_once(
    empty: World, provider: Vouching, repetition: int
) -> None:
    """D-8: two apps of one WeChat account at the same moment are one person."""
    provider.people |= {"web": wechat("wx1", "li"), "mini": wechat("wx2", "li")}
    started = start(empty)
    outcomes = at_once(
        [
            partial(come, empty, started, "web"),
            partial(come, empty, {}, "mini", "wechat-mini"),
        ]
    )
    assert len({outcome["person_id"] for outcome in outcomes}) == 1
    assert empty.database.people.count_documents({}) == 1
    assert empty.database.identities.count_documents({}) == 1


def test_a_state_is_spent_whatever_comes_of_it(empty: World, provider: Vouching) -> None:
    """Replayed, in another browser, for another way, of a link: each refused by its code."""
    provider.people |= {"c1": wechat("wx1", "li"), "away": PartnerSilent("silent")}
    started = start(empty)
    other = {**started, "browser_secret": "x" * 43}
    assert refused(come, empty, other, "c1").error is codes.SIGN_IN_STATE_WRONG
    assert refused(come, empty, started, "c1", "company").error is codes.SIGN_IN_STATE_WRONG
    assert refused(come, empty, {}, "c1").error is codes.SIGN_IN_STATE_WRONG
    come(empty, started, "c1")
    assert refused(come, empty, started, "c1").error is codes.SIGN_IN_STATE_USED
    failed = start(empty)
    assert refused(come, empty, failed, "away").error is codes.SIGN_IN_WAY_AWAY
    assert refused(come, empty, failed, "c1").error is codes.SIGN_IN_STATE_USED
    person = empty.person("li@example.com")
    linking = start(empty, ctx=person)
    assert refused(come, empty, linking, "c1").error is codes.SIGN_IN_STATE_WRONG
    stranger = empty.person("other@example.com")
    problem = refused(partial(come, empty, linking, "c1", ctx=stranger))
    assert problem.error is codes.LINK_NOT_VOUCHED
    assert problem.params["reason"] == "sign_in_state_wrong"


def test_one_state_finished_by_many_at_once_opens_one_session(
    empty: World, provider: Vouching
) -> None:
    provider.people["c1"] = wechat("wx1", "li")
    started = start(empty)
    outcomes = at_once([lambda: come(empty, started, "c1")] * 5)
    assert outcomes.count("membership.sign_in_state_used") == 4
    assert empty.database.sessions.count_documents({}) == 1


def test_unknown_ways_and_foreign_pages_are_refused(empty: World, provider: Vouching) -> None:
    """A mini program has no page to begin at."""
    assert refused(start, empty, "unknown").error is OBJECT_NOT_FOUND
    assert refused(start, empty, "wechat-mini").error is codes.SIGN_IN_BEGINS_IN_PROGRAM
    foreign = {**PAGES, "return_to": "https://evil.example/"}
    asked = partial(
        empty.ask, empty.app.ways.start, membership.START_AT_WAY, anybody(), way="company"
    )
    problem = refused(partial(asked, **foreign))
    assert problem.error is codes.RETURN_ADDRESS_NOT_ALLOWED
    assert problem.params["origin"] == "https://evil.example"
    assert empty.database.sign_in_states.count_documents({}) == 0


def test_a_phone_signs_in_like_an_address(empty: World) -> None:
    """The same challenge, tries and limits; a number in no event and in no state of a message."""
    challenge = sms(empty)
    (told,) = empty.told(membership.PHONE_SIGN_IN_REQUESTED)
    assert set(told.data) == {"challenge_id", "locale"}
    fetched = empty.ask(
        empty.app.sign_in.fetch_code,
        membership.FETCH_SIGN_IN_CODE,
        Context.for_system("notifications"),
        challenge_id=challenge,
    )
    assert (fetched["phone"], fetched["email"]) == (PHONE, None)
    tokens = finish(empty, challenge, fetched["code"])
    assert refused(sms, empty).error is codes.SIGN_IN_TOO_OFTEN
    empty.database.sign_in_limits.delete_many({})
    challenge = sms(empty)
    again = finish(empty, challenge, code(empty, challenge))
    assert again["person_id"] == tokens["person_id"]
    (mine,) = identities(empty, as_person(again))
    assert (mine["way"], mine["label"]) == ("phone", PHONE)


def test_numbers_of_other_countries_cost_nothing(empty: World) -> None:
    """O-4: an SMS costs money; refused before any budget is asked."""
    problem = refused(sms, empty, "+12025550123")
    assert problem.error is codes.PHONE_COUNTRY_NOT_SERVED
    assert problem.params["countries"] == ["+86"]
    assert empty.database.sign_in_limits.count_documents({}) == 0
    empty.app.sign_in._phone_countries = ()
    asked = partial(
        empty.ask, empty.app.sign_in.start_by_phone, membership.START_PHONE_SIGN_IN, anybody()
    )
    assert refused(partial(asked, phone=PHONE)).error is codes.PHONE_COUNTRY_NOT_SERVED


def facts(person: Context, identity: dict[str, Any]) -> dict[str, Any]:
    """What events say about one of theirs."""
    return {
        "identity_id": identity["id"],
        "person_id": person.require_person(),
        "way": identity["way"],
    }


def test_several_ways_for_one_person(empty: World, provider: Vouching) -> None:
    """Linked while signed in; all lead to the same person."""
    provider.people |= {"c1": wechat("wx1", "李伟"), "c2": Shown("company", ("oidc:x|1",), "Li")}
    person = empty.person("li@example.com")
    linked = come(empty, start(empty, ctx=person), "c1", ctx=person)
    assert linked["return_to"] == PAGES["return_to"]
    come(empty, start(empty, "company", person), "c2", "company", person)
    link_code(empty, sms(empty), person)
    listed = identities(empty, person)
    assert [one["way"] for one in listed] == ["wechat", "company", "phone"]
    assert linked["identity"] == listed[0]
    twice = come(empty, start(empty, ctx=person), "c1", ctx=person)
    assert twice["identity"] == linked["identity"]
    told = [event.data for event in empty.told(membership.IDENTITY_LINKED)]
    assert told == [facts(person, one) for one in listed], "once each, without label or key"
    assert come(empty, start(empty), "c1")["person_id"] == person.require_person()
    assert come(empty, start(empty, "company"), "c2", "company")["person_id"] == (
        person.require_person()
    )


def test_what_is_another_persons_stays_theirs(empty: World, provider: Vouching) -> None:
    """identity_taken: an account elsewhere, a phone, an address."""
    provider.people["c1"] = wechat("wx1", "li")
    owner = as_person(come(empty, start(empty), "c1"))
    link_code(empty, sms(empty), owner)
    other = empty.person("other@example.com")
    linking = partial(come, empty, start(empty, ctx=other), "c1", ctx=other)
    assert refused(linking).error is codes.IDENTITY_TAKEN
    empty.database.sign_in_limits.delete_many({})
    challenge = sms(empty)
    assert refused(link_code, empty, challenge, other).error is codes.IDENTITY_TAKEN
    assert code(empty, challenge), "its owner can still sign in by it"
    mailed = mail(empty, "other@example.com")
    assert refused(link_code, empty, mailed, owner).error is codes.IDENTITY_TAKEN
    own = mail(empty, "mine@example.com")
    assert link_code(empty, own, owner)["email"] == "mine@example.com"
    told = empty.told(membership.IDENTITY_LINKED)[-1].data
    assert told == {"identity_id": None, "person_id": owner.require_person(), "way": "email"}
    second = mail(empty, "second@example.com")
    assert refused(link_code, empty, second, owner).error is codes.EMAIL_PRESENT


def mail(world: World, email: str) -> str:
    asked = world.ask(world.app.sign_in.start, membership.START_SIGN_IN, anybody(), email=email)
    return str(asked["challenge_id"])


def test_links_ask_for_a_recent_sign_in(empty: World, provider: Vouching) -> None:
    """Step-up (ADR 0046): a stolen session adds and takes no way to sign in."""
    provider.people["mini"] = wechat("wx2", "li")
    person = empty.person("li@example.com")
    linked = link_code(empty, sms(empty), person)
    stale = Context(
        type(person.actor)(**{**vars(person.actor), "signed_in_at": 0}),
        "en",
        person.request_id,
        person.traceparent,
    )
    empty.database.sign_in_limits.delete_many({})
    calls: Sequence[Any] = (
        partial(start, empty, ctx=stale),
        partial(come, empty, {}, "mini", "wechat-mini", stale),
        partial(link_code, empty, sms(empty), stale),
        partial(unlink, empty, stale, linked["identities"][0]["id"]),
    )
    for call in calls:
        assert refused(call).error is SIGN_IN_AGAIN


def test_unlinking_leaves_a_way_and_ends_other_sessions(empty: World, provider: Vouching) -> None:
    """The last way stays; sessions that somebody may have opened by it end."""
    provider.people |= {"c1": wechat("wx1", "li"), "c2": Shown("company", ("oidc:x|1",), "Li")}
    tokens = come(empty, start(empty), "c1")
    person = as_person(tokens)
    (only,) = identities(empty, person)
    assert refused(unlink, empty, person, only["id"]).error is codes.IDENTITY_LAST
    come(empty, start(empty, "company", person), "c2", "company", person)
    elsewhere = come(empty, start(empty), "c1")
    stranger = empty.person("other@example.com")
    assert refused(unlink, empty, stranger, only["id"]).error is OBJECT_NOT_FOUND
    assert empty.told(membership.IDENTITY_UNLINKED) == []
    unlink(empty, person, only["id"])
    (told,) = empty.told(membership.IDENTITY_UNLINKED)
    assert told.data == facts(person, only)
    (linked,) = empty.told(membership.IDENTITY_LINKED)
    assert linked.data["way"] == "company", "who comes for the first time linked nothing"
    assert [one["way"] for one in identities(empty, person)] == ["company"]
    ended = {one["_id"]: one["ended_at"] is not None for one in empty.database.sessions.find()}
    assert ended[elsewhere["refresh_token"].partition(".")[0]]
    assert not ended[person.actor.session_id or ""]
    assert come(empty, start(empty), "c1")["is_new"], "who comes by it now is somebody else"


@pytest.mark.parametrize("repetition", range(3))
def test_two_ways_unlinked_at_once_leave_one(
    empty: World, provider: Vouching, repetition: int
) -> None:
    provider.people |= {"c1": wechat("wx1", "li"), "c2": Shown("company", ("oidc:x|1",), "Li")}
    person = as_person(come(empty, start(empty), "c1"))
    come(empty, start(empty, "company", person), "c2", "company", person)
    both = [partial(unlink, empty, person, one["id"]) for one in identities(empty, person)]
    at_once(both)
    assert empty.database.identities.count_documents({}) == 1


def test_a_person_has_ten_at_most(empty: World, provider: Vouching) -> None:
    person = empty.person("li@example.com")
    for number in range(MOST + 1):
        provider.people["c"] = Shown("company", (f"oidc:x|{number}",), "Li")
        linking = partial(come, empty, start(empty, "company", person), "c", "company", person)
        if number < MOST:
            linking()
    assert refused(linking).error is codes.IDENTITIES_TOO_MANY
    assert len(identities(empty, person)) == MOST


def test_who_has_no_address_cannot_change_it(empty: World, provider: Vouching) -> None:
    provider.people["c1"] = wechat("wx1", "li")
    person = as_person(come(empty, start(empty), "c1"))
    asked = partial(
        empty.ask,
        empty.app.email_changes.start,
        membership.START_EMAIL_CHANGE,
        person,
        email="li@example.com",
    )
    assert refused(asked).error is codes.EMAIL_MISSING


def test_other_sessions_end_and_this_one_goes_on(empty: World, provider: Vouching) -> None:
    provider.people["c1"] = wechat("wx1", "li")
    here = as_person(come(empty, start(empty), "c1"))
    come(empty, start(empty), "c1")
    empty.ask(empty.app.sessions.end_mine, membership.END_MY_SESSIONS, here, keep_current=True)
    page = empty.ask(empty.app.sessions.list_mine, membership.LIST_MY_SESSIONS, here)
    assert [one["id"] for one in page["items"]] == [here.actor.session_id]
    (told,) = empty.told(membership.SESSIONS_ENDED)
    assert told.data["kept_session_id"] == here.actor.session_id


def test_refusals_of_providers_are_told_apart(empty: World, provider: Vouching) -> None:
    told = {
        NonceWrong(): codes.SIGN_IN_NONCE_WRONG,
        InPreview(): codes.SIGN_IN_IN_PREVIEW,
        NotVouched("errcode 40163"): codes.SIGN_IN_NOT_VOUCHED,
        PartnerSilent("silent"): codes.SIGN_IN_WAY_AWAY,
    }
    for said, meant in told.items():
        provider.people["c1"] = said
        with capture_logs() as lines:
            problem: DomainError = refused(come, empty, start(empty), "c1")
        assert problem.error is meant
        (line,) = [one for one in lines if one["event"] == "sign_in_way_failed"]
        assert line["problem"] == meant.code
        assert line["reason"] == (str(said) or line["reason"])
    assert empty.database.people.count_documents({}) == 0
