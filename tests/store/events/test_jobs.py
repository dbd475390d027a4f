"""Jobs of meetups look at what changed, not at what there is, and miss nothing a crash left."""

import datetime as dt

import pytest

from chassis import mongo
from services.events.store.seats import ORPHANED_AFTER
from tests.kit.commands import Commands
from tests.store.events.conftest import Pass, make_events

MANY = 30


@pytest.fixture
def sent(nodes, database):
    """The events service over a client whose commands are counted, and those."""
    commands = Commands()
    url = nodes.mongo_admin_url
    with mongo.connect(url, application="counted", listeners=[commands]) as client:
        yield make_events(mongo.open_database(client, database.name)), commands


def full_meetup(events):
    """A meetup whose only seat is confirmed, and the one who waits for it."""
    meetup = events.meetup(capacity=1)
    seated, waiting = events.register(meetup), events.register(meetup)
    events.close(meetup)
    events.select(meetup, [seated])
    events.do("confirm", seated)
    events.tick()
    return seated, waiting


def test_a_pass_costs_the_same_however_many_meetups_wait(sent):
    """Closed meetups with full seats and people waiting: nothing is read of any of them."""
    events, commands = sent
    reads = []
    for _ in range(2):
        for _ in range(MANY):
            full_meetup(events)
        events.tick(dt.timedelta(minutes=1))
        run = Pass(events.clock.now())
        commands.clear()
        events.app.offers.promote(run)
        events.app.selection.waitlist_others(run)
        events.app.selection.lapse_unconfirmed(run)
        events.app.offers.expire(run)
        events.app.endings.end_meetups(run)
        events.app.endings.wind_up(run)
        reads.append(list(commands.names))
    assert reads[0] == reads[1]
    assert len(reads[1]) <= 8


def test_seats_are_judged_once(sent, monkeypatch):
    """Those that were looked at are not looked at again before something happens to them."""
    events, commands = sent
    seated, waiting = full_meetup(events)
    first = Pass(events.clock.now() + 2 * ORPHANED_AFTER)
    monkeypatch.setattr("services.events.usecases.endings.ORPHANED_AFTER", dt.timedelta())
    events.app.endings.free_orphaned_seats(first)
    second = Pass(first.now, cursor=first.cursor)
    commands.clear()
    events.app.endings.free_orphaned_seats(second)
    assert commands.names == ["find", "find"]
    assert events.state(seated) == "confirmed"
    assert events.offer_of(waiting) is None


def test_seat_whose_owner_left_in_a_crash_goes_to_the_next(events, monkeypatch):
    """The withdrawal was committed, the seat was not released: the change of the registration, not
    the age of the seat, leads back to it."""
    seated, waiting = full_meetup(events)
    monkeypatch.setattr("services.events.store.seats.ORPHANED_AFTER", dt.timedelta())
    monkeypatch.setattr("services.events.usecases.endings.ORPHANED_AFTER", dt.timedelta())
    before = Pass(events.clock.now())
    events.app.endings.free_orphaned_seats(before)
    events.clock.advance(dt.timedelta(seconds=1))

    def killed(*arguments):
        raise SystemExit("killed")

    with monkeypatch.context() as crash:
        crash.setattr(events.app.registrations._seats, "release", killed)
        with pytest.raises(SystemExit):
            events.do("withdraw", seated)
    events.app.offers.promote(Pass(events.clock.now()))
    assert events.offer_of(waiting) is None
    events.app.endings.free_orphaned_seats(Pass(events.clock.now(), cursor=before.cursor))
    events.app.offers.promote(Pass(events.clock.now()))
    assert events.offer_of(waiting)


def test_seat_that_becomes_free_while_another_is_offered_is_not_forgotten(events):
    """What says that a seat is free is taken back only if it still says the same."""
    seated, waiting = full_meetup(events)
    events.do("withdraw", seated)
    store = events.app.offers._seats
    (freed,) = [one for one in store.freed() if one["_id"] == seated["meetup_id"]]
    store.release(seated["meetup_id"], "hld_of_another")
    store.all_offered(freed)
    events.app.offers.promote(Pass(events.clock.now()))
    assert events.offer_of(waiting)
    assert seated["meetup_id"] not in [one["_id"] for one in store.freed()]


def test_jobs_say_when_they_are_due(events):
    """The confirmation that ends first, the offer, the meetup that is over first."""
    meetup = events.meetup(capacity=1)
    first, second = events.register(meetup), events.register(meetup)
    events.close(meetup)
    events.select(meetup, [first])
    run = Pass(events.clock.now())
    events.app.selection.lapse_unconfirmed(run)
    assert run.next == events.db["registrations"].find_one({"_id": first["id"]})["confirm_by"]
    events.tick()
    events.do("decline", first)
    events.tick()
    run = Pass(events.clock.now())
    events.app.offers.expire(run)
    assert run.next == events.offer_of(second)["expires_at"]
    events.app.endings.end_meetups(run)
    assert run.next <= meetup["ends_at"]
