"""Where what people wrote stands, and that nothing of an erased person is left (ADR 0049).

Marks are planted in every field of the API that takes a text, then looked for in all databases,
queues and logs.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import pymongo
import pytest
from bson import json_util
from marshmallow import Schema, fields

import contracts.catalogue  # noqa: F401  (fills the registry)
from contracts.fields import Bytes, Entries, PageRequest, PieceRequest, Text, Upload
from contracts.records import RPCS, SERVICES
from deploy.local import clock
from tests.journeys import invariants
from tests.journeys.access_world import PNG
from tests.journeys.world import ANSWERS, COMMUNITY, Applicant, World, money
from tests.kit.counterparts import agree, sms_code
from tests.kit.probe import probe

# By field of a request: what the story plants there. `public`: everybody may know it.
PLANTED = {
    "membership.change_me /name": "mk01name",
    "membership.create_application /answers": "mk02answer",
    "membership.change_application /answers": "mk03changed",
    "membership.request_info /message": "mk04asked",
    "membership.approve_application /note": "mk05note",
    "membership.reject_application /message": "mk06no",
    "membership.decide_application /note": "mk48decided",
    "membership.decide_application /message": "mk49declined",
    "membership.create_import /csv": "mk07import",
    "membership.add_upload_part /data": "mk44file",
    "payments.refund_order /reason": "mk08refund",
    "payments.ask_refund /why": "mk80why",
    "payments.decline_refund_request /words": "mk80no",
    "payments.grant_refund_request /words": "mk80yes",
    "events.create_meetup /description": "mk09description",
    "events.create_meetup /city": "mk10city",
    "events.create_meetup /address": "mk11address",
    "events.change_meetup /description": "mk30description",
    "events.change_meetup /city": "mk31city",
    "events.change_meetup /address": "mk32address",
    "events.cancel_meetup /reason": "mk12off",
    "membership.create_community /name": "mk13community",
    "membership.create_community /description": "mk14about",
    "membership.create_community /form/title": "mk15section",
    "membership.create_community /form/questions/title": "mk16question",
    "membership.create_community /form/questions/options": "mk17option",
    "membership.create_community /policy/rubric/title": "mk50criterion",
    "membership.change_community /policy/rubric/title": "mk51criterion",
    "membership.change_community /name": "mk33renamed",
    "membership.change_community /description": "mk34retold",
    "membership.change_profile /company": "mk36company",
    "membership.change_profile /details": "mk37product",
    "membership.suspend_membership /reason": "mk85why",
    "membership.end_membership /reason": "mk86why",
    "membership.give_term /reason": "mk87why",
    "payments.create_plan /description": "mk24gives",
    "payments.change_plan /description": "mk26gives",
    "payments.create_coupon /name": "mk19coupon",
    "payments.change_coupon /name": "mk27coupon",
    "payments.set_provider_account /transfer/pay_to/holder": "mk40holder",
    "payments.set_provider_account /transfer/pay_to/bank": "mk41bank",
    "payments.set_provider_account /transfer/pay_to/number": "mk42number",
    "payments.set_provider_account /transfer/pay_to/note": "mk43hint",
    "membership.create_api_key /name": "mk81key",
    "membership.create_system_api_key /name": "mk82key",
    "membership.add_note /text": "mk92noted",
    "membership.create_block /reason": "mk86reason",
    "membership.create_vouch /words": "mk87vouch",
    "membership.change_reasons /reasons/text": "mk88kept",
    "membership.list_applications /search": "mk44sought",
    "membership.list_memberships /search": "mk45sought",
    "membership.list_review_queue /search": "mk83sought",
    "events.list_guests /search": "mk84sought",
    "payments.list_orders /search": "mk46sought",
    "events.list_registrations /search": "mk47sought",
}
PUBLIC = {
    "payments.create_plan /name": "mk18plan",
    "payments.change_plan /name": "mk25plan",
    "events.create_meetup /title": "mk20title",
    "events.change_meetup /title": "mk35title",
    "membership.change_profile /segment": "mk38segment",
    "membership.change_profile /city": "mk39city",
    "payments.create_plan /tier": "mk28tier",
    "payments.change_plan /tier": "mk29tier",
}
# The same as in `create_community`; and what is no text of anybody.
ELSEWHERE = {
    "membership.create_vouch /code",
    "membership.create_application /invitation",
    "membership.read_invitation /code",
    "membership.change_form /form/title",
    "membership.change_form /form/questions/title",
    "membership.change_form /form/questions/options",
    "membership.change_form /form/questions/asked_if/any_of",
    "membership.create_community /form/questions/asked_if/any_of",
    "membership.change_screening /rules/any_of",
    "membership.try_screening /rules/any_of",
    "membership.create_block /whom/name",
    "membership.approve_application /scores",
    "membership.reject_application /scores",
    "membership.decide_applications /note",
    "membership.give_membership /reason",  # as in `give_term`
    "membership.decide_applications /message",
    "membership.start_sign_in /proof",
    "membership.start_phone_sign_in /proof",
    "payments.create_quote /coupon_codes",
    "payments.order_purchase /coupon_codes",
}
APPROVAL = "approved-once-and-for-all"  # an Idempotency-Key
ADDRESS, SEGMENT = "mk21.person@example.com", "mk22segment"
NEW_ADDRESS = "mk23.moved@example.com"
PHONE, NICKNAME = "+8613800138022", "mk24nickname"
OF_THE_PERSON = [
    ADDRESS,
    NEW_ADDRESS,
    PHONE,
    NICKNAME,
    *(
        mark
        for where, mark in PLANTED.items()
        if where.partition(".")[2].split(" ")[0]
        in (
            "change_me",
            "create_application",
            "change_application",
            "change_profile",
            "suspend_membership",
            "end_membership",
            "give_term",
            "request_info",
            "create_block",
            "add_note",
            "create_vouch",
            "approve_application",
            "reject_application",
            "decide_application",
            "refund_order",
            "ask_refund",
            "decline_refund_request",
            "grant_refund_request",
        )
    ),
]


def text_fields(schema: Schema, pointer: str = "") -> Iterator[str]:
    """The fields of a request that take any text, by pointer."""
    for name, field in schema.fields.items():
        if name == "after" and isinstance(schema, PageRequest | PieceRequest):
            continue  # a position of ours
        yield from _texts(field, f"{pointer}/{name}")


def _texts(field: Any, pointer: str) -> Iterator[str]:
    if isinstance(field, fields.Nested):
        yield from text_fields(field.schema, pointer)
    elif isinstance(field, fields.List):
        yield from _texts(field.inner, pointer)
    elif isinstance(field, Text | Upload | Bytes | Entries):
        yield pointer


def test_every_text_is_planted() -> None:
    """A field that takes a text from people is planted below, or stands there with a reason."""
    found = {
        f"{name} {pointer}"
        for name, rpc in RPCS.items()
        if "gateway" in rpc.callers and rpc.request.__module__.startswith("contracts.")
        for pointer in text_fields(rpc.request())
    }
    assert found == {*PLANTED, *PUBLIC, *ELSEWHERE}


def _rubric(title: str) -> dict[str, Any]:
    return {"rubric": [{"key": "fit", "title": title}]}


class Story:
    """A community in which everybody wrote something, and one person about whom they wrote."""

    def __init__(self, world: World) -> None:
        self.world = world
        marks = {where.partition(".")[2]: mark for where, mark in (PLANTED | PUBLIC).items()}
        question = {
            **COMMUNITY["form"][0]["questions"][1],
            "title": marks["create_community /form/questions/title"],
        }
        choice = {
            "key": "kind",
            "kind": "single",
            "title": "kind",
            "options": [marks["create_community /form/questions/options"]],
        }
        body = {
            **COMMUNITY,
            "slug": "written",
            "name": marks["create_community /name"],
            "description": marks["create_community /description"],
            "policy": _rubric(marks["create_community /policy/rubric/title"]),
            "form": [
                {
                    "title": marks["create_community /form/title"],
                    "questions": [question, choice],
                }
            ],
        }
        written = world.operator.post("/v1/communities", body)
        path = f"/v1/communities/{written['id']}"
        told: Any = {name: marks[f"change_community /{name}"] for name in ("name", "description")}
        told |= {"policy": _rubric(marks["change_community /policy/rubric/title"])}
        world.operator.patch(path, told, version=written["version"])
        world.operator.post(f"{path}/roles", {"email": "owner@example.com", "role": "treasurer"})
        kept = [{"code": "written", "text": marks["change_reasons /reasons/text"]}]
        version = world.owner.get(path)["version"]
        world.owner.put(f"{path}/reasons", {"reasons": kept}, version=version)
        words = ("name", "description", "tier")
        plan = {word: marks[f"create_plan /{word}"] for word in words}
        plan = world.owner.post(f"{path}/plans", {**plan, "base_price": money(300_000)})
        changed = {word: marks[f"change_plan /{word}"] for word in words}
        world.owner.patch(f"/v1/plans/{plan['id']}", changed, version=plan["version"])
        coupon = {"name": marks["create_coupon /name"], "code": "WRTTEN", "audience": "newcomer"}
        benefit = {"kind": "amount_off", "amount": 20_000}
        coupon = world.owner.post(f"{path}/coupons", {**coupon, "benefit": benefit})
        renamed = {"name": marks["change_coupon /name"]}
        world.owner.patch(f"/v1/coupons/{coupon['id']}", renamed, version=coupon["version"])
        account = "set_provider_account /transfer/pay_to"
        pay_to = {name: marks[f"{account}/{name}"] for name in ("holder", "bank", "number", "note")}
        world.owner.put(f"{path}/provider-accounts/transfer", {"transfer": {"pay_to": pay_to}})
        world.owner.put(
            f"{world.path}/provider-accounts/transfer", {"transfer": {"pay_to": pay_to}}
        )
        key = {"name": marks["create_api_key /name"], "scopes": ["meetups:read"]}
        world.owner.post(f"{path}/api-keys", {**key, "roles": ["host"]})
        key = {"name": marks["create_system_api_key /name"], "scopes": ["meetups:read"]}
        world.operator.post("/v1/api-keys", key)
        self.marks = marks

    def tell(self) -> Applicant:
        """The person joins at the second attempt, is refunded, and was registered for a meetup."""
        world, marks = self.world, self.marks
        (person,) = world.applicants(ADDRESS.partition("@")[0])
        client = person.client
        me = client.get("/v1/me")
        client.patch("/v1/me", {"name": marks["change_me /name"]}, version=me["version"])
        first = self._apply(person, "create_application")
        ask = {"message": marks["request_info /message"], "questions": ["city"]}
        world.reviewer.post(f"/v1/applications/{first['id']}/request-info", ask)
        seen = client.get(f"/v1/applications/{first['id']}")
        answers = {"answers": {**ANSWERS, "city": marks["change_application /answers"]}}
        client.patch(f"/v1/applications/{first['id']}", answers, version=seen["version"])
        client.post(f"/v1/applications/{first['id']}/submit")
        no = {"reason": "other", "message": marks["reject_application /message"]}
        world.reviewer.post(f"/v1/applications/{first['id']}/reject", no)
        self._declined_by_an_owner(person)
        second = self._apply(person, "create_application")
        person.application = f"/v1/applications/{second['id']}"
        noted = {"text": marks["add_note /text"]}
        world.owner.post(f"{person.application}/notes", noted)
        yes = {"note": marks["approve_application /note"]}
        approved = world.reviewer.post(f"{person.application}/approve", yes, key=APPROVAL)
        person.purchase = f"/v1/purchases/{approved['purchase_id']}"
        client.until(person.purchase, lambda found: found["plan_id"] is not None, "a purchase")
        person.order()
        person.open_payment()
        person.pay()
        client.until(
            f"/v1/orders/{person.order_id}",
            lambda order: order["fulfilment"] == "fulfilled",
            "the order fulfilled",
        )
        blocked = {"kind": "person", "person_id": person.client.person_id}
        world.owner.post(
            f"{world.path}/blocks",
            {"whom": blocked, "reason": marks["create_block /reason"]},
        )
        self._vouch(person)
        self._describe(person)
        self._meet(person)
        self._transfer()
        part = {"amount": money(1_000), "reason": marks["refund_order /reason"]}
        world.owner.post(f"/v1/orders/{person.order_id}/refunds", part)
        self._ask_for_refunds(person)
        self._import()
        self._search()
        picture = PNG + marks["add_upload_part /data"].encode()
        client.send_file(world.community["id"], "picture", "image/png", picture)
        for type in ("order_refunded", "application_rejected", "application_info_requested"):
            has_mail(person, type)
        self._leave_out(person)
        self._change_address(person)
        self._link(person)
        return person

    def _vouch(self, person: Applicant) -> None:
        """The person says something for somebody else who applies."""
        (known,) = self.world.applicants("known")
        known.apply()
        self._change_policy({"vouching": "flag", "vouch_after_days": 0})
        code = known.client.get(f"{known.application}/vouching-code")["code"]
        said = {"code": code, "words": self.marks["create_vouch /words"]}
        person.client.post("/v1/me/vouches", said)

    def _leave_out(self, person: Applicant) -> None:
        """The owner gives the person a term, suspends them, and then ends the membership."""
        membership = self.world.owner.get(person.application)["membership_id"]
        why = {"plan_id": self.world.plan["id"], "reason": self.marks["give_term /reason"]}
        self.world.owner.post(f"/v1/memberships/{membership}/give-term", why)
        for step, more in (("suspend", {"until": None}), ("end", {})):
            words = {"reason": self.marks[f"{step}_membership /reason"], **more}
            self.world.owner.post(f"/v1/memberships/{membership}/{step}", words)
        has_mail(person, "membership_suspended")

    def _link(self, person: Applicant) -> None:
        """A phone, and an account at WeChat with its name there."""
        client, inbox = person.client, self.world.system.url("sandbox-mail")
        started = client.post("/v1/sign-in/phone", {"phone": PHONE}, key="")
        linking = {"challenge_id": started["challenge_id"], "code": sms_code(inbox, PHONE)}
        client.post("/v1/me/identities", linking, key="")
        pages = dict.fromkeys(("callback_url", "return_to"), "http://localhost:5173/me")
        begun = client.post("/v1/me/identities/wechat-website", pages, key="")
        came = agree(begun["authorize_url"], NICKNAME, NICKNAME)
        told = {**came, "browser_secret": begun["browser_secret"]}
        client.post("/v1/me/identities/wechat-website/complete", told, key="")

    def _ask_for_refunds(self, person: Applicant) -> None:
        """One is declined, another one granted, in words each time."""
        for answer, more in (("decline", {}), ("grant", {"amount": money(1_000)})):
            why = {"why": self.marks["ask_refund /why"]}
            asked = person.client.post(f"/v1/orders/{person.order_id}/refund-requests", why)
            words = self.marks[f"{answer}_refund_request /words"]
            path = f"/v1/refund-requests/{asked['id']}"
            self.world.owner.post(f"{path}/{answer}", {"words": words, **more})
        declined = self.marks["decline_refund_request /words"]
        assert declined in has_mail(person, "refund_declined")["text"]

    def _transfer(self) -> None:
        """Somebody transfers a part, and is told to which account the rest goes."""
        (payer,) = self.world.applicants("transferring")
        payer.apply()
        payer.be_approved()
        payer.order()
        payment_id = payer.transfer()["id"]
        self.world.found_money(payment_id, 1_000)
        assert (
            self.marks["set_provider_account /transfer/pay_to/number"]
            in (has_mail(payer, "transfer_incomplete")["text"])
        )

    def _change_address(self, person: Applicant) -> None:
        """Both addresses confirm it, and hear of it."""
        client, codes = person.client, {}
        client.post("/v1/me/email-change", {"email": NEW_ADDRESS})
        for side, address in (("old", ADDRESS), ("new", NEW_ADDRESS)):
            client.email = address
            text = has_mail(person, f"email_code_{side}")["text"]
            (codes[f"{side}_code"],) = re.findall(r"\b[0-9]{4} [0-9]{4}\b", text)
        me = client.post("/v1/me/email-change/confirm", codes)
        assert me["email"] == NEW_ADDRESS == client.get("/v1/me")["email"]
        for side, address in (("old", ADDRESS), ("new", NEW_ADDRESS)):
            client.email = address
            has_mail(person, f"email_changed_{side}")

    def _apply(self, person: Applicant, where: str) -> Any:
        answers = {**ANSWERS, "city": self.marks[f"{where} /answers"]}
        body = {"answers": answers, "submit": True}
        return person.client.post(f"{self.world.path}/applications", body)

    def _declined_by_an_owner(self, person: Applicant) -> None:
        """The reviewers' score is low for what was asked, and an owner says no."""
        owner, marks = self.world.owner, self.marks
        self._change_policy({**_rubric("Fit"), "least_score": 500})
        applied = f"/v1/applications/{self._apply(person, 'create_application')['id']}"
        self._change_policy({"rubric": [], "least_score": None})
        self.world.reviewer.post(f"{applied}/approve", {"scores": {"fit": 1}})
        words = {name: marks[f"decide_application /{name}"] for name in ("note", "message")}
        owner.post(f"{applied}/decide", {"verdict": "reject", **words})

    def _change_policy(self, policy: dict[str, Any]) -> None:
        owner, path = self.world.owner, self.world.path
        owner.patch(path, {"policy": policy}, version=owner.get(path)["version"])

    def _describe(self, person: Applicant) -> None:
        """The person says where they work, the owner how they are labelled."""
        owner, marks = self.world.owner, self.marks
        community = owner.get(self.world.path)
        question = {"key": "product", "kind": "short_text", "title": "产品", "fills": "product"}
        form = [*community["form"], {"title": "更多", "questions": [question]}]
        owner.put(f"{self.world.path}/form", {"form": form}, version=community["version"])
        member = person.client.get(person.application)["membership_id"]
        path = f"/v1/memberships/{member}"
        told = {
            "company": marks["change_profile /company"],
            "details": {"product": marks["change_profile /details"]},
        }
        for client, body in (
            (person.client, told),
            (owner, {name: marks[f"change_profile /{name}"] for name in ("segment", "city")}),
        ):
            client.patch(f"{path}/profile", body, version=client.get(path)["version"])

    def _meet(self, person: Applicant) -> None:
        starts = clock.now(self.world.system.clock_file) + dt.timedelta(days=30)
        for called_off in (False, True):
            body = {
                **{
                    name: self.marks[f"create_meetup /{name}"]
                    for name in ("title", "description", "city", "address")
                },
                "starts_at": starts.isoformat(),
                "ends_at": (starts + dt.timedelta(hours=3)).isoformat(),
                "capacity": 5,
            }
            meetup = self.world.owner.post(f"{self.world.path}/meetups", body)
            self.world.owner.post(f"/v1/meetups/{meetup['id']}/publish")
            person.client.post(f"/v1/meetups/{meetup['id']}/registrations")
            self._change(person, meetup["id"])
            if called_off:
                reason = {"reason": self.marks["cancel_meetup /reason"]}
                self.world.owner.post(f"/v1/meetups/{meetup['id']}/cancel", reason)

    def _change(self, person: Applicant, meetup_id: str) -> None:
        """The person has a seat, and hears where the meetup is now."""
        owner, path = self.world.owner, f"/v1/meetups/{meetup_id}"
        owner.post(f"{path}/close-registration")
        (applied,) = owner.pages(f"{path}/registrations")
        owner.post(f"{path}/selections", {"registration_ids": [applied["id"]]})
        person.client.post(f"/v1/registrations/{applied['id']}/confirm")
        words = {
            name: self.marks[f"change_meetup /{name}"]
            for name in ("title", "description", "city", "address")
        }
        owner.patch(path, words, version=owner.get(path)["version"])
        assert words["address"] in has_mail(person, "meetup_changed")["text"]

    def _search(self) -> None:
        """Staff look for people in each of their lists."""
        owner, path = self.world.owner, self.world.path
        meetup = next(owner.pages(f"{path}/meetups"))["id"]
        for rpc, list_path in (
            ("list_applications", f"{path}/applications"),
            ("list_memberships", f"{path}/memberships"),
            ("list_orders", f"{path}/orders"),
            ("list_review_queue", f"{path}/review-queue"),
            ("list_guests", f"/v1/meetups/{meetup}/guests"),
            ("list_registrations", f"/v1/meetups/{meetup}/registrations"),
        ):
            assert list(owner.pages(list_path, search=self.marks[f"{rpc} /search"])) == []

    def _import(self) -> None:
        name = self.marks["create_import /csv"]
        text = (
            "number,email,name,joined_on,term_ends_on,segment,city\n"
            f"77,imported@example.com,{name},2026-01-01,2099-01-01,{SEGMENT},{name}\n"
        )
        made = self.world.owner.upload(f"{self.world.path}/imports", text)
        self.world.owner.until(
            f"/v1/imports/{made['id']}", lambda seen: seen["state"] == "done", "the import"
        )


def has_mail(person: Applicant, type: str) -> Any:
    """The newest mail of a type to the person, once there is one."""

    def came() -> Any:
        mails = person.client.mails()
        return [mail for mail in mails if mail["headers"].get("X-Coterie-Type") == type][-1:]

    return probe(came, 60, f"a mail of {type}")[0]


class Trace:
    """All that the system wrote down, by where."""

    def __init__(self, world: World) -> None:
        self.world = world
        prefix = world.system.target.database("")
        self.documents: dict[str, list[dict[str, Any]]] = {}
        with pymongo.MongoClient[dict[str, Any]](
            world.system.nodes.mongo_admin_url, timeoutMS=20_000
        ) as mongo:
            for service in SERVICES:
                database = mongo[prefix + service]
                for name in database.list_collection_names():
                    self.documents[f"{service}.{name}"] = list(database[name].find())

    def told(self) -> dict[str, str]:
        """Audit, events, facts of messages and logs, as texts: where no words of people belong."""
        found = {}
        for service in SERVICES:
            commits = self.documents[f"{service}.commits"]
            without = [{k: v for k, v in one.items() if k != "answer"} for one in commits]
            found[f"{service}.commits"] = json_util.dumps(without, ensure_ascii=False)
        messages = self.documents["notifications.messages"]
        found["messages"] = json_util.dumps(messages, ensure_ascii=False)
        found["integrator's queue"] = str(self.world.read_queue())
        return found | self.logs()

    def logs(self) -> dict[str, str]:
        """Our processes' log files."""
        directory = self.world.system.root / "logs"
        return {
            path.name: path.read_text(errors="replace")
            for path in sorted(directory.glob("*.log"))
            if not path.name.startswith("sandbox")
        }

    def everything(self) -> dict[str, str]:
        """All documents, and what was told."""
        stored = {
            name: json_util.dumps(rows, ensure_ascii=False) for name, rows in self.documents.items()
        }
        return {**stored, "integrator's queue": str(self.world.read_queue())} | self.logs()


def found(marks: Iterable[str], texts: dict[str, str]) -> dict[str, set[str]]:
    """Which marks stand where."""
    marks = list(marks)
    hits = {where: {mark for mark in marks if mark in text} for where, text in texts.items()}
    return {where: marks for where, marks in hits.items() if marks}


class Written(NamedTuple):
    """Of whom and by whom everything was written, and what the system wrote down of it."""

    person: Applicant
    told: dict[str, str]
    everything: dict[str, str]


@pytest.fixture(scope="module")
def written(world: World) -> Written:
    person = Story(world).tell()
    invariants.nothing_waits(world)
    trace = Trace(world)
    return Written(person, trace.told(), trace.everything())


@pytest.mark.timeout(240)
def test_what_people_wrote_is_not_told_on(written: Written) -> None:
    """M6: no name, no address and no free text in audit, events, messages' facts, queues or logs;
    a meetup's public title may be in events that stay inside."""
    assert found([*PLANTED.values(), ADDRESS, NEW_ADDRESS, PHONE, NICKNAME], written.told) == {}
    public = {"queue": written.told["integrator's queue"]}
    assert found([*PUBLIC.values(), SEGMENT], public) == {}
    everywhere = found(OF_THE_PERSON, written.everything)
    # What was asked for went when it was answered.
    planted = set(OF_THE_PERSON) - {PLANTED["membership.request_info /message"]}
    assert set().union(*everywhere.values()) >= planted


def names_in_lists(world: World, person_id: str, **asked: str) -> dict[str, set[str | None]]:
    """What a person is called in each list of the community's staff, or in what is found of it."""
    meetups = [row["id"] for row in world.owner.pages(f"{world.path}/meetups")]
    lists = {
        "applications": [f"{world.path}/applications"],
        "memberships": [f"{world.path}/memberships"],
        "orders": [f"{world.path}/orders"],
        "registrations": [f"/v1/meetups/{meetup}/registrations" for meetup in meetups],
    }
    return {
        what: {
            row["display_name"]
            for path in paths
            for row in world.owner.pages(path, **asked)
            if person_id in (row.get("person_id"), row.get("payer_id"))
        }
        for what, paths in lists.items()
    }


@pytest.mark.timeout(60)
def test_staff_see_the_name_that_people_said(world: World, written: Written) -> None:
    """ADR 0056: in the lists that they work with, also those of services that keep no names."""
    found = names_in_lists(world, written.person.client.person_id)
    name = PLANTED["membership.change_me /name"]
    assert found == {what: {name} for what in found}


@pytest.mark.timeout(60)
def test_staff_find_people_by_the_name_that_they_said(world: World, written: Written) -> None:
    person_id = written.person.client.person_id
    name = PLANTED["membership.change_me /name"]
    found = names_in_lists(world, person_id, search=name[:4].upper())
    assert found == {what: {name} for what in found}
    assert names_in_lists(world, person_id, search="mk99") == {what: set() for what in found}
    order = written.person.order_id
    found_orders = world.owner.pages(f"{world.path}/orders", search=order)
    assert [row["id"] for row in found_orders] == [order]
    counts = world.owner.get(f"{world.path}/orders/counts")["counts"]
    assert counts["partially_refunded"] == 1


@pytest.mark.uses_up
@pytest.mark.timeout(240)
def test_nothing_of_an_erased_person_is_left(world: World, written: Written) -> None:
    """M6: seven days after they asked and every service confirmed, a grep of all databases, queues
    and logs finds neither name, nor address, nor words by or about them; money stays, by ids."""
    client = written.person.client
    exported = [one for service in SERVICES for one in client.pages(f"/v1/me/export/{service}")]
    counted = Counter(one["kind"] for one in exported)
    assert set(counted) == {
        *("person", "email_change", "session", "standing", "application", "membership"),
        *(
            "identity",
            "upload",
            "purchase",
            "order",
            "refund_request",
            "registration",
            "notification",
            "vouch",
        ),
    }
    assert (counted["application"], counted["registration"]) == (3, 2)
    asked = client.post("/v1/me/erasure")
    assert asked["state"] == "asked"
    assert client.raw("DELETE", "/v1/me/erasure").json()["state"] == "withdrawn"
    client.post("/v1/me/erasure")
    has_mail(written.person, "erasure_asked")
    world.move_clock(dt.timedelta(days=7, minutes=1))
    done = world.operator.until(
        f"/v1/people/{client.person_id}/erasure",
        lambda seen: seen["state"] == "erased",
        "the erasure confirmed by all",
    )
    assert {one["service"] for one in done["confirmed"]} == set(SERVICES)
    invariants.nothing_waits(world)
    assert found(OF_THE_PERSON, Trace(world).everything()) == {}
    repeated = world.reviewer.raw(
        "POST",
        f"{written.person.application}/approve",
        json={"note": PLANTED["membership.approve_application /note"]},
        headers={"Idempotency-Key": f'"{APPROVAL}"'},
    )
    assert repeated.status_code == 404, "what was answered then is erased, and done only once"
    (order,) = [
        order
        for order in world.owner.pages(f"{world.path}/orders")
        if order["payer_id"] == client.person_id
    ]
    assert order["state"] == "partially_refunded"
    names = names_in_lists(world, client.person_id)
    assert names == {what: {None} for what in names}
    assert world.owner.get(f"{world.path}/ledger")["sum"] == 0
    registrations = [
        row["state"]
        for meetup in world.owner.pages(f"{world.path}/meetups")
        for row in world.owner.pages(f"/v1/meetups/{meetup['id']}/registrations")
        if row["person_id"] == client.person_id
    ]
    assert sorted(registrations) == ["cancelled", "withdrawn"]
