"""A sign-in within the last ten minutes, where the record asks for it (M3, RFC 9470)."""

import time

import pytest

from chassis.access import caller_with
from chassis.context import Actor, Context, new_traceparent
from contracts import membership, payments
from contracts.access import ALWAYS, OPERATORS, Who, holders
from contracts.errors import NOT_PERMITTED, SIGN_IN_AGAIN, DomainError
from contracts.records import RPCS

LATELY = {
    "membership.start_email_change": ALWAYS,
    "membership.start_my_erasure": ALWAYS,
    "membership.start_erasure": ALWAYS,
    "membership.withdraw_erasure": ALWAYS,
    "membership.change_link_hosts": ALWAYS,
    "membership.start_linking": ALWAYS,
    "membership.link_by_code": ALWAYS,
    "membership.finish_linking": "for a mini program",
    "membership.unlink_identity": ALWAYS,
    "membership.create_api_key": ALWAYS,
    "membership.create_system_api_key": ALWAYS,
    "membership.grant_operator": ALWAYS,
    "membership.revoke_operator": ALWAYS,
    "membership.grant_role": "to grant the role owner",
    "payments.set_provider_account": ALWAYS,
    "payments.refund_order": "for more than the installation's limit",
    "payments.grant_refund_request": "for more than the installation's limit",
}


def asking(seconds_ago: int | None, *roles: str) -> tuple[Context, Who]:
    """An owner who signed in so long ago, and what they want."""
    at = None if seconds_ago is None else int(time.time()) - seconds_ago
    actor = Actor("person", "per_1", "ses_1", ("user",), signed_in_at=at)
    return Context(
        actor, "en", "req_12345678", new_traceparent()
    ), payments.SET_PROVIDER_ACCOUNT.who


@pytest.mark.parametrize("seconds", [0, 599])
def test_a_recent_sign_in_is_enough(seconds: int) -> None:
    ctx, who = asking(seconds)
    caller_with(ctx, lambda: (frozenset({"owner"}), lambda: False)).require(who)
    assert who in ctx.checked


@pytest.mark.parametrize("seconds", [602, 86_400, None])
def test_an_older_or_unknown_one_is_not(seconds: int | None) -> None:
    """A token of an earlier version says nothing, so it is not recent."""
    ctx, who = asking(seconds)
    with pytest.raises(DomainError) as refused:
        caller_with(ctx, lambda: (frozenset({"owner"}), lambda: False)).require(who)
    assert refused.value.error is SIGN_IN_AGAIN
    assert refused.value.params == {"max_age": 600}
    assert who not in ctx.checked
    with pytest.raises(DomainError) as refused:  # who may not is not sent to sign in first
        caller_with(ctx, lambda: (frozenset({"host"}), lambda: False)).require(who)
    assert refused.value.error is NOT_PERMITTED


def test_at_a_shell_nobody_signs_in() -> None:
    shell = Context.for_operator("membership", "li.wei")
    caller_with(shell, lambda: (frozenset(), bool)).require(membership.GRANT_OPERATOR.who)
    assert shell.actor.id == "operator:li.wei"


def test_when_somebody_signed_in_travels_with_the_call() -> None:
    ctx, _ = asking(30)
    assert Context.from_headers(ctx.headers(), rpc="x.y").actor == ctx.actor


def test_the_records_that_ask_for_it() -> None:
    """What moves power, money or an account to another place, or ends one; said where people read
    who may."""
    assert {name: rpc.who.lately for name, rpc in RPCS.items() if rpc.who.lately} == LATELY
    assert str(OPERATORS.signed_in_lately()) == "operators; signed in within 10 minutes"
    narrowed = holders(frozenset(), operators=True).but("a note").signed_in_lately("for x")
    assert str(narrowed) == "operators; a note; signed in within 10 minutes for x"
