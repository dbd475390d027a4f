"""`make seed` on a whole system: who and what is there, twice the same, and nobody's code but
theirs."""

import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

from deploy.local.environment import PROCESSES, SEED_CODE
from deploy.local.system import System
from examples.doctors.client import Client, eventually
from examples.seed.__main__ import is_there, seed


@pytest.fixture(scope="module")
def seeded(system: Callable[..., System]) -> tuple[System, dict[str, Any]]:
    """A system with the circle in it, and what its file says."""
    place = system(*PROCESSES)
    started = time.monotonic()
    table = seed(place)
    print(f"\nseeded in {time.monotonic() - started:.1f} s")
    return place, table


def person(place: System, handle: str, table: dict[str, Any]) -> Client:
    """Somebody of the circle, signed in by the code of all, without a look into the inbox."""
    (email,) = (one["email"] for one in table["personas"] if one["email"].startswith(handle))
    client = Client(place.url("http"), place.url("sandbox-mail"), email)
    return client.sign_in()


def counted(place: System, table: dict[str, Any]) -> dict[str, Any]:
    """How many of everything there are, by state."""
    owner = person(place, "wang.owner", table)
    path = f"/v1/communities/{table['community']['id']}"
    counts = ("membership-counts", "orders/counts", "coupons/counts", "meetups/counts", "sales",
              "refund-requests/counts")  # fmt: skip
    found = {name: owner.get(f"{path}/{name}") for name in counts}
    found["plans"] = len(list(owner.pages(f"{path}/plans")))
    found["roles"] = len(list(owner.pages(f"{path}/roles")))
    states: dict[str, int] = {}
    for meetup in owner.pages(f"{path}/meetups"):
        for row in owner.pages(f"/v1/meetups/{meetup['id']}/registrations"):
            state = "offered" if row["offer"] else row["state"]
            states[state] = states.get(state, 0) + 1
    return {**found, "registrations": states}


@pytest.mark.timeout(300)
def test_there_is_something_in_every_state(seeded: tuple[System, dict[str, Any]]) -> None:
    place, table = seeded
    found = counted(place, table)
    applications = {name for name, n in found["membership-counts"]["applications"].items() if n}
    assert applications >= {
        "draft", "submitted", "in_review", "needs_info", "approved", "rejected", "joined"
    }  # fmt: skip
    memberships = {name for name, n in found["membership-counts"]["memberships"].items() if n}
    assert memberships >= {"active", "grace", "expired", "cancelled"}
    orders = {name for name, n in found["orders/counts"]["counts"].items() if n}
    assert orders >= {"open", "paid", "refunded"}
    assert set(found["registrations"]) >= {
        "applied", "selected", "confirmed", "waitlisted", "offered", "withdrawn", "checked_in"
    }  # fmt: skip
    for handle, is_complete in (("sun.draft", True), ("tao.begun", False)):
        (draft,) = person(place, handle, table).pages("/v1/me/applications")
        assert draft["state"] == "draft"
        assert ({"profession", "city"} <= draft["answers"].keys()) is is_complete


@pytest.mark.timeout(300)
def test_twice_is_once(seeded: tuple[System, dict[str, Any]]) -> None:
    """Also when the first run was cut off before it wrote its file."""
    place, table = seeded

    def settled() -> Any:
        """Who waits for a seat is offered one a little later."""
        found = counted(place, table)
        time.sleep(2)
        return found if counted(place, table) == found else None

    before = eventually(settled, "nothing moves any more")
    assert is_there(place) == table
    place.place.seed_file.unlink()
    assert is_there(place) is None
    again = seed(place)
    assert again == table
    assert counted(place, again) == before


@pytest.mark.timeout(300)
def test_the_start_page_and_the_examples_know_it(seeded: tuple[System, dict[str, Any]]) -> None:
    place, table = seeded
    for language, word in (("zh-CN", "示例人物"), ("en", "People")):
        page = requests.get(place.url("http"), headers={"Accept-Language": language}, timeout=10)
        assert page.status_code == 200
        for part in (word, "wang.owner@seed.example", table["community"]["id"]):
            assert part in page.text
    document = requests.get(f"{place.url('http')}/openapi.json", timeout=10).json()
    claim = document["paths"]["/v1/applications/{application_id}/claim"]["post"]
    named = next(one for one in claim["parameters"] if one.get("name") == "application_id")
    reviewer = person(place, "li.reviewer", table)
    assert reviewer.get(f"/v1/applications/{named['example']}")["state"] == "submitted"


@pytest.mark.timeout(300)
def test_the_code_of_all_is_for_the_seed_alone(seeded: tuple[System, dict[str, Any]]) -> None:
    """O-2: asked for as often as anybody likes, but five wrong guesses end a challenge."""
    place, _ = seeded
    url = place.url("http")

    def open_challenge(email: str) -> str:
        """Opened after the answer: when the mail is there."""
        inbox = Client(url, place.url("sandbox-mail"), email)
        seen = max((mail["id"] for mail in inbox.mails()), default=0)
        answer = requests.post(f"{url}/v1/sign-in", json={"email": email}, timeout=10)
        assert answer.status_code == 202, answer.text
        eventually(lambda: inbox.mails(seen) or None, "the mail with the code")
        return str(answer.json()["challenge_id"])

    def finish(challenge: str, code: str, source: str) -> int:
        body = {"challenge_id": challenge, "code": code}
        headers = {"X-Forwarded-For": source}
        answer = requests.post(f"{url}/v1/sessions", json=body, headers=headers, timeout=10)
        return answer.status_code

    stranger = open_challenge("stranger@seed.example.com")
    assert finish(stranger, SEED_CODE, "198.51.100.1") == 401
    for _ in range(6):  # of others it takes five an hour, one a minute
        challenge = open_challenge("wang.owner@seed.example")
    for _ in range(5):
        assert finish(challenge, "00000000", "198.51.100.2") == 401
    assert finish(challenge, SEED_CODE, "198.51.100.3") == 401, "it is dead"
    fresh = open_challenge("wang.owner@seed.example")
    assert finish(fresh, SEED_CODE, "198.51.100.4") == 201


@pytest.mark.uses_up
@pytest.mark.timeout(300)
def test_the_clock_moves_from_outside(seeded: tuple[System, dict[str, Any]]) -> None:
    """It answers once every job has passed: who was to expire within the days has."""
    place, table = seeded
    url = f"{place.url('http')}/dev/clock"
    expiring = person(place, "he.expiring", table)
    (before,) = expiring.pages("/v1/me/memberships")
    assert before["state"] == "active"
    moved = requests.post(url, json={"by": "11d"}, timeout=60)
    assert moved.status_code == 200, moved.text
    assert moved.json()["behind"] == []
    assert requests.get(url, timeout=10).json()["now"] >= moved.json()["now"]
    (after,) = expiring.pages("/v1/me/memberships")
    assert after["state"] == "grace"
