"""What people see, in Debian's chromium: API pages, start page, payment there and back, inbox."""

import json
import re
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Response,
    Route,
    expect,
    sync_playwright,
)

from deploy.local.environment import PROCESSES, SEED_CODE
from deploy.local.system import System
from examples.doctors.client import Client, eventually
from examples.seed.__main__ import seed
from tests.journeys.world import Person

CHROMIUM = "/usr/bin/chromium"  # Debian's; `make setup-tests` installs it
SITE = "http://localhost:4555"  # nothing listens there: the browser is given a page
WIDE, PHONE = {"width": 1280, "height": 850}, {"width": 390, "height": 844}
PATIENCE_MS = 30_000
# CI machines are slower than the machine of a reader, for whom it is 1.5 s.
FIRST_VIEW_SECONDS, FIRST_VIEW_BYTES = 10, 600_000

Place = tuple[System, dict[str, Any]]


@pytest.fixture(scope="module")
def seeded(system: Callable[..., System]) -> Place:
    """A system with the circle of `make seed` in it, and what its file says."""
    place = system(*PROCESSES)
    return place, seed(place)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Without its own sandbox, which root in a container cannot have."""
    with sync_playwright() as driver:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
        with driver.chromium.launch(executable_path=CHROMIUM, args=arguments) as running:
            yield running


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Makes a page of a fresh browser; errors of its scripts fail the test."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def make(size: Any = WIDE, locale: str = "en") -> Page:
        context = browser.new_context(
            viewport=size, locale=locale, timezone_id="Asia/Shanghai", permissions=[]
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert wrong == []


def _docs(page: Page, place: System, operation: str = "", title: str = "") -> None:
    page.goto(f"{place.url('http')}/docs/#{operation}")
    viewer = page.locator("rapi-doc")
    expect(viewer.locator(".nav-bar-tag").first).to_be_visible(timeout=PATIENCE_MS)
    if title:
        expect(viewer.get_by_role("heading", name=title).first).to_be_visible(timeout=PATIENCE_MS)


_HEARD = """() => {
  window.tried = false;
  const note = () => { window.tried = true; };
  document.querySelector("rapi-doc").addEventListener("after-try", note, {once: true});
}"""


def _try(page: Page, method: str, path: str) -> Response:
    """The answer to "Try" of the operation that is shown, when the page has taken it."""
    page.evaluate(_HEARD)
    with page.expect_response(
        lambda answer: (
            answer.request.method == method and urlsplit(answer.url).path == path
        )  # what may be in the query is filled in, too
    ) as heard:
        page.locator("rapi-doc").get_by_role("button", name="TRY", exact=True).click()
    eventually(lambda: page.evaluate("window.tried") or None, "the page has taken the answer")
    answer: Response = heard.value
    return answer


@pytest.mark.parametrize("status", [200, 401])
def test_who_left_while_tokens_were_renewed_stays_away(
    seeded: Place, opened: Callable[..., Page], status: int
) -> None:
    """The next one at the API pages goes on as themselves, whatever became of the renewal."""
    place, _ = seeded
    page = opened()
    held: list[Route] = []
    page.route("**/v1/sessions/refresh", lambda route: held.append(route))
    page.route("**/v1/sessions/current", lambda route: route.fulfill(status=204))
    page.route("**/v1/sign-in", lambda route: route.fulfill(json={"challenge_id": "chl"}))
    page.route("**/v1/sessions", lambda route: route.fulfill(json=_tokens("bert")))
    kept = {"access": "anna.a", "refresh": "anna.r", "until": 0, "name": "anna"}
    stored = json.dumps(json.dumps(kept))
    page.add_init_script(f"sessionStorage.setItem('coterie.session', {stored})")
    page.goto(f"{place.url('http')}/docs/")
    expect(page.get_by_text("Signed in: anna")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("E-mail address").fill("bert@example.com")
    page.get_by_role("button", name="Send code").click()
    page.get_by_label("Code of 8 digits").fill("1234 5678")
    page.get_by_role("button", name="Sign in").click()
    signed_in = page.get_by_text("Signed in: bert@example.com")
    expect(signed_in).to_be_visible()
    held[0].fulfill(status=status, json={"code": "gateway.token_invalid"} | _tokens("anna"))
    # What can be called is shown after the renewal.
    expect(page.locator("rapi-doc .nav-bar-tag").first).to_be_visible(timeout=PATIENCE_MS)
    expect(signed_in).to_be_visible()
    session = json.loads(page.evaluate("sessionStorage.getItem('coterie.session')"))
    assert session["refresh"] == "bert.r"


def _tokens(name: str) -> dict[str, Any]:
    return {"access_token": f"{name}.a", "refresh_token": f"{name}.r", "expires_in": 300}


@pytest.mark.timeout(300)
def test_the_api_pages_sign_in_and_call_twice(seeded: Place, opened: Callable[..., Page]) -> None:
    """By a code out of the inbox: token, key and ETag are filled, anew for each call, and are
    there after a reload; also where the page came without TLS, over which there are no UUIDs."""
    place, _ = seeded
    page = opened()
    page.add_init_script("delete Crypto.prototype.randomUUID")
    _docs(page, place, "get-/v1/me", "Who am I")
    someone = Client(place.url("http"), place.url("sandbox-mail"), "reader@example.com")
    page.get_by_label("E-mail address").fill(someone.email)
    page.get_by_role("button", name="Send code").click()
    expect(page.get_by_label("Code of 8 digits")).to_be_visible()
    page.get_by_label("Code of 8 digits").fill(_code_for(opened(), place, someone.email))
    page.get_by_role("button", name="Sign in").click()
    signed_in = page.get_by_text("Signed in: reader@example.com")
    expect(signed_in).to_be_visible(timeout=PATIENCE_MS)
    assert _try(page, "GET", "/v1/me").status == 200
    page.reload()
    expect(signed_in).to_be_visible()
    _docs(page, place, "patch-/v1/me", "Change my name or language")
    tags = [_try(page, "PATCH", "/v1/me") for _ in range(2)]
    assert [answer.status for answer in tags] == [200, 200]
    assert tags[0].request.headers["if-match"] != tags[1].request.headers["if-match"]
    page.evaluate("sessionStorage.removeItem('coterie.etags')")
    page.reload()  # and what was never read is read for the call
    _docs(page, place, "patch-/v1/me", "Change my name or language")
    assert _try(page, "PATCH", "/v1/me").status == 200
    _docs(page, place, "post-/v1/me/erasure", "Ask to erase me")
    asked = [_try(page, "POST", "/v1/me/erasure").request for _ in range(2)]
    assert asked[0].headers["idempotency-key"] != asked[1].headers["idempotency-key"]
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("E-mail address")).to_be_visible()


def _code_for(page: Page, place: System, email: str) -> str:
    page.goto(f"{place.url('sandbox-mail')}/?lang=en&to={email}")
    code = page.locator(".code strong").first
    expect(code).to_be_visible(timeout=PATIENCE_MS)
    return str(code.text_content())


@pytest.mark.timeout(300)
def test_the_api_pages_are_there_soon_and_small(seeded: Place, opened: Callable[..., Page]) -> None:
    """First view, in Chinese: what came over the line, and how long it took."""
    place, _ = seeded
    page = opened(locale="zh-CN")
    sent: list[int] = []
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.on("Network.loadingFinished", lambda told: sent.append(told["encodedDataLength"]))
    started = time.monotonic()
    _docs(page, place)
    took = time.monotonic() - started
    print(f"\nfirst view: {took:.2f} s, {sum(sent):,} bytes")
    assert sum(sent) < FIRST_VIEW_BYTES
    assert took < FIRST_VIEW_SECONDS
    expect(page.locator("rapi-doc .nav-bar-tag", has_text="登录")).to_be_visible()
    # Folded until somebody looks for something.
    expect(page.locator("rapi-doc .nav-bar-path:visible")).to_have_count(0)
    # The viewer's own words too.
    page.goto(f"{place.url('http')}/docs/#post-/v1/communities/-community_id-/plans")
    expect(page.locator("rapi-doc").get_by_role("button", name="试用", exact=True)).to_be_visible()
    expect(page.locator("rapi-doc").get_by_text("REQUEST", exact=True)).to_have_count(0)
    page.goto(f"{place.url('http')}/problems/gateway.rate_limited")
    expect(page.get_by_role("link", name="English")).to_be_visible()


@pytest.mark.timeout(300)
def test_the_start_page_leads_to_people_and_guide(
    seeded: Place, opened: Callable[..., Page]
) -> None:
    place, table = seeded
    page = opened()
    page.goto(place.url("http"))
    expect(page.get_by_text(table["community"]["name"]).first).to_be_visible()
    row = page.locator("li", has_text="wang.owner@seed.example")
    row.get_by_role("button", name="Sign in as").click()
    expect(row.get_by_role("textbox")).to_have_value(re.compile("^eyJ"), timeout=PATIENCE_MS)
    page.get_by_role("link", name="API pages").click()
    page.get_by_label("People of the seed").select_option("wang.owner@seed.example")
    expect(page.get_by_text("Signed in: wang.owner@seed.example")).to_be_visible()
    page.get_by_role("link", name="Guide").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Start")
    page.get_by_role("banner").get_by_role("link", name="中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("开始")
    page.get_by_role("link", name="按页面查接口").click()
    expect(page.locator("figure svg")).to_have_count(4)


@pytest.mark.timeout(300)
def test_payers_go_there_and_come_back(seeded: Place, opened: Callable[..., Page]) -> None:
    """Given up, then paid: to the page for each, and the order says what is true."""
    place, table = seeded
    (email,) = (
        one["email"] for one in table["personas"] if one["email"].startswith("qin.ordering")
    )
    payer = Person(place.url("http"), place.url("sandbox-mail"), email)
    payer.sign_in()
    (order,) = (one for one in payer.pages("/v1/me/orders") if one["state"] == "open")
    page = opened(PHONE)
    page.route(f"{SITE}/**", lambda asked: asked.fulfill(body="<h1>back</h1>"))
    body = {"provider": "sandbox", "return_url": f"{SITE}/paid", "cancel_url": f"{SITE}/cart"}
    for outcome, there in (("cancel", "cart"), ("pay", "paid")):
        opened_payment = payer.post(f"/v1/orders/{order['id']}/payments", body)
        page.goto(opened_payment["pay_url"])
        page.locator(f"button[value={outcome}]").click()
        page.locator("a.button").click()
        page.wait_for_url(f"{SITE}/{there}?order_id={order['id']}")
        expect(page.get_by_role("heading")).to_have_text("back")
        if outcome == "cancel":
            ends = payer.until(
                f"/v1/orders/{order['id']}",
                lambda now: now["payments"][-1]["state"] == "cancelled",
                "a payment cancelled",
            )
            assert ends["state"] == "open"
    payer.until(f"/v1/orders/{order['id']}", lambda now: now["state"] == "paid", "it is paid")


@pytest.mark.timeout(300)
def test_a_phone_shows_the_code(seeded: Place, opened: Callable[..., Page]) -> None:
    """At 390 px: whole address, code in one line, sender, the reader's time, and no scrolling
    sideways."""
    place, _ = seeded
    email = "a.person.with.a.long.name@seed.example"
    Client(place.url("http"), place.url("sandbox-mail"), email).sign_in()
    page = opened(PHONE, "zh-CN")
    page.goto(f"{place.url('sandbox-mail')}/?lang=zh-CN&to={email}")
    row = page.locator("li", has_text=email).first
    expect(row).to_be_visible(timeout=PATIENCE_MS)
    code = row.locator(".code strong")
    assert str(code.text_content()).replace(" ", "") == SEED_CODE
    box = code.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    assert box["height"] < 60, "one line"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    expect(row).to_contain_text("发件人 no-reply@")
    expect(row.locator("time")).not_to_contain_text("UTC")
    row.get_by_role("button", name="复制验证码").click()
    assert page.evaluate("getSelection().toString()").replace(" ", "") == SEED_CODE
