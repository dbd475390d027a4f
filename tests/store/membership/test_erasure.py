"""What there is of a person: exported; erased when asked for, taken back, hindered, confirmed
(ADR 0049)."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from chassis.context import Context, IdempotencyKey
from chassis.ids import new_id
from contracts import events, membership, notifications, payments
from contracts.errors import OBJECT_NOT_FOUND, SIGN_IN_AGAIN, DomainError
from contracts.errors import membership as codes
from contracts.records import Event, Rpc
from services.membership.usecases.identity import forgetting
from services.membership.usecases.vetting import applications as applying
from tests.kit.existing import existing
from tests.kit.passes import OnePass
from tests.kit.usecases import signed_in
from tests.store.membership.test_api_keys import made_key
from tests.store.membership.test_identities import PHONE, come, link_code, sms, wechat, with_ways
from tests.store.membership.test_identities import start as begin
from tests.store.membership.test_operators import first as first_operator
from tests.store.membership.test_operators import long_ago
from tests.store.membership.test_races import at_once
from tests.store.membership.test_sessions import sign_in
from tests.store.membership.test_uploads import png, send
from tests.store.membership.world import World

WEEK = dt.timedelta(days=7)
CONFIRMING = (
    payments.PERSON_DATA_ERASED,
    events.PERSON_DATA_ERASED,
    notifications.PERSON_DATA_ERASED,
)
WECHAT_USER = "飞刀小李"
MARKS = ("li.wei@example.com", "李伟", "上海徐汇", "说服力", "再联系", PHONE, WECHAT_USER, "7Q2M")
LABEL = "心内科"  # a segment is a label of the community; events may have it for 35 days


def ask(world: World, name: str, ctx: Context, **request: Any) -> dict[str, Any]:
    record: Rpc = {
        "start_mine": membership.START_MY_ERASURE,
        "withdraw_mine": membership.WITHDRAW_MY_ERASURE,
        "get_mine": membership.GET_MY_ERASURE,
        "start": membership.START_ERASURE,
        "withdraw": membership.WITHDRAW_ERASURE,
        "get": membership.GET_ERASURE,
    }[name]
    return world.ask(getattr(world.app.erasures, name), record, ctx, **request)


def refused(call: Callable[..., Any], *arguments: Any, **request: Any) -> DomainError:
    with pytest.raises(DomainError) as error:
        call(*arguments, **request)
    return error.value


def pass_time(world: World, by: dt.timedelta) -> None:
    """Business time goes on, and the job passes."""
    world.clock.advance(by)
    world.app.erasures.advance(OnePass(world.clock.now(), "membership"))


def confirm(world: World, erasure: dict[str, Any], *confirming: Event) -> None:
    """The other services have nothing left."""
    facts = {"erasure_id": erasure["id"], "person_id": erasure["person_id"]}
    for event in confirming:
        world.deliver(event, facts)


def keyed(ctx: Context, rpc: Rpc) -> Context:
    key = IdempotencyKey(new_id("req"), "f", rpc.routing_key)
    return dataclasses.replace(ctx, idempotency=key)


def known_by_name(world: World) -> Context:
    """A member who has left words everywhere, and of whom others wrote; with stored answers."""
    li = world.person("li.wei@example.com")
    named = {"name": "李伟", "expected_version": 1}
    world.ask(world.app.people.change_me, membership.CHANGE_ME, li, **named)
    rejected = world.apply(li, city="上海徐汇")["id"]
    reviewer = keyed(world.reviewers[0], membership.REJECT_APPLICATION)
    no = {"application_id": rejected, "reason": "other", "message": "再联系"}
    world.ask(world.app.reviews.reject, membership.REJECT_APPLICATION, reviewer, **no)
    application = world.apply(keyed(li, membership.CREATE_APPLICATION), city="上海徐汇")["id"]
    yes = {"application_id": application, "note": "说服力强"}
    reviewer = keyed(world.reviewers[0], membership.APPROVE_APPLICATION)
    approved = world.ask(world.app.reviews.approve, membership.APPROVE_APPLICATION, reviewer, **yes)
    world.deliver(payments.ORDER_PAID, world.order(approved))
    for name in ("memberships", "community_standings"):
        of_li = {"person_id": li.require_person()}
        world.database[name].update_one(of_li, {"$set": {"segment": LABEL}})
    role = {"community_id": world.community["id"], "email": "li.wei@example.com", "role": "host"}
    owner = keyed(world.owner, membership.GRANT_ROLE)
    world.ask(world.app.roles.grant, membership.GRANT_ROLE, owner, **role)
    send(world, li, png(50))
    with_ways(world).people["c1"] = wechat("wx1", WECHAT_USER)
    come(world, begin(world, ctx=li), "c1", ctx=li)
    begin(world, ctx=li)
    link_code(world, sms(world), li)
    return li


def left_of(world: World) -> set[str]:
    """The marks that stand anywhere in the database."""
    text = "".join(
        str(list(world.database[name].find())) for name in world.database.list_collection_names()
    )
    return {mark for mark in MARKS if mark in text}


def test_nothing_of_an_erased_person_is_left(world: World) -> None:
    """M6: after seven days name, address, answers and what was written about them are nowhere, in
    no stored answer either; membership, number and trail stay by ids, and neighbours are told."""
    li = known_by_name(world)
    assert left_of(world) == set(MARKS)
    asked = ask(world, "start_mine", li)
    assert asked["state"] == "asked"
    assert ask(world, "start_mine", li) == asked
    pass_time(world, WEEK - dt.timedelta(minutes=1))
    assert left_of(world) == set(MARKS), "it can still be taken back"
    pass_time(world, dt.timedelta(minutes=1))
    assert left_of(world) == set()
    assert world.database["uploads.files"].count_documents({}) == 0
    assert world.database["uploads.chunks"].count_documents({}) == 0
    for name in ("memberships", "community_standings"):
        assert LABEL not in str(list(world.database[name].find()))
    (told,) = world.told(membership.PERSON_ERASED)
    assert told.data == {"erasure_id": asked["id"], "person_id": li.require_person()}
    (ended,) = world.told(membership.CANCELLED)
    assert (ended.data["state"], ended.data["number"], ended.sequence) == ("cancelled", 1, 2)
    standing = world.told(membership.STANDING_CHANGED)[-1].data
    assert (standing["roles"], standing["state"]) == ([], "cancelled")
    recipient = {"person_id": li.require_person(), "purpose": "transactional"}
    system = Context.for_system("notifications")
    nobody = refused(
        world.ask, world.app.people.get_recipient, membership.GET_RECIPIENT, system, **recipient
    )
    assert nobody.error is OBJECT_NOT_FOUND
    assert world.person("li.wei@example.com").require_person() != li.require_person()
    assert world.database.sessions.count_documents({"person_id": li.require_person()}) == 0


def test_it_is_erased_when_every_service_has_confirmed(world: World) -> None:
    """One confirmation of each, told again without effect."""
    li = world.person("li.wei@example.com")
    asked = ask(world, "start_mine", li)
    pass_time(world, WEEK)
    confirm(world, asked, *CONFIRMING[:2], CONFIRMING[0])
    seen = ask(world, "get_mine", li)
    assert seen["state"] == "erasing"
    assert {one["service"] for one in seen["confirmed"]} == {"membership", "payments", "events"}
    assert [one["_id"] for one in world.app.erasures.unconfirmed(9)] == [asked["id"]]
    confirm(world, asked, CONFIRMING[2])
    assert ask(world, "get_mine", li)["state"] == "erased"
    assert world.app.erasures.unconfirmed(9) == []
    assert refused(ask, world, "withdraw_mine", li).error is codes.ERASURE_WRONG_STATE


def test_a_last_token_writes_nothing_about_who_is_erased(world: World) -> None:
    """M6: it is good for minutes, and the person is nobody any more."""
    li = known_by_name(world)
    ask(world, "start_mine", li)
    pass_time(world, WEEK)
    erased = existing(world.database.people.find_one({"_id": li.require_person()}))
    again = {"name": "李伟", "expected_version": erased["version"]}
    renamed = refused(world.ask, world.app.people.change_me, membership.CHANGE_ME, li, **again)
    applied = refused(world.apply, li, city="上海徐汇")
    assert renamed.error is applied.error is OBJECT_NOT_FOUND
    assert left_of(world) == set()


@pytest.mark.parametrize("repetition", range(3))
def test_an_application_at_the_moment_of_an_erasure(world: World, repetition: int) -> None:
    """M6: it is forgotten with the others, or refused; whichever is first."""
    li = world.person("li.wei@example.com")
    ask(world, "start_mine", li)
    at_once([partial(world.apply, li, city="上海徐汇"), partial(pass_time, world, WEEK)])
    assert left_of(world) == set()


def test_an_application_that_was_checked_before_an_erasure(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M6: everything is forgotten between what it read and what it writes; it is refused."""
    li = world.person("li.wei@example.com")
    ask(world, "start_mine", li)
    check = applying.check_may_apply

    def check_then_forget(applicant: Any) -> None:
        check(applicant)
        pass_time(world, WEEK)

    monkeypatch.setattr(applying, "check_may_apply", check_then_forget)
    assert refused(world.apply, li, city="上海徐汇").error is OBJECT_NOT_FOUND
    assert left_of(world) == set()


def test_a_role_that_is_given_meanwhile_ends(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """M6: after their roles ended, and before they are nobody; nor is it given later, to an address
    that was looked up before."""
    li = world.person("li.wei@example.com")
    host = {"community_id": world.community["id"], "email": "li.wei@example.com", "role": "host"}
    give = partial(world.ask, world.app.roles.grant, membership.GRANT_ROLE, world.owner, **host)
    ask(world, "start_mine", li)
    forget_person = forgetting.Forgetting._forget_person

    def give_first(self: Any, *arguments: Any) -> None:
        give()
        forget_person(self, *arguments)

    monkeypatch.setattr(forgetting.Forgetting, "_forget_person", give_first)
    known = world.app.roles._people.by_address("li.wei@example.com")
    pass_time(world, WEEK)
    roles = [one["roles"] for one in world.database.community_standings.find(of_person(li))]
    assert roles == [[]]
    monkeypatch.setattr(world.app.roles._people, "by_address", lambda email: known)
    assert refused(give).error is OBJECT_NOT_FOUND


def of_person(ctx: Context) -> dict[str, Any]:
    return {"person_id": ctx.require_person()}


def test_it_can_be_taken_back_for_seven_days(world: World) -> None:
    """Nothing was changed meanwhile; a new one may be asked for, and then the days count anew."""
    li = known_by_name(world)
    ask(world, "start_mine", li)
    pass_time(world, dt.timedelta(days=6))
    assert ask(world, "withdraw_mine", li)["state"] == "withdrawn"
    pass_time(world, WEEK)
    assert left_of(world) == set(MARKS)
    again = ask(world, "start_mine", li)
    assert again["erase_at"] == rfc(world.clock.now() + WEEK)


def rfc(at: dt.datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_a_person_hears_that_they_are_to_be_erased(world: World) -> None:
    """ASVS 6.3.5: once for each erasure, whoever asked for it, with the day until which it can be
    taken back."""
    li = world.person("li.wei@example.com")
    asked = ask(world, "start_mine", li)
    ask(world, "start_mine", li)
    ask(world, "withdraw_mine", li)
    shell = Context.for_operator("membership", "li.wei")
    again = world.app.erasures.start({"person_id": li.require_person()}, shell)
    by_themselves, by_operator = world.told(membership.ERASURE_ASKED)
    assert by_themselves.data == {
        "erasure_id": asked["id"],
        "person_id": li.require_person(),
        "erase_at": world.clock.now() + WEEK,
        "by_operator": False,
    }
    assert by_operator.data["erasure_id"] == again["id"]
    assert by_operator.data["by_operator"] is True


def test_an_erasure_is_asked_for_after_a_recent_sign_in(world: World) -> None:
    """O-2, RFC 9470: by the person and by an operator; looking and taking back need none."""
    li, operator = long_ago(world.person("li.wei@example.com")), long_ago(first_operator(world))
    about = {"person_id": li.require_person()}
    assert refused(ask, world, "start_mine", li).error is SIGN_IN_AGAIN
    assert refused(ask, world, "start", operator, **about).error is SIGN_IN_AGAIN
    ask(world, "start_mine", world.person("li.wei@example.com"))
    assert ask(world, "get_mine", li)["state"] == "asked"
    assert ask(world, "withdraw_mine", li)["state"] == "withdrawn"


def test_who_stays_hears_of_the_keys_of_who_is_erased(world: World) -> None:
    """ADR 0072: keys are the community's and go on."""
    heir = world.person("heir@example.com")
    role = {"community_id": world.community["id"], "email": "heir@example.com", "role": "owner"}
    world.ask(world.app.roles.grant, membership.GRANT_ROLE, world.owner, **role)
    made = made_key(world, heir)
    ask(world, "start_mine", heir)
    assert world.told(membership.API_KEYS_LEFT) == []
    pass_time(world, WEEK)
    (event,) = world.told(membership.API_KEYS_LEFT)
    assert [key["hint"] for key in event.data["keys"]] == [made["hint"]]
    assert event.data["person_id"] == heir.require_person()


def test_the_last_owner_names_another_one_first(world: World) -> None:
    """rules.md §2.16: a community is not left without an owner; found out at its time, it waits."""
    assert world.owner is not None
    hindered = refused(ask, world, "start_mine", world.owner)
    assert hindered.error is codes.ERASURE_BLOCKED
    assert hindered.params == {"hindrance": "last_owner", "community_id": world.community["id"]}
    heir = world.person("heir@example.com")
    role = {"community_id": world.community["id"], "email": "heir@example.com", "role": "owner"}
    world.ask(world.app.roles.grant, membership.GRANT_ROLE, world.owner, **role)
    ask(world, "start_mine", world.owner)
    gone = {
        "community_id": world.community["id"],
        "person_id": heir.require_person(),
        "role": "owner",
    }
    world.ask(world.app.roles.revoke, membership.REVOKE_ROLE, world.owner, **gone)
    pass_time(world, WEEK)
    seen = ask(world, "get_mine", world.owner)
    assert (seen["state"], seen["hindrance"]) == ("asked", "last_owner")
    assert world.told(membership.PERSON_ERASED) == []
    world.ask(world.app.roles.grant, membership.GRANT_ROLE, world.owner, **role)
    pass_time(world, dt.timedelta(days=1))
    assert ask(world, "get_mine", world.owner)["state"] == "erasing"
    assert world.database.communities.find_one()["owners"] == 1  # type: ignore[index]


def test_operators_erase_people_and_the_last_one_stays(world: World) -> None:
    """M6: an operator may ask for a person; nobody else may, and the last operator is refused."""
    first = world.app.operators.create(
        "first@example.com", "zh-CN", Context.for_operator("membership")
    )
    operator = dataclasses.replace(world.reviewers[0], actor=signed_in(first["_id"]))
    li = world.person("li.wei@example.com")
    about = {"person_id": li.require_person()}
    assert world.owner is not None
    assert refused(ask, world, "start", world.owner, **about).code == "request.not_permitted"
    assert ask(world, "start", operator, **about)["state"] == "asked"
    assert ask(world, "get_mine", li)["state"] == "asked"
    assert ask(world, "withdraw", operator, **about)["state"] == "withdrawn"
    last = refused(ask, world, "start", operator, person_id=first["_id"])
    assert last.params == {"hindrance": "last_operator", "community_id": "system"}
    unknown = refused(ask, world, "get", operator, person_id=new_id("per"))
    assert unknown.error is OBJECT_NOT_FOUND


def test_what_awaits_payment_is_withdrawn(world: World) -> None:
    """Money that is under way goes back by itself: nothing is for sale to who is erased."""
    li = world.person("li.wei@example.com")
    approved = world.approved(li)
    late = world.order(approved)
    ask(world, "start_mine", li)
    pass_time(world, dt.timedelta(days=2))
    pass_time(world, WEEK)
    (withdrawn,) = world.told(membership.PURCHASE_WITHDRAWN)
    assert withdrawn.data["purchase_id"] == late["purchase_id"]
    assert withdrawn.data["reason"] == "person_erased"
    world.deliver(payments.ORDER_PAID, late)
    (answer,) = world.told(membership.PURCHASE_REFUSED)
    assert answer.data["reason"] == "membership_ended"


def test_an_erasure_that_broke_off_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash between any two steps leaves it due; nothing is told twice."""
    li = known_by_name(world)
    ask(world, "start_mine", li)
    steps = ("_forget_person", "_forget_application", "_forget_membership")
    for step in steps:
        with monkeypatch.context() as broken:
            broken.setattr(forgetting.Forgetting, step, breaks)
            pass_time(world, WEEK)
        assert left_of(world), step
    pass_time(world, dt.timedelta(0))
    assert left_of(world) == set()
    assert len(world.told(membership.PERSON_ERASED)) == 1
    assert len(world.told(membership.CANCELLED)) == 1


def breaks(*arguments: Any, **more: Any) -> None:
    raise RuntimeError("cut off")


def test_a_person_exports_all_that_there_is_of_them(world: World) -> None:
    """M6: kind by kind, page by page, as their own lists show it; nothing of others."""
    li = known_by_name(world)
    sign_in(world, "li.wei@example.com")
    start_change = world.app.email_changes.start
    world.ask(start_change, membership.START_EMAIL_CHANGE, li, email="li@example.org")
    world.member(world.person("wang@example.com"))
    for limit in (1, 100):
        seen: list[dict[str, Any]] = []
        after = None
        while True:
            asked = {"after": after, "limit": limit}
            page = world.ask(world.app.export.mine, membership.EXPORT_MINE, li, **asked)
            seen += page["items"]
            after = page["next"]
            if after is None:
                break
        assert [one["kind"] for one in seen] == [
            *("person", "email_change", "session", "identity", "identity", "standing"),
            *("application", "application", "membership", "upload"),
        ]
        assert seen[0]["data"]["email"] == "li.wei@example.com"
        assert seen[7]["data"]["rejection"]["message"] == "再联系"
        assert seen[6]["data"]["verdicts"] == [], "notes for staff stay with staff"
        ids = {one["data"].get("person_id", li.require_person()) for one in seen}
        assert ids == {li.require_person()}
    about = {"person_id": li.require_person(), "after": None, "limit": 9}
    of_person = world.app.export.of_person
    assert world.owner is not None
    stranger = refused(world.ask, of_person, membership.EXPORT_PERSON, world.owner, **about)
    assert stranger.code == "request.not_permitted"
    unknown = {"after": "passwords:", "limit": 9}
    wrong = refused(world.ask, world.app.export.mine, membership.EXPORT_MINE, li, **unknown)
    assert wrong.code == "request.input_invalid"


def test_the_mark_of_the_operators_goes_on_with_an_erasure(world: World) -> None:
    """M3, M6: whichever of two operators is erased, the other one stays."""
    at_a_shell = Context.for_operator("membership")
    first = world.app.operators.create("first@example.com", "zh-CN", at_a_shell)
    second = world.app.operators.grant({"email": "second@example.com"}, at_a_shell)
    operator = dataclasses.replace(world.reviewers[0], actor=signed_in(first["_id"]))
    ask(world, "start_mine", operator)
    pass_time(world, WEEK)
    assert world.database.people.find_one({"email": "first@example.com"}) is None
    last = refused(world.app.operators.revoke, {"person_id": second["person_id"]}, at_a_shell)
    assert last.error is codes.LAST_OPERATOR
