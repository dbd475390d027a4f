"""A mail that asks for something leads there by a signed link, which stands nowhere else (H-34)."""

from typing import Any

import pytest
from pymongo.database import Database

from chassis.ids import new_id
from chassis.mongo import Document
from contracts import events, membership
from contracts.records import Event
from contracts.states.membership import LINK_KINDS
from services.notifications.domain.rules import Lead
from tests.kit.channel_suite import KeptChannel
from tests.store.notifications.world import Mailbox, World
from tests.unit.notifications.samples import made_id

TOKEN = "eyJ0eXAiOiJsaW5rK2p3dCJ9.e30.c2lnbmF0dXJl"
OFFER = made_id("ofr")


@pytest.fixture
def sending(db: Database[Document], mailbox: Mailbox) -> tuple[World, KeptChannel]:
    kept = KeptChannel()
    world = World(db, mailbox, channels={"email": kept})
    world.membership.links = {
        kind: f"https://club.example.cn/{kind}s/{{id}}" for kind in LINK_KINDS
    }
    world.membership.signed = TOKEN
    return world, kept


@pytest.mark.parametrize(
    ("event", "facts", "purpose", "object_id"),
    [
        (membership.APPLICATION_APPROVED, {}, "pay", made_id("app")),
        (membership.PAYMENT_REMINDER_DUE, {}, "pay", made_id("app")),
        (membership.TERM_ENDING, {}, "renew", made_id("mbr")),
        (membership.ENTERED_GRACE, {}, "renew", made_id("mbr")),
        (events.REGISTRATION_SELECTED, {}, "decline", made_id("reg")),
        (events.SEAT_OFFERED, {"offer_id": OFFER}, "decline", OFFER),
        (events.SEAT_PAYABLE, {}, "pay", made_id("pur")),
    ],
    ids=lambda value: value.name if isinstance(value, Event) else "",
)
def test_the_link_is_in_the_mail_alone(
    sending: tuple[World, KeptChannel],
    event: Event,
    facts: dict[str, Any],
    purpose: str,
    object_id: str,
) -> None:
    world, kept = sending
    person_id = new_id("per")
    world.tell(event, person_id=person_id, **facts)
    world.send()
    (notice,) = kept.notices
    lead = notice.lead
    assert lead is not None
    assert lead.purpose == purpose
    assert lead.page is not None
    page, _, token = lead.page.partition("#link=")
    assert token == TOKEN
    (asked,) = [
        request for rpc, request, _ in world.membership.asked if rpc is membership.SIGN_LINK
    ]
    assert (asked["purpose"], asked["object_id"]) == (purpose, object_id)
    assert (asked["person_id"], asked["community_id"]) == (person_id, made_id("com"))
    assert page == f"https://club.example.cn/{lead.about}s/{asked['about_id']}"
    assert TOKEN not in str(list(world.db["messages"].find())), "it is stored nowhere"


@pytest.mark.parametrize("signed", [TOKEN, None])
def test_without_a_link_it_leads_to_the_page(
    sending: tuple[World, KeptChannel], signed: str | None
) -> None:
    """Where nothing is left to do, where the message asks for nothing, where the community has no
    page, and where an event of an earlier version does not say what to act on."""
    world, kept = sending
    world.membership.signed = signed
    world.tell(membership.ACTIVATED, person_id=new_id("per"))
    world.tell(events.SEAT_OFFERED, person_id=new_id("per"))
    if signed is None:
        world.tell(membership.APPLICATION_APPROVED, person_id=new_id("per"))
    else:
        world.membership.links.pop("application")
        world.tell(membership.APPLICATION_APPROVED, person_id=new_id("per"))
    world.send()
    leads = {notice.type: notice.lead for notice in kept.notices}
    page = f"https://club.example.cn/applications/{made_id('app')}" if signed is None else None
    assert leads["application_approved"] == Lead("application", page)
    assert leads["seat_offered"] == Lead(
        "registration", f"https://club.example.cn/registrations/{made_id('reg')}"
    )
    assert {lead and lead.purpose for lead in leads.values()} == {None}
