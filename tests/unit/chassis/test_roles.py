"""The nameko classes that are made from tables of handlers."""

from types import SimpleNamespace
from typing import Any

import pytest
from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR

from chassis.changes import Writes
from chassis.collections import Collection
from chassis.consumers import Queue, Reactions, consumers_role
from chassis.jobs import Job, jobs_role
from chassis.rpc_server import rpc_role
from chassis.validators import document
from contracts import membership, payments

APP = SimpleNamespace(
    get_me=lambda request, ctx: {"asked": request},
    notify=lambda event, ctx: ("told", event),
    expire=lambda run: run.append("passed"),
)


def test_an_rpc_is_answered_by_the_handler_of_its_line_and_marked_as_its_table_says() -> None:
    role: Any = rpc_role(
        "membership",
        {membership.GET_ME: lambda app: app.get_me},
        {membership.GRANT_ROLE: lambda app: app.grant_role},
    )
    answers = []
    call = SimpleNamespace(answer=lambda handler, _: answers.append(handler({"of": "me"}, None)))
    fire(role, "get_me", call)
    assert answers == [{"asked": {"of": "me"}}]
    assert role.name == "membership-rpc"
    assert entrypoint(role, "get_me").record is membership.GET_ME
    assert not entrypoint(role, "get_me").single_transaction
    assert entrypoint(role, "grant_role").record is membership.GRANT_ROLE
    assert entrypoint(role, "grant_role").single_transaction


def test_an_event_is_taken_from_its_own_queue_or_from_the_one_that_its_line_names() -> None:
    news = Queue("on_news", (membership.ACTIVATED, membership.RENEWED))
    role: Any = consumers_role(
        "notifications",
        {payments.ORDER_REFUNDED: lambda app: app.notify, news: lambda app: app.notify},
        {membership.STANDING_CHANGED: lambda app: app.apply},
    )
    taken = []
    delivery = SimpleNamespace(handle=lambda handler: taken.append(handler("event", None)))
    fire(role, "on_news", delivery)
    assert taken == [("told", "event")]
    assert role.name == "notifications-consumers"
    assert entrypoint(role, "on_order_refunded").events == (payments.ORDER_REFUNDED,)
    assert entrypoint(role, "on_news").events == news.events
    assert entrypoint(role, "on_standing_changed").events == (membership.STANDING_CHANGED,)


def test_a_job_runs_as_its_line_says() -> None:
    writes = Writes(Collection("things", validator=document()))
    role: Any = jobs_role(
        "payments", {Job("expire", every=2, wakes=[writes]): lambda app: app.expire}
    )
    passes: list[str] = []
    fire(role, "expire", passes)
    assert passes == ["passed"]
    assert role.name == "payments-jobs"
    job = entrypoint(role, "expire")
    assert (job.name, job.every, job.wakes) == ("expire", 2, [writes])


def test_two_lines_of_one_name_are_refused() -> None:
    rpcs = {membership.GET_ME: lambda app: app.get_me}
    with pytest.raises(ValueError, match="get_me"):
        rpc_role("membership", rpcs, rpcs)
    events: Reactions[Any] = {membership.STANDING_CHANGED: lambda app: app.apply}
    with pytest.raises(ValueError, match="on_standing_changed"):
        consumers_role("events", events, events)
    with pytest.raises(ValueError, match="expire"):
        jobs_role("payments", {Job("expire"): lambda app: app.a, Job("expire"): lambda app: app.b})


def fire(role: type, method: str, fired: object) -> None:
    """What nameko does when an entrypoint fires."""
    vars(role)[method](SimpleNamespace(app=APP), fired)


def entrypoint(role: type, method: str) -> Any:
    (found,) = getattr(vars(role)[method], ENTRYPOINT_EXTENSIONS_ATTR)
    return found
