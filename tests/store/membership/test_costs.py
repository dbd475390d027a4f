"""What each operation of membership costs, counted against its declaration."""

import base64
import dataclasses
import datetime as dt
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pymongo.database import Database

from chassis.context import Context
from chassis.ids import first_id_at, made_at
from chassis.mongo import Document
from contracts import membership, payments
from contracts.files import PART_BYTES
from contracts.records import Event
from contracts.text import rfc3339
from deploy.local.nodes import Nodes
from services.membership.service import SERVICE
from services.membership.store import SCHEMA
from tests.kit.costs import Driven, Meter, Scenario, Scenarios, check
from tests.kit.databases import migrated
from tests.kit.existing import existing
from tests.kit.passes import OnePass
from tests.store.membership.test_api_keys import digest_of, made_key
from tests.store.membership.test_email_changes import both, changed, started
from tests.store.membership.test_identities import (
    PAGES,
    PHONE,
    come,
    link_code,
    sms,
    wechat,
    with_ways,
)
from tests.store.membership.test_identities import start as begin_elsewhere
from tests.store.membership.test_imports import HEADER, lines, take_in
from tests.store.membership.test_invitations import accept, invite
from tests.store.membership.test_links import followed, to_pay, to_renew
from tests.store.membership.test_names import named
from tests.store.membership.test_screening import SCREENING, block
from tests.store.membership.test_screening import rules as screening_rules
from tests.store.membership.test_sign_in import code, finish, start
from tests.store.membership.test_terms import renew
from tests.store.membership.test_uploads import begin, png, send
from tests.store.membership.test_vouching import code_of as vouching_code
from tests.store.membership.test_vouching import vouch
from tests.store.membership.world import FORM, Neighbours, World, anybody, encoded

COSTS = Scenarios(SERVICE)
METER = Meter()
Asked = tuple[Context, dict[str, Any]]
Told = tuple[Event, dict[str, Any]]
PAGE: dict[str, Any] = {"after": None, "limit": 50}
REASON = {"code": "references_missing", "text": "请补充两位同行的推荐。"}


@pytest.fixture(scope="module")
def schema_database(nodes: Nodes) -> Iterator[Database[Document]]:
    with migrated(nodes, SCHEMA, [METER]) as database:
        yield database


# ── Signing in, and oneself ─────────────────────────────────────────────────────────────────────


def opened(world: World) -> tuple[str, str]:
    """A challenge and its code."""
    challenge = start(world)["challenge_id"]
    return challenge, code(world, challenge)


def in_hand(world: World) -> None:
    """The process has a share of both budgets, whatever the minute does."""
    sign_in = world.app.sign_in
    for budget in (*sign_in.budgets["email"], *sign_in.budgets["phone"]):
        budget._share, budget._share_ends = 10, time.monotonic() + 60


@COSTS.rpc(membership.START_SIGN_IN, "a share of the minute is taken")
def _(world: World) -> Asked:
    world.person("li@example.com")
    return anybody(), {"email": "li@example.com", "locale": "zh-CN"}


@COSTS.rpc(membership.START_SIGN_IN)
def _(world: World) -> Asked:
    world.person("li@example.com")
    in_hand(world)
    return anybody(), {"email": "li@example.com", "locale": "zh-CN"}


@COSTS.rpc(membership.START_SIGN_IN, "of a stranger")
def _(world: World) -> Asked:
    in_hand(world)
    return anybody(), {"email": "li@example.com", "locale": "zh-CN"}


@COSTS.rpc(membership.START_SIGN_IN, "of a stranger beyond their share")
def _(world: World) -> Asked:
    in_hand(world)
    strangers = world.app.sign_in.budgets["email"].strangers
    # As this process has heard before.
    strangers._share, strangers._refused_until = 0, time.monotonic() + 60
    return anybody(), {"email": "li@example.com", "locale": "zh-CN"}


@COSTS.rpc(membership.FETCH_SIGN_IN_CODE)
def _(world: World) -> Asked:
    return Context.for_system("notifications"), {"challenge_id": opened(world)[0]}


@COSTS.rpc(membership.FINISH_SIGN_IN, "a known person")
def _(world: World) -> Asked:
    world.person("li@example.com")
    challenge, digits = opened(world)
    return anybody(), {"challenge_id": challenge, "code": digits}


@COSTS.rpc(membership.FINISH_SIGN_IN, "for the first time")
def _(world: World) -> Asked:
    challenge, digits = opened(world)
    return anybody(), {"challenge_id": challenge, "code": digits}


@COSTS.rpc(membership.START_PHONE_SIGN_IN)
def _(world: World) -> Asked:
    world.app.sign_in._phone_countries = ("+86",)
    in_hand(world)
    return anybody(), {"phone": PHONE, "locale": "zh-CN"}


@COSTS.rpc(membership.FINISH_SIGN_IN, "by phone, for the first time")
def _(world: World) -> Asked:
    challenge = sms(world)
    return anybody(), {"challenge_id": challenge, "code": code(world, challenge)}


@COSTS.rpc(membership.LIST_WAYS)
def _(world: World) -> Asked:
    return anybody(), {}


@COSTS.rpc(membership.START_AT_WAY)
def _(world: World) -> Asked:
    with_ways(world)
    return anybody(), {**PAGES, "way": "company"}


def back_with(world: World, ctx: Context | None = None) -> dict[str, Any]:
    """What somebody brings who was at a provider."""
    with_ways(world).people["c1"] = wechat("wx1", "li")
    started = begin_elsewhere(world, ctx=ctx)
    told = {name: started[name] for name in ("state", "browser_secret")}
    return {**told, "way": "wechat-website", "code": "c1"}


@COSTS.rpc(membership.FINISH_AT_WAY, "for the first time")
def _(world: World) -> Asked:
    return anybody(), back_with(world)


@COSTS.rpc(membership.FINISH_AT_WAY, "a known person")
def _(world: World) -> Asked:
    with_ways(world).people["c1"] = wechat("wx1", "li")
    come(world, begin_elsewhere(world), "c1")
    return anybody(), back_with(world)


@COSTS.rpc(membership.START_LINKING)
def _(world: World) -> Asked:
    with_ways(world)
    return world.person(), {**PAGES, "way": "company"}


@COSTS.rpc(membership.FINISH_LINKING)
def _(world: World) -> Asked:
    person = world.person()
    return person, back_with(world, person)


@COSTS.rpc(membership.LINK_BY_CODE)
def _(world: World) -> Asked:
    challenge = sms(world)
    return world.person(), {"challenge_id": challenge, "code": code(world, challenge)}


@COSTS.rpc(membership.LIST_MY_IDENTITIES)
def _(world: World) -> Asked:
    person = world.person()
    link_code(world, sms(world), person)
    return person, {}


@COSTS.rpc(membership.UNLINK_IDENTITY)
def _(world: World) -> Asked:
    person = world.person()
    return person, {"identity_id": link_code(world, sms(world), person)["identities"][0]["id"]}


@COSTS.rpc(membership.REFRESH_SESSION)
def _(world: World) -> Asked:
    return anybody(), {"refresh_token": finish(world, *opened(world))["refresh_token"]}


@COSTS.rpc(membership.END_SESSION)
def _(world: World) -> Asked:
    tokens = finish(world, *opened(world))
    ctx = world.person("li@example.com")
    session = tokens["refresh_token"].partition(".")[0]
    return as_session(ctx, session), {}


@COSTS.rpc(membership.LIST_MY_SESSIONS)
def _(world: World) -> Asked:
    finish(world, *opened(world))
    return world.person("li@example.com"), PAGE


@COSTS.rpc(membership.END_MY_SESSION)
def _(world: World) -> Asked:
    tokens = finish(world, *opened(world))
    session = tokens["refresh_token"].partition(".")[0]
    return world.person("li@example.com"), {"session_id": session}


def with_key(world: World) -> tuple[str, str]:
    """The digest of a new API key, and its id."""
    made = made_key(world)
    return digest_of(made["key"]), made["id"]


@COSTS.rpc(membership.CREATE_API_KEY)
def _(world: World) -> Asked:
    about = {"name": "site", "roles": ["host"], "scopes": ["meetups:read"]}
    return world.owner, {"community_id": world.community["id"], **about}


@COSTS.rpc(membership.LIST_API_KEYS)
def _(world: World) -> Asked:
    with_key(world)
    return world.owner, {"community_id": world.community["id"], **PAGE}


@COSTS.rpc(membership.CREATE_SYSTEM_API_KEY)
def _(world: World) -> Asked:
    return operator(world), {"name": "site", "scopes": ["meetups:read"]}


@COSTS.rpc(membership.LIST_SYSTEM_API_KEYS)
def _(world: World) -> Asked:
    return operator(world), PAGE


@COSTS.rpc(membership.REVOKE_API_KEY)
def _(world: World) -> Asked:
    return world.owner, {"api_key_id": with_key(world)[1]}


@COSTS.rpc(membership.RESOLVE_API_KEY, "first use in an hour")
def _(world: World) -> Asked:
    return anybody(), {"digest": with_key(world)[0]}


@COSTS.rpc(membership.RESOLVE_API_KEY)
def _(world: World) -> Asked:
    digest, _ = with_key(world)
    world.ask(world.app.api_keys.resolve, membership.RESOLVE_API_KEY, anybody(), digest=digest)
    return anybody(), {"digest": digest}


@COSTS.rpc(membership.END_MY_SESSIONS)
def _(world: World) -> Asked:
    person = finish(world, *opened(world))["person_id"]
    ctx = world.person("li@example.com")
    assert ctx.require_person() == person
    return ctx, {}


@COSTS.rpc(membership.END_SESSIONS)
def _(world: World) -> Asked:
    return operator(world), {"person_id": finish(world, *opened(world))["person_id"]}


@COSTS.rpc(membership.GET_ME)
def _(world: World) -> Asked:
    return world.person(), {}


@COSTS.rpc(membership.GET_ME, "with roles")
def _(world: World) -> Asked:
    return world.owner, {"include": "roles"}


@COSTS.rpc(membership.CHANGE_ME)
def _(world: World) -> Asked:
    return world.person(), {"name": "李伟", "expected_version": 1}


@COSTS.rpc(membership.GET_API_KEY_NAMES)
def _(world: World) -> Asked:
    asked = {"community_id": world.community["id"], "api_key_ids": [with_key(world)[1]]}
    return Context.for_system("notifications"), asked


@COSTS.rpc(membership.LIST_HOLDERS)
def _(world: World) -> Asked:
    asked = {"community_id": world.community["id"], "roles": ["owner", "treasurer"]}
    return Context.for_system("notifications"), asked


@COSTS.rpc(membership.SEES_COMMUNITY, "hidden, to an applicant")
def _(world: World) -> Asked:
    applicant = world.person()
    world.apply(applicant)
    _changed(world, visibility="hidden")
    asked = {"community_id": world.community["id"], "person_id": applicant.require_person()}
    return Context.for_system("payments"), asked


@COSTS.rpc(membership.GET_RECIPIENT)
def _(world: World) -> Asked:
    person = world.person().require_person()
    return Context.for_system("notifications"), {"person_id": person, "purpose": "transactional"}


@COSTS.rpc(membership.SIGN_LINK, "to pay")
def _(world: World) -> Asked:
    return Context.for_system("notifications"), to_pay(world)


@COSTS.rpc(membership.SIGN_LINK, "to renew")
def _(world: World) -> Asked:
    return Context.for_system("notifications"), to_renew(world, world.member())


@COSTS.rpc(membership.GET_LINK)
def _(world: World) -> Asked:
    return followed(world, to_pay(world)), {}


@COSTS.rpc(membership.GET_DECISION_WORDS)
def _(world: World) -> Asked:
    application = world.apply(world.person())["id"]
    told = {"application_id": application, "reason": "full", "message": "next year"}
    world.ask(world.app.reviews.reject, membership.REJECT_APPLICATION, world.reviewers[0], **told)
    asked = {"application_id": application, "at": rfc3339(world.clock.now())}
    return Context.for_system("notifications"), asked


@COSTS.rpc(membership.GET_NAMES, "of fifty people")
def _(world: World) -> Asked:
    take_in(world, HEADER + lines(1, 50))
    world.app.import_runs.run(OnePass(world.clock.now(), "membership"))
    people = world.database["memberships"].distinct("person_id")
    assert len(people) == 50
    asked = {**community(world), "person_ids": people, "purpose": "registrations"}
    return Context.for_system("events"), asked


@COSTS.rpc(membership.FIND_PEOPLE)
def _(world: World) -> Asked:
    world.member(named(world, "李小龙"))
    world.member(named(world, "李伟"))
    asked = {**community(world), "search": "li", "purpose": "orders"}
    return Context.for_system("payments"), asked


@COSTS.rpc(membership.GET_STANDING)
def _(world: World) -> Asked:
    asked = {"community_id": world.community["id"], "person_id": world.owner.require_person()}
    return Context.for_system("payments"), asked


@COSTS.rpc(membership.LIST_STANDINGS)
def _(world: World) -> Asked:
    return Context.for_system("payments"), PAGE


# ── Communities and roles ───────────────────────────────────────────────────────────────────────


def operator(world: World) -> Context:
    """Somebody signed in who operates the system."""
    email = "operator@example.com"
    world.app.operators.create(email, "en", Context.for_operator("membership"))
    return world.person(email)


@COSTS.rpc(membership.CREATE_COMMUNITY)
def _(world: World) -> Asked:
    asked = {"slug": "lawyers", "name": "律师", "form": FORM, "owner_email": "an@example.com"}
    return operator(world), asked


@COSTS.rpc(membership.GET_COMMUNITY)
def _(world: World) -> Asked:
    return anybody(), community(world)


@COSTS.rpc(membership.LIST_COMMUNITIES)
def _(world: World) -> Asked:
    return anybody(), PAGE


@COSTS.rpc(membership.LIST_COMMUNITIES, "for somebody signed in")
def _(world: World) -> Asked:
    return world.owner, PAGE


@COSTS.rpc(membership.LIST_COMMUNITIES, "by its slug")
def _(world: World) -> Asked:
    return anybody(), {**PAGE, "slug": "doctors"}


@COSTS.rpc(membership.GET_COMMUNITY, "hidden, for an applicant")
def _(world: World) -> Asked:
    applicant = world.person()
    world.apply(applicant)
    _changed(world, visibility="hidden")
    return applicant, community(world)


@COSTS.rpc(membership.CHANGE_COMMUNITY)
def _(world: World) -> Asked:
    asked = {**community(world), "expected_version": 1}
    return world.owner, {**asked, "name": "医者", "policy": {"grace_days": 9}}


@COSTS.rpc(membership.CHANGE_COMMUNITY, "simulated")
def _(world: World) -> Asked:
    asked = {**community(world), "expected_version": 1, "simulate": True}
    return world.owner, {**asked, "policy": {"grace_days": 9}}


@COSTS.rpc(membership.CHANGE_LINK_HOSTS)
def _(world: World) -> Asked:
    asked = {**community(world), "expected_version": 1}
    return operator(world), {**asked, "link_hosts": ["club.example.com"]}


@COSTS.rpc(membership.GET_POLICY)
def _(world: World) -> Asked:
    return anybody(), {**community(world), "policy_version": 1}


@COSTS.rpc(membership.GET_POLICY, "a former one")
def _(world: World) -> Asked:
    _changed(world, policy={"grace_days": 9})
    return anybody(), {**community(world), "policy_version": 1}


@COSTS.rpc(membership.LIST_OPERATORS)
def _(world: World) -> Asked:
    return operator(world), PAGE


@COSTS.rpc(membership.GRANT_OPERATOR)
def _(world: World) -> Asked:
    world.person("sun@example.com")
    return operator(world), {"email": "sun@example.com"}


@COSTS.rpc(membership.REVOKE_OPERATOR)
def _(world: World) -> Asked:
    ctx = operator(world)
    grant = world.app.operators.grant
    world.ask(grant, membership.GRANT_OPERATOR, ctx, email="sun@example.com")
    return ctx, {"person_id": ctx.require_person()}


@COSTS.rpc(membership.CHANGE_FORM)
def _(world: World) -> Asked:
    return world.owner, {**community(world), "form": FORM, "expected_version": 1}


@COSTS.rpc(membership.GET_REASONS)
def _(world: World) -> Asked:
    return world.reviewers[0], community(world)


@COSTS.rpc(membership.CHANGE_REASONS)
def _(world: World) -> Asked:
    return world.owner, {**community(world), "reasons": [REASON], "expected_version": 1}


@COSTS.rpc(membership.GET_FORM)
def _(world: World) -> Asked:
    return anybody(), {**community(world), "form_version": 1}


@COSTS.rpc(membership.GRANT_ROLE, "for a known address")
def _(world: World) -> Asked:
    world.person("sun@example.com")
    return world.owner, {**community(world), "email": "sun@example.com", "role": "reviewer"}


@COSTS.rpc(membership.GRANT_ROLE, "for an unknown address")
def _(world: World) -> Asked:
    return world.owner, {**community(world), "email": "sun@example.com", "role": "reviewer"}


@COSTS.rpc(membership.REVOKE_ROLE)
def _(world: World) -> Asked:
    reviewer = world.reviewers[0].require_person()
    return world.owner, {**community(world), "person_id": reviewer, "role": "reviewer"}


@COSTS.rpc(membership.GET_COMMUNITY_HISTORY)
def _(world: World) -> Asked:
    return world.owner, {**community(world), **PAGE}


@COSTS.rpc(membership.GET_ROLE_HISTORY)
def _(world: World) -> Asked:
    person = world.reviewers[0].require_person()
    return world.owner, {**community(world), "person_id": person, **PAGE}


@COSTS.rpc(membership.LIST_ROLES)
def _(world: World) -> Asked:
    return world.owner, {**community(world), **PAGE}


def _changed(world: World, **asked: Any) -> None:
    request = {**community(world), **asked, "expected_version": 1}
    world.ask(world.app.communities.change, membership.CHANGE_COMMUNITY, world.owner, **request)


def community(world: World) -> dict[str, Any]:
    return {"community_id": world.community["id"]}


def as_session(ctx: Context, session: str) -> Context:
    return dataclasses.replace(ctx, actor=dataclasses.replace(ctx.actor, session_id=session))


# ── Applications and reviews ────────────────────────────────────────────────────────────────────


def draft(world: World) -> Asked:
    """Somebody's application that is not handed in; the form that it answers was read before."""
    ctx = world.person()
    form = {**community(world), "form_version": 1}
    world.ask(world.app.communities.get_form, membership.GET_FORM, ctx, **form)
    asked = {**community(world), "answers": {"city": "上海"}, "submit": False}
    create = world.app.applications.create
    return ctx, world.ask(create, membership.CREATE_APPLICATION, ctx, **asked)


def applied(world: World) -> Asked:
    """An application that was handed in, and who applied."""
    ctx = world.person()
    return ctx, {"application_id": world.apply(ctx)["id"]}


def of_reviewer(world: World) -> Asked:
    return world.reviewers[0], applied(world)[1]


def beyond_the_reviewers(world: World) -> dict[str, Any]:
    """An application that needs more verdicts than there are reviewers."""
    asked = applied(world)[1]
    needed = {"round.policy.reviewers_needed": 7, "round.policy.approvals_needed": 4}
    world.database.applications.update_many({}, {"$set": needed})
    return dict(asked)


@COSTS.rpc(membership.CREATE_APPLICATION, "handed in")
def _(world: World) -> Asked:
    return world.person(), {**community(world), "answers": {"city": "上海"}, "submit": True}


@COSTS.rpc(membership.CREATE_APPLICATION, "a draft")
def _(world: World) -> Asked:
    return world.person(), {**community(world), "answers": {"city": "上海"}, "submit": False}


@COSTS.rpc(membership.CREATE_APPLICATION, "screened")
def _(world: World) -> Asked:
    screening_rules(world, *SCREENING)
    block(world, kind="email", email="blocked@example.com")
    answers = {"city": "上海", "license": "13800138000"}
    ctx = named(world, "李小龙")
    return ctx, {**community(world), "answers": answers, "submit": True}


@COSTS.rpc(membership.GET_SCREENING)
def _(world: World) -> Asked:
    screening_rules(world, *SCREENING)
    return world.owner, community(world)


@COSTS.rpc(membership.CHANGE_SCREENING)
def _(world: World) -> Asked:
    return world.owner, {**community(world), "rules": SCREENING, "expected_version": 0}


@COSTS.rpc(membership.TRY_SCREENING)
def _(world: World) -> Asked:
    for license in ("1", "2"):
        world.apply(named(world, "李小龙"), city="上海", license=license)
    block(world, kind="email", email="blocked@example.com")
    return world.owner, {**community(world), "rules": SCREENING}


@COSTS.rpc(membership.CREATE_BLOCK)
def _(world: World) -> Asked:
    person_id = world.apply(world.person())["person_id"]
    whom = {"kind": "person", "person_id": person_id}
    asked = {"whom": whom, "reason": "bothers people"}
    return world.owner, {**community(world), **asked}


@COSTS.rpc(membership.CREATE_BLOCK, "a ban")
def _(world: World) -> Asked:
    held = world.member(world.person())
    whom = {"kind": "person", "person_id": held["person_id"]}
    return world.owner, {**community(world), "whom": whom, "reason": "bothers people", "ban": True}


def vouched_for(world: World) -> tuple[Context, Context, dict[str, Any], str]:
    """A member, and an applicant with their application and its code."""
    _changed(world, policy={"vouching": "first", "vouch_after_days": 0})
    member, ctx = world.person(), world.person()
    world.member(member)
    application = world.apply(ctx)
    return member, ctx, application, vouching_code(world, ctx, application)


@COSTS.rpc(membership.GET_VOUCHING_CODE)
def _(world: World) -> Asked:
    _, ctx, application, _ = vouched_for(world)
    return ctx, {"application_id": application["id"]}


@COSTS.rpc(membership.CREATE_VOUCH)
def _(world: World) -> Asked:
    member, _, _, code = vouched_for(world)
    return member, {"code": code, "words": "Five years"}


@COSTS.rpc(membership.TAKE_BACK_VOUCH)
def _(world: World) -> Asked:
    member, _, application, code = vouched_for(world)
    vouch(world, member, code)
    return member, {"application_id": application["id"]}


@COSTS.rpc(membership.LIST_MY_VOUCHES)
def _(world: World) -> Asked:
    member, _, _, code = vouched_for(world)
    vouch(world, member, code)
    return member, PAGE


@COSTS.rpc(membership.GET_VOUCHER_RECORD)
def _(world: World) -> Asked:
    member, _, _, code = vouched_for(world)
    vouch(world, member, code)
    return world.owner, {**community(world), "person_id": member.actor.person_id}


@COSTS.rpc(membership.CREATE_INVITATION)
def _(world: World) -> Asked:
    return world.owner, {**community(world), "label": "dinner"}


@COSTS.rpc(membership.LIST_INVITATIONS)
def _(world: World) -> Asked:
    for _ in range(3):
        accept(world, invite(world))
    return world.owner, {**community(world), **PAGE}


@COSTS.rpc(membership.READ_INVITATION)
def _(world: World) -> Asked:
    return anybody(), {"code": invite(world)["code"]}


@COSTS.rpc(membership.REVOKE_INVITATION)
def _(world: World) -> Asked:
    return world.owner, {**community(world), "invitation_id": invite(world)["id"]}


@COSTS.rpc(membership.CREATE_APPLICATION, "by an invitation that approves")
def _(world: World) -> Asked:
    _changed(world, policy={"invitations_skip_review": True})
    code = invite(world, skips_review=True)["code"]
    answers = {"city": "上海"}
    asked = {"answers": answers, "submit": True, "invitation": code}
    return world.person(), {**community(world), **asked}


@COSTS.rpc(membership.WITHDRAW_APPLICATION, "of who was invited")
def _(world: World) -> Asked:
    ctx = world.person()
    return ctx, {"application_id": accept(world, invite(world), ctx)["id"]}


@COSTS.rpc(membership.LIST_BLOCKS)
def _(world: World) -> Asked:
    for number in range(3):
        block(world, kind="name", name=f"Somebody {number}")
    return world.owner, {**community(world), **PAGE}


@COSTS.rpc(membership.REMOVE_BLOCK)
def _(world: World) -> Asked:
    made = block(world, kind="email", email="blocked@example.com")
    return world.owner, {**community(world), "block_id": made["id"]}


@COSTS.rpc(membership.CHANGE_APPLICATION)
def _(world: World) -> Asked:
    ctx, made = draft(world)
    changes = {"answers": {"city": "北京"}, "expected_version": made["version"]}
    return ctx, {"application_id": made["id"], **changes}


@COSTS.rpc(membership.CHANGE_APPLICATION, "of an approved one")
def _(world: World) -> Asked:
    ctx = world.person()
    made = world.approved(ctx)
    world.database.communities.update_many({}, {"$set": {"policy.reopen": "until_paid"}})
    changes = {"answers": {"city": "北京"}, "expected_version": made["version"]}
    return ctx, {"application_id": made["id"], **changes}


@COSTS.rpc(membership.CHOOSE_APPLICATION_PLAN)
def _(world: World) -> Asked:
    ctx, made = draft(world)
    named = {"plan_id": world.sell(), "expected_version": made["version"]}
    return ctx, {"application_id": made["id"], **named}


@COSTS.rpc(membership.SUBMIT_APPLICATION)
def _(world: World) -> Asked:
    ctx, made = draft(world)
    return ctx, {"application_id": made["id"]}


@COSTS.rpc(membership.WITHDRAW_APPLICATION)
def _(world: World) -> Asked:
    return applied(world)


@COSTS.rpc(membership.GET_APPLICATION, "for its applicant")
def _(world: World) -> Asked:
    return applied(world)


@COSTS.rpc(membership.GET_APPLICATION, "for a reviewer")
def _(world: World) -> Asked:
    return of_reviewer(world)


@COSTS.rpc(membership.GET_APPLICATION_HISTORY)
def _(world: World) -> Asked:
    reviewer, asked = of_reviewer(world)
    return reviewer, {**asked, **PAGE}


@COSTS.rpc(membership.LIST_MY_APPLICATIONS)
def _(world: World) -> Asked:
    return applied(world)[0], PAGE


@COSTS.rpc(membership.LIST_APPLICATIONS)
def _(world: World) -> Asked:
    applied(world)
    applied(world)
    return world.reviewers[0], {**community(world), **PAGE}


@COSTS.rpc(membership.LIST_APPLICATIONS, "with how many there are")
def _(world: World) -> Asked:
    return of_reviewer(world)[0], {**community(world), **PAGE, "count": True}


@COSTS.rpc(membership.LIST_APPLICATIONS, "of one source")
def _(world: World) -> Asked:
    world.apply(world.person(), source="poster-2026")
    return world.reviewers[0], {**community(world), **PAGE, "source": "poster-2026"}


@COSTS.rpc(membership.LIST_APPLICATIONS, "found by name")
def _(world: World) -> Asked:
    world.apply(named(world, "李小龙"))
    world.apply(named(world, "李伟"))
    return world.reviewers[0], {**community(world), **PAGE, "search": "li"}


@COSTS.rpc(membership.CLAIM_APPLICATION)
def _(world: World) -> Asked:
    return of_reviewer(world)


@COSTS.rpc(membership.APPROVE_APPLICATION)
def _(world: World) -> Asked:
    return of_reviewer(world)


@COSTS.rpc(membership.REJECT_APPLICATION)
def _(world: World) -> Asked:
    ctx, asked = of_reviewer(world)
    return ctx, {**asked, "reason": "not_a_fit", "message": "下次再见"}


@COSTS.rpc(membership.REJECT_APPLICATION, "by a reason of the community")
def _(world: World) -> Asked:
    kept = {**community(world), "reasons": [REASON], "expected_version": 1}
    world.ask(world.app.reasons.change, membership.CHANGE_REASONS, world.owner, **kept)
    ctx, asked = of_reviewer(world)
    return ctx, {**asked, "reason": REASON["code"]}


@COSTS.rpc(membership.DECIDE_APPLICATION)
def _(world: World) -> Asked:
    asked = beyond_the_reviewers(world)
    world.app.rounds.settle(OnePass(world.clock.now(), "membership"))
    return world.owner, {**asked, "verdict": "approve", "note": "我认识她。"}


@COSTS.rpc(membership.DECLARE_CONFLICT)
def _(world: World) -> Asked:
    return of_reviewer(world)


@COSTS.rpc(membership.UNDO_DECISION)
def _(world: World) -> Asked:
    ctx, asked = of_reviewer(world)
    world.approve(asked["application_id"], ctx)
    return ctx, asked


@COSTS.rpc(membership.REOPEN_APPLICATION)
def _(world: World) -> Asked:
    made = world.approved()
    world.clock.advance(dt.timedelta(hours=73))
    world.app.application_deadlines.advance(OnePass(world.clock.now(), "membership"))
    return world.owner, {"application_id": made["id"]}


@COSTS.job("settle_applications", "one that an owner decides")
def _(world: World) -> None:
    beyond_the_reviewers(world)


@COSTS.job("remind_reviewers", "one community")
def _(world: World) -> None:
    _changed(world, policy={"decide_within_hours": 1})
    applied(world)
    world.clock.advance(dt.timedelta(hours=2))


@COSTS.rpc(membership.REQUEST_INFO)
def _(world: World) -> Asked:
    ctx, asked = of_reviewer(world)
    return ctx, {**asked, "message": "请补充执业经历。", "questions": ["license"]}


@COSTS.rpc(membership.DECIDE_APPLICATIONS, "on three")
def _(world: World) -> Asked:
    seen = [world.apply(world.person()) for _ in range(3)]
    named = [{"application_id": one["id"], "version": one["version"]} for one in seen]
    said = {"decision": "reject", "reason": "full", "message": "下期再来。"}
    return world.reviewers[0], {**community(world), **said, "applications": named}


@COSTS.rpc(membership.ADD_NOTE)
def _(world: World) -> Asked:
    ctx, asked = of_reviewer(world)
    return ctx, {**asked, "text": "在年会上见过。"}


@COSTS.rpc(membership.LIST_NOTES)
def _(world: World) -> Asked:
    ctx, asked = of_reviewer(world)
    for text in ("one", "two", "three"):
        world.ask(world.app.notes.add, membership.ADD_NOTE, ctx, **asked, text=text)
    return ctx, {**asked, **PAGE}


@COSTS.rpc(membership.REMOVE_NOTE)
def _(world: World) -> Asked:
    ctx, asked = of_reviewer(world)
    made = world.ask(world.app.notes.add, membership.ADD_NOTE, ctx, **asked, text="?")
    return ctx, {**asked, "note_id": made["id"]}


# ── Memberships ─────────────────────────────────────────────────────────────────────────────────


@COSTS.rpc(membership.GET_MEMBERSHIP, "for its person")
def _(world: World) -> Asked:
    ctx = world.person()
    return ctx, {"membership_id": world.member(ctx)["id"]}


@COSTS.rpc(membership.GET_MEMBERSHIP, "for the staff")
def _(world: World) -> Asked:
    return world.owner, {"membership_id": world.member()["id"]}


@COSTS.rpc(membership.LIST_MY_MEMBERSHIPS)
def _(world: World) -> Asked:
    ctx = world.person()
    world.member(ctx)
    return ctx, PAGE


@COSTS.rpc(membership.LIST_MEMBERSHIPS)
def _(world: World) -> Asked:
    world.member()
    world.member()
    return world.owner, {**community(world), **PAGE}


@COSTS.rpc(membership.LIST_MEMBERSHIPS, "with how many there are")
def _(world: World) -> Asked:
    world.member()
    return world.owner, {**community(world), **PAGE, "count": True}


@COSTS.rpc(membership.LIST_MEMBERSHIPS, "found by name")
def _(world: World) -> Asked:
    world.member(named(world, "李小龙"))
    world.member(named(world, "李伟"))
    return world.owner, {**community(world), **PAGE, "search": "li"}


@COSTS.rpc(membership.GET_MEMBERSHIP_HISTORY)
def _(world: World) -> Asked:
    return world.owner, {"membership_id": world.member()["id"], **PAGE}


@COSTS.rpc(membership.GET_MEMBERSHIP_COUNTS)
def _(world: World) -> Asked:
    world.member()
    return world.owner, community(world)


@COSTS.rpc(membership.START_RENEWAL)
def _(world: World) -> Asked:
    ctx, member = renewing(world)
    return ctx, {"membership_id": member["id"]}


@COSTS.rpc(membership.CREATE_IMPORT)
def _(world: World) -> Asked:
    csv = base64.b64encode((HEADER + lines(1, 10)).encode()).decode()
    return world.owner, {**community(world), "csv": csv}


@COSTS.rpc(membership.CHECK_IMPORT)
def _(world: World) -> Asked:
    return world.owner, community(world)


@COSTS.rpc(membership.GET_IMPORT)
def _(world: World) -> Asked:
    return world.owner, {"import_id": take_in(world, HEADER + lines(1, 10))["id"]}


@COSTS.rpc(membership.LIST_IMPORT_ROWS)
def _(world: World) -> Asked:
    taken = take_in(world, HEADER + lines(1, 10))
    world.app.import_runs.run(OnePass(world.clock.now(), "membership"))
    return world.owner, {"import_id": taken["id"], **PAGE}


@COSTS.rpc(membership.CANCEL_MEMBERSHIP)
def _(world: World) -> Asked:
    ctx = world.person()
    return ctx, {"membership_id": world.member(ctx)["id"]}


@COSTS.rpc(membership.KEEP_MEMBERSHIP)
def _(world: World) -> Asked:
    ctx = world.person()
    member = {"membership_id": world.member(ctx)["id"]}
    world.ask(world.app.decisions.cancel, membership.CANCEL_MEMBERSHIP, ctx, **member)
    return ctx, member


def who_may_pause(world: World) -> Asked:
    ctx = world.person()
    pauses = {"$set": {"policy.pause_days": 30}}
    world.database.communities.update_one({"_id": world.community["id"]}, pauses)
    return ctx, {"membership_id": world.member(ctx)["id"]}


@COSTS.rpc(membership.PAUSE_MEMBERSHIP)
def _(world: World) -> Asked:
    return who_may_pause(world)


@COSTS.rpc(membership.RESUME_MEMBERSHIP)
def _(world: World) -> Asked:
    ctx, member = who_may_pause(world)
    world.ask(world.app.decisions.pause, membership.PAUSE_MEMBERSHIP, ctx, **member)
    return ctx, member


@COSTS.rpc(membership.SUSPEND_MEMBERSHIP)
def _(world: World) -> Asked:
    return world.owner, {
        "membership_id": world.member()["id"],
        "until": None,
        "reason": "违反社群公约",
    }


@COSTS.rpc(membership.LIFT_SUSPENSION)
def _(world: World) -> Asked:
    member = {"membership_id": world.member()["id"]}
    suspension = {"until": None, "reason": "违反社群公约"}
    record = membership.SUSPEND_MEMBERSHIP
    world.ask(world.app.decisions.suspend, record, world.owner, **member, **suspension)
    return world.owner, member


@COSTS.rpc(membership.END_MEMBERSHIP)
def _(world: World) -> Asked:
    return world.owner, {"membership_id": world.member()["id"], "reason": "违反社群公约"}


@COSTS.rpc(membership.GIVE_MEMBERSHIP)
def _(world: World) -> Asked:
    plan = {"community_id": world.community["id"], "plan_id": world.sell()}
    return world.owner, {**plan, "email": "sole@example.com", "reason": "创始群主"}


@COSTS.rpc(membership.GIVE_TERM)
def _(world: World) -> Asked:
    member = {"membership_id": world.member()["id"]}
    return world.owner, {**member, "plan_id": world.sell(), "reason": "长期志愿者"}


def renewing(world: World) -> Asked:
    """A member who may renew, a month before the end of the term."""
    ctx = world.person()
    member = world.member(ctx)
    world.clock.advance(dt.timedelta(days=335))
    return ctx, member


# ── What others and time bring ──────────────────────────────────────────────────────────────────


@COSTS.reaction("on_order_paid", "a join")
def _(world: World) -> Told:
    return payments.ORDER_PAID, world.order(world.approved())


@COSTS.reaction("on_order_paid", "a renewal")
def _(world: World) -> Told:
    ctx, member = renewing(world)
    renew(world, ctx, member["id"])
    stored = existing(world.database.memberships.find_one({"_id": member["id"]}))
    term = stored["terms"][-1]
    return payments.ORDER_PAID, world.paid(term["id"], ctx.require_person(), purpose="renew")


@COSTS.reaction("on_plan_described")
def _(world: World) -> Told:
    return payments.PLAN_DESCRIBED, world.described()


@COSTS.reaction("on_order_refunded")
def _(world: World) -> Told:
    order = world.order(world.approved())
    world.deliver(payments.ORDER_PAID, order)
    return payments.ORDER_REFUNDED, world.refunded(order)


# ── Erasure ─────────────────────────────────────────────────────────────────────────────────────


def leaving(world: World) -> Context:
    """A member who asked to be erased."""
    ctx = world.person("li@example.com")
    world.member(ctx)
    world.ask(world.app.erasures.start_mine, membership.START_MY_ERASURE, ctx)
    return ctx


@COSTS.rpc(membership.START_EMAIL_CHANGE, "the first one")
def _(world: World) -> Asked:
    return world.person(), {"email": "new@example.com"}


@COSTS.rpc(membership.START_EMAIL_CHANGE, "in place of another")
def _(world: World) -> Asked:
    ctx = world.person()
    started(world, ctx, "former@example.com")
    return ctx, {"email": "new@example.com"}


@COSTS.rpc(membership.GET_EMAIL_CHANGE)
def _(world: World) -> Asked:
    ctx = world.person()
    started(world, ctx)
    return ctx, {}


@COSTS.rpc(membership.WITHDRAW_EMAIL_CHANGE)
def _(world: World) -> Asked:
    ctx = world.person()
    started(world, ctx)
    return ctx, {}


@COSTS.rpc(membership.CONFIRM_EMAIL_CHANGE)
def _(world: World) -> Asked:
    ctx = world.person()
    return ctx, both(world, started(world, ctx))


@COSTS.rpc(membership.FETCH_EMAIL_CODE)
def _(world: World) -> Asked:
    change_id = started(world, world.person())
    return Context.for_system("notifications"), {"change_id": change_id, "side": "new"}


@COSTS.rpc(membership.GET_CHANGED_EMAIL)
def _(world: World) -> Asked:
    change_id = changed(world, world.person())
    return Context.for_system("notifications"), {"change_id": change_id, "side": "old"}


@COSTS.rpc(membership.START_MY_ERASURE)
def _(world: World) -> Asked:
    ctx = world.person("li@example.com")
    world.member(ctx)
    return ctx, {}


@COSTS.rpc(membership.GET_MY_ERASURE)
def _(world: World) -> Asked:
    return leaving(world), {}


@COSTS.rpc(membership.WITHDRAW_MY_ERASURE)
def _(world: World) -> Asked:
    return leaving(world), {}


@COSTS.rpc(membership.START_ERASURE)
def _(world: World) -> Asked:
    return operator(world), {"person_id": world.person("li@example.com").require_person()}


@COSTS.rpc(membership.GET_ERASURE)
def _(world: World) -> Asked:
    return operator(world), {"person_id": leaving(world).require_person()}


@COSTS.rpc(membership.WITHDRAW_ERASURE)
def _(world: World) -> Asked:
    return operator(world), {"person_id": leaving(world).require_person()}


@COSTS.rpc(membership.EXPORT_MINE, "a person")
def _(world: World) -> Asked:
    return world.person(), PAGE


@COSTS.rpc(membership.EXPORT_PERSON, "a person")
def _(world: World) -> Asked:
    return operator(world), {"person_id": world.person().require_person(), **PAGE}


@COSTS.reaction("on_person_data_erased")
def _(world: World) -> Told:
    person_id = leaving(world).require_person()
    erasure = world.database.erasures.find_one({"person_id": person_id})
    assert erasure is not None
    return payments.PERSON_DATA_ERASED, {"erasure_id": erasure["_id"], "person_id": person_id}


@COSTS.job("erase_people", "a member")
def _(world: World) -> None:
    leaving(world)
    world.clock.advance(dt.timedelta(days=7))


@COSTS.job("advance_applications", "answers go")
def _(world: World) -> None:
    ctx = world.person("li@example.com")
    application = {"application_id": world.apply(ctx)["id"]}
    withdraw = world.app.applications.withdraw
    world.ask(withdraw, membership.WITHDRAW_APPLICATION, ctx, **application)
    world.clock.advance(dt.timedelta(days=180))


@COSTS.job("advance_applications", "a reminder")
def _(world: World) -> None:
    world.approved()
    world.clock.advance(dt.timedelta(hours=49))


@COSTS.job("advance_applications", "a lapse")
def _(world: World) -> None:
    world.approved()
    world.clock.advance(dt.timedelta(hours=49))
    world.app.application_deadlines.advance(OnePass(world.clock.now(), "membership"))
    world.clock.advance(dt.timedelta(hours=24))


@COSTS.job("advance_memberships", "a reminder")
def _(world: World) -> None:
    world.member()
    world.clock.advance(dt.timedelta(days=336))


@COSTS.job("complete_standings", "one of before")
def _(world: World) -> None:
    world.member()
    world.database.community_standings.update_many({}, {"$unset": {"ever_paid_or_imported": ""}})


@COSTS.job("fold_counts", "two commits")
def _(world: World) -> None:
    applied(world)
    applied(world)
    for commit in list(world.database.commits.find({"tally": {"$exists": True}})):
        world.database.commits.delete_one({"_id": commit["_id"]})
        earlier = made_at(commit["_id"]) - dt.timedelta(minutes=1)
        world.database.commits.insert_one({**commit, "_id": first_id_at("cmt", earlier)})


@COSTS.job("verify_counts", "a community")
def _(world: World) -> None:
    world.database.job_state.insert_one({"_id": "verify_counts", "token": 1, "cursor": "before"})


@COSTS.job("verify_names", "one is missing")
def _(world: World) -> None:
    world.apply(named(world, "李小龙"))
    world.database.applications.update_many({}, {"$unset": {"name_keys": ""}})


@COSTS.job("run_imports", "ten rows")
def _(world: World) -> None:
    take_in(world, HEADER + lines(1, 10))


@pytest.mark.parametrize("scenario", COSTS.all, ids=lambda scenario: scenario.row)
def test_costs(
    scenario: Scenario,
    make_world: Callable[..., World],
    monkeypatch: pytest.MonkeyPatch,
    write_costs: bool,
) -> None:
    """Each operation takes exactly what is declared in services/membership/costs.toml."""
    METER.install(monkeypatch)
    world = make_world()
    service = Driven(SERVICE, world.app, world.database, world.clock, Neighbours(), METER)
    counted = scenario.play(world, service)
    check("membership", scenario.kind, scenario.row, counted, write=write_costs)


# ── Profiles, places and audiences ──────────────────────────────────────────────────────────────


@COSTS.rpc(membership.CHANGE_PROFILE)
def _(world: World) -> Asked:
    ctx = world.person()
    member = world.member(ctx)
    seen = {"membership_id": member["id"], "expected_version": member["version"]}
    return ctx, {**seen, "company": "瑞金医院"}


@COSTS.rpc(membership.GET_MY_PLACE, "of an applicant")
def _(world: World) -> Asked:
    return applied(world)[0], community(world)


@COSTS.rpc(membership.GET_MY_PLACE, "of who has to pay")
def _(world: World) -> Asked:
    ctx = world.person()
    world.approved(ctx)
    return ctx, community(world)


@COSTS.rpc(membership.GET_APPLICATION_FILE, "a piece")
def _(world: World) -> Asked:
    ctx, asked = uploaded_by(world)
    application = world.apply(ctx)["id"]
    upload = asked["upload_id"]
    question = {"key": "works", "kind": "file", "title": "Works", "private": False}
    world.database.forms.update_one({}, {"$push": {"form.0.questions": question}})
    named = {"files": [upload], "answers.works": [upload]}
    world.database.applications.update_one({}, {"$set": named})
    return ctx, {"application_id": application, "upload_id": upload}


@COSTS.rpc(membership.GET_MY_JOINING)
def _(world: World) -> Asked:
    return applied(world)[0], community(world)


@COSTS.rpc(membership.GET_JOIN)
def _(world: World) -> Asked:
    ctx = world.person()
    return ctx, {"join_id": world.approved(ctx)["purchase_id"]}


@COSTS.rpc(membership.LIST_MY_COMMUNITIES, "of an applicant")
def _(world: World) -> Asked:
    return applied(world)[0], PAGE


@COSTS.rpc(membership.LIST_MY_COMMUNITIES, "of a reviewer")
def _(world: World) -> Asked:
    return of_reviewer(world)[0], PAGE


@COSTS.rpc(membership.LIST_REVIEW_QUEUE)
def _(world: World) -> Asked:
    return of_reviewer(world)[0], {**community(world), **PAGE}


@COSTS.rpc(membership.LIST_REVIEW_QUEUE, "what is overdue")
def _(world: World) -> Asked:
    return of_reviewer(world)[0], {**community(world), **PAGE, "overdue": True}


@COSTS.rpc(membership.LIST_REVIEW_QUEUE, "with whom members vouch for first")
def _(world: World) -> Asked:
    member, _, _, code = vouched_for(world)
    vouch(world, member, code)
    world.apply(world.person())
    return world.reviewers[0], {**community(world), **PAGE}


@COSTS.rpc(membership.GET_DASHBOARD)
def _(world: World) -> Asked:
    world.member()
    return world.owner, community(world)


@COSTS.rpc(membership.GET_MEMBERSHIP_REPORT)
def _(world: World) -> Asked:
    world.member()
    return world.owner, community(world)


@COSTS.rpc(membership.EXPORT_MEMBERSHIP_REPORT)
def _(world: World) -> Asked:
    world.member()
    return world.owner, {**community(world), "part": "queue"}


@COSTS.rpc(membership.GET_COMMUNITY_HEADS)
def _(world: World) -> Asked:
    return Context.for_system("payments"), {"community_ids": [world.community["id"]]}


@COSTS.rpc(membership.GET_COMMUNITY_BY_SLUG)
def _(world: World) -> Asked:
    return anybody(), {"slug": "doctors"}


@COSTS.rpc(membership.GET_STANDINGS, "of fifty people")
def _(world: World) -> Asked:
    ids = [world.person().require_person() for _ in range(50)]
    return Context.for_system("payments"), {**community(world), "person_ids": ids}


@COSTS.rpc(membership.LIST_AUDIENCE)
def _(world: World) -> Asked:
    world.member()
    return Context.for_system("payments"), {**community(world), **PAGE}


# ── Files ───────────────────────────────────────────────────────────────────────────────────────


@COSTS.rpc(membership.CREATE_UPLOAD)
def _(world: World) -> Asked:
    asked = {"purpose": "answer", "content_type": "image/png", "size": 2 * PART_BYTES}
    return world.person(), {**community(world), **asked}


@COSTS.rpc(membership.CHECK_UPLOAD_PART)
def _(world: World) -> Asked:
    ctx = world.person()
    return ctx, {"upload_id": begin(world, ctx, 2 * PART_BYTES)["id"], "part": 1}


@COSTS.rpc(membership.ADD_UPLOAD_PART)
def _(world: World) -> Asked:
    ctx = world.person()
    upload = begin(world, ctx, 2 * PART_BYTES)
    return ctx, {"upload_id": upload["id"], "part": 1, "data": encoded(png(PART_BYTES))}


def uploaded_by(world: World) -> tuple[Context, dict[str, Any]]:
    ctx = world.person()
    return ctx, {"upload_id": send(world, ctx, png(PART_BYTES))["id"]}


@COSTS.rpc(membership.GET_UPLOAD)
def _(world: World) -> Asked:
    return uploaded_by(world)


@COSTS.rpc(membership.LIST_MY_UPLOADS)
def _(world: World) -> Asked:
    return uploaded_by(world)[0], PAGE


@COSTS.rpc(membership.GET_UPLOAD_CONTENT, "a piece")
def _(world: World) -> Asked:
    return uploaded_by(world)


@COSTS.rpc(membership.REMOVE_UPLOAD)
def _(world: World) -> Asked:
    return uploaded_by(world)


@COSTS.job("remove_uploads", "a file")
def _(world: World) -> None:
    uploaded_by(world)
    world.clock.advance(dt.timedelta(days=1))


@COSTS.rpc(membership.IMPORT_UPLOAD)
def _(world: World) -> Asked:
    csv = {"purpose": "import", "content_type": "text/csv"}
    sent = send(world, world.owner, (HEADER + lines(1, 10)).encode(), **csv)
    return world.owner, {"upload_id": sent["id"]}


@COSTS.rpc(membership.EXPORT_MEMBERSHIPS, "a piece")
def _(world: World) -> Asked:
    world.member()
    return world.owner, community(world)


@COSTS.rpc(membership.EXPORT_IMPORT_ROWS, "a piece")
def _(world: World) -> Asked:
    taken = take_in(world, HEADER + lines(1, 10))
    world.app.import_runs.run(OnePass(world.clock.now(), "membership"))
    return world.owner, {"import_id": taken["id"]}
