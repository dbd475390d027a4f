"""Keys and configuration of an OpenID provider: read again when they may have changed, and not by
everybody at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chassis.bounded_http import PartnerSilent
from services.membership.adapters import oidc
from services.membership.adapters.oidc import OpenIdConnect
from services.membership.adapters.ways import NonceWrong, NotVouched
from tests.kit.issuer import Issuer, begun, issuer


@pytest.fixture
def company() -> Iterator[Issuer]:
    with issuer() as made:
        yield made


@pytest.fixture
def provider(company: Issuer) -> OpenIdConnect:
    return OpenIdConnect(company.way, in_clear=True)


def comes(provider: OpenIdConnect) -> bool:
    """Whether who comes is believed."""
    try:
        return bool(provider.identify("n1", begun()).keys)
    except NotVouched:
        return False


@pytest.mark.parametrize("key_id", ["1", None], ids=["the same kid", "no kid"])
def test_a_key_that_changed_is_read_once_more(
    company: Issuer,
    provider: OpenIdConnect,
    key_id: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Providers that name all their keys alike, or none, change them, too."""
    company.key_id = key_id
    assert comes(provider)
    company.new_key()
    monkeypatch.setattr(oidc, "REFETCH_SECONDS", 0.0)
    assert comes(provider)
    assert company.asked["jwks"] == 2


def test_forged_tokens_do_not_make_us_ask_each_time(
    company: Issuer, provider: OpenIdConnect, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert comes(provider)
    company.forging = True
    assert [comes(provider) for _ in range(5)] == [False] * 5
    assert company.asked["jwks"] == 1, "they are younger than REFETCH_SECONDS"
    monkeypatch.setattr(oidc, "REFETCH_SECONDS", 0.0)
    assert not comes(provider)
    assert company.asked["jwks"] == 2
    company.forging = False
    assert comes(provider)
    assert company.asked["jwks"] == 2


def test_a_key_that_was_taken_back_is_believed_for_an_hour_at_most(
    company: Issuer, provider: OpenIdConnect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stolen key is good for nothing once its provider shows it no more."""
    assert comes(provider)
    stolen = company.key
    company.new_key()
    company.key = stolen
    assert comes(provider)
    monkeypatch.setattr(oidc, "KEPT_SECONDS", 0.0)
    assert not comes(provider)


def test_a_token_may_leave_the_only_key_unnamed(company: Issuer, provider: OpenIdConnect) -> None:
    """OpenID Connect Core 10.1: a kid is needed where there are several."""
    shown = company.jwk
    company.key_id, company.jwk = None, {**shown, "kid": "named"}
    assert comes(provider)


def test_many_at_once_ask_for_what_is_kept_once(company: Issuer, provider: OpenIdConnect) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda _: comes(provider), range(8)))
    assert (company.asked["openid-configuration"], company.asked["jwks"]) == (1, 1)


def test_who_waited_for_an_answer_that_failed_does_not_ask_again(
    company: Issuer, provider: OpenIdConnect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight that each wait for the one before them would take eight times as long."""
    monkeypatch.setattr("chassis.bounded_http.READ_SECONDS", 0.5)
    company.hangs.set()

    def ask(_: int) -> None:
        with pytest.raises(PartnerSilent):
            provider.authorize_url(begun())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(8)))
    assert company.asked["openid-configuration"] == 1


def test_nothing_of_one_sign_in_is_told_in_another(
    company: Issuer, provider: OpenIdConnect
) -> None:
    """A cookie that the provider sets while it answers for one person stays with nobody."""
    assert comes(provider)
    assert comes(provider)
    assert company.cookies == []


@pytest.mark.parametrize(
    ("claims", "refusal"),
    [
        ({"sub": "李"}, NotVouched),
        ({"sub": "\ud800"}, NotVouched),
        ({"sub": 7}, NotVouched),
        ({"sub": ""}, NotVouched),
        ({"nonce": "\ud800"}, NonceWrong),
        ({"nonce": None}, NonceWrong),
        ({"aud": ["coterie", "somebody-else"]}, NotVouched),
        ({"azp": "somebody-else"}, NotVouched),
    ],
)
def test_odd_claims_are_refused_by_a_word(
    company: Issuer, provider: OpenIdConnect, claims: dict[str, Any], refusal: type[Exception]
) -> None:
    """A subject is ASCII (OpenID Connect Core 2); half a character could not be stored."""
    company.claims = claims
    with pytest.raises(refusal):
        provider.identify("n1", begun())


def test_an_address_that_the_provider_says_is_believed_nowhere(
    company: Issuer, provider: OpenIdConnect
) -> None:
    """Whoever may make accounts there could come in as anybody here."""
    company.claims = {"email": "op@example.com", "email_verified": True, "phone_number": "+86138"}
    shown = provider.identify("n1", begun())
    assert shown.keys == (f"oidc:{company.url}|li",)
    assert "op@example.com" not in repr(shown)
