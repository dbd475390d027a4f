"""`?wait=`: answered when there is something new, or what is there when the time is over."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import eventlet
import pytest

from chassis.context import Context
from contracts import payments
from contracts.errors import NOT_PERMITTED, OBJECT_NOT_FOUND, DomainError
from gateway import examples, waiting
from tests.unit.gateway.test_application import ULID, Answers, Client, client_of

PURCHASE = f"pur_{ULID}"
ADDRESS = f"/v1/purchases/{PURCHASE}"


class Connection:
    left: Callable[[], None]

    def watch_peer(self, left: Callable[[], None]) -> Callable[[], None]:
        self.left = left
        return lambda: None

    def close_after_answer(self) -> None:
        pass

    def peer_left(self) -> bool:
        return False


class Purchase:
    """What the service has, which may be nothing yet."""

    def __init__(self, answers: Answers) -> None:
        self.document: dict[str, Any] | None = examples.of_schema(payments.ShownPurchase())
        self.answers = answers
        answers.answer = self.look

    def look(self) -> tuple[dict[str, Any], bool]:
        if self.document is None:
            raise DomainError(OBJECT_NOT_FOUND, noun="purchase")
        return dict(self.document), False

    @property
    def looks(self) -> int:
        return len(self.calls)

    @property
    def calls(self) -> list[tuple[str, dict[str, Any], Context]]:
        """Those about it; the log of requests is told by the second, too."""
        return [call for call in self.answers.calls if call[0] == payments.GET_PURCHASE.routing_key]


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def purchase(answers: Answers) -> Purchase:
    return Purchase(answers)


@pytest.fixture
def client(answers: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    made = client_of(answers, tmp_path)
    made.connection = Connection()  # type: ignore[assignment]
    return made


def ask(client: Client, wait: str = "1", known: str = "") -> tuple[int, dict[str, str], bytes]:
    return client.ask(
        "GET",
        f"{ADDRESS}?wait={wait}",
        HTTP_AUTHORIZATION=client.bearer(),
        HTTP_IF_NONE_MATCH=known,
    )


def tell(client: Client, *, subject: str = PURCHASE, missed: bool = False) -> None:
    change = {"id": subject, "version": 1, "person_id": None}
    client.application.news.heard("payments", {"changes": [change], "missed": missed})


def etag(client: Client) -> str:
    return ask(client)[1]["ETag"]


def test_without_an_etag_what_is_there_is_new(client: Client, purchase: Purchase) -> None:
    status, _, body = ask(client)
    assert (status, purchase.looks) == (200, 1)
    assert PURCHASE.encode() in body


def test_it_is_answered_when_there_is_another_version(client: Client, purchase: Purchase) -> None:
    known = etag(client)

    def change() -> None:
        assert purchase.document is not None
        purchase.document["version"] += 1
        tell(client)

    eventlet.spawn_after(0.02, tell, client)  # of this thing, but nothing that the reader sees
    eventlet.spawn_after(0.04, change)
    with eventlet.Timeout(3):
        status, headers, _ = ask(client, "20", known)
    assert status == 200
    assert headers["ETag"] != known
    assert purchase.looks == 4


def test_nothing_new_is_304_after_two_looks(client: Client, purchase: Purchase) -> None:
    known = etag(client)
    eventlet.spawn_after(0.02, tell, client, subject=f"ord_{ULID}")
    status, headers, _ = ask(client, known=known)
    assert (status, headers["ETag"], purchase.looks) == (304, known, 3)


def test_what_is_not_there_yet_is_waited_for(client: Client, purchase: Purchase) -> None:
    there, purchase.document = purchase.document, None

    def open_it() -> None:
        purchase.document = there
        tell(client)

    eventlet.spawn_after(0.02, open_it)
    with eventlet.Timeout(3):
        assert ask(client, "20")[0] == 200
    purchase.document = None
    assert ask(client)[0] == 404


def test_other_refusals_come_at_once(client: Client, answers: Answers) -> None:
    def refuse() -> tuple[dict[str, Any], bool]:
        raise DomainError(NOT_PERMITTED)

    answers.answer = refuse
    with eventlet.Timeout(3):
        assert ask(client, "20")[0] == 403


def test_each_look_has_its_own_deadline_and_holds_no_place(
    client: Client, purchase: Purchase
) -> None:
    known = etag(client)
    running = []
    admission = client.application._admission
    eventlet.spawn_after(0.05, lambda: running.append((admission.running, admission.waiting)))
    ask(client, known=known)
    assert running == [(0, 0)]
    deadlines = [ctx.deadline for _, _, ctx in purchase.calls]
    assert len({id(deadline) for deadline in deadlines}) == 3


def test_who_goes_away_asks_nothing_more(client: Client, purchase: Purchase) -> None:
    known = etag(client)
    eventlet.spawn_after(0.02, lambda: client.connection.left())  # type: ignore[attr-defined]
    with eventlet.Timeout(3):
        assert ask(client, "20", known)[0] == 503
    assert purchase.looks == 2


@pytest.mark.parametrize("end", ["stop", "missed"])
def test_it_looks_when_the_gateway_stops_or_missed_something(
    client: Client, purchase: Purchase, end: str
) -> None:
    known = etag(client)

    def happen() -> None:
        if end == "stop":
            client.application.stop()
        else:
            assert purchase.document is not None
            purchase.document["version"] += 1
            tell(client, subject=f"ord_{ULID}", missed=True)

    eventlet.spawn_after(0.02, happen)
    with eventlet.Timeout(3):
        status = ask(client, "20", known)[0]
    assert status == {"stop": 304, "missed": 200}[end]


@pytest.mark.parametrize("wait", ["0", "21", "-1", "1.5", "soon", ""])
def test_a_wait_is_of_one_to_twenty_seconds(client: Client, purchase: Purchase, wait: str) -> None:
    status, _, body = ask(client, wait)
    assert status == 422
    assert b"?wait" in body or b'"wait"' in body
    assert purchase.looks == 0


def test_only_what_says_so_can_be_waited_for(client: Client) -> None:
    asked = client.ask("GET", "/v1/me?wait=1", HTTP_AUTHORIZATION=client.bearer())
    assert asked[0] == 422
    assert waiting.LONGEST_WAIT == 20
