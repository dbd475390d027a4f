"""Who may, in words, and what a record has to say about it."""

import pytest

from contracts import payments
from contracts.access import (
    ANYBODY,
    MONEY_ROLES,
    OPERATORS,
    OWNING_ROLES,
    REVIEWING_ROLES,
    SERVICES_ONLY,
    SIGNED_IN,
    Who,
    holders,
    the,
    whoever_has,
)
from contracts.fields import Document, Empty
from contracts.records import RPCS, Rpc


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (ANYBODY, "anybody"),
        (ANYBODY.but("limited per address"), "anybody; limited per address"),
        (ANYBODY.who_sees_more("owners see theirs"), "anybody; owners see theirs"),
        (whoever_has("the code"), "whoever has the code"),
        (SIGNED_IN, "the signed-in person"),
        (OPERATORS, "operators"),
        (holders(OWNING_ROLES), "owners of the community, operators"),
        (
            holders(REVIEWING_ROLES, operators=False).but("never the applicant"),
            "owners and reviewers of the community; never the applicant",
        ),
        (
            the("payer") | holders(MONEY_ROLES),
            "the payer, owners and treasurers of the community, operators",
        ),
    ],
)
def test_words(who: Who, words: str) -> None:
    """They stand in OpenAPI and in the cards."""
    assert str(who) == words


def test_a_record_says_who_may() -> None:
    """H-33: it cannot be left out, and people and services are not mixed up."""
    before = dict(RPCS)
    with pytest.raises(TypeError, match="who"):
        Rpc("payments", "test", "A test.", Empty, Document)  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="services alone"):
        Rpc("payments", "test", "A test.", Empty, Document, who=SERVICES_ONLY)
    with pytest.raises(ValueError, match="services alone"):
        Rpc("payments", "test", "A test.", Empty, Document, who=ANYBODY, callers=("events",))
    assert before == RPCS
    assert payments.GET_LEDGER.who == holders(MONEY_ROLES)
    assert payments.SET_PROVIDER_ACCOUNT.who == holders(OWNING_ROLES).signed_in_lately()
