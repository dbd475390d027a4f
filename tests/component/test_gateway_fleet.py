"""Two gateways before one system: what one allows counts with the other, by their live queues."""

import datetime as dt
import hashlib
import itertools
import json
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import amqp
import pytest
import requests

from chassis.ids import new_id
from chassis.topology import LIVE_TTL_SECONDS, LONGEST_LIVE_QUEUE
from contracts.envelope import CONTENT_TYPE, encode
from contracts.membership import API_KEY_REVOKED, SESSIONS_ENDED
from deploy.local.nodes import Nodes
from services.membership.usecases.identity.api_keys import new_secret
from tests.component.gateway_neighbour import key_id
from tests.component.gateway_world import PERSON, World, world
from tests.kit.broker import Broker
from tests.kit.probe import probe
from tests.kit.usecases import made_event

PER_SECOND, BURST = 10, 50
LIMITS = {
    "COTERIE_LIMIT_READ_PER_MINUTE": str(60 * PER_SECOND),
    "COTERIE_LIMIT_READ_BURST": str(BURST),
}
_numbers = itertools.count(100)


@pytest.fixture(scope="module")
def fleet(nodes: Nodes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(nodes, tmp_path_factory.mktemp("fleet"), LIMITS) as made:
        made.other_gateway.start()
        probe(lambda: len(live_queues(made)) == 2, 10, "each has its queue")
        yield made


@pytest.fixture
def person() -> str:
    """Somebody who has not asked for anything yet."""
    return f"{PERSON[:-3]}{next(_numbers)}"


def live_queues(fleet: World) -> dict[str, dict[str, Any]]:
    """The queues of the gateways, by name, as the broker sees them."""
    rows = management(fleet, "GET", "queues").json()
    return {row["name"]: row for row in rows if row["name"].startswith("gateway.live.")}


def management(
    fleet: World, method: str, kind: str, rest: str = "", *, everywhere: bool = False
) -> requests.Response:
    """The broker's HTTP API: something of this vhost, or by a name that is unique anyway."""
    target = fleet.vhost.target
    parts = [kind, *([] if everywhere else [target.vhost]), *([rest] if rest else [])]
    url = "/".join([target.management_url, "api", *(quote(part, safe="") for part in parts)])
    answer = requests.request(method, url, auth=target.management_auth, timeout=10)
    answer.raise_for_status()
    return answer


def reads(fleet: World, person: str) -> Callable[[int], requests.Response]:
    """Reads as this person by the gateway at a port, on a kept connection."""
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {fleet.token(person)}"
    return lambda port: session.get(f"http://127.0.0.1:{port}/v1/me", timeout=20)


def left(answer: requests.Response) -> int:
    found = re.fullmatch(r'"read";r=([0-9]+);t=[0-9]+', answer.headers["RateLimit"])
    assert found is not None
    return int(found[1])


def heard(fleet: World, outcome: str, kind: str = "limits.used") -> int:
    text = requests.get(f"{fleet.other_gateway.url}/metrics", timeout=5).text
    name = f'coterie_live_messages_heard_total{{kind="{kind}",outcome="{outcome}"}}'
    found = re.search(rf"^{re.escape(name)} (\S+)", text, re.M)
    return int(float(found[1])) if found else 0


def test_two_gateways_allow_a_tenth_more_than_one_at_most(fleet: World, person: str) -> None:
    """H-22: somebody floods both at once, for longer than a bucket takes to fill."""
    began = time.monotonic()
    end = began + 1.5 * BURST / PER_SECOND

    def flood(port: int) -> int:
        read, allowed = reads(fleet, person), 0
        while time.monotonic() < end:
            status = read(port).status_code
            assert status in (200, 429)
            allowed += status == 200
        return allowed

    with ThreadPoolExecutor(4) as pool:
        allowed = sum(pool.map(flood, [fleet.port, fleet.other_port] * 2))
    one_would = BURST + (time.monotonic() - began) * PER_SECOND
    assert 0.8 * one_would <= allowed <= 1.1 * one_would


def test_what_one_allowed_the_other_knows(fleet: World, person: str) -> None:
    read = reads(fleet, person)
    for _ in range(BURST // 2):
        assert read(fleet.port).status_code == 200
    # Its own look takes one each time, and more than that comes back meanwhile.
    assert probe(lambda: left(read(fleet.other_port)) < 0.7 * BURST, 2, "the other has heard of it")


def test_somebody_else_is_not_concerned(fleet: World, person: str) -> None:
    """O-4: of a flood that both refuse."""
    read = reads(fleet, person)
    while read(fleet.port).status_code == 200:
        pass
    other = reads(fleet, f"{PERSON[:-3]}{next(_numbers)}")
    assert left(other(fleet.port)) == BURST - 1
    assert other(fleet.other_port).status_code == 200


def test_a_cut_connection_costs_nothing_but_news(fleet: World, person: str) -> None:
    """M-24: requests go on; a new queue is there soon, and what is told then is heard."""
    read, before = reads(fleet, person), set(live_queues(fleet))

    def cut() -> bool:
        for row in management(fleet, "GET", "vhosts", "connections").json():
            if row.get("client_properties", {}).get("name") == "gateway:live":
                management(fleet, "DELETE", "connections", row["name"], everywhere=True)
        return not before & set(live_queues(fleet))

    probe(cut, 20, "both lost their live connections")
    assert read(fleet.port).status_code == read(fleet.other_port).status_code == 200
    probe(lambda: len(set(live_queues(fleet)) - before) == 2, 15, "each has another queue")
    known = heard(fleet, "heard")
    read(fleet.port)
    probe(lambda: heard(fleet, "heard") > known, 5, "the other hears again")


def test_a_queue_lives_as_long_as_its_gateway_and_is_bounded(fleet: World) -> None:
    """M-8: exclusive and deleted by itself; of what nobody hears the oldest is dropped."""
    queues = probe(
        lambda: [row for row in live_queues(fleet).values() if row.get("policy")], 15, "a policy"
    )
    for row in queues:
        assert (row["exclusive"], row["auto_delete"], row["durable"]) == (True, True, False)
        assert row["policy"] == "gateway-live"
        told = row["effective_policy_definition"]
        assert told["max-length"] == LONGEST_LIVE_QUEUE
        assert told["message-ttl"] == LIVE_TTL_SECONDS * 1000
        assert told["overflow"] == "drop-head"
    fleet.other_gateway.stop()
    probe(lambda: len(live_queues(fleet)) == 1, 10, "its queue went with it")
    fleet.other_gateway.start()


def test_what_is_no_news_changes_nothing(fleet: World, person: str) -> None:
    """Kinds of a later version are passed over; what cannot be read is counted."""
    malformed, unknown = heard(fleet, "malformed"), heard(fleet, "unknown", "other")
    foreign = heard(fleet, "foreign")
    with Broker(fleet.vhost.url) as broker:  # the administrator, who is no gateway
        taken = json.dumps({"read": {person: BURST}})
        broker.publish(taken, exchange="gateway.live", routing_key="limits.used")
    probe(lambda: heard(fleet, "foreign") == foreign + 1, 5, "nobody else tells")
    assert reads(fleet, person)(fleet.other_port).status_code == 200
    with Broker(fleet.vhost.url_for("gateway")) as broker:
        for body in (b"{", b"[]", b'{"read":{"one":-1}}', b'{"read":{"one":"1"}}'):
            broker.publish(body, exchange="gateway.live", routing_key="limits.used")
        broker.publish(b"{}", exchange="gateway.live", routing_key="sessions.ended")
        told = json.dumps({"read": {person: BURST}})
        broker.publish(told, exchange="gateway.live", routing_key="limits.used")
    probe(lambda: heard(fleet, "unknown", "other") == unknown + 1, 5, "one of a later version")
    assert heard(fleet, "malformed") == malformed + 4
    assert reads(fleet, person)(fleet.other_port).status_code == 429


def test_a_session_that_ended_is_refused_by_every_gateway(fleet: World, person: str) -> None:
    """M3: in the moment in which membership tells; who is not membership is not believed."""
    read = reads(fleet, person)
    ports = (fleet.port, fleet.other_port)
    assert [read(port).status_code for port in ports] == [200, 200]
    ended = {"person_id": person, "session_id": None, "ended_at": dt.datetime.now(dt.UTC)}
    told = made_event(SESSIONS_ENDED, ended, dt.datetime.now(dt.UTC), subject=person)
    foreign = heard(fleet, "foreign", SESSIONS_ENDED.type)
    with Broker(fleet.vhost.url) as broker:
        for sender in ("events", "membership"):
            assert [read(port).status_code for port in ports] == [200, 200]
            broker.publish(
                encode(told),
                exchange=SESSIONS_ENDED.exchange,
                routing_key=SESSIONS_ENDED.type,
                user_id=fleet.vhost.target.broker_user(sender),
                content_type=CONTENT_TYPE,
            )
            if sender == "events":
                probe(lambda: heard(fleet, "foreign", SESSIONS_ENDED.type) > foreign, 5, "refused")
    probe(lambda: {read(port).status_code for port in ports} == {401}, 5, "their tokens are over")
    somebody = reads(fleet, f"{PERSON[:-3]}{next(_numbers)}")
    assert [somebody(port).status_code for port in ports] == [200, 200]


@pytest.mark.parametrize("revoked", [False, True])
def test_a_key_that_is_revoked_while_it_waits_is_told_so(fleet: World, revoked: bool) -> None:
    """H-32: nothing is told any more of what it waits for; the other gateway heard of it, too."""
    key = new_secret(live=False)
    id = key_id(hashlib.sha256(key.encode()).hexdigest())
    waiting = f"http://127.0.0.1:{fleet.other_port}/v1/applications/{new_id('app')}?wait=2"

    def wait() -> tuple[int, str]:
        shown = {"Authorization": f"Bearer {key}"}
        answer = requests.get(waiting, headers=shown, timeout=20)
        return answer.status_code, answer.json()["code"]

    with ThreadPoolExecutor(1) as pool, Broker(fleet.vhost.url) as broker:
        began, asked = time.monotonic(), pool.submit(wait)
        time.sleep(1)
        assert not asked.done()
        if revoked:
            told = {"api_key_id": id, "community_id": new_id("com")}
            event = made_event(API_KEY_REVOKED, told, dt.datetime.now(dt.UTC), subject=id)
            broker.publish(
                encode(event),
                exchange=API_KEY_REVOKED.exchange,
                routing_key=API_KEY_REVOKED.type,
                user_id=fleet.vhost.target.broker_user("membership"),
                content_type=CONTENT_TYPE,
            )
        # It is not there: that is told when the time is over, to who may hear it.
        expected = (404, "request.object_not_found")
        assert asked.result() == ((401, "gateway.api_key_revoked") if revoked else expected)
        assert time.monotonic() - began < 5


def test_a_gateway_that_was_away_hears_from_the_other_what_it_missed(
    fleet: World, person: str
) -> None:
    """M3: sessions that ended before it started, or while it had no connection to the broker."""
    read = reads(fleet, person)
    assert read(fleet.other_port).status_code == 200
    fleet.other_gateway.stop()
    ended = {"person_id": person, "session_id": None, "ended_at": dt.datetime.now(dt.UTC)}
    told = made_event(SESSIONS_ENDED, ended, dt.datetime.now(dt.UTC), subject=person)
    with Broker(fleet.vhost.url) as broker:
        broker.publish(
            encode(told),
            exchange=SESSIONS_ENDED.exchange,
            routing_key=SESSIONS_ENDED.type,
            user_id=fleet.vhost.target.broker_user("membership"),
            content_type=CONTENT_TYPE,
        )
    probe(lambda: read(fleet.port).status_code == 401, 5, "the one that runs has heard of it")
    fleet.other_gateway.start()
    probe(lambda: read(fleet.other_port).status_code == 401, 5, "the other one, too")


def test_a_gateway_may_declare_its_live_queues_and_nothing_else(fleet: World) -> None:
    """M-23: and bind them to its own exchange only."""
    with Broker(fleet.vhost.url_for("gateway")) as broker:
        mine = broker.channel.queue_declare("gateway.live.mine", exclusive=True).queue
        broker.channel.queue_bind(mine, "gateway.live")
    refused: list[Callable[[Broker], object]] = [
        lambda b: b.channel.queue_declare("mine", exclusive=True),
        lambda b: b.channel.queue_declare("gateway.lives", exclusive=True),
        lambda b: b.channel.exchange_declare("gateway.live", "topic"),
        lambda b: b.channel.exchange_delete("gateway.live"),
        lambda b: b.channel.queue_delete("rpc-membership"),
        lambda b: b.publish(b"{}", routing_key="gateway.live.mine"),
    ]
    bindings: list[Callable[[Broker], object]] = [
        lambda b: b.channel.queue_bind("gateway.live.mine", "membership.events", "#"),
        lambda b: b.channel.queue_bind("gateway.live.mine", "rpc", "#"),
        lambda b: b.channel.exchange_bind("gateway.live", "membership.events", "#"),
    ]
    for attempt in [*refused, *bindings]:
        with Broker(fleet.vhost.url_for("gateway")) as broker:
            if attempt in bindings:
                broker.channel.queue_declare("gateway.live.mine", exclusive=True)
            with pytest.raises(amqp.AccessRefused):
                attempt(broker)
