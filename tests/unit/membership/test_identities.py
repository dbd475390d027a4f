"""Identities, sign-ins under way, and where people may be sent, without a database."""

import datetime as dt
import json
from typing import Any

import pytest

from contracts.errors import DomainError
from contracts.errors import membership as codes
from services.membership.adapters.phones import mobile_number
from services.membership.adapters.ways import read_ways
from services.membership.domain.identity import identities, sign_in_states
from services.membership.domain.identity.identities import Identity, Shown
from services.membership.domain.identity.people import (
    address_of,
    display_name,
    erase,
    new_person,
    new_person_without_address,
)
from services.membership.usecases.identity.ways import FrontEnds

NOW = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)
SECRET = "s" * 43
WAY: dict[str, Any] = {
    "name": "company",
    "kind": "oidc",
    "client_id": "coterie",
    "client_secret": "secret",
    "issuer": "https://id.example.com",
}


def identity(id: str, *keys: str) -> Identity:
    return {"_id": id, "person_id": f"per_{id}", "way": "wechat", "keys": list(keys), "label": ""}


def test_the_exact_key_decides_before_one_that_joins() -> None:
    """Two accounts of before the apps were joined stay two; merging comes later."""
    shown = Shown("wechat", ("wechat:wx1:o1", "wechat:union:u"), "李伟")
    by_open_id, by_union = identity("1", "wechat:wx1:o1"), identity("2", "wechat:union:u")
    for found in ([by_open_id, by_union], [by_union, by_open_id]):
        assert identities.best_of(found, shown) is by_open_id
        assert identities.learn(by_open_id, found, shown) is by_open_id
    assert identities.best_of([by_union], shown) is by_union
    assert identities.learn(by_union, [by_union], shown)["keys"] == [
        "wechat:union:u",
        "wechat:wx1:o1",
    ]
    assert identities.best_of([], shown) is None


def test_the_last_way_stays() -> None:
    """Who has an address can unlink all else."""
    mailed = new_person(id="per_1", email="li@example.com", locale="en")
    other = new_person_without_address(id="per_2", name="李伟", locale="en")
    identities.require_other_way(mailed, 1)
    identities.require_other_way(other, 2)
    with pytest.raises(DomainError) as refused:
        identities.require_other_way(other, 1)
    assert refused.value.error is codes.IDENTITY_LAST
    with pytest.raises(DomainError) as refused:
        identities.require_room(identities.MOST)
    assert refused.value.error is codes.IDENTITIES_TOO_MANY


def test_who_has_no_address_has_none_for_anybody() -> None:
    """What stands in its place is no address: mail never goes there, and no name is made of it."""
    person = new_person_without_address(id="per_2", name="", locale="en")
    assert address_of(person) is None
    assert display_name(person["name"], person["email"]) is None
    assert display_name("李伟", person["email"]) == "李伟"
    assert address_of(erase(person, NOW)) is None
    assert address_of(new_person(id="per_1", email="li@example.com", locale="en"))


def begun(**more: Any) -> sign_in_states.SignInState:
    asked: dict[str, Any] = {
        "id": "sst_01JD6Q3F0M8V6Z4X2K9T7R5WYB",
        "way": "company",
        "person_id": None,
        "secret": SECRET,
        "callback_url": "https://app.example.com/signed-in",
        "return_to": "https://app.example.com/join",
        "locale": "en",
        "now": NOW,
    }
    return sign_in_states.new_state(**{**asked, **more})


def use(state: sign_in_states.SignInState | None, **more: Any) -> sign_in_states.SignInState:
    asked: dict[str, Any] = {"way": "company", "person_id": None, "secret": SECRET, "now": NOW}
    return sign_in_states.use(state, **{**asked, **more})


def test_a_state_works_once_in_its_own_browser() -> None:
    """Login CSRF (RFC 6819 §4.4.1.8): another browser, way, person or time is refused alike."""
    state = begun()
    used = use(state)
    with pytest.raises(DomainError) as refused:
        use(used)
    assert refused.value.error is codes.SIGN_IN_STATE_USED
    wrong: list[dict[str, Any]] = [
        {"secret": "t" * 43},
        {"way": "other"},
        {"person_id": "per_1"},
        {"now": NOW + dt.timedelta(minutes=10)},
    ]
    for change in wrong:
        with pytest.raises(DomainError) as refused:
            use(state, **change)
        assert refused.value.error is codes.SIGN_IN_STATE_WRONG
    for change in ({"secret": "t" * 43}, {"way": "other"}):
        with pytest.raises(DomainError) as refused:
            use(used, **change)
        assert refused.value.error is codes.SIGN_IN_STATE_WRONG, "says nothing to a stranger"
    with pytest.raises(DomainError):
        use(None)


def test_nonce_and_verifier_follow_from_the_state_alone() -> None:
    state = begun()
    assert sign_in_states.text_of(state).isalnum()
    nonce, verifier = (
        derive(state, b"key") for derive in (sign_in_states.nonce_of, sign_in_states.verifier_of)
    )
    assert len(verifier) == len(nonce) == 43
    assert nonce != verifier
    assert sign_in_states.nonce_of(state, b"other") != nonce
    assert SECRET not in json.dumps(state, default=str)


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "https://app.example.com.evil.example/",
        "https://app.example.com:8443/",
        "http://app.example.com/",
        "https://app.example.com@evil.example/",
        "https://evil.example\\@app.example.com/",
        "https://app.example.com\\.evil.example/",
        "https://[::1/",
        "http://localhost:0/",
        "http://localhost.evil.example/",
    ],
)
def test_people_are_sent_to_listed_front_ends_alone(address: str) -> None:
    """An open redirector would hand codes and claims to anybody (RFC 9700 §4.11)."""
    front_ends = FrontEnds(frozenset({"https://app.example.com"}), local=True)
    with pytest.raises(DomainError) as refused:
        front_ends.require(address)
    assert refused.value.error is codes.RETURN_ADDRESS_NOT_ALLOWED


def test_this_host_is_a_front_end_in_development() -> None:
    for address in ("http://localhost:5173/join?claim=7Q2M", "http://127.0.0.1/"):
        FrontEnds(frozenset(), local=True).require(address)
        with pytest.raises(DomainError):
            FrontEnds(frozenset(), local=False).require(address)
    FrontEnds(frozenset({"https://app.example.com"}), local=False).require(
        "https://app.example.com/join?claim=7Q2M#top"
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "phone"}, "no name for a way"),
        ({"name": "Company"}, "no name for a way"),
        ({"kind": "saml"}, "kind is one of"),
        ({"name": "c"}, "2 to 30 of a-z, 0-9 and -, a letter first, and not phone or email"),
        ({"name": ""}, "way 1 has no name"),
        ({"client_secret": ""}, "company has no client_secret"),
        ({"issuer": ""}, "company: kind oidc needs an issuer"),
        ({"issuer": "http://id.example.com"}, "not https"),
        ({"kind": "wechat_mini"}, "company: kind wechat_mini has no issuer"),
        ({"scope": "email"}, "company: unknown fields"),
        ({"client_id": 5}, "company is not an object of texts"),
    ],
)
def test_what_is_wrong_with_the_setting_is_said(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_ways(json.dumps([{**WAY, **changes}]), in_clear=False)


@pytest.mark.parametrize(
    "text", ["+8613800138000", "+86 138-0013-8000", "+86013800138000", "+86 0138 0013 8000"]
)
def test_a_phone_has_one_form(text: str) -> None:
    """O-4: one phone written in two ways would have the limits of two."""
    assert mobile_number(text) == "+8613800138000"


@pytest.mark.parametrize(
    "text", ["+86", "+8612345", "+862152345678", "13800138000", "+99912345678"]
)
def test_what_takes_no_sms_is_no_phone(text: str) -> None:
    with pytest.raises(ValueError):
        mobile_number(text)


def test_ways_are_read() -> None:
    (way,) = read_ways(json.dumps([WAY]), in_clear=False)
    assert (way.name, way.issuer) == ("company", "https://id.example.com")
    assert read_ways("[]", in_clear=False) == []
    assert (way.called("zh-CN"), way.called("en")) == (way.name, way.name)
    (named,) = read_ways(json.dumps([{**WAY, "label": "Acme", "label_zh": "华山"}]), in_clear=False)
    assert (named.called("zh-CN"), named.called("en")) == ("华山", "Acme")
    chats = {"name": "wechat", "kind": "wechat_mini", "client_id": "1", "client_secret": "2"}
    (chat,) = read_ways(json.dumps([chats]), in_clear=False)
    assert (chat.called("zh-CN"), chat.called("en")) == ("微信", "WeChat")
    for text in ("", "{}", "nonsense", json.dumps([WAY, WAY]), "[1]"):
        with pytest.raises(ValueError):
            read_ways(text, in_clear=False)
    (local,) = read_ways(json.dumps([{**WAY, "issuer": "http://127.0.0.1:8090"}]), in_clear=True)
    assert local.issuer.startswith("http://")
