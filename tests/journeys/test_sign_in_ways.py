"""People who sign in besides e-mail, through the gateway, against the sandbox's counterparts."""

from typing import Any

import pymongo
import pytest
import requests

from contracts.records import SERVICES
from tests.journeys.invariants import TYPE
from tests.journeys.world import Person, World, header
from tests.kit.counterparts import agree, app_code, sms_code
from tests.kit.probe import probe

pytestmark = pytest.mark.shares_system

FRONT_END = "http://localhost:5173"
CLAIM = f"{FRONT_END}/join?claim=7Q2M-poster"
PHONE = "+85291234567"


class Browser:
    """A front end in one browser: it keeps what the start answered, and comes back with a code."""

    def __init__(self, world: World, person: Person | None = None) -> None:
        self.world = world
        self.client = person or world.person("browser@nowhere.example")
        self.begun: dict[str, Any] = {}

    def start(self, way: str, *, linking: bool = False, return_to: str = CLAIM) -> str:
        where = "/v1/me/identities" if linking else "/v1/sign-in"
        asked = {"callback_url": f"{FRONT_END}/signed-in", "return_to": return_to}
        self.begun = self.client.post(f"{where}/{way}", asked, key="")
        return str(self.begun["authorize_url"])

    def back(self, came: dict[str, str]) -> dict[str, Any]:
        """What the front end's page sends when the provider sent people back."""
        assert came["state"] == self.begun["state"]
        return {**came, "browser_secret": self.begun["browser_secret"]}

    def complete(self, way: str, body: dict[str, Any], *, linking: bool = False) -> Any:
        where = "/v1/me/identities" if linking else "/v1/sign-in"
        return self.client.post(f"{where}/{way}/complete", body, key="")

    def sign_in(self, way: str, user: str, name: str = "") -> Any:
        came = agree(self.start(way), user, name)
        tokens = self.complete(way, self.back(came))
        self.use(tokens)
        return tokens

    def use(self, tokens: dict[str, Any]) -> None:
        self.client.person_id = tokens["person_id"]
        self.client.use(tokens)

    def refused(self, status: int, code: str, way: str, body: dict[str, Any]) -> None:
        answer = self.client.raw("POST", f"/v1/sign-in/{way}/complete", json=body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


def has_mail(browser: Browser, type: str, way: str) -> None:
    """That tells of a way, by its name, comes to the person's address."""

    def came() -> bool:
        mails = [mail for mail in browser.client.mails() if header(mail, TYPE) == type]
        return way in mails[-1]["text"]

    probe(came, 60, f"a mail of {type}")


def by_phone(browser: Browser, path: str) -> Any:
    """Asks for a code and exchanges it at `path`."""
    asked = browser.client.post("/v1/sign-in/phone", {"phone": PHONE}, key="")
    body = {
        "challenge_id": asked["challenge_id"],
        "code": sms_code(browser.world.system.url("sandbox-mail"), PHONE),
    }
    return browser.client.post(path, body, key="")


@pytest.mark.timeout(240)
def test_people_come_by_other_ways_and_back_to_where_they_were(world: World) -> None:
    """A company's OpenID provider, WeChat on a website, in WeChat and in a mini program, a phone:
    each leads to the page with the poster's claim; the union id makes one person of WeChat's."""
    nobody = Browser(world)
    ways = nobody.client.get("/v1/sign-in")
    assert {way["name"]: way["kind"] for way in ways["ways"]} == {
        "sandbox": "oidc",
        "wechat-website": "wechat_website",
        "wechat-official": "wechat_official",
        "wechat-mini": "wechat_mini",
    }
    assert ways["phone_countries"] == ["+86", "+852"]

    website, inside = Browser(world), Browser(world)
    first = website.sign_in("wechat-website", "li.wei", "李伟")
    assert (first["return_to"], first["is_new"]) == (CLAIM, True)
    me = website.client.get("/v1/me")
    assert (me["name"], me["email"]) == ("李伟", None)
    again = inside.sign_in("wechat-official", "li.wei", "李伟")
    assert (again["person_id"], again["return_to"]) == (first["person_id"], CLAIM)
    code = app_code(world.system.url("sandbox-provider"), "wx-mini", "li.wei")
    mini = nobody.complete("wechat-mini", {"code": code})
    assert (mini["person_id"], mini["return_to"]) == (first["person_id"], None)
    company = Browser(world).sign_in("sandbox", "li.wei", "李伟")
    assert company["return_to"] == CLAIM
    assert company["person_id"] != first["person_id"], "who links them says that they are one"

    phone = Browser(world)
    tokens = by_phone(phone, "/v1/sessions")
    phone.use(tokens)
    assert phone.client.get("/v1/me")["email"] is None
    (mine,) = phone.client.get("/v1/me/identities")["identities"]
    assert (mine["way"], mine["label"]) == ("phone", PHONE)


@pytest.mark.timeout(240)
def test_what_is_replayed_or_forged_is_refused_by_its_code(world: World) -> None:
    """States and nonces of another time or browser, foreign pages, codes that were used."""
    browser, victim = Browser(world), Browser(world)
    url = browser.start("sandbox")
    body = browser.back(agree(url, "mallory"))
    stolen = {**body, "browser_secret": "x" * 43}
    browser.refused(401, "membership.sign_in_state_wrong", "sandbox", stolen)
    without = {name: body[name] for name in ("code", "state")}
    browser.refused(401, "membership.sign_in_state_wrong", "sandbox", without)
    browser.refused(401, "membership.sign_in_state_wrong", "wechat-website", body)
    assert browser.complete("sandbox", body)["access_token"]
    browser.refused(409, "membership.sign_in_state_used", "sandbox", body)
    victim.start("sandbox")
    replayed = {**body, "state": victim.begun["state"]}
    replayed["browser_secret"] = victim.begun["browser_secret"]
    victim.refused(401, "membership.sign_in_not_vouched", "sandbox", replayed)
    wrong = browser.back(agree(browser.start("sandbox"), "mallory", fault="nonce"))
    browser.refused(401, "membership.sign_in_nonce_wrong", "sandbox", wrong)
    preview = browser.back(agree(browser.start("wechat-official"), "x", "snapshot"))
    browser.refused(422, "membership.sign_in_in_preview", "wechat-official", preview)
    browser.refused(404, "request.object_not_found", "unknown", body)
    asked = {"callback_url": f"{FRONT_END}/signed-in", "return_to": "https://evil.example/x"}
    answer = browser.client.raw("POST", "/v1/sign-in/sandbox", json=asked)
    assert answer.json()["code"] == "membership.return_address_not_allowed", answer.text
    answer = browser.client.raw("POST", "/v1/sign-in/phone", json={"phone": "+12025550123"})
    assert answer.json()["code"] == "membership.phone_country_not_served", answer.text
    answer = browser.client.raw("POST", "/v1/sign-in/phone", json={"phone": "13800138000"})
    assert answer.json()["errors"][0]["pointer"] == "/phone", answer.text


@pytest.mark.timeout(240)
def test_one_person_links_and_unlinks_several_ways(world: World) -> None:
    """Known by e-mail, links WeChat and a company's account, signs in by each; nobody else can take
    them; the other sessions end with a way that is unlinked, and the last one stays."""
    anna = Browser(world, world.staff("anna.links@example.com"))
    settings = f"{FRONT_END}/settings"
    for way, named in (("wechat-website", "微信账号"), ("sandbox", "“sandbox”账号")):
        url = anna.start(way, linking=True, return_to=settings)
        linked = anna.complete(way, anna.back(agree(url, "anna", "安娜")), linking=True)
        assert linked["return_to"] == settings
        has_mail(anna, "identity_linked", named)
        assert Browser(world).sign_in(way, "anna")["person_id"] == anna.client.person_id
    listed = anna.client.get("/v1/me/identities")["identities"]
    assert [one["way"] for one in listed] == ["wechat", "sandbox"]

    ben = Browser(world, world.staff("ben.links@example.com"))
    came = agree(ben.start("sandbox", linking=True), "anna")
    answer = ben.client.raw("POST", "/v1/me/identities/sandbox/complete", json=ben.back(came))
    assert (answer.status_code, answer.json()["code"]) == (409, "membership.identity_taken")

    elsewhere = Browser(world)
    elsewhere.sign_in("wechat-official", "anna")
    assert len(anna.client.get("/v1/me/sessions")["items"]) == 4
    gone = anna.client.raw("DELETE", f"/v1/me/identities/{listed[0]['id']}")
    assert gone.status_code == 204, gone.text
    has_mail(anna, "identity_unlinked", "微信账号")
    (left,) = anna.client.get("/v1/me/sessions")["items"]
    assert (left["is_current"], left["way"]) == (True, "email")
    answer = requests.post(
        f"{world.system.url('http')}/v1/sessions/refresh",
        json={"refresh_token": elsewhere.client.refresh_token},
        timeout=10,
    )
    assert answer.json()["code"] == "membership.session_ended"

    stranger = Browser(world)
    stranger.sign_in("wechat-website", "anna", "安娜")
    assert stranger.client.person_id != anna.client.person_id, "it is hers no more"
    (only,) = stranger.client.get("/v1/me/identities")["identities"]
    last = stranger.client.raw("DELETE", f"/v1/me/identities/{only['id']}")
    assert (last.status_code, last.json()["code"]) == (422, "membership.identity_is_last")
    mailed = world.person("stranger.links@example.com")
    seen = mailed._newest_mail()
    challenge = mailed.post("/v1/sign-in", {"email": mailed.email}, key="")
    _, digits = probe(lambda: mailed._code_after(seen) or (), 60, "a mail")
    body = {"challenge_id": challenge["challenge_id"], "code": digits}
    assert stranger.client.post("/v1/me/identities", body, key="")["email"] == mailed.email
    assert stranger.client.get("/v1/me")["email"] == mailed.email
    other = Browser(world)
    other.sign_in("wechat-website", "anna")
    done = stranger.client.raw("DELETE", "/v1/me/sessions", params={"keep_current": "true"})
    assert done.status_code == 204, done.text
    (kept,) = stranger.client.get("/v1/me/sessions")["items"]
    assert kept["is_current"]


@pytest.mark.timeout(240)
def test_no_event_or_log_has_numbers_or_open_ids(world: World) -> None:
    """Events carry ids and codes of ours alone; logs keep no secret of a provider's."""
    browser = Browser(world)
    browser.sign_in("wechat-website", "mk90user", "mk90name")
    logs = {
        path.name: path.read_text(errors="replace")
        for path in (world.system.root / "logs").glob("*.log")
        if not path.name.startswith("sandbox")
    }
    assert len(logs) >= 5
    for mark in ("mk90", "secret-of-wx-website", PHONE):
        assert [name for name, text in logs.items() if mark in text] == [], mark
    prefix = world.system.target.database("")
    with pymongo.MongoClient[dict[str, Any]](world.system.nodes.mongo_admin_url) as mongo:
        for service in SERVICES:
            commits = str(list(mongo[prefix + service]["commits"].find()))
            assert not [mark for mark in ("mk90", PHONE, "wechat:wx") if mark in commits], service
