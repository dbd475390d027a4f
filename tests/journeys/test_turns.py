"""What somebody reads at each turn of the newest parts of membership, in Chinese and in English.

Built from the guide for front ends alone: pause and suspension, vouching and reasons, bans and
given terms, the clock of review and the report (rules.md §1.14, rules.md §1.15, rules.md §2.1,
rules.md §2.7, rules.md §2.8).
"""

import csv
import datetime as dt
import io
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from deploy.local import clock
from examples.doctors.client import Refused
from tests.journeys import invariants
from tests.journeys.access_world import PNG
from tests.journeys.world import Applicant, Person, World, header
from tests.kit.probe import probe

pytestmark = [pytest.mark.shares_system, pytest.mark.timeout(240)]

DAY = dt.timedelta(days=1)


def arrive(world: World, **locales: str) -> list[Applicant]:
    """Signed-in people whose front ends and mails speak their language."""
    found = []
    for name, locale in locales.items():
        person = Applicant(world, f"{name}@{world.domain}")
        person.client = Person(
            world.system.url("http"), world.system.url("sandbox-mail"), person.client.email, locale
        )
        person.client.sign_in()
        found.append(person)
    return found


def policy(world: World, **changes: Any) -> None:
    version = world.owner.get(world.path)["version"]
    world.owner.patch(world.path, {"policy": changes}, version=version)


def turn(person: Applicant, state: str) -> Any:
    """Their page, and their card in the list of communities, once both say so."""
    found = person.client.until(
        f"{person.world.path}/me?include=membership", lambda seen: seen["state"] == state, state
    )
    (card,) = person.client.get("/v1/me/communities")["items"]
    assert card["state"] == state, card
    return found


def mailed(client: Person, kind: str, *words: str) -> str:
    """The newest mail of the kind, which has these words."""

    def look() -> str:
        mails = [one for one in client.mails() if header(one, "X-Coterie-Type") == kind]
        return str(mails[-1]["text"])

    text = probe(look, 60, f"{client.email}: a mail {kind}")
    assert all(word in text for word in words), text
    return text


def refused(client: Person, method: str, path: str, body: Any = None) -> Refused:
    with pytest.raises(Refused) as caught:
        client.do(path, body) if method == "POST" else client.request(method, path)
    return caught.value


def until_ten(world: World) -> dt.timedelta:
    """From now to ten in the morning of the community, on the first day on which it has waited for
    longer than a day."""
    now = clock.now(world.system.clock_file).astimezone(ZoneInfo(world.zone))
    ten = now.replace(hour=10, minute=0)
    return ten - now + (DAY if now < ten - dt.timedelta(minutes=5) else 2 * DAY)


def later(day: str, days: int) -> str:
    return (dt.date.fromisoformat(day) + days * DAY).isoformat()


def test_paused_resumed_suspended_and_lifted(world: World) -> None:
    policy(world, pause_days=30)
    people = arrive(world, pausing="zh-CN", resting="en")
    words = {
        "zh-CN": ("会期将按暂停的天数顺延", "会员权益", "可以重新使用会员权益", "违反社群公约"),
        "en": ("moves by the days of the pause", "no access", "You have access again", "Too loud."),
    }
    ends, memberships = {}, {}
    for one in people:
        one.join()
        there = turn(one, "active")
        assert "pause_membership" in there["actions"], there["actions"]
        ends[one] = there["membership"]["valid_until"]
        memberships[one] = f"/v1/memberships/{there['membership_id']}"
        one.client.do(f"{memberships[one]}/pause")
        there = turn(one, "paused")
        assert (there["reason"], there["next_step"]) == ("resumes_by_itself", "resume")
        assert there["deadline"] is not None
        pause = there["membership"]["pause"]
        assert pause == {"on": world.today, "through": later(world.today, 29)}
        mailed(one.client, "membership_paused", words[one.client.locale][0])
        again = refused(one.client, "POST", f"{memberships[one]}/pause")
        assert again.code == "membership.membership_wrong_state"
        assert again.params["current_state"] == "paused"
        assert "resume_membership" in again.params["allowed_actions"]

    world.move_clock(3 * DAY)
    for one in people:
        _, access, back, reason = words[one.client.locale]
        one.client.do(f"{memberships[one]}/resume")
        there = turn(one, "active")
        assert there["membership"]["valid_until"] == later(ends[one], 3)
        assert there["membership"]["pause"] is None
        mailed(one.client, "membership_resumed")

        until = later(world.today, 10)
        about = {"until": until, "reason": reason}
        world.owner.do(f"{memberships[one]}/suspend", about)
        there = turn(one, "suspended")
        assert there["reason"] == "for_a_time"
        assert there["deadline"] is not None
        assert there["membership"]["suspension"] == about
        mailed(one.client, "membership_suspended", access)
        stale = refused(one.client, "POST", f"{memberships[one]}/pause")
        assert stale.params["current_state"] == "suspended"
        world.owner.do(f"{memberships[one]}/lift-suspension")
        there = turn(one, "active")
        assert there["membership"]["suspension"] is None
        mailed(one.client, "membership_suspension_ended", back)
    check(world)


def test_vouched_for_noted_and_rejected(world: World) -> None:
    policy(world, vouching="flag", vouch_after_days=0)
    paper = {"key": "paper", "kind": "file", "title": "执业证照片"}
    shown = world.owner.get(world.path)
    form = [*shown["form"], {"title": "文件", "questions": [paper]}]
    world.owner.put(f"{world.path}/form", {"form": form}, version=shown["version"])
    voucher, person = arrive(world, voucher="zh-CN", vouched="en")
    voucher.join()
    for one, name in ((voucher, "王芳"), (person, "Li Wei")):
        me = one.client.get("/v1/me")
        one.client.patch("/v1/me", {"name": name}, version=me["version"])

    file = person.client.send_file(world.community["id"], "answer", "image/png", PNG)
    answers = {**world.application["answers"], "paper": [file["id"]]}
    made = person.client.do(f"{world.path}/applications", {"answers": answers, "submit": True})
    person.application = f"/v1/applications/{made['id']}"
    code = person.client.get(f"{person.application}/vouching-code")["code"]
    unknown = refused(voucher.client, "POST", "/v1/me/vouches", {"code": "nobody", "words": "?"})
    assert unknown.status == 422
    assert not unknown.problem["detail"].isascii()
    vouch = voucher.client.do("/v1/me/vouches", {"code": code, "words": "同事五年。"})
    assert vouch["display_name"] == "Li Wei"

    reviewer, owner = world.reviewer, world.owner
    rows = reviewer.get(f"{world.path}/review-queue")["items"]
    (row,) = [one for one in rows if one["id"] == made["id"]]
    assert (row["vouches"], row["display_name"]) == (1, "Li Wei")
    read = reviewer.get(f"{person.application}?include=form,person")
    assert [one["words"] for one in read["vouches"]] == ["同事五年。"]
    assert "王芳" in [one["display_name"] for one in read["staff"]]
    (upload,) = read["answers"]["paper"]
    content = reviewer.raw("GET", f"{person.application}/files/{upload}")
    assert (content.content, content.headers["Content-Type"]) == (PNG, "image/png")
    for client, text in ((reviewer, "证件清晰"), (owner, "Ask for references?")):
        client.do(f"{person.application}/notes", {"text": text})
    notes = owner.get(f"{person.application}/notes")["items"]
    assert {one["text"] for one in notes} == {"证件清晰", "Ask for references?"}
    assert refused(person.client, "GET", f"{person.application}/notes").status in (403, 404)
    told = person.client.get(person.application)
    assert (told["vouches"], told["verdicts"]) == ([], [])

    kept = owner.get(f"{world.path}/reasons")
    reason = {"code": "references_missing", "text": "Two references of colleagues are missing."}
    owner.put(f"{world.path}/reasons", {"reasons": [reason]}, version=kept["version"])
    gone = refused(reviewer, "POST", f"{person.application}/reject", {"reason": "left_out"})
    assert gone.code == "membership.reason_unknown"
    (choice,) = reviewer.get(f"{world.path}/reasons")["reasons"]
    said = {"reason": choice["code"], "round": read["round"]}
    rejected = reviewer.do(f"{person.application}/reject", said)
    assert rejected["rejection"]["message"] == reason["text"]
    assert turn(person, "rejected")["reason"] == "references_missing"
    told = person.client.get(person.application)["rejection"]
    assert (told["reason"], told["message"]) == ("references_missing", reason["text"])
    words = person.client.get("/words.json")
    assert told["reason"] not in words["RejectionReason"]
    joining = person.client.get(f"{world.path}/me/joining")
    assert joining["rejection"]["message"] == reason["text"]
    assert joining["possible"]
    mailed(person.client, "application_rejected", "was not accepted", reason["text"])
    record = reviewer.get(f"{world.path}/vouchers/{voucher.client.person_id}")
    assert (record["rejected"], record["waiting"]) == (1, 0)
    assert "state" not in str(voucher.client.get("/v1/me/vouches"))
    check(world)


def test_banned_and_let_in_given_a_term(world: World) -> None:
    banned, member = arrive(world, banned="en", given="zh-CN")
    banned.apply()
    whom = {"kind": "person", "person_id": banned.client.person_id}
    blocks = f"{world.path}/blocks"
    block = world.owner.do(blocks, {"whom": whom, "reason": "Harassed members.", "ban": True})
    assert block["ban"]
    assert banned.client.get(banned.application)["state"] == "withdrawn"
    joining = banned.client.get(f"{world.path}/me/joining")
    with pytest.raises(Refused) as caught:
        banned.apply()
    assert caught.value.code == "membership.joining_not_possible"
    assert (joining["possible"], joining["next_step"]) == (False, None)
    assert joining["code"] == "membership.joining_not_possible"
    assert joining["words"].isascii()
    world.owner.delete(f"{blocks}/{block['id']}")
    assert banned.client.get(f"{world.path}/me/joining")["possible"]
    assert turn(banned, "may_apply")["next_step"] == "apply"
    banned.join()
    turn(banned, "active")

    member.join()
    there = turn(member, "active")
    path = f"/v1/memberships/{there['membership_id']}"
    assert "give_term" in world.owner.get(path)["actions"]
    gift = {"plan_id": world.plan["id"], "reason": "长期志愿者"}
    given = world.owner.do(f"{path}/give-term", gift)
    assert given["state"] == "active"
    there = turn(member, "active")["membership"]
    assert there["next_term"]["kind"] == "comped"
    assert there["next_term"]["starts_on"] == later(there["current_term"]["ends_on"], 1)
    assert there["valid_until"] == there["next_term"]["ends_on"]
    mailed(member.client, "membership_renewed", "赠送了您一个会期，无需付款")
    (news,) = [one for one in member.messages if one["type"] == "membership_renewed"]
    assert news["title"].endswith("赠送了您一个会期")
    (listed,) = world.owner.get(f"{world.path}/memberships", search=there["number"])["items"]
    assert listed["given_because"] == gift["reason"]
    assert listed["term"] == there["next_term"]
    twice = refused(world.owner, "POST", f"{path}/give-term", gift)
    assert twice.code == "membership.term_to_come"
    assert "长期志愿者" not in str(member.client.get(path)) + str(there)
    check(world)


def test_the_clock_and_the_report(world: World) -> None:
    policy(world, decide_within_hours=24)
    late, soon = arrive(world, waits="zh-CN", decided="en")
    for one in (late, soon):
        one.apply()
    seen = world.reviewer.get(late.application)
    assert seen["decide_by"] is not None
    assert late.client.get(late.application)["decide_by"] is None
    soon.be_approved()
    soon.order()
    soon.open_payment()
    soon.pay()
    soon.be_member()
    queue = f"{world.path}/review-queue"
    assert world.reviewer.get(queue, overdue="true")["items"] == []
    world.move_clock(until_ten(world))
    (row,) = world.reviewer.get(queue, overdue="true")["items"]
    assert (row["id"], row["decide_by"]) == (seen["id"], seen["decide_by"])
    assert world.reviewer.get(queue, sort="decide_by")["items"][0]["id"] == row["id"]
    assert world.owner.get(f"{world.path}/dashboard")["applications"]["overdue"] == 1
    for client in (world.reviewer, world.owner):
        mailed(client, "reviews_overdue", "审核时限")
    reject = {"reason": "full", "message": "本期名额已满。"}
    world.reviewer.do(f"{late.application}/reject", reject)
    assert world.reviewer.get(queue, overdue="true")["items"] == []
    mailed(late.client, "application_rejected", "社群名额已满", "本期名额已满。")
    policy(world, decide_within_hours=None)

    rows = list(world.owner.pages(f"{world.path}/applications"))
    handed_in = [one for one in rows if one["submitted_at"]]
    ended = {state: sum(one["state"] == state for one in rows) for state in ("rejected", "joined")}

    def agrees() -> bool:
        report = world.owner.get(f"{world.path}/membership-report", by="month")
        found = {
            name: sum(one[name] for one in report["applications"])
            for name in ("handed_in", "rejected", "joined", "approved")
        }
        assert found["handed_in"] == len(handed_in), found
        assert (found["rejected"], found["joined"]) == (ended["rejected"], ended["joined"]), found
        assert sum(one["joined"] for one in report["joinings"]) == ended["joined"]
        assert sum(one["joined"] for one in report["retention"]) == ended["joined"]
        assert sum(one["handed_in"] for one in report["sources"]) == len(handed_in)
        for part in ("applications", "sources"):
            lines = table(world, part)
            for name, total in found.items():
                assert sum(int(line[name]) for line in lines) == total, lines
        for part in ("joinings", "retention"):
            lines = table(world, part)
            keys = ("since", "joined_in")
            joined = {one[key]: one["joined"] for one in report[part] for key in keys if key in one}
            told = {line[key]: int(line["joined"]) for line in lines for key in keys if key in line}
            assert told == joined, lines
        return True

    probe(agrees, 30, "the report adds up")


def table(world: World, part: str) -> list[dict[str, str]]:
    """A part of the report as a spreadsheet reads it."""
    path = f"{world.path}/membership-report.csv?by=month&part={part}"
    answer = world.owner.raw("GET", path)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def check(world: World) -> None:
    """The invariants but for mails and events, of which these people have more than who only
    joins."""
    invariants.nothing_waits(world)
    orders = invariants.everyone_paid_once(world)
    invariants.books_agree_with_the_provider(world, orders)
    invariants.everyone_is_a_member_once(world)
