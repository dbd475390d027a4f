"""Numbered migrations of membership's own documents."""

import structlog
from pymongo import UpdateMany, UpdateOne
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from chassis.clock import real_now
from chassis.commit_updates import CommitUpdates
from chassis.ids import made_at
from chassis.migrations import BOUNDS, renamed, standard_words
from chassis.mongo import Document
from chassis.schema import Migration, Progress
from contracts.addresses import mail_address
from contracts.membership import APPLICATION_APPROVED, RENEWAL_STARTED
from services.membership.domain.identity.sign_in import SESSION_LIFETIME
from services.membership.domain.vetting.applications import DRAFT_KEPT, WORDS_KEPT
from services.membership.store.identity.names import as_found
from services.membership.store.identity.people import PersonStore
from services.membership.store.terms.imports import ROWS_KEPT

log = structlog.get_logger()

BATCH = 500
ENDED = ("rejected", "withdrawn", "lapsed")
_DATES = {"told_through": "announced_through"}


def tell_of_terms_without_purchase(number: int) -> Migration:
    """Terms that wait for a purchase of an id that payments chooses get one that follows from their
    own: what put them up for payment is told again, which everybody who knows it ignores."""
    return Migration(number, "payments opens purchases by itself", _apply, breaking=True)


def _apply(database: Database[Document], progress: Progress) -> None:
    memberships = database["memberships"]
    if "awaiting_payment" in memberships.index_information():
        memberships.drop_index("awaiting_payment")  # of the job that opened them
    unopened = {"state": "awaiting", "purchase_id": None}
    told_of = [
        term["application_id"] or membership["_id"]
        for membership in memberships.find({"terms": {"$elemMatch": unopened}})
        for term in membership["terms"]
        if term["state"] == "awaiting"
    ]
    types = [APPLICATION_APPROVED.type, RENEWAL_STARTED.type]
    told = {"subject": {"$in": told_of}, "key": {"$in": types}}
    CommitUpdates(database).publish_again({"events": {"$elemMatch": told}})


def reword(number: int) -> Migration:
    """`minimum` and `maximum` bound questions and cells, `announced_through` says how far a
    membership's dates were announced."""
    return standard_words(number, _reword_documents, _reworded_answer)


def _reword_documents(database: Database[Document]) -> None:
    told = {name: {"$exists": True} for name in _DATES}
    database["memberships"].update_many(told, {"$rename": _DATES})
    for name in ("communities", "forms"):
        old = {"form.questions.least": {"$exists": True}}
        for found in list(database[name].find(old, {"form": 1})):
            form = {"$set": {"form": _reworded_form(found["form"])}}
            database[name].update_one({"_id": found["_id"]}, form)
    rows = database["import_rows"]
    bounded: Document = {"$or": [{f"problems.params.{word}": {"$exists": True}} for word in BOUNDS]}
    while some := list(rows.find(bounded, {"problems": 1}, limit=BATCH)):
        rows.bulk_write(
            [
                UpdateOne(
                    {"_id": row["_id"]},
                    {"$set": {"problems": [_reworded_problem(one) for one in row["problems"]]}},
                )
                for row in some
            ]
        )


def _reworded_form(form: list[Document]) -> list[Document]:
    return [
        {**section, "questions": [renamed(question, BOUNDS) for question in section["questions"]]}
        for section in form
    ]


def _reworded_problem(problem: Document) -> Document:
    return {**problem, "params": renamed(problem["params"], BOUNDS)}


def _reworded_answer(answer: Document) -> Document:
    if "form" in answer:
        return {**answer, "form": _reworded_form(answer["form"])}
    return renamed(answer, _DATES)  # of a membership, whole


def one_form_of_addresses(number: int) -> Migration:
    """Addresses get their one form, sessions their beginning; sign-ins under way end, because codes
    have eight digits now. Services are stopped.

    A person whose address has no such form, or whose form another person has already, stays as they
    are and is named in the log: whether two people are one is not for a program to say.
    """
    return Migration(number, "addresses have one form, sessions a beginning", _sign_in, True)


def _sign_in(database: Database[Document], progress: Progress) -> None:
    for name in ("challenges", "sign_in_limits"):
        database[name].delete_many({})
    if "garbage" in database["sign_in_limits"].index_information():
        database["sign_in_limits"].drop_index("garbage")
    _begin_sessions(database)
    after = progress.noted.get("people", "")
    people = database["people"]
    while some := list(people.find({"_id": {"$gt": after}}, {"email": 1}).sort("_id").limit(BATCH)):
        for person in some:
            _rewrite_address(database, person)
        after = some[-1]["_id"]
        progress.save(people=after)


def _begin_sessions(database: Database[Document]) -> None:
    """A session begins when its id was made, and lasts no longer than one that begins today."""
    sessions = database["sessions"]
    while some := list(sessions.find({"started_at": {"$exists": False}}, limit=BATCH)):
        changes = []
        for session in some:
            started_at = made_at(session["_id"])
            expires_at = min(session["expires_at"], started_at + SESSION_LIFETIME)
            begun = {"started_at": started_at, "expires_at": expires_at}
            changes.append(UpdateOne({"_id": session["_id"]}, {"$set": begun}))
        sessions.bulk_write(changes, ordered=False)


def _rewrite_address(database: Database[Document], person: Document) -> None:
    try:
        email = mail_address(person["email"].strip())
    except ValueError as problem:
        log.warning("address_kept", person=person["_id"], reason=str(problem))
        return
    if email == person["email"]:
        return
    try:
        database["people"].update_one({"_id": person["_id"]}, {"$set": {"email": email}})
    except DuplicateKeyError:
        holder = database["people"].find_one({"email": email}, {"_id": 1}) or {}
        reason = f"{holder.get('_id')} has this form of it"
        log.warning("address_kept", person=person["_id"], reason=reason)


def keep_for_a_time(number: int) -> Migration:
    """What was stored before retention was stated has its whole time from now on.

    From real time: a development system whose clock was moved far ahead ends its drafts at once.
    """
    return Migration(number, "drafts, what was answered and rows of imports get an end", _date)


def _date(database: Database[Document], progress: Progress) -> None:
    now, after = real_now(), progress.noted.get("id", "")
    ends = {"draft": now + DRAFT_KEPT} | dict.fromkeys(ENDED, now + WORDS_KEPT)
    rows = database["import_rows"]
    rows.update_many({"garbage_at": None}, {"$set": {"garbage_at": now + ROWS_KEPT}})
    applications = database["applications"]
    while batch := list(
        applications.find({"_id": {"$gt": after}}, {"state": 1}, sort=[("_id", 1)], limit=BATCH)
    ):
        dated = [
            UpdateOne({"_id": one["_id"], "due_at": None}, {"$set": {"due_at": ends[one["state"]]}})
            for one in batch
            if one["state"] in ends
        ]
        if dated:
            applications.bulk_write(dated, ordered=False)
        after = batch[-1]["_id"]
        progress.save(id=after)


def list_sessions(number: int) -> Migration:
    """The index by which a person's sessions are listed does what the one of before did."""
    return Migration(number, "sessions are listed by person", _drop_of_person)


def _drop_of_person(database: Database[Document], progress: Progress) -> None:
    if "of_person" in database["sessions"].index_information():
        database["sessions"].drop_index("of_person")


def keep_numbers(number: int) -> Migration:
    """Who joins again keeps the number: only live memberships have one each."""
    return Migration(number, "numbers are kept by who joins again", _drop_one_per_number)


def _drop_one_per_number(database: Database[Document], progress: Progress) -> None:
    if "one_member_per_number" in database["memberships"].index_information():
        database["memberships"].drop_index("one_member_per_number")


def complete_standings(number: int) -> Migration:
    """Standings say what memberships know already: the city, and whether somebody ever paid or was
    imported. Their versions stay: neighbours complete their copies at night."""
    return Migration(number, "standings know cities and who paid", _complete)


def _complete(database: Database[Document], progress: Progress) -> None:
    after = progress.noted.get("id", "")
    standings, memberships = database["community_standings"], database["memberships"]
    lacking: Document = {"ever_paid_or_imported": {"$exists": False}}
    while some := list(
        standings.find({"_id": {"$gt": after}, **lacking}, sort=[("_id", 1)], limit=BATCH)
    ):
        people = {"$in": [one["person_id"] for one in some]}
        shown = {"community_id": 1, "person_id": 1, "live": 1, "city": 1, "terms": 1}
        held: dict[str, list[Document]] = {}
        for one in memberships.find({"person_id": people}, shown):
            held.setdefault(f"{one['community_id']}:{one['person_id']}", []).append(one)
        standings.bulk_write(
            [
                UpdateOne({"_id": one["_id"]}, {"$set": _known(held.get(one["_id"], []))})
                for one in some
            ],
            ordered=False,
        )
        after = some[-1]["_id"]
        progress.save(id=after)


def _known(memberships: list[Document]) -> Document:
    paid = any(
        term["kind"] in ("paid", "imported") and term["state"] == "fulfilled"
        for one in memberships
        for term in one["terms"]
    )
    live = next((one for one in memberships if one["live"]), None)
    city = None if live is None else live["city"]
    return {"ever_paid_or_imported": paid, "city": city, "plan_tier": ""}


def find_people_by_name(number: int) -> Migration:
    """The list by number is read by an index that does what the one of before did; by name people
    are found since migration 12."""
    return Migration(number, "people are found by name", _drop_number)


def _drop_number(database: Database[Document], progress: Progress) -> None:
    if "by_number" in database["memberships"].index_information():
        database["memberships"].drop_index("by_number")


def review_in_rounds(number: int) -> Migration:
    """`decisions_needed` n becomes n reviewers of whom all approve, without veto, rubric or
    blindness (rules.md §1.1). What waits goes on by the policy as it is then. It stays, too, for
    the version before, until the policy is changed."""
    return Migration(number, "reviewers, approvals and rubric", _split_decisions)


def _split_decisions(database: Database[Document], progress: Progress) -> None:
    needed = "$policy.decisions_needed"
    review = {
        "reviewers_needed": needed,
        "approvals_needed": needed,
        "veto": "none",
        "blind": False,
        "least_score": None,
        "rubric": [],
    }
    for name in ("communities", "former_policies"):
        database[name].update_many(
            {"policy.decisions_needed": {"$exists": True}},
            [{"$set": {"policy": {"$mergeObjects": [review, "$policy"]}}}],
        )


def keep_names_with_rows(number: int) -> Migration:
    """Whoever applied or belongs to a community is found there by name: the keys are in each of
    these documents. What earlier processes do not write after it the job `verify_names` does.

    They were in a collection of their own before, which no version that was released has.
    """
    return Migration(number, "keys of names stand with what is found", _write_names)


def _write_names(database: Database[Document], progress: Progress) -> None:
    people = PersonStore(database)
    after = progress.noted.get("id", "")
    while some := people.everybody(after, BATCH):
        changes = [UpdateMany(*as_found(person)) for person in some]
        for name in ("applications", "memberships"):
            database[name].bulk_write(changes, ordered=False)
        after = some[-1]["_id"]
        progress.save(id=after)
    database.drop_collection("name_keys")
