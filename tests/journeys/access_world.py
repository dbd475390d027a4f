"""Two communities with every role, and one of every object for each way in which it is used up."""

import datetime as dt
import uuid
from typing import Any

from contracts.access import GRANTABLE_ROLES, KEY_SCOPES, SYSTEM_KEY_SCOPES
from deploy.local import clock
from examples.doctors.client import eventually
from tests.journeys.world import (
    ANSWERS,
    COMMUNITY,
    PRICE,
    Applicant,
    Person,
    World,
    at_once,
    money,
)
from tests.kit.counterparts import sms_code

PAY_TO = {"holder": "同行社群", "bank": "招商银行", "number": "6222020200112233445"}
LEAVING = ("end_session", "end_my_sessions")
ROLES = (*GRANTABLE_ROLES, "member", "former member", "applicant")
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(100)
FIRST_NUMBER = 5001  # of members whom somebody imports, beyond those who are there
_HEADER = "number,email,name,joined_on,term_ends_on,segment,city"


class AccessWorld:
    """Community A with people in all roles (`here`) and objects; B with people only (`there`).

    `things` are ids, found by the path parameter that takes them, or by the operation that uses
    them up; `own` tells whose an id is.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.here: dict[str, Person] = {}
        self.there: dict[str, Person] = {}
        self.things: dict[str, str] = {}
        self.own: dict[str, Person] = {}
        self.leavers: dict[str, Person] = {}  # by the operation that ends their sessions
        self.foreign: dict[str, str] = {}  # objects of B that a body could name
        self.keys: dict[str, Person] = {}  # programs, by what their key holds

    def found(self) -> "AccessWorld":
        """Staff and members first, then everybody's objects, all at once."""
        world = self.world
        body = {**COMMUNITY, "slug": "neighbour", "owner_email": "owner.b@example.com"}
        self.other_path = f"/v1/communities/{world.operator.post('/v1/communities', body)['id']}"
        for role in GRANTABLE_ROLES[1:]:
            self._grant(world.path, f"{role}.a@example.com", role)
            self._grant(self.other_path, f"{role}.b@example.com", role)
        self._grant(world.path, "spare@example.com", "host")
        self._grant(world.path, "spare@example.com", "scanner")
        treasurer = f"{world.path}/roles/{world.owner.person_id}/treasurer"
        assert world.operator.raw("DELETE", treasurer).status_code == 200  # an owner and no more
        for path, side in ((world.path, "a"), (self.other_path, "b")):
            members = {f"member.{side}@example.com": 40, f"former.member.{side}@example.com": -200}
            others = [f"guest.{side}", *(f"decided.{n}.{side}" for n in range(6))]
            self._import(path, {**members, **{f"{name}@example.com": 40 for name in others}})
        self._sign_in()
        self._beyond_the_reviewers()
        at_once(
            lambda build: build(),
            (
                self._applications,
                self._catalogue,
                self._sales,
                self._meetups,
                self._files,
                self._neighbours_things,
                self._programs,
            ),
        )
        self._add("membership_id", _only(self.guest.pages("/v1/me/memberships")), self.guest)
        self._decisions()
        spare = [row for row in world.operator.pages(f"{world.path}/roles")
                 if set(row["roles"]) == {"host", "scanner"}]  # fmt: skip
        self.things |= {
            "community_id": world.community["id"],
            "plan_id": world.plan["id"],
            "coupon_id": world.coupon["id"],
            "account_id": world.account["id"],
            "person_id": _only(spare)["person_id"],
            "role": "host",
            "provider": "sandbox",
            "way": "sandbox",
            "form_version": "1",
            "policy_version": "1",
            "slug": world.community["slug"],
        }
        world.operator.post(f"/v1/people/{self.things['person_id']}/erasure")
        for client in self.everybody.values():
            if client.email:
                client.renew()
        made = world.operator.post("/v1/operators", {"email": "operator.b@example.com"})
        self.things["membership.revoke_operator"] = made["person_id"]
        return self

    @property
    def everybody(self) -> dict[str, Person]:
        """All callers but the owners of single objects, by how they stand to community A."""
        return {
            "operator": self.world.operator,
            **self.here,
            **{f"{role} of B": person for role, person in self.there.items()},
            "outsider": self.outsider,
            "nobody": self.world.person(""),
        }

    def _sign_in(self) -> None:
        wanted = [f"{role.replace(' ', '.')}.{side}@example.com" for side in "ab" for role in ROLES]
        wanted[0] = self.world.owner.email
        wanted += [f"{leaver}@example.com" for leaver in LEAVING]
        wanted += ["elsewhere@example.com", "guest.a@example.com", "outsider@example.com"]
        by_email = {person.email: person for person in (self.world.operator, self.world.owner)}
        missing = [email for email in wanted if email not in by_email]
        by_email |= dict(zip(missing, at_once(self.world.staff, missing), strict=True))
        signed_in = [by_email[email] for email in wanted]
        self.here = dict(zip(ROLES, signed_in[: len(ROLES)], strict=True))
        self.there = dict(zip(ROLES, signed_in[len(ROLES) : 2 * len(ROLES)], strict=True))
        self.leavers = {f"membership.{n}": by_email[f"{n}@example.com"] for n in LEAVING}
        elsewhere, self.guest, self.outsider = signed_in[-3:]
        (session,) = elsewhere.pages("/v1/me/sessions")
        self._add("session_id", session, elsewhere)
        phone = "+8613900139000"
        started = self.guest.post("/v1/sign-in/phone", {"phone": phone}, key="")
        code = sms_code(self.world.system.url("sandbox-mail"), phone)
        linking = {"challenge_id": started["challenge_id"], "code": code}
        linked = self.guest.post("/v1/me/identities", linking, key="")
        self._add("identity_id", _only(linked["identities"]), self.guest)

    def _grant(self, path: str, email: str, role: str) -> None:
        self.world.operator.post(f"{path}/roles", {"email": email, "role": role})

    def _import(self, path: str, days_left: dict[str, int]) -> None:
        """Members by address; 40 days before its end a term can be renewed."""
        today = clock.now(self.world.system.clock_file)
        joined = today - dt.timedelta(days=300)
        rows = [
            f"{number},{email},会员,{joined:%Y-%m-%d},{today + dt.timedelta(days=left):%Y-%m-%d},,"
            for number, (email, left) in enumerate(days_left.items(), FIRST_NUMBER)
        ]
        text = "\n".join((_HEADER, *rows)) + "\n"
        made = self.world.operator.upload(f"{path}/imports", text)
        done = self.world.operator.until(
            f"/v1/imports/{made['id']}", lambda seen: seen["state"] == "done", "the import"
        )
        assert done["accepted"] == len(days_left), done
        self.things.setdefault("import_id", made["id"])

    def _decisions(self) -> None:
        """A member to be ended, one to be suspended, one who is, one to pause, one who does and one
        to be given a term."""
        owner = self.world.owner
        steps = ("end_membership", "suspend_membership", "lift_suspension")
        more = ("pause_membership", "resume_membership", "give_term")
        for number, step in enumerate((*steps, *more)):
            found = owner.pages(f"{self.world.path}/memberships?search={FIRST_NUMBER + 3 + number}")
            self._add(f"membership.{step}", _only(found))
        suspended = self.things["membership.lift_suspension"]
        words = {"until": None, "reason": "违反社群公约"}
        owner.post(f"/v1/memberships/{suspended}/suspend", words)
        owner.post(f"/v1/memberships/{self.things['membership.resume_membership']}/pause")

    def _add(self, name: str, made: dict[str, Any], own: Person | None = None) -> str:
        self.things[name] = made["id"]
        if own is not None:
            self.own[made["id"]] = own
        return str(made["id"])

    def _beyond_the_reviewers(self) -> None:
        """An application that only an owner may decide on: its score is low for what was asked."""
        world = self.world
        (applicant,) = world.applicants("decide")
        rubric = [{"key": "fit", "title": "Fit"}]
        vouching = {"vouching": "flag", "vouch_after_days": 0, "pause_days": 30}
        self._change_policy({"rubric": rubric, "least_score": 500, **vouching})
        body = {**world.application, "submit": True}
        made = applicant.client.post(f"{world.path}/applications", body)
        self._add("membership.decide_application", made, applicant.client)
        self._change_policy({"rubric": [], "least_score": None})
        scores = {"scores": {"fit": 1}}
        assert world.reviewer.post(f"/v1/applications/{made['id']}/approve", scores)["needs_owner"]

    def _change_policy(self, policy: dict[str, Any]) -> None:
        owner, path = self.world.owner, self.world.path
        seen = {"If-Match": owner.raw("GET", path).headers["ETag"]}
        assert owner.raw("PATCH", path, json={"policy": policy}, headers=seen).status_code == 200

    def _applications(self) -> None:
        path = f"{self.world.path}/applications"
        uses = ("application_id", "approve", "reject", "info", "conflict", "undo", "draft")
        people = self.world.applicants(*uses)
        for use, person in zip(uses, people, strict=True):
            body = {**self.world.application, "submit": use != "draft"}
            made = person.client.post(path, body)
            name = {
                "approve": "membership.approve_application",
                "reject": "membership.reject_application",
                "info": "membership.request_info",
                "conflict": "membership.declare_conflict",
                "undo": "membership.undo_decision",
                "draft": "membership.change_application",
            }.get(use, use)
            self._add(name, made, person.client)
        self._application_with_a_file(path)
        undone = self.things["membership.undo_decision"]
        self.here["reviewer"].post(f"/v1/applications/{undone}/reject", {"reason": "full"})
        self.things["membership.reopen_application"] = undone
        draft = self.things["membership.change_application"]
        for step in ("choose_application_plan", "submit_application", "withdraw_application"):
            self.things[f"membership.{step}"] = draft
        noted = f"/v1/applications/{self.things['application_id']}/notes"
        self._add("note_id", self.world.owner.post(noted, {"text": "access"}))
        (vouched,) = self.world.applicants("vouched")
        made = vouched.client.post(path, {**self.world.application, "submit": True})
        code = vouched.client.get(f"/v1/applications/{made['id']}/vouching-code")["code"]
        self.guest.post("/v1/me/vouches", {"code": code, "words": "同事五年"})
        self._add("membership.take_back_vouch", made, self.guest)
        made = self.world.owner.post(f"{self.world.path}/invitations", {"label": "access"})
        self._add("invitation_id", made)
        # Another, which nobody revokes, to be read.
        read = self.world.owner.post(f"{self.world.path}/invitations", {"label": "read"})
        self.things["invitation_code"] = read["code"]
        whom = {"kind": "email", "email": "blocked@example.com"}
        entry = {"whom": whom, "reason": "access"}
        self._add("block_id", self.world.owner.post(f"{self.world.path}/blocks", entry))
        self.here["applicant"].post(path, {**self.world.application, "submit": True})
        self.there["applicant"].post(
            f"{self.other_path}/applications", {"answers": ANSWERS, "submit": True}
        )

    def _catalogue(self) -> None:
        """A draft that is put on sale, paused and closed; a coupon that is paused and ended."""
        owner, path = self.world.owner, self.world.path
        plan = {"name": "半年会员", "base_price": money(PRICE), "state": "draft"}
        draft = owner.post(f"{path}/plans", plan)
        for step in ("put_plan_on_sale", "pause_plan", "close_plan"):
            self._add(f"payments.{step}", draft)
        benefit = {"kind": "amount_off", "amount": 1000}
        coupon = {"name": "立减", "code": "ACCESS", "audience": "any", "benefit": benefit}
        made = owner.post(f"{path}/coupons", coupon)
        for step in ("pause_coupon", "resume_coupon", "end_coupon"):
            self._add(f"payments.{step}", made)

    def _sales(self) -> None:
        """People at each step between approval and membership."""
        quoting, hurrying, ordering, paying, leaving, payer, *transferring = self.world.applicants(
            "quoting", "hurrying", "ordering", "paying", "leaving", "payer", "part", "surplus"
        )
        asking, granted, declined, withdrawing = self.world.applicants(
            "asking", "granted", "declined", "withdrawing"
        )
        members = (payer, asking, granted, declined, withdrawing)
        self.world.owner.put(
            f"{self.world.path}/provider-accounts/transfer", {"transfer": {"pay_to": PAY_TO}}
        )

        def go_on(person: Applicant) -> None:
            if person in members:
                person.join()
                return
            person.apply()
            person.be_approved()
            if person in (paying, leaving, *transferring):
                person.order()

        at_once(go_on, (quoting, hurrying, ordering, paying, leaving, *members, *transferring))
        quote = ordering.client.do(f"{ordering.purchase}/quotes", {"coupon_codes": []})
        self._add("quote_id", quote, ordering.client)
        self._add("purchase_id", {"id": quoting.purchase.rpartition("/")[2]}, quoting.client)
        self._add("join_id", {"id": quoting.purchase.rpartition("/")[2]}, quoting.client)
        hurry = {"id": hurrying.purchase.rpartition("/")[2]}
        self._add("payments.order_purchase", hurry, hurrying.client)
        self._add("payments.open_payment", {"id": paying.order_id}, paying.client)
        self._add("payments.cancel_order", {"id": leaving.order_id}, leaving.client)
        self._add("order_id", {"id": payer.order_id}, payer.client)
        self._add("payments.ask_refund", {"id": asking.order_id}, asking.client)
        for name, person in (
            ("refund_request_id", granted),
            ("payments.decline_refund_request", declined),
            ("payments.withdraw_refund_request", withdrawing),
        ):
            asked = person.client.do(f"/v1/orders/{person.order_id}/refund-requests", {})
            self._add(name, asked, person.client)
        part, surplus = transferring
        self._add("payments.confirm_transfer", part.transfer(), part.client)
        self.world.found_money(surplus.transfer()["id"], PRICE + 1)
        (refund,) = surplus.client.get(f"/v1/orders/{surplus.order_id}")["refunds"]
        self._add("payments.confirm_refund", refund, surplus.client)
        welcome = eventually(lambda: payer.messages or None, "a notification")[0]
        self._add("notification_id", welcome, payer.client)

    def _meetups(self) -> None:
        uses = {
            "meetup_id": self._published,
            "events.publish_meetup": self._drafted,
            "closed meetup": self._applied,
            "events.close_registration": self._published,
            "events.cancel_meetup": self._published,
            "events.change_meetup": self._published,
            "events.select_registrations": self._applied,
            "events.confirm_registration": self._selected,
            "events.decline_registration": self._selected,
            "events.withdraw_registration": self._selected,
            "registration_id": self._confirmed,
            "events.accept_offer": self._offered,
            "events.decline_offer": self._offered,
        }
        at_once(lambda use: uses[use](use), uses)
        self.things["offer_id"] = self.things["events.accept_offer"]
        self.things["events.check_in"] = self.things["registration_id"]
        self.things["events.undo_check_in"] = self.things["registration_id"]

    def _drafted(self, use: str) -> str:
        soon = use == "registration_id"  # its door is open already; waitlists rest by then
        lead = dt.timedelta(minutes=100) if soon else dt.timedelta(days=3)
        return self._add(use, self._draft(self.here["host"], self.world.path, lead))

    def _published(self, use: str) -> str:
        meetup_id = self._drafted(use)
        self.here["host"].post(f"/v1/meetups/{meetup_id}/publish")
        return meetup_id

    def _applied(self, use: str) -> str:
        """The guest is registered, and registration closed."""
        meetup_id = self._published(use)
        self._add(f"{use} guest", self.guest.post(f"/v1/meetups/{meetup_id}/registrations"))
        self.here["host"].post(f"/v1/meetups/{meetup_id}/close-registration")
        return meetup_id

    def _selected(self, use: str) -> str:
        meetup_id = self._applied(use)
        registration = {"id": self.things.pop(f"{use} guest")}
        self._select(meetup_id, registration["id"])
        return self._add(use, registration, self.guest)

    def _confirmed(self, use: str) -> str:
        registration_id = self._selected(use)
        self.guest.post(f"/v1/registrations/{registration_id}/confirm")
        return registration_id

    def _offered(self, use: str) -> str:
        """The only seat went to the member, who gave it up; now it is offered to the guest."""
        member, guest = self.here["member"], self.guest
        meetup_id = self._published(use)
        first = member.post(f"/v1/meetups/{meetup_id}/registrations")["id"]
        waiting = guest.post(f"/v1/meetups/{meetup_id}/registrations")["id"]
        self.here["host"].post(f"/v1/meetups/{meetup_id}/close-registration")
        self._select(meetup_id, first)
        member.post(f"/v1/registrations/{first}/withdraw")
        offer = guest.until(
            f"/v1/registrations/{waiting}", lambda seen: seen["offer"] is not None, "an offer"
        )["offer"]
        return self._add(use, offer, guest)

    def _programs(self) -> None:
        """Keys with one role each, one of B's owner, one of an operator; and a request."""
        world = self.world
        keys, scopes = "api-keys", {"name": "网站", "scopes": list(KEY_SCOPES)}
        for role in ("owner", "host"):
            made = world.owner.post(f"{world.path}/{keys}", {**scopes, "roles": [role]})
            self.keys[role] = self._program(made)
        theirs = self.there["owner"].post(
            f"{self.other_path}/{keys}", {**scopes, "roles": ["owner"]}
        )
        self.keys["owner of B"] = self._program(theirs)
        everything = {**scopes, "scopes": list(SYSTEM_KEY_SCOPES)}
        self.keys["operator"] = self._program(world.operator.post(f"/v1/{keys}", everything))
        self._add(
            "api_key_id", world.owner.post(f"{world.path}/{keys}", {**scopes, "roles": ["host"]})
        )
        asked = {"id": f"req_{uuid.uuid4().hex[:26]}"}
        self.guest.raw("GET", "/v1/me", headers={"X-Request-Id": asked["id"]})
        self.guest.until(f"/v1/requests/{asked['id']}", lambda log: log["requests"], "its line")
        self._add("request_id", asked, self.guest)

    def _program(self, made: dict[str, Any]) -> Person:
        program = self.world.person("")
        program.http.headers["Authorization"] = f"Bearer {made['key']}"
        assert program.raw("GET", self.world.path).ok  # from now on a use is noted for this hour
        return program

    def _application_with_a_file(self, path: str) -> None:
        """The form asks for one from now on, who wants to send it."""
        world = self.world
        paper = {"key": "paper", "kind": "file", "title": "执业证照片"}
        form = [*world.owner.get(world.path)["form"], {"title": "文件", "questions": [paper]}]
        seen = {"If-Match": world.owner.raw("GET", world.path).headers["ETag"]}
        asked = world.owner.raw("PUT", f"{world.path}/form", json={"form": form}, headers=seen)
        assert asked.status_code == 200, asked.text
        (person,) = world.applicants("paper")
        file = person.client.send_file(world.community["id"], "answer", "image/png", PNG)
        answers = {**world.application["answers"], "paper": [file["id"]]}
        made = person.client.post(path, {**world.application, "answers": answers, "submit": True})
        self._add("membership.get_application_file application_id", made, person.client)
        self._add("membership.get_application_file upload_id", file, person.client)

    def _files(self) -> None:
        """Two of the guest's, one of which goes, and one that owners import."""
        community_id = self.world.community["id"]
        for name in ("upload_id", "membership.remove_upload"):
            made = self.guest.send_file(community_id, "picture", "image/png", PNG)
            self._add(name, made, self.guest)
        list_of_members = f"{_HEADER}\n9001,uploaded@example.com,会员,2024-01-01,2030-01-01,,\n"
        made = self.world.owner.send_file(
            community_id, "import", "text/csv", list_of_members.encode()
        )
        self._add("membership.import_upload", made)
        self.things["part"] = "1"

    def _neighbours_things(self) -> None:
        """What people of A could name in a body although it is B's."""
        owner = self.there["owner"]
        plan = {"name": "年度会员", "base_price": money(PRICE)}
        self.foreign["plan"] = owner.post(f"{self.other_path}/plans", plan)["id"]
        meetup_id = self._draft(self.there["host"], self.other_path)["id"]
        self.there["host"].post(f"/v1/meetups/{meetup_id}/publish")
        registered = self.there["member"].post(f"/v1/meetups/{meetup_id}/registrations")
        self.foreign["registration"] = registered["id"]

    def _draft(self, host: Person, path: str, lead: dt.timedelta = dt.timedelta(days=3)) -> Any:
        """A meetup of one seat that starts after `lead`."""
        starts = clock.now(self.world.system.clock_file) + lead
        body = {
            "title": "小聚",
            "city": "上海",
            "address": "某书店",
            "starts_at": starts.isoformat(),
            "ends_at": (starts + dt.timedelta(hours=3)).isoformat(),
            "capacity": 1,
        }
        return host.post(f"{path}/meetups", body)

    def _select(self, meetup_id: str, registration_id: str) -> None:
        body = {"registration_ids": [registration_id]}
        self.here["host"].post(f"/v1/meetups/{meetup_id}/selections", body)


def _only(found: Any) -> Any:
    (one,) = found
    return one
