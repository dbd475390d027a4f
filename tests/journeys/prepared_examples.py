"""What examples cannot hold: secrets that one person is given for once, asked for as they would be.

Each operation of `PREPARED` gives who sends its example, and what goes in for the secrets in it.
Who is needed of the seed is named as in `operations` of `examples/seed/circle.yaml`.
"""

from collections.abc import Callable

from examples.doctors.client import eventually
from tests.journeys.test_sign_in_ways import Browser
from tests.journeys.world import Person, World
from tests.kit.counterparts import agree, sms_code

Prepared = tuple[Person, dict[str, str]]
_PHONE = "+8613900139020"


def _finish_sign_in(world: World) -> Prepared:
    """A challenge of somebody's of the seed; the example has their code already."""
    person = world.person("shen.member@seed.example")
    seen = person._newest_mail()
    challenge = person.post("/v1/sign-in", {"email": person.email}, key="")
    eventually(lambda: person.mails(seen) or None, "the mail after which it is open")
    return person, {"challenge_id": challenge["challenge_id"]}


def _refresh_session(world: World) -> Prepared:
    refresh_token = world.staff("shen.member@seed.example").refresh_token
    return world.person(""), {"refresh_token": refresh_token}


def _finish_at_way(world: World) -> Prepared:
    """Somebody new, for whom the sandbox's OpenID provider vouches."""
    browser = Browser(world)
    return browser.client, browser.back(agree(browser.start("sandbox"), "example.new"))


def _finish_linking(world: World) -> Prepared:
    browser = Browser(world, world.staff("sun.draft@seed.example"))
    came = agree(browser.start("sandbox", linking=True), "example.linked")
    return browser.client, browser.back(came)


def _link_by_code(world: World) -> Prepared:
    """A phone: who has an address does not link another one."""
    person = world.staff("jiang.new@seed.example")
    challenge = person.post("/v1/sign-in/phone", {"phone": _PHONE}, key="")
    code = sms_code(world.system.url("sandbox-mail"), _PHONE)
    return person, {"challenge_id": challenge["challenge_id"], "code": code}


def _confirm_email_change(world: World) -> Prepared:
    """The codes of both mails: the seed's code is for sign-ins alone."""
    person, moved = world.staff("wei.rejected@seed.example"), world.person("wei.moved@seed.example")
    seen = person._newest_mail()
    person.post("/v1/me/email-change", {"email": moved.email})
    _, old_code = eventually(lambda: person._code_after(seen), "a code at the old address")
    _, new_code = eventually(lambda: moved._code_after(0), "a code at the new address")
    return person, {"old_code": old_code, "new_code": new_code}


def _create_vouch(world: World) -> Prepared:
    """The code of somebody who applied."""
    (applicant,) = world.applicants("known")
    answers = {"profession": "医生", "city": "上海", "license": "110310000012346"}
    applied = {**world.application, "answers": answers, "submit": True}
    made = applicant.client.post(f"{world.path}/applications", applied)
    code = applicant.client.get(f"/v1/applications/{made['id']}/vouching-code")["code"]
    return world.staff("shen.member@seed.example"), {"code": code}


def _read_invitation(world: World) -> Prepared:
    """The code of an invitation that an owner made."""
    made = world.owner.post(f"{world.path}/invitations", {"label": "examples"})
    return world.person("invited.guest@seed.example"), {"code": made["code"]}


PREPARED: dict[str, Callable[[World], Prepared]] = {
    "membership.finish_sign_in": _finish_sign_in,
    "membership.refresh_session": _refresh_session,
    "membership.finish_at_way": _finish_at_way,
    "membership.finish_linking": _finish_linking,
    "membership.link_by_code": _link_by_code,
    "membership.confirm_email_change": _confirm_email_change,
    "membership.create_vouch": _create_vouch,
    "membership.read_invitation": _read_invitation,
}
