"""Providers that vouch for people, against the sandbox's counterparts: who somebody is, and every
way in which what comes back is not to be believed."""

import dataclasses
import json
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from chassis.bounded_http import PartnerSilent
from chassis.ids import new_id
from services.membership.adapters import oidc
from services.membership.adapters.oidc import OpenIdConnect
from services.membership.adapters.ways import Begun, InPreview, NonceWrong, NotVouched, Way
from services.membership.adapters.wechat import WeChat
from tests.kit.counterparts import Counterparts, agree, app_code

CALLBACK = "https://app.example.com/signed-in?from=mail"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counterparts]:
    counterparts = Counterparts(tmp_path_factory.mktemp("counterparts"))
    counterparts.start()
    yield counterparts
    counterparts.stop()


def begun() -> Begun:
    return Begun(new_id("sst")[4:], CALLBACK, new_id("req"), "v" * 43)


def company(
    sandbox: Counterparts, client_secret: str = "secret-of-coterie", issuer: str = ""
) -> OpenIdConnect:
    way = Way("company", "oidc", "coterie", client_secret, issuer or f"{sandbox.url}/oidc")
    return OpenIdConnect(way, in_clear=True)


def wechat(sandbox: Counterparts, kind: str, appid: str, secret: str = "") -> WeChat:
    place = f"{sandbox.url}/wechat"
    secret = secret or f"secret-of-{appid}"
    return WeChat(Way(kind, kind, appid, secret, "", place, place))  # type: ignore[arg-type]


def test_openid_vouches_for_the_same_person_each_time(sandbox: Counterparts) -> None:
    """One key by issuer and sub; a name that was said, or none."""
    provider = company(sandbox)
    first, second = begun(), begun()
    shown = provider.identify(agree(provider.authorize_url(first), "li", "李伟")["code"], first)
    again = provider.identify(agree(provider.authorize_url(second), "li")["code"], second)
    assert shown.keys == again.keys == (f"oidc:{sandbox.url}/oidc|li",)
    assert (shown.way, shown.name, shown.label) == ("company", "李伟", "李伟")
    assert (again.name, again.label) == ("", "company")


def test_openid_gets_state_nonce_and_challenge(sandbox: Counterparts) -> None:
    """OpenID Connect Core 3.1.2.1, RFC 7636."""
    one = begun()
    asked = parse_qs(urlsplit(company(sandbox).authorize_url(one)).query)
    assert asked["state"] == [one.state]
    assert asked["nonce"] == [one.nonce]
    assert asked["redirect_uri"] == [CALLBACK]
    assert asked["code_challenge_method"] == ["S256"]
    assert one.verifier not in json.dumps(asked)


@pytest.mark.parametrize(
    ("fault", "refusal"),
    [
        ("nonce", NonceWrong),
        ("audience", NotVouched),
        ("issuer", NotVouched),
        ("expired", NotVouched),
        ("signature", NotVouched),
    ],
)
def test_an_id_token_that_is_not_to_be_believed(
    sandbox: Counterparts, fault: str, refusal: type[Exception]
) -> None:
    """OpenID Connect Core 3.1.3.7; RFC 8725."""
    provider, one = company(sandbox), begun()
    code = agree(provider.authorize_url(one), "li", fault=fault)["code"]
    with pytest.raises(refusal):
        provider.identify(code, one)


def test_a_code_works_once_for_who_began(sandbox: Counterparts) -> None:
    """RFC 6749 §10.5; the verifier is another browser's sign-in's otherwise (RFC 7636)."""
    provider, one = company(sandbox), begun()
    code = agree(provider.authorize_url(one), "li")["code"]
    with pytest.raises(NotVouched, match="invalid_grant"):
        provider.identify(code, dataclasses.replace(one, verifier="w" * 43))
    code = agree(provider.authorize_url(one), "li")["code"]
    provider.identify(code, one)
    with pytest.raises(NotVouched, match="invalid_grant"):
        provider.identify(code, one)


def test_wrong_settings_are_no_answer_about_people(sandbox: Counterparts) -> None:
    """A wrong secret is the provider's refusal; another issuer, or nobody there, is silence."""
    one = begun()
    code = agree(company(sandbox).authorize_url(one), "li")["code"]
    with pytest.raises(NotVouched, match="invalid_client"):
        company(sandbox, client_secret="wrong").identify(code, one)
    with pytest.raises(PartnerSilent):
        company(sandbox, issuer=f"{sandbox.url}/oidc/").authorize_url(one)
    with pytest.raises(PartnerSilent):
        company(sandbox, issuer="http://127.0.0.1:9").authorize_url(one)
    strict = OpenIdConnect(company(sandbox)._way, in_clear=False)
    with pytest.raises(PartnerSilent):
        strict.authorize_url(one)


def test_new_keys_of_the_provider_are_read(
    sandbox: Counterparts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restart of the sandbox changes its key; unknown ones are asked for, not too often."""
    provider, one = company(sandbox), begun()
    provider.identify(agree(provider.authorize_url(one), "li")["code"], one)
    sandbox.stop()
    sandbox.start()
    with pytest.raises(NotVouched, match="unknown key"):
        provider.identify(agree(provider.authorize_url(one), "li")["code"], one)
    monkeypatch.setattr(oidc, "REFETCH_SECONDS", 0.0)
    assert provider.identify(agree(provider.authorize_url(one), "li")["code"], one).keys


def test_wechat_joins_three_apps_by_union_id(sandbox: Counterparts) -> None:
    """An open id in each app, one union id; a mini program says no name."""
    shown = []
    for kind in ("wechat_website", "wechat_official"):
        provider, one = wechat(sandbox, kind, f"wx-{kind}"), begun()
        url = provider.authorize_url(one)
        assert url.endswith(f"&state={one.state}#wechat_redirect")
        came = agree(url, "li", "李伟")
        assert came["state"] == one.state
        shown.append(provider.identify(came["code"], one))
    mini = wechat(sandbox, "wechat_mini", "wx-mini")
    shown.append(mini.identify(app_code(sandbox.url, "wx-mini", "li"), None))
    assert {one.way for one in shown} == {"wechat"}
    assert len({one.keys[0] for one in shown}) == 3
    assert len({one.keys[1] for one in shown}) == 1
    assert [one.name for one in shown] == ["李伟", "李伟", ""]


def test_wechat_without_a_union_id(sandbox: Counterparts) -> None:
    """An app that is bound to no open platform account has open ids alone."""
    mini = wechat(sandbox, "wechat_mini", "wx-mini-alone")
    shown = mini.identify(app_code(sandbox.url, "wx-mini-alone", "li"), None)
    (key,) = shown.keys
    assert key.startswith("wechat:wx-mini-alone:o")


def test_wechat_refuses_with_status_200(sandbox: Counterparts) -> None:
    """40163 used, 40029 unknown, 40125 wrong secret; a code of one app is nothing in another."""
    provider, one = wechat(sandbox, "wechat_website", "wx-website"), begun()
    code = agree(provider.authorize_url(one), "li")["code"]
    provider.identify(code, one)
    for wrong, errcode in ((code, "40163"), ("made-up", "40029")):
        with pytest.raises(NotVouched, match=errcode):
            provider.identify(wrong, one)
    with pytest.raises(NotVouched, match="40125"):
        wechat(sandbox, "wechat_mini", "wx-mini", "wrong").identify("made-up", None)
    other = app_code(sandbox.url, "wx-other", "li")
    with pytest.raises(NotVouched, match="40029"):
        wechat(sandbox, "wechat_mini", "wx-mini").identify(other, None)


def test_wechat_previews_are_nobody(sandbox: Counterparts) -> None:
    """is_snapshotuser: an account that WeChat makes up for a preview of a page."""
    provider, one = wechat(sandbox, "wechat_official", "wx-official"), begun()
    code = agree(provider.authorize_url(one), "li", "snapshot")["code"]
    with pytest.raises(InPreview):
        provider.identify(code, one)


def test_who_refuses_comes_back_without_a_code(sandbox: Counterparts) -> None:
    """WeChat sends the state alone, an OpenID provider says access_denied."""
    one = begun()
    came = agree(
        wechat(sandbox, "wechat_website", "wx-website").authorize_url(one), "li", refuse="1"
    )
    assert came == {"from": "mail", "state": one.state}
    came = agree(company(sandbox).authorize_url(one), "li", refuse="1")
    assert (came["error"], came["state"]) == ("access_denied", one.state)


def test_no_secret_is_in_what_is_raised(sandbox: Counterparts) -> None:
    """WeChat's secrets ride in addresses, which logs must not have."""
    away = WeChat(
        Way("w", "wechat_mini", "wx-mini", "geheim", "", "http://x", "http://127.0.0.1:9")
    )
    with pytest.raises(PartnerSilent) as silent:
        away.identify("code", None)
    assert "geheim" not in repr(silent.value)
    assert silent.value.__cause__ is None


def test_userinfo_says_whose_a_token_is(sandbox: Counterparts) -> None:
    """As a real provider does for who asks there, which we do not."""
    answer = requests.get(f"{sandbox.url}/oidc/userinfo", timeout=10)
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_token"})
