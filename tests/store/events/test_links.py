"""Who follows a link leaves one seat to others, once (H-34)."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chassis.context import Context
from contracts import events as contract
from contracts.errors import LINK_ELSEWHERE, LINK_USED, DomainError
from contracts.records import Rpc
from services.events.service import REACTIONS
from tests.kit.existing import existing
from tests.kit.usecases import InProcess, following
from tests.store.events.world import Events


def by_link(world: Events, rpc: Rpc, visitor: Context, **request: Any) -> dict[str, Any]:
    """As the entrypoint answers whoever follows a link."""
    use_case = {
        contract.DECLINE_REGISTRATION: world.app.registrations.decline,
        contract.CONFIRM_REGISTRATION: world.app.registrations.confirm,
        contract.DECLINE_OFFER: world.app.offers.decline,
    }[rpc]
    return _Entrypoint(world.app, world.db, world.clock).ask(use_case, rpc, visitor, **request)


class _Entrypoint(InProcess):
    service = "events"
    reactions = REACTIONS


def code_of(*arguments: Any, **request: Any) -> str:
    with pytest.raises(DomainError) as refused:
        by_link(*arguments, **request)
    return refused.value.code


def test_a_kept_seat_is_declined_once(events: Events) -> None:
    """Not another's, not confirmed, and not a second time."""
    meetup = events.meetup(capacity=2)
    mine, other = events.register(meetup), events.register(meetup)
    events.close(meetup)
    events.select(meetup, [mine, other])
    visitor = following(events.ctx(mine["person_id"]), "decline", mine["id"])
    own, others = {"registration_id": mine["id"]}, {"registration_id": other["id"]}
    assert code_of(events, contract.DECLINE_REGISTRATION, visitor, **others) == LINK_ELSEWHERE.code
    assert code_of(events, contract.CONFIRM_REGISTRATION, visitor, **own) == LINK_ELSEWHERE.code
    renewing = following(events.ctx(mine["person_id"]), "renew", mine["id"])
    assert code_of(events, contract.DECLINE_REGISTRATION, renewing, **own) == LINK_ELSEWHERE.code
    assert by_link(events, contract.DECLINE_REGISTRATION, visitor, **own)["state"] == "declined"
    assert code_of(events, contract.DECLINE_REGISTRATION, _anew(visitor), **own) == LINK_USED.code
    assert events.state(other) == "selected"


def test_an_offered_seat_is_declined_once(events: Events) -> None:
    """And the link of a seat that was accepted meanwhile is used."""
    meetup = events.meetup(capacity=1)
    first, second, third = (events.register(meetup) for _ in range(3))
    events.close(meetup)
    events.select(meetup, [first])
    events.do("decline", first)
    events.tick()
    offer_id = existing(events.offer_of(second))["id"]
    visitor = following(events.ctx(second["person_id"]), "decline", offer_id)
    declined = by_link(events, contract.DECLINE_OFFER, visitor, offer_id=offer_id)
    assert declined["state"] == "declined"
    again = _anew(visitor)
    assert code_of(events, contract.DECLINE_OFFER, again, offer_id=offer_id) == LINK_USED.code
    events.tick()
    offer_id = existing(events.offer_of(third))["id"]
    visitor = following(events.ctx(third["person_id"]), "decline", offer_id)
    events.answer("accept", third)
    assert code_of(events, contract.DECLINE_OFFER, visitor, offer_id=offer_id) == LINK_USED.code
    assert events.state(third) == "confirmed"


def test_of_two_who_follow_a_link_at_once_one_declines(events: Events) -> None:
    """One seat comes free, not two; the other one hears that the link is used."""
    meetup = events.meetup(capacity=1)
    mine = events.register(meetup)
    events.close(meetup)
    events.select(meetup, [mine])
    visitor = following(events.ctx(mine["person_id"]), "decline", mine["id"])

    def decline(_: int) -> str:
        try:
            own = {"registration_id": mine["id"]}
            answer = by_link(events, contract.DECLINE_REGISTRATION, _anew(visitor), **own)
        except DomainError as refused:
            return refused.code
        return str(answer["state"])

    with ThreadPoolExecutor(8) as pool:
        said = sorted(pool.map(decline, range(8)))
    assert said == ["declined", *[LINK_USED.code] * 7]
    seen = events.app.meetups.get({"meetup_id": meetup["id"]}, events.host)
    assert seen["seats_free"] == 1


def _anew(visitor: Context) -> Context:
    return dataclasses.replace(visitor, checked=set())
