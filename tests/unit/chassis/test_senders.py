"""Whose messages are believed."""

import pytest

from chassis.context import ANONYMOUS, Actor, HeldKey
from chassis.senders import Senders, may_speak_for

PERSON = Actor("person", "per_1", "ses_1", ("user",))
KEY = Actor("key", key=HeldKey("key_1", "com_1", ("host",)))
OPERATOR = Actor("operator", service="payments")


@pytest.mark.parametrize(
    ("sender", "actor", "believed"),
    [
        ("gateway", PERSON, True),
        ("gateway", ANONYMOUS, True),
        ("gateway", KEY, True),
        ("payments", KEY, False),
        ("gateway", Actor("system", service="gateway"), False),
        ("gateway", Actor("system", service="notifications"), False),
        ("gateway", OPERATOR, False),
        ("payments", Actor("system", service="payments"), True),
        ("payments", Actor("system", service="notifications"), False),
        ("payments", Actor("system", "per_1", service="payments"), False),
        ("payments", Actor("system"), False),
        ("payments", PERSON, False),
        ("payments", ANONYMOUS, False),
        ("payments", OPERATOR, False),
    ],
)
def test_the_gateway_speaks_for_people_and_services_for_themselves(
    sender: str, actor: Actor, believed: bool
) -> None:
    """M-29."""
    assert may_speak_for(sender, actor) == believed


def test_the_users_of_an_environment_have_one_prefix() -> None:
    plain = Senders.around("amqp://payments:secret@broker/coterie", "payments")
    assert (plain.own, plain.name("events")) == ("payments", "events")
    assert [plain.name(nobody) for nobody in (None, "")] == [None, None]
    prefixed = Senders.around("amqp://t%231-payments:secret@broker/t1", "payments")
    assert (prefixed.own, prefixed.name("t#1-events")) == ("t#1-payments", "events")
    assert prefixed.name("events") is None
    assert prefixed.name("t2-events") is None


def test_a_user_of_another_name_is_refused() -> None:
    """Its own messages would not be believed anywhere."""
    for url in ("amqp://admin:secret@broker/coterie", "amqp://broker/coterie"):
        with pytest.raises(ValueError, match="user of payments is called payments"):
            Senders.around(url, "payments")
