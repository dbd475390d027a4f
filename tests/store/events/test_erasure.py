"""An erased person leaves what has not begun, and their seats go to others (ADR 0049)."""

import contextlib
import datetime as dt

from chassis.context import Context
from chassis.ids import new_id
from chassis.uow import AlreadyHandled
from contracts import events as contract
from contracts import membership
from tests.kit.commits import told_events
from tests.kit.usecases import made_event
from tests.store.events.world import Events


def test_an_erased_person_leaves_meetups_that_have_not_begun(events: Events) -> None:
    """M6: seats and offers are free again; what was stays by ids; confirmed once, however often
    the event comes."""
    person, other = new_id("per"), new_id("per")
    past, full, waiting = (events.meetup(capacity=1) for _ in range(3))
    was = events.register(past, person)
    events.close(past)
    events.select(past, [was])
    events.do("confirm", was)
    events.tick(dt.timedelta(days=10, hours=1))
    assert events.state(was) == "confirmed", "it is under way"
    full, waiting = (events.meetup(capacity=1) for _ in range(2))
    seated, next_one = events.register(full, person), events.register(full, other)
    applied = events.register(waiting, person)
    events.close(full)
    events.select(full, [seated])
    events.tick()
    facts = {"erasure_id": new_id("era"), "person_id": person}
    told = made_event(membership.PERSON_ERASED, facts, events.clock.now(), subject=person)
    ctx = Context.for_event("events", "events.on_person_erased", told)
    events.app.erasure.erase(told, ctx)
    assert [events.state(one) for one in (was, seated, applied)] == [
        "confirmed",
        "withdrawn",
        "withdrawn",
    ]
    events.tick()
    assert events.offer_of(next_one)
    with contextlib.suppress(AlreadyHandled):
        events.app.erasure.erase(told, ctx)
    confirmed = told_events(events.db, contract.PERSON_DATA_ERASED)
    assert [one.data for one in confirmed if one.subject == person] == [facts]
