"""Numbered migrations of payments' own documents."""

from pymongo.database import Database

from chassis.commit_updates import checked
from chassis.commits import OWN, pending
from chassis.migrations import renamed, standard_words
from chassis.mongo import Document
from chassis.schema import Migration, Progress

_PLACES = {"n0": "places_before"}
_FIELD_OF_KIND = {
    "amount_off": "amount",
    "percent_off": "basis_points",
    "set_price": "price",
    "extra_days": "days",
}
_FORMER = "coterie.payments.callback_received.v1"


def tell_of_no_callbacks(number: int) -> Migration:
    """Payments tells itself of callbacks no more: those events have no reader. The job applies what
    they stood for."""
    return Migration(number, "callbacks are applied where they are answered", _apply)


def _apply(database: Database[Document], progress: Progress) -> None:
    # Such an event is alone in its commit.
    gone = {f"{OWN}.{name}": "" for name in ("pending", "left", "due_at")}
    database["commits"].update_many(
        {**pending(OWN), "events.key": _FORMER}, checked({"$unset": gone})
    )


def reword(number: int) -> Migration:
    """A coupon's benefit has a field of its own for each unit; a ladder says `places_before`."""
    return standard_words(number, _reword_documents, _reworded_answer)


def say_what_payers_do_next(number: int) -> Migration:
    """What a payer does next has a kind; until now it was the address of a page."""
    return Migration(number, "pay_url becomes next_action", _apply_next_actions, breaking=True)


def _apply_next_actions(database: Database[Document], progress: Progress) -> None:
    redirect = {"kind": "redirect", "url": "$pay_url"}
    action = {"$cond": [{"$eq": ["$pay_url", None]}, None, redirect]}
    database["payments"].update_many(
        {"pay_url": {"$exists": True}}, [{"$set": {"next_action": action}}, {"$unset": "pay_url"}]
    )


def free_unreached_accounts(number: int) -> Migration:
    """An account whose every attempt failed has not been used: until now the first attempt fixed
    its merchant, also a wrong one."""
    return Migration(number, "accounts that no payment reached can be changed", _free_accounts)


def _free_accounts(database: Database[Document], progress: Progress) -> None:
    for account in database["provider_accounts"].find({"used": True}):
        reached = {"account_id": account["_id"], "attempt": True, "state": {"$ne": "failed"}}
        if database["payments"].find_one(reached, {"_id": 1}) is None:
            database["provider_accounts"].update_one(
                {"_id": account["_id"], "version": account["version"]}, {"$set": {"used": False}}
            )


def _reword_documents(database: Database[Document]) -> None:
    laddered = {f"ladder.{old}": {"$exists": True} for old in _PLACES}
    names = {f"ladder.{old}": f"ladder.{new}" for old, new in _PLACES.items()}
    database["plans"].update_many(laddered, {"$rename": names})
    for kind, name in _FIELD_OF_KIND.items():
        of_kind = {"benefit.kind": kind, "benefit.value": {"$exists": True}}
        database["coupons"].update_many(of_kind, {"$rename": {"benefit.value": f"benefit.{name}"}})


def _reworded_answer(answer: Document) -> Document:
    if answer.get("ladder") is not None:
        return {**answer, "ladder": renamed(answer["ladder"], _PLACES)}
    if "benefit" in answer:
        field = _FIELD_OF_KIND[answer["benefit"]["kind"]]
        return {**answer, "benefit": renamed(answer["benefit"], {"value": field})}
    return answer
