"""What belongs to a community is read, changed and unique within it (D-15).

Why: a key without the community lets one community find out, or take, what another one has; a list
or search without it shows what is another's. The escapes: a line in `ALLOWED`, a name in
`WITHOUT_COMMUNITY`, each with the reason. `get` and `require` by id are the one way without, and
the check of the object follows. Indexes that only sweeps use say so themselves
(`across_communities`).
"""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from chassis.collections import Collection
from contracts.records import SERVICES

ROOT = Path(__file__).parents[2]

ALLOWED = {
    "api_keys.digest": "of 178 random bits that we drew, so it is nobody else's",
    "memberships.terms.id": "a term's id is made by us and names nothing of a community's",
    "messages.cause_id": "once per cause, and causes are events of ours",
    "payments.account_id": "providers number within a merchant account, which has one community",
    "refunds.account_id": "providers number within a merchant account, which has one community",
}

# Reads and changes of stores that name no community, and why that is right.
WITHOUT_COMMUNITY = {
    "by a key that is one document's, whose community the caller then checks": """
        PersonStore.by_email PersonStore.by_emails PersonStore.mentioned
        GuessedStore.take_a_try ChallengeStore.use
        IdentityStore.by_keys IdentityStore.is_known IdentityStore.remove
        SessionStore.end_all SignInLimitStore.note_wrong ApiKeyStore.by_digest ApiKeyStore.note_use
        CountedStore._replace OrderStore._replace
        MembershipStore.by_term StandingStore.by_ids ImportRowStore.of_import
        OrderStore.require_with_money OrderStore.require_with_purchase OrderStore.of_ids
        PlanStore.names_of CommunityStore.of_ids
        OrderStore.postpone_closing QuoteStore.of_ids QuoteStore.require_with_purchase
        CallbackStore.postpone CallbackStore.mark PaymentStore.reported PaymentStore.of_number
        ProviderAccountStore.opening ProviderAccountStore.note_use
        PaymentStore.postpone_checks RefundStore.by_number RefundStore.postpone_checks
        MeetupStore.fixed MeetupStore.require_shown OfferStore.require_with SeatStore.take
        MeetupStore.heads SeatStore.release
        SeatStore.change SeatStore.taken SeatStore.close SeatStore.offer_free
        SeatStore.all_offered SeatStore.free MessageStore.mark_read MessageStore.claim
        MessageStore.change LadderStepStore.seen LadderStepStore.lowest_unclosed_at
        LadderStepStore.take_untold
        UploadStore.remove UploadStore.of_ids
        UploadPartStore.read UploadPartStore.remove UploadQuotaStore.add
        MembershipStore.of_standings SeatStore.open PurchaseStore.with_orders
        PaymentStore.of_capture RefundStore.of_order TransferStore.postpone_reminder PlanStore.knows
    """,
    "a person's own, whichever communities they are of": """
        MembershipStore.of_person ApplicationStore.of_person RegistrationStore.of_person
        MessageStore.inbox MessageStore.count_unread MessageStore.mark_read_through
        StandingStore.of_person StandingStore.run_by
        ErasureStore.newest_of ChallengeStore.forget ChallengeStore.forget_phone
        IdentityStore.all_of_person IdentityStore.of_person IdentityStore.forget
        SignInStateStore.forget
        SessionStore.live_of SessionStore.forget MessageStore.forget
        EmailChangeStore.live_of EmailChangeStore.starts_of EmailChangeStore.of_person
        EmailChangeStore.forget PersonStore.mention FindableStore.rename
        BlockStore.forget ApplicationStore.of_voucher
        UploadStore.of_person
    """,
    "for jobs, which serve all communities": """
        CommunityStore.ids CountStore.is_foldable TotalStore.is_foldable ImportStore.running
        DeliveryCountStore.fold ImportStore.running_but
        MembershipStore.due MembershipStore.awaiting_payment
        PersonStore.everybody FindableStore.wrongly_found
        ApplicationStore.due WaitingApplications.waiting
        OrderStore.due_to_close OrderStore.undecided_since
        QuoteStore.due_to_expire RedemptionStore.unsettled CallbackStore.left_behind
        PaymentStore.due_to_check RefundStore.due_to_check MeetupStore.over
        TransferStore.due_to_remind PlanStore.of_before
        LadderStepStore.untold
        MeetupStore.waitlisting MeetupStore.winding_up MeetupStore.telling OfferStore.expired
        RegistrationStore.unconfirmed SeatStore.freed
        UploadStore.due MessageStore.pending ErasureStore.due DeliveryCountStore.is_foldable
    """,
    "communities themselves, of which everybody sees those that are shown to them": """
        CommunityStore.all CommunityStore.by_slug CommunityStore.listed
    """,
    "one's own, or for operators": """
        RequestLogStore.of
    """,
    "for operators, who serve all communities": """
        IncidentStore.newest_open IncidentStore.require RefundStore.failed MessageStore.failed
        ErasureStore.unconfirmed
    """,
}
QUERIES = {
    "aggregate", "count_documents", "delete_many", "delete_one", "find", "find_one",
    "find_one_and_replace", "find_one_and_update", "page", "update_many", "update_one",
}  # fmt: skip
# How a query says its community without the word.
NAMES_IT = ("community_id", "QuoteStore.live(purchase", "_of(meetup", "_queue_of(registration")


def collections() -> Iterator[Collection]:
    """Those whose documents belong to a community."""
    for service in SERVICES:
        for collection in import_module(f"services.{service}.store").SCHEMA.collections:
            if "community_id" in collection.validator.get("properties", {}):
                yield collection


def test_collections_of_communities_are_looked_at() -> None:
    assert {"orders", "memberships", "meetups"} <= {found.name for found in collections()}


def test_unique_keys_name_the_community() -> None:
    """And nothing is allowed that is not there any more."""
    without = {
        f"{collection.name}.{index.keys[0][0]}"
        for collection in collections()
        for index in collection.indexes
        if index.unique and "community_id" not in dict(index.keys)
    }
    assert without == set(ALLOWED)


def assigned(method: ast.FunctionDef) -> dict[str, list[ast.expr]]:
    """What the variables of a method are given in it."""
    given: dict[str, list[ast.expr]] = {}
    for node in ast.walk(method):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                for name in names_in(target):
                    given.setdefault(name, []).append(node.value)
    return given


def names_in(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def asked_by(call: ast.Call, given: dict[str, list[ast.expr]]) -> str:
    """The text of what a query finds its documents by, with what its variables are given."""
    left: list[ast.expr] = call.args[:1]
    left += [one.value for one in call.keywords if one.arg == "community_id"]
    said, seen = "", set[str]()
    while left:
        node = left.pop()
        said += ast.unparse(node)
        left += [value for name in names_in(node) - seen for value in given.get(name, [])]
        seen |= names_in(node)
    return said


def queries_without_community(module: ast.Module) -> Iterator[str]:
    """The methods of stores that read or change documents and do not find them by a community."""
    for store in (node for node in module.body if isinstance(node, ast.ClassDef)):
        for method in (node for node in store.body if isinstance(node, ast.FunctionDef)):
            given = assigned(method)
            asked = [
                asked_by(call, given)
                for call in ast.walk(method)
                if isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and call.func.attr in QUERIES
            ]
            if not all(any(name in said for name in NAMES_IT) for said in asked):
                yield f"{store.name}.{method.name}"


def test_lists_and_searches_name_the_community() -> None:
    """And nothing is allowed that is not there any more."""
    found = [
        name
        for path in sorted((ROOT / "services").glob("*/store/**/*.py"))
        for name in queries_without_community(ast.parse(path.read_text("utf-8")))
    ]
    allowed = [name for names in WITHOUT_COMMUNITY.values() for name in names.split()]
    assert sorted(found) == sorted(allowed)


def test_a_search_without_community_is_noticed() -> None:
    planted = """
class OrderStore:
    def dearest(self, limit):
        return self.all_of(self.collection.find({"state": "paid"}).limit(limit))

    def of_people(self, ids):
        wanted = {"payer_id": {"$in": ids}}
        found = self.collection.find(wanted, {"community_id": 1})
        return {(row["community_id"], row["payer_id"]) for row in found}

    def of_payer(self, community_id, payer_id):
        wanted = {"community_id": community_id, "payer_id": payer_id}
        stages = [{"$match": wanted}, {"$limit": 1}]
        return self.collection.aggregate(stages)
"""
    noticed = list(queries_without_community(ast.parse(planted)))
    assert noticed == ["OrderStore.dearest", "OrderStore.of_people"]
