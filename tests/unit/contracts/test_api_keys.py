"""What an API key looks like: a slip of the pen is seen in the key itself."""

import re

import pytest

from contracts.access import (
    GRANTABLE_ROLES,
    KEY_SCOPES,
    MEMBERS,
    OPERATORS,
    OWNING_ROLES,
    SIGNED_IN,
    SYSTEM_KEY_SCOPES,
    holders,
    the,
)
from contracts.api_keys import ALPHABET, is_well_formed, with_checksum
from gateway.routes import ROUTES
from services.membership.usecases.identity.api_keys import new_secret


@pytest.mark.parametrize(("live", "begins"), [(True, "ck_live_"), (False, "ck_test_")])
def test_a_key_says_what_it_is_and_where_it_is_good(live: bool, begins: str) -> None:
    """H-32: 178 random bits, and never the same twice."""
    made = {new_secret(live=live) for _ in range(1000)}
    assert len(made) == 1000
    for key in made:
        assert re.fullmatch(rf"{begins}[0-9A-Za-z]{{36}}", key)
        assert is_well_formed(key)
    assert {letter for key in made for letter in key[8:38]} == set(ALPHABET)


def test_the_checksum_is_what_scanners_know() -> None:
    """CRC-32 in base 62, as other houses write it; it must not change under keys that live."""
    assert with_checksum("ck_test_" + "0" * 30)[-6:] == "10YkMr"


def test_every_slip_is_seen() -> None:
    """One character wrong, lost, doubled or swapped with its neighbour."""
    key = new_secret(live=True)
    for place in range(8, len(key)):
        wrong = next(letter for letter in ALPHABET if letter != key[place])
        slips = {
            key[:place] + wrong + key[place + 1 :],
            key[:place] + key[place + 1 :],
            key[:place] + key[place] + key[place:],
            key[: place - 1] + key[place] + key[place - 1] + key[place + 1 :],
        } - {key}
        assert not any(map(is_well_formed, slips)), place
    for other in ("", "ck_", "ck_dead_" + key[8:], key.upper(), f" {key}", f"{key}\n", key + "é"):
        assert not is_well_formed(other)


def test_keys_hold_roles_and_are_nobody() -> None:
    """What is one's own, needs a sign-in or is for members takes none; a role's work does."""
    owners = holders(OWNING_ROLES)
    assert owners.takes_keys
    assert OPERATORS.takes_keys
    assert (the("payer") | owners).takes_keys
    assert owners.signed_in_lately("to grant the role owner").takes_keys
    for who in (
        SIGNED_IN,
        the("payer"),
        MEMBERS,
        owners.by_people(),
        owners.signed_in_lately(),
        the("payer") | owners.by_people(),
        owners.by_people().but("never the payer").signed_in_lately("for much"),
    ):
        assert not who.takes_keys


def test_keys_can_be_good_for_what_takes_them_and_nothing_else() -> None:
    """A scope without an operation would be a promise of nothing."""
    granted = {*GRANTABLE_ROLES}
    takes = [route for route in ROUTES if route.rpc.who.takes_keys]
    assert {route.scope for route in takes} == set(SYSTEM_KEY_SCOPES)
    for_communities = {route.scope for route in takes if route.rpc.who.roles & granted}
    assert for_communities | {"requests:read"} == set(KEY_SCOPES)
