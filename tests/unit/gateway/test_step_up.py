"""When somebody signed in, from their token; what they hear when it was too long ago (RFC 9470)."""

from typing import Any

import pytest

from contracts.errors import SIGN_IN_AGAIN, DomainError
from contracts.errors.gateway import TOKEN_MALFORMED
from gateway import problems
from gateway.openapi import build
from gateway.tokens import TokenVerifier
from tests.unit.gateway.test_tokens import at, clock, key_file, token, verifier

__all__ = ["clock", "key_file", "verifier"]


def test_a_token_says_when(verifier: TokenVerifier) -> None:
    """Tokens of an earlier version do not say it."""
    hour_ago = at(-3600)
    assert verifier.verify(f"Bearer {token({'auth_time': hour_ago})}").signed_in_at == hour_ago
    assert verifier.verify(f"Bearer {token()}").signed_in_at is None


@pytest.mark.parametrize("auth_time", ["1800000000", 1.5, True, [], {}])
def test_it_is_a_whole_number_or_the_token_is_none(verifier: TokenVerifier, auth_time: Any) -> None:
    with pytest.raises(DomainError) as refused:
        verifier.verify(f"Bearer {token({'auth_time': auth_time})}")
    assert refused.value.error is TOKEN_MALFORMED


def test_the_refusal_says_what_to_do() -> None:
    """401 with the error and the age that would do, for clients that know the standard."""
    error = DomainError(SIGN_IN_AGAIN, max_age=600)
    assert problems.status_of(error.error) == 401
    challenge = 'Bearer realm="coterie", error="insufficient_user_authentication", max_age="600"'
    assert problems.headers_of(error, 401) == [("WWW-Authenticate", challenge)]


def test_operations_that_may_ask_for_it_say_so() -> None:
    described = build("0")["paths"]
    for path, method, asks in (
        ("/v1/operators", "post", True),
        ("/v1/operators", "get", False),
        ("/v1/orders/{order_id}/refunds", "post", True),
    ):
        answer = described[path][method]["responses"]["401"]
        assert (SIGN_IN_AGAIN.code in str(answer)) == asks, path
