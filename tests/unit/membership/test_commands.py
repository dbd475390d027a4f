"""What operators' commands take and say."""

from types import SimpleNamespace
from typing import Any, cast

import click
import pytest
from click.testing import CliRunner

from chassis.commands import Operation, refusal
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from services.membership.commands import end_sessions, erasures
from services.notifications.commands import deliveries


def said(command: click.Command, *arguments: str, **app: Any) -> tuple[int, str]:
    operation = Operation(cast(Any, None), SimpleNamespace(**app), cast(Any, None))
    done = CliRunner().invoke(command, arguments, obj=operation)
    return done.exit_code, done.output


class Sessions:
    def end_all_of(self, person_id: str, ctx: Any) -> int:
        if person_id != "per_1":
            raise DomainError(OBJECT_NOT_FOUND, noun="person")
        return 3


@pytest.mark.parametrize(
    "who", [("--person", "per_1"), ("--email", "Li@example.com")], ids=["person", "email"]
)
def test_sessions_of_a_person_end_by_id_or_address(who: tuple[str, str]) -> None:
    people = SimpleNamespace(by_address=lambda email: {"_id": "per_1"})
    ended = said(end_sessions, *who, sessions=Sessions(), people=people)
    assert ended == (0, "3 sessions of per_1 ended\n")


def test_the_person_is_said_once() -> None:
    for who in ((), ("--person", "per_1", "--email", "li@example.com")):
        status, words = said(end_sessions, *who)
        assert status == 2
        assert "say --email or --person" in words


def test_operators_are_told_that_it_is_not_there() -> None:
    """They may see everything."""
    ended = said(end_sessions, "--person", "per_2", sessions=Sessions())
    assert ended == (1, "Error: There is no such person.\n")
    assert refusal(DomainError(OBJECT_NOT_FOUND, noun="order")) == "There is no such order."


def test_an_empty_list_says_so() -> None:
    assert said(erasures, "list", erasures=SimpleNamespace(unconfirmed=lambda most: [])) == (
        0,
        "0 not done\n",
    )
    assert said(deliveries, "list", deliveries=SimpleNamespace(given_up=list)) == (0, "0 failed\n")
