"""The neighbours of a service under test, at their contracts. Nearly always it is membership."""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from typing import Any

from pymongo.database import Database

from chassis.context import Context
from chassis.ids import new_id
from contracts import events, membership, payments
from contracts.errors import OBJECT_NOT_FOUND, DomainError
from contracts.problems import load
from contracts.reading import as_read
from contracts.records import Rpc
from contracts.states.membership import LINK_KINDS

Request = dict[str, Any]
Answer = dict[str, Any]

NOBODY: Answer = {
    "roles": [],
    "membership_id": None,
    "state": None,
    "joined_on": None,
    "term_ends_on": None,
    "grace_ends_on": None,
    "level": None,
    "segment": None,
    "city": None,
    "plan_tier": "",
    "introduction": None,
    "ever_paid_or_imported": False,
    "access_from": None,
    "suspended_until": None,
    "paused_on": None,
    "paused_through": None,
    "cancels_at_end": False,
    "ended_on": None,
    "version": 0,
}
MEMBER: Answer = {
    **NOBODY,
    "roles": ["member"],
    "membership_id": new_id("mbr"),
    "state": "active",
    "joined_on": "2026-01-01",
    "term_ends_on": "2099-12-31",
    "grace_ends_on": "2100-01-07",
    "version": 1,
}


class FakeMembership:
    """Communities in Shanghai, in which everybody has the standing `everybody`, but for whom
    `standings` says otherwise. With a `community_id` people stand in that one alone.

    Requests and answers are checked against the records, and read as the RPC client reads them.
    """

    def __init__(
        self, community_id: str | None = None, *, everybody: Mapping[str, Any] = NOBODY
    ) -> None:
        self.community_id = community_id
        self.everybody = everybody
        self.standings: dict[str, Mapping[str, Any]] = {}  # by person
        self.emails: dict[str, str] = {}  # by person or sign-in challenge; others follow from both
        self.codes: dict[str, str] = {}  # by sign-in challenge, or change of an address
        self.names: dict[str, str] = {}  # by person who belongs to the community
        self.emails_changed: set[str] = set()  # by change of an address
        self.words: dict[str, str] = {}  # that people wrote, by what they are about
        self.seats_gone: set[str] = set()  # by registration
        self.attended: dict[str, dt.datetime] = {}  # the last meetup, by person
        self.links: dict[str, str] = {}  # of every community, by kind of object
        self.shows_itself = True  # the community, to whoever asks
        self.holders: list[str] = []  # of whatever role is asked for
        self.link_hosts: list[str] = []  # of every community
        self.signed: str | None = None  # the token of every signed link
        self.asked: list[tuple[Rpc, Request, Context]] = []
        self.answers: dict[Rpc, Callable[[Request], Answer]] = {
            membership.GET_COMMUNITY: self.community,
            membership.GET_COMMUNITY_HEADS: self.heads,
            membership.GET_STANDING: self.standing,
            membership.LIST_STANDINGS: self.list_standings,
            membership.SEES_COMMUNITY: lambda request: {"sees": self.shows_itself},
            membership.GET_API_KEY_NAMES: lambda request: {
                "names": [self.words.get(id, "") for id in request["api_key_ids"]]
            },
            membership.LIST_HOLDERS: lambda request: {"person_ids": self.holders},
            membership.GET_RECIPIENT: self.recipient,
            membership.GET_NAMES: self.names_of,
            membership.FIND_PEOPLE: self.find_people,
            membership.FETCH_SIGN_IN_CODE: self.sign_in_code,
            membership.FETCH_EMAIL_CODE: self.email_code,
            membership.GET_CHANGED_EMAIL: self.changed_email,
            membership.SIGN_LINK: lambda request: {"token": self.signed},
            membership.GET_DECISION_WORDS: self.decision_words,
            payments.GET_REFUND_REASON: self.refund_reason,
            payments.GET_REFUND_ANSWER: self.refund_answer,
            events.IS_SEAT_KEPT: self.seat,
            events.GET_PLACE_WORDS: self.place_words,
            events.HAS_ATTENDED: self.attendance,
        }

    def call(
        self, record: Rpc, request: Request, ctx: Context, *, deadline: float | None = None
    ) -> Answer:
        """What the RPC client gives."""
        self.asked.append((record, request, ctx))
        asked = load(record.request(), json.loads(json.dumps(record.request().dump(request))))
        try:
            answer = record.response().dump(self.answers[record](asked))
        except DomainError as refused:
            if not record.declares(refused.code):
                raise AssertionError(f"{record.name} refuses with {refused}") from refused
            raise
        problems = record.response().validate(answer)
        assert not problems, f"{record.name}: {problems}"
        read: Answer = as_read(record.response)().load(answer)
        return read

    def email(self, id: str) -> str:
        """Where a person, or who wants to sign in, reads mail."""
        return self.emails.get(id, f"{id[4:].lower()}@example.com")

    def community(self, request: Request) -> Answer:
        return {
            "id": request["community_id"],
            "slug": "doctors",
            "name": "医生圈",
            "description": "",
            "zone": "Asia/Shanghai",
            "locale": "zh-CN",
            "currency": "CNY",
            "form": [],
            "form_version": 1,
            "policy": membership.Policy().load({}),
            "policy_version": 1,
            "visibility": "public",
            "links": {**dict.fromkeys(LINK_KINDS), **self.links},
            "link_hosts": self.link_hosts,
            "version": 1,
            "created_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        }

    def heads(self, request: Request) -> Answer:
        names = ("id", "slug", "name", "zone", "locale", "currency")
        whole = [self.community({"community_id": id}) for id in request["community_ids"]]
        return {"communities": [{name: one[name] for name in names} for one in whole]}

    def standing(self, request: Request) -> Answer:
        community_id = request["community_id"]
        facts: Mapping[str, Any] = {}
        if community_id == self.community_id or (
            self.community_id is None and community_id != membership.SYSTEM
        ):
            facts = self.standings.get(request["person_id"], self.everybody)
        return {**NOBODY, "zone": "Asia/Shanghai", **facts, **request}

    def list_standings(self, request: Request) -> Answer:
        """Of the people in `standings`, in the one community."""
        people = sorted(self.standings) if self.community_id else []
        asked = [{"community_id": self.community_id, "person_id": person} for person in people]
        return {"items": [self.standing(one) for one in asked], "next": None}

    def recipient(self, request: Request) -> Answer:
        id = request["person_id"]
        return {"person_id": id, "email": self.email(id), "name": "李伟", "locale": "zh-CN"}

    def find_people(self, request: Request) -> Answer:
        """Those whose name begins so."""
        begins = request["search"]
        found = sorted(id for id, name in self.names.items() if name.startswith(begins))
        return {"person_ids": found[:100], "is_all": len(found) <= 100}

    def names_of(self, request: Request) -> Answer:
        known = [id for id in request["person_ids"] if id in self.names]
        return {"names": [{"person_id": id, "display_name": self.names[id]} for id in known]}

    def decision_words(self, request: Request) -> Answer:
        return {"words": self.words.get(request["application_id"], "")}

    def refund_reason(self, request: Request) -> Answer:
        return {"reason": self.words.get(request["refund_id"], "")}

    def refund_answer(self, request: Request) -> Answer:
        return {"words": self.words.get(request["refund_request_id"], "")}

    def place_words(self, request: Request) -> Answer:
        return {"words": self.words.get(request["registration_id"], "")}

    def attendance(self, request: Request) -> Answer:
        last = self.attended.get(request["person_id"])
        return {"attended": last is not None and last >= request["since"]}

    def seat(self, request: Request) -> Answer:
        return {"kept": request["registration_id"] not in self.seats_gone}

    def email_code(self, request: Request) -> Answer:
        id = request["change_id"]
        if id not in self.codes:
            raise DomainError(OBJECT_NOT_FOUND, noun="email change")
        return {
            **self._side(request),
            "code": self.codes[id],
            "expires_at": dt.datetime.now(dt.UTC) + dt.timedelta(hours=1),
        }

    def changed_email(self, request: Request) -> Answer:
        if request["change_id"] not in self.emails_changed:
            raise DomainError(OBJECT_NOT_FOUND, noun="email change")
        return self._side(request)

    def _side(self, request: Request) -> Answer:
        email = f"{request['side']}.{self.email(request['change_id'])}"
        return {"email": email, "name": "", "locale": "en"}

    def sign_in_code(self, request: Request) -> Answer:
        id = request["challenge_id"]
        if id not in self.codes:
            raise DomainError(OBJECT_NOT_FOUND, noun="sign-in challenge")
        return {
            "email": self.email(id),
            "code": self.codes[id],
            "locale": "en",
            "expires_at": dt.datetime.now(dt.UTC) + dt.timedelta(minutes=10),
        }


def miss_a_standing(database: Database[Answer], members: FakeMembership, community_id: str) -> None:
    """The replica has one row, older than what membership knows, and a night began since."""
    person = new_id("per")
    members.community_id, members.standings = community_id, {person: {**MEMBER, "version": 2}}
    told = members.standing({"community_id": community_id, "person_id": person})
    database["standings"].delete_many({})
    database["standings"].insert_one({"_id": f"{community_id}:{person}", **told, "version": 1})
    earlier = {"night": "2026-01-01", "done": True}
    database["job_state"].insert_one({"_id": "resync_standings", "token": 1, "cursor": earlier})
