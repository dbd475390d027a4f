"""Routes that are open to anybody, and what they tell the service of who signed in."""

from pathlib import Path

import pytest

from contracts import membership, payments
from tests.kit.limits import WIDE_FIELDS
from tests.unit.gateway.test_application import (
    COMMUNITY,
    Answers,
    Client,
    client_of,
    example,
)
from tests.unit.gateway.test_limited_requests import PERSON, bearer


@pytest.fixture
def answers() -> Answers:
    made = Answers()
    made.answer = lambda: (
        {
            membership.GET_COMMUNITY.routing_key: example(membership.Community),
            payments.GET_OFFER.routing_key: example(payments.Offer),
        }[made.calls[-1][0]],
        False,
    )
    return made


@pytest.fixture
def client(answers: Answers, tmp_path: Path) -> Client:
    return client_of(answers, tmp_path, **WIDE_FIELDS)


def test_who_may_see_more_is_known(client: Client, answers: Answers) -> None:
    """product.md §2: a hidden community is there for its people."""
    tokens = [
        bearer(client, PERSON),
        bearer(client, PERSON, scope="orders:read"),  # good for something else
        {"HTTP_AUTHORIZATION": "Bearer x"},
        {},
    ]
    assert [client.ask("GET", COMMUNITY, b"", **token)[0] for token in tokens] == [200] * 4
    known = [ctx.actor.person_id for _, _, ctx in answers.calls]
    assert known == [PERSON, None, None, None]


def test_nobody_is_known_where_everybody_sees_the_same(client: Client, answers: Answers) -> None:
    assert client.ask("GET", f"{COMMUNITY}/offer", b"", **bearer(client, PERSON))[0] == 200
    assert [ctx.actor.kind for _, _, ctx in answers.calls] == ["anonymous"]
