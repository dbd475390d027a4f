"""Signed links: what they say, when there is none, and when they have been used (H-34)."""

import datetime as dt
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest

from chassis.clock import real_now
from chassis.context import Actor, Context
from chassis.ids import new_id
from contracts import membership, payments
from contracts.errors import LINK_ELSEWHERE, LINK_UNKNOWN, LINK_USED, DomainError
from contracts.text import rfc3339
from gateway.tokens import TokenVerifier
from services.membership.adapters.access_tokens import AccessTokens
from tests.kit.usecases import following
from tests.store.membership.test_erasure import WEEK, ask, pass_time
from tests.store.membership.test_terms import go_to, pay_renewal
from tests.store.membership.world import PEM, Neighbours, World, anybody


def to_pay(world: World, ctx: Context | None = None) -> dict[str, Any]:
    """What notifications asks for an approved applicant."""
    ctx = ctx or world.person()
    approved = world.approve(world.apply(ctx)["id"])
    return {**_about(world, "pay", approved["id"]), "person_id": ctx.require_person()}


def to_renew(world: World, member: dict[str, Any]) -> dict[str, Any]:
    return {**_about(world, "renew", member["id"]), "person_id": member["person_id"]}


def to_decline(world: World, until: dt.datetime) -> dict[str, Any]:
    asked = {**_about(world, "decline", new_id("reg")), "object_id": new_id("ofr")}
    return {**asked, "person_id": world.person().require_person(), "until": rfc3339(until)}


def to_pay_seat(world: World, until: dt.datetime) -> dict[str, Any]:
    return {**to_decline(world, until), "purpose": "pay", "object_id": new_id("pur")}


def _about(world: World, purpose: str, id: str) -> dict[str, Any]:
    return {
        "purpose": purpose,
        "community_id": world.community["id"],
        "about_id": id,
        "object_id": id,
    }


def sign(world: World, asked: dict[str, Any]) -> str | None:
    ctx = Context.for_system("notifications")
    signed = world.ask(world.app.links.sign, membership.SIGN_LINK, ctx, **asked)
    token: str | None = signed["token"]
    return token


def followed(world: World, asked: dict[str, Any]) -> Context:
    """Whoever follows the link, as the gateway knows them."""
    token = sign(world, asked)
    assert token is not None
    person_id, link = verifier().verify_link(token)
    ctx = world.person()
    actor = Actor("person", person_id, link=link)
    return Context(actor, "zh-CN", new_id("req"), ctx.traceparent)


def verifier() -> TokenVerifier:
    """The gateway's, with membership's public key."""
    tokens = AccessTokens(PEM)
    described = jwt.algorithms.ECAlgorithm.to_jwk(tokens._key.public_key(), as_dict=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "keys.json"
        path.write_text(json.dumps({"keys": [{**described, "kid": tokens.key_id}]}))
        return TokenVerifier(path)


def look(world: World, visitor: Context) -> dict[str, Any]:
    return world.ask(world.app.links.get, membership.GET_LINK, visitor)


def renew(
    world: World, visitor: Context, membership_id: str, plan_id: str | None = None
) -> dict[str, Any]:
    asked = {"membership_id": membership_id, "plan_id": plan_id}
    use_case = world.app.memberships.start_renewal
    return world.ask(use_case, membership.START_RENEWAL, visitor, **asked)


def code_of(call: Callable[..., Any], *arguments: Any) -> str:
    with pytest.raises(DomainError) as refused:
        call(*arguments)
    return refused.value.code


def test_a_link_to_pay_says_what_a_screen_needs(world: World) -> None:
    """Purchase, deadline and whose community it is; nothing about the person."""
    asked = to_pay(world)
    shown = look(world, followed(world, asked))
    application = world.application(asked["about_id"])
    expires_at = dt.datetime.fromisoformat(shown.pop("expires_at"))
    lasts = dt.datetime.fromisoformat(application["pay_by"]) - world.clock.now()
    assert abs(expires_at - real_now() - lasts) < dt.timedelta(minutes=1)
    assert shown == {
        "purpose": "pay",
        "about": {"kind": "application", "id": asked["about_id"]},
        "object": {"kind": "purchase", "id": application["purchase_id"]},
        "community_id": world.community["id"],
        "community_name": world.community["name"],
        "until": application["pay_by"],
    }


def test_nothing_is_signed_where_nothing_is_left_to_do(world: World) -> None:
    """Not approved, too late, another person's, nothing there; the mail leads to the page then."""
    waiting = world.apply(world.person())["id"]
    stranger = world.person().require_person()
    asked = to_pay(world)
    for one in (
        {**asked, "about_id": waiting},
        {**asked, "about_id": new_id("app")},
        {**asked, "person_id": stranger},
        {**to_renew(world, world.member()), "person_id": stranger},
        {**to_renew(world, world.member()), "about_id": new_id("mbr")},
        to_decline(world, world.clock.now()),
    ):
        assert sign(world, one) is None, one
    assert sign(world, asked) is not None
    world.clock.advance(dt.timedelta(days=60))
    assert sign(world, asked) is None


def test_no_link_lasts_longer_than_a_month(world: World) -> None:
    visitor = followed(world, to_decline(world, world.clock.now() + dt.timedelta(days=90)))
    link = visitor.actor.link
    assert link is not None
    assert 0 <= real_now().timestamp() + 30 * 86_400 - link.expires_at < 60


def test_what_is_done_is_used(world: World) -> None:
    """Whoever did it, by the link or signed in."""
    ctx = world.person()
    asked = to_pay(world, ctx)
    visitor = followed(world, asked)
    world.deliver(payments.ORDER_PAID, world.order(world.application(asked["about_id"])))
    assert code_of(look, world, visitor) == LINK_USED.code

    kept = to_decline(world, world.clock.now() + dt.timedelta(days=1))
    visitor = followed(world, kept)
    Neighbours.SEATS.add(kept["about_id"])
    assert look(world, visitor)["object"] == {"kind": "offer", "id": kept["object_id"]}
    Neighbours.SEATS.discard(kept["about_id"])
    assert code_of(look, world, visitor) == LINK_USED.code


def test_a_seat_is_paid_by_a_link_while_it_is_kept(world: World) -> None:
    """Its message knows purchase and deadline; the events service whether it is still kept."""
    asked = to_pay_seat(world, world.clock.now() + dt.timedelta(hours=23))
    visitor = followed(world, asked)
    Neighbours.SEATS.add(asked["about_id"])
    shown = look(world, visitor)
    assert shown["about"] == {"kind": "registration", "id": asked["about_id"]}
    assert shown["object"] == {"kind": "purchase", "id": asked["object_id"]}
    assert shown["until"] == asked["until"]
    Neighbours.SEATS.discard(asked["about_id"])
    assert code_of(look, world, visitor) == LINK_USED.code
    Neighbours.SEATS.add(asked["about_id"])
    world.clock.advance(dt.timedelta(days=1))  # another offer of the same registration
    assert code_of(look, world, visitor) == LINK_USED.code
    assert sign(world, to_pay_seat(world, world.clock.now())) is None


def test_a_link_renews_one_term_of_one_membership(world: World) -> None:
    """The same purchase until it is paid; the term after that one is another link's."""
    member, other = world.member(), world.member()
    go_to(world, "2027-02-20")
    visitor = followed(world, to_renew(world, member))
    assert look(world, visitor)["object"] == {"kind": "membership", "id": member["id"]}
    started = renew(world, visitor, member["id"])
    assert renew(world, visitor, member["id"])["purchase_id"] == started["purchase_id"]
    assert code_of(renew, world, visitor, other["id"]) == LINK_ELSEWHERE.code
    pay_renewal(world, member["id"])
    go_to(world, "2028-02-20")  # when the next one could be opened
    assert code_of(renew, world, visitor, member["id"]) == LINK_USED.code
    assert code_of(look, world, visitor) == LINK_USED.code
    assert world.membership(member["id"])["purchase_id"] is None


def test_a_link_names_no_plan_and_shows_no_profile(world: World) -> None:
    """Another plan, and what is known of a member, are for who signs in."""
    plan = world.sell(plan_id=world.plan_id)
    member = world.member()
    other = world.sell(free=True)
    world.database.memberships.update_one(
        {"_id": member["id"]}, {"$set": {"city": "杭州", "details": {"ward": "3"}}}
    )
    go_to(world, "2027-02-20")
    visitor = followed(world, to_renew(world, member))
    for named in (plan, other):
        assert code_of(renew, world, visitor, member["id"], named) == LINK_ELSEWHERE.code
    for started in (renew(world, visitor, member["id"]), renew(world, visitor, member["id"])):
        assert (started["id"], started["purchase_id"] is None) == (member["id"], False)
        hidden = {started[name] for name in ("number", "segment", "city", "company", "joined_on")}
        assert (hidden, started["details"]) == ({None}, {})


def test_a_link_for_something_else_renews_nothing(world: World) -> None:
    member = world.member()
    go_to(world, "2027-02-20")
    ctx = world.person()
    paying = following(ctx, "pay", member["id"])
    assert code_of(renew, world, paying, member["id"]) == LINK_ELSEWHERE.code
    strangers = following(ctx, "renew", member["id"], after="2027-03-01")
    assert code_of(renew, world, strangers, member["id"]) == "request.object_not_found"


def test_nobody_looks_without_a_link(world: World) -> None:
    assert code_of(look, world, anybody()) == LINK_UNKNOWN.code
    assert code_of(look, world, world.person()) == LINK_UNKNOWN.code


def test_links_end_with_their_person(world: World) -> None:
    """O-6: what they were for is withdrawn as well."""
    ctx = world.person()
    member = world.member(ctx)
    go_to(world, "2027-02-20")
    visitor = followed(world, to_renew(world, member))
    ask(world, "start_mine", ctx)
    pass_time(world, WEEK)
    assert code_of(look, world, visitor) == LINK_UNKNOWN.code
    assert code_of(renew, world, visitor, member["id"]) == LINK_USED.code
