"""Callers against the `who` of records; a use case that asks nothing does not answer."""

import dataclasses

import pytest
from structlog.testing import capture_logs

from chassis.access import (
    Caller,
    CallerUnchecked,
    caller_with,
    require_by_link,
    require_checked,
    require_own,
    said_by_link,
)
from chassis.context import ANONYMOUS, Actor, Context, HeldKey, Link, new_traceparent
from contracts import events, membership, payments
from contracts.access import Who
from contracts.errors import (
    KEY_ELSEWHERE,
    KEY_NOT_TAKEN,
    LINK_ELSEWHERE,
    LINK_USED,
    NOT_PERMITTED,
    OBJECT_NOT_FOUND,
    SIGN_IN_REQUIRED,
    DomainError,
    ErrorCode,
)
from contracts.errors.payments import PURCHASE_HAS_ORDER, PURCHASE_WRONG_STATE
from contracts.membership import GET_COMMUNITY
from contracts.records import RPCS, Rpc

PAYER = Actor("person", "per_1", "ses_1")


def asking(actor: Actor = PAYER) -> Context:
    return Context(actor, "en", "req_12345678", new_traceparent())


def caller(*roles: str, actor: Actor = PAYER, operates: bool = False) -> Caller:
    return caller_with(asking(actor), lambda: (frozenset(roles), lambda: operates))


def test_whom_an_object_is_about_may_see_it_without_a_role() -> None:
    """O-1: to strangers it is as if it did not exist; what they hold is not even read."""

    def unread() -> None:
        raise AssertionError

    mine = caller_with(asking(), unread)  # type: ignore[arg-type]
    mine.require_may_see(payments.GET_ORDER.who, "order", about="per_1")
    with pytest.raises(DomainError) as refused:
        caller("host").require_may_see(payments.GET_ORDER.who, "order", about="per_2")
    assert refused.value.error is OBJECT_NOT_FOUND
    caller("treasurer").require_may_see(payments.GET_ORDER.who, "order", about="per_2")
    caller(operates=True).require_may_see(payments.GET_ORDER.who, "order", about="per_2")


def test_who_may_see_it_may_not_do_everything() -> None:
    """H-33: operators run the system and judge nobody."""
    for one in (caller(), caller("host"), caller(operates=True)):
        with pytest.raises(DomainError) as refused:
            one.require(membership.APPROVE_APPLICATION.who)
        assert refused.value.error is NOT_PERMITTED
    caller("reviewer").require(membership.APPROVE_APPLICATION.who)


def test_own_is_nobody_elses() -> None:
    who = payments.GET_QUOTE.who
    require_own(asking(), who, "per_1", "quote")
    for actor, code in (
        (Actor("person", "per_2"), OBJECT_NOT_FOUND),
        (ANONYMOUS, SIGN_IN_REQUIRED),
        (Actor("operator", service="payments"), SIGN_IN_REQUIRED),
    ):
        with pytest.raises(DomainError) as refused:
            require_own(asking(actor), who, "per_1", "quote")
        assert refused.value.error is code


def test_whoever_is_refused_is_in_the_log() -> None:
    """M8: also where the answer says no more than that there is nothing (O-1)."""
    who = membership.APPROVE_APPLICATION.who
    with capture_logs() as lines:
        with pytest.raises(DomainError):
            caller().require(who)
        with pytest.raises(DomainError):
            caller().require_may_see(who, "application")
        with pytest.raises(DomainError):
            require_own(asking(), who, "per_2", "quote")
        caller("reviewer").require(who)
    assert [(line["event"], line["actor"], line["session"]) for line in lines] == [
        ("access_denied", "per_1", "ses_1")
    ] * 3
    assert {line["needed"] for line in lines} == {str(who)}
    answers = [line["answer"] for line in lines]
    assert answers == [NOT_PERMITTED.code, OBJECT_NOT_FOUND.code, OBJECT_NOT_FOUND.code]


def test_an_answer_without_a_check_is_a_defect() -> None:
    """H-33: whoever forgets the check, or checks against another record, gives no answer."""
    unchecked = asking()
    with pytest.raises(CallerUnchecked, match=r"payments\.refund_order"):
        require_checked(unchecked, payments.REFUND_ORDER)
    unchecked.require_person()
    with pytest.raises(CallerUnchecked):
        require_checked(unchecked, payments.REFUND_ORDER)
    require_checked(unchecked, payments.LIST_MY_ORDERS)
    require_checked(asking(ANONYMOUS), GET_COMMUNITY)

    refunding = caller("treasurer")
    assert refunding.may(payments.REFUND_ORDER.who)  # looked at, and not insisted on
    with pytest.raises(CallerUnchecked):
        require_checked(refunding.ctx, payments.REFUND_ORDER)
    refunding.require(payments.REFUND_ORDER.who)
    require_checked(refunding.ctx.without_key(), payments.REFUND_ORDER)


def key_caller(community_id: str, *roles: str, at: str = "com_1") -> Caller:
    def unread() -> None:
        raise AssertionError

    actor = Actor("key", key=HeldKey("key_1", community_id, roles))
    return caller_with(asking(actor), unread, at)  # type: ignore[arg-type]


def refusal_of(one: Caller, who: Who) -> ErrorCode:
    with pytest.raises(DomainError) as refused:
        one.require(who)
    return refused.value.error


def test_a_key_holds_its_roles_in_its_community_alone() -> None:
    """H-32: what it holds is said by the key; no standing is read. Elsewhere it is a stranger."""
    ledger = payments.GET_LEDGER.who
    key_caller("com_1", "treasurer").require(ledger)
    assert refusal_of(key_caller("com_1", "host"), ledger) is NOT_PERMITTED
    assert refusal_of(key_caller("com_2", "treasurer"), ledger) is KEY_ELSEWHERE
    for elsewhere in (key_caller("com_2", "owner"), key_caller("com_1", "owner", at="")):
        with pytest.raises(DomainError) as refused:
            elsewhere.require_may_see(payments.GET_ORDER.who, "order", about="per_2")
        assert refused.value.error is OBJECT_NOT_FOUND


def test_an_operators_key_holds_in_all_and_no_other_operates() -> None:
    key_caller("system", "operator").require(payments.GET_LEDGER.who)
    key_caller("system", "operator", at="system").require(membership.CREATE_COMMUNITY.who)
    for roles in (("owner",), ("operator",)):
        mine = key_caller("com_1", *roles, at="system")
        assert refusal_of(mine, membership.CREATE_COMMUNITY.who) is NOT_PERMITTED
    assert not key_caller("system", "operator").may(events.REGISTER.who)


def test_what_people_do_no_key_does() -> None:
    """Judging people, giving money back, roles, and whatever asks for a sign-in."""
    owner = key_caller("com_1", "owner", "reviewer", "treasurer")
    for rpc in (
        membership.APPROVE_APPLICATION,
        membership.GRANT_ROLE,
        membership.CREATE_API_KEY,
        payments.REFUND_ORDER,
        payments.SET_PROVIDER_ACCOUNT,
    ):
        assert refusal_of(owner, rpc.who) is KEY_NOT_TAKEN, rpc.name


LINK = Link("lnk_1", "pay", "com_1", "app_1", "pur_1", 0, 0)


def following(link: Link = LINK) -> Context:
    return asking(Actor("person", "per_1", link=link))


def test_a_link_lets_in_where_the_record_says_so() -> None:
    """H-34: for its purpose and its object; whoever signed in is not asked."""
    require_by_link(asking(), membership.APPROVE_APPLICATION, {})
    declines = dataclasses.replace(LINK, purpose="decline", object_id="reg_1")
    ctx = following(declines)
    require_by_link(ctx, events.DECLINE_REGISTRATION, {"registration_id": "reg_1"})
    for link, rpc, request in (
        (LINK, events.DECLINE_REGISTRATION, {"registration_id": "pur_1"}),
        (declines, events.DECLINE_REGISTRATION, {"registration_id": "reg_2"}),
        (declines, events.DECLINE_OFFER, {"offer_id": "ofr_1"}),
        (declines, events.CONFIRM_REGISTRATION, {"registration_id": "reg_1"}),
        (LINK, payments.CANCEL_ORDER, {"order_id": "ord_1"}),
        (LINK, membership.GET_ME, {}),
    ):
        with pytest.raises(DomainError) as refused:
            require_by_link(following(link), rpc, request)
        assert refused.value.error is LINK_ELSEWHERE


def test_an_object_that_no_request_names_is_asked_for() -> None:
    """H-34: an answer by a link that nobody held against its object is a defect."""
    ctx = following()
    require_by_link(ctx, payments.CREATE_QUOTE, {"purchase_id": "pur_2"})
    require_own(ctx, payments.CREATE_QUOTE.who, "per_1", "purchase")
    with pytest.raises(CallerUnchecked, match="link"):
        require_checked(ctx, payments.CREATE_QUOTE)
    with pytest.raises(DomainError) as refused:
        ctx.require_linked("pur_2", None)
    assert refused.value.error is LINK_ELSEWHERE
    ctx.require_linked("pur_1", None)
    require_checked(ctx, payments.CREATE_QUOTE)


def test_what_is_over_is_over_by_the_link() -> None:
    refusal = DomainError(PURCHASE_WRONG_STATE, current_state="fulfilled")
    assert said_by_link(asking(), payments.CREATE_QUOTE, refusal) is refusal
    assert said_by_link(following(), payments.CREATE_QUOTE, refusal).error is LINK_USED
    other = DomainError(PURCHASE_HAS_ORDER, order_id="ord_1")
    assert said_by_link(following(), payments.CREATE_QUOTE, other) is other


@pytest.mark.parametrize("rpc", [rpc for rpc in RPCS.values() if rpc.by_link], ids=str)
def test_what_a_link_does_is_declared(rpc: Rpc) -> None:
    """A field of the request, and refusals that it has; never what asks for a fresh sign-in."""
    assert not rpc.who.lately
    for one in rpc.by_link:
        assert one.field == "" or one.field in rpc.request._declared_fields
        assert all(rpc.declares(code.code) for code in one.over)
