"""Each of the example's screens opens with two calls at most, and 30 KB for fifty rows.

The screens' own modules run, in Node, against a whole system.
"""

import datetime as dt
import json
import subprocess
from dataclasses import dataclass
from typing import Any

import pytest

from deploy.local import clock
from examples.screens.__main__ import HERE
from tests.journeys.world import Person, World, at_once

pytestmark = pytest.mark.shares_system

MOST_CALLS, MOST_BYTES, ROWS = 2, 30_000, 50
RUNNER = HERE.parents[1] / "tests/journeys/open_screen.mjs"


@dataclass
class Opened:
    """What a screen asked for until it was there, and what it shows."""

    sent: list[dict[str, Any]]
    text: str

    @property
    def bytes(self) -> int:
        return sum(one["bytes"] for one in self.sent)


@dataclass
class Place:
    """A community with a member, people who wait for a decision, and a meetup."""

    world: World
    member: Person
    applications: list[str]
    meetup: str


def opened(place: Place, who: Person, screen: str, **more: str) -> Opened:
    """One screen as somebody sees it; within the calls that it may take."""
    world = place.world
    given = {
        "folder": str(HERE),
        "gateway": world.system.url("http"),
        "token": str(who.http.headers["Authorization"]).removeprefix("Bearer "),
        "person": who.person_id,
        "screen": screen,
        "id": world.community["id"],
        **more,
    }
    done = subprocess.run(
        ["node", "--no-warnings", "--experimental-default-type=module", str(RUNNER)],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    found = Opened(**json.loads(done.stdout))
    print(screen, more, len(found.sent), found.bytes)
    assert {one["status"] for one in found.sent} == {200}, found.sent
    assert 1 <= len(found.sent) <= MOST_CALLS, found.sent
    return found


def of_fifty(found: Opened, rows: list[Any]) -> int:
    """What it would take with fifty rows, each like the longest."""
    return found.bytes + (ROWS - len(rows)) * (max(map(size_of, rows)) + 1)


def size_of(row: Any) -> int:
    return len(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode())


@pytest.fixture(scope="module")
def place(world: World) -> Place:
    """Names that people said, in Chinese; the member has a seat at the meetup."""
    joining, *waiting = world.applicants("joins", "waits1", "waits2")
    at_once(lambda one: _say_name(one.client), [joining, *waiting])
    at_once(lambda one: one.apply(), waiting)
    joining.join()
    starts_at = clock.now(world.system.clock_file) + dt.timedelta(days=9)
    times = [f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in (starts_at, starts_at + dt.timedelta(hours=3))]
    body = {"title": "周六午餐", "city": "上海", "address": "南京西路", "capacity": 9,
            "starts_at": times[0], "ends_at": times[1]}  # fmt: skip
    meetup = world.owner.do(f"{world.path}/meetups", body)
    world.owner.do(f"/v1/meetups/{meetup['id']}/publish")
    member = joining.client
    member.patiently(lambda: member.post(f"/v1/meetups/{meetup['id']}/registrations", {}))
    ids = [one.application.rsplit("/", 1)[-1] for one in waiting]
    return Place(world, member, ids, meetup["id"])


def _say_name(person: Person) -> None:
    seen = person.raw("GET", "/v1/me")
    headers = {"If-Match": seen.headers["ETag"]}
    answer = person.raw("PATCH", "/v1/me", json={"name": "欧阳小明"}, headers=headers)
    assert answer.status_code == 200


@pytest.mark.timeout(180)
def test_my_communities(place: Place) -> None:
    """One call, for a member, for an applicant and for staff."""
    for who in (place.member, place.world.owner):
        found = opened(place, who, "my_communities")
        assert len(found.sent) == 1
        assert place.world.community["name"] in found.text
        rows = who.get("/v1/me/communities")["items"]
        assert of_fifty(found, rows) <= MOST_BYTES
    assert "待审核申请 2" in found.text


@pytest.mark.timeout(180)
def test_review_queue(place: Place) -> None:
    """The list by name; the one that is open with its form."""
    reviewer = place.world.reviewer
    for search in ("", "欧阳"):
        found = opened(place, reviewer, "review_queue", search=search)
        assert len(found.sent) == 1
        assert found.text.count("欧阳小明") == 2
    rows = reviewer.get(f"{place.world.path}/review-queue")["items"]
    assert of_fifty(found, rows) <= MOST_BYTES
    found = opened(place, reviewer, "review_queue", rest=place.applications[0])
    assert "职业" in found.text


@pytest.mark.timeout(180)
def test_member_page(place: Place) -> None:
    found = opened(place, place.member, "member_page")
    assert len(found.sent) == 1
    assert "会员编号 1" in found.text
    assert found.bytes <= MOST_BYTES


@pytest.mark.timeout(180)
def test_meetup_board(place: Place) -> None:
    """For the host with names, for the member with what is theirs, and a list for the door."""
    found = opened(place, place.world.owner, "meetup_board")
    assert "欧阳小明" in found.text
    (meetup,) = place.world.owner.get(f"{place.world.path}/meetups")["items"]
    rows = place.world.owner.get(f"/v1/meetups/{place.meetup}/registrations")["items"]
    assert of_fifty(found, rows) + 4 * size_of(meetup) <= MOST_BYTES  # it shows five
    found = opened(place, place.member, "meetup_board")
    assert len(found.sent) == 1
    assert "已报名" in found.text
    assert place.world.owner.get(f"/v1/meetups/{place.meetup}/guests")["items"] == []


@pytest.mark.timeout(180)
def test_owner_start(place: Place) -> None:
    """Members and money; a search and a trail in the place of the money."""
    owner = place.world.owner
    found = opened(place, owner, "owner_start")
    assert "欧阳小明" in found.text
    assert "¥2,800.00" in found.text
    assert found.bytes <= MOST_BYTES
    assert "欧阳小明" in opened(place, owner, "owner_start", search="ouyang").text
    assert "创建社群" in opened(place, owner, "owner_start", rest="trail").text


@pytest.mark.timeout(180)
def test_the_head_of_every_page(place: Place) -> None:
    """Who I am, my roles, and how many messages are new: two calls; all up to one are read at
    once; words for what is shown; my meetups with when and where."""
    me = place.world.owner.get("/v1/me", include="roles")
    (held,) = me["roles"]
    assert (held["community"]["name"], held["roles"]) == (
        place.world.community["name"],
        ["owner", "treasurer"],
    )
    member = place.member
    assert member.get("/v1/me", include="roles")["roles"] == []
    assert member.get("/v1/me")["roles"] is None
    (newest,), unread = (
        member.get("/v1/me/notifications", limit=1)[n] for n in ("items", "unread")
    )
    assert unread > 0
    left = member.post("/v1/me/notifications/read", {"read_through": newest["id"]})
    assert left == {"unread": 0}
    assert member.get("/v1/me/notifications", unread="true")["items"] == []
    (mine,) = member.get("/v1/me/registrations", include="meetup")["items"]
    assert (mine["meetup"]["title"], mine["meetup"]["address"]) == ("周六午餐", None)
    words = place.world.person("").get("/words.json")
    assert words["RegistrationState"][mine["state"]]["zh-CN"] == "待确认名单"


@pytest.mark.timeout(180)
def test_what_anybody_and_a_payer_see(place: Place) -> None:
    """The public offer and all of one's orders are one call each."""
    nobody = place.world.person("")
    offer = nobody.get(f"{place.world.path}/offer")
    assert [plan["price"]["amount"] for plan in offer["plans"]] == [300_000]
    slug = place.world.community["slug"]
    assert nobody.get(f"/v1/communities/by-slug/{slug}")["id"] == place.world.community["id"]
    (order,) = place.member.get("/v1/me/orders")["items"]
    assert (order["plan_name"], order["coupon_code"]) == ("年度会员", "WELC2ME")
    assert order["community"]["name"] == place.world.community["name"]


@pytest.mark.timeout(180)
def test_what_does_not_exist_is_said_by_name(place: Place) -> None:
    """An include, a state and a cursor of another list: a code each."""
    member, world = place.member, place.world
    wrong = member.raw("GET", f"{world.path}/me?include=community,plans").json()
    assert wrong["errors"][0]["code"] == "field.include"
    assert "membership" in wrong["errors"][0]["detail"]
    wrong = world.owner.raw("GET", f"{world.path}/orders?state=paid,lost").json()
    assert wrong["errors"][0]["code"] == "field.choice"
    page = world.reviewer.get(f"{world.path}/review-queue?limit=1")
    other = f"{world.path}/applications?limit=1&cursor={page['next_cursor']}"
    assert world.reviewer.raw("GET", other).json()["code"] == "gateway.cursor_invalid"
