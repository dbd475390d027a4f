"""Screening rules and the block list, as owners work with them."""

from typing import Any

from chassis.access import refused
from chassis.aggregates import check_version, is_made
from chassis.context import Context
from chassis.ids import new_id
from chassis.mongo import Document
from chassis.uow import Transaction, UnitOfWork
from contracts.errors import INVALID_INPUT, OBJECT_NOT_FOUND, DomainError, FieldProblem
from contracts.errors.membership import PERSON_HAS_ROLE
from contracts.membership import (
    CHANGE_SCREENING,
    CREATE_BLOCK,
    GET_SCREENING,
    LIST_BLOCKS,
    REMOVE_BLOCK,
    TRY_SCREENING,
)
from contracts.membership.screening import MOST_SHOWN, TRIED
from contracts.types import membership as wire
from services.membership.adapters.phones import mobile_number
from services.membership.domain.terms.standings import standing_id
from services.membership.domain.vetting.blocks import Block
from services.membership.domain.vetting.screening_keys import (
    email_digest,
    name_digests,
    person_digests,
    phone_digest,
)
from services.membership.domain.vetting.screening_rules import (
    ScreeningVersion,
    check_rules,
    rejecting,
    screen,
)
from services.membership.store import Stores
from services.membership.usecases.access import Access
from services.membership.usecases.vetting.bans import Bans
from services.membership.usecases.vetting.screening import Screener, Subject


class ScreeningUseCases:
    """The rules of a community, and what they would do."""

    def __init__(
        self, *, stores: Stores, uow: UnitOfWork, access: Access, screener: Screener
    ) -> None:
        self._applications, self._communities = stores.applications, stores.communities
        self._forms, self._screenings = stores.forms, stores.screenings
        self._uow, self._access, self._screener = uow, access, screener

    def get(self, request: wire.ScreeningRef, ctx: Context) -> wire.Screening:
        """The rules as they stand."""
        community_id = self._communities.fixed(request["community_id"])["_id"]
        self._access.require(ctx, GET_SCREENING.who, community_id)
        return _view(community_id, self._screenings.newest(community_id))

    def change(self, request: wire.ChangeScreening, ctx: Context) -> wire.Screening:
        """The next version; applications that were handed in keep what was said of them."""
        community_id, rules = request["community_id"], request["rules"]
        self._communities.fixed(community_id)
        self._access.require(ctx, CHANGE_SCREENING.who, community_id)

        def work(tx: Transaction) -> wire.Screening:
            newest = self._screenings.newest(community_id, tx=tx)
            before = {
                "version": 0 if newest is None else newest["screening_version"],
                "rules": [] if newest is None else newest["rules"],
            }
            if is_made(before, request["expected_version"], {"rules": rules}):
                return _view(community_id, newest)
            check_version(before, request["expected_version"])
            check_rules(self._communities.require(community_id, tx=tx)["form"], rules)
            version = request["expected_version"] + 1
            after: ScreeningVersion = {
                "_id": f"{community_id}:{version}",
                "community_id": community_id,
                "screening_version": version,
                "rules": rules,
                "changed_by": ctx.require_person(),
                "changed_at": tx.now,
            }
            self._screenings.add(tx, after)
            _audit(tx, "change_screening", community_id, version, screening_version=version)
            return _view(community_id, after)

        return self._uow.run(ctx, work)

    def dry_run(self, request: wire.TryScreening, ctx: Context) -> wire.TriedScreening:
        """What rules would have done to the newest applications, as those stand now; bounded
        readings, and nothing is written."""
        community_id, rules = request["community_id"], request["rules"]
        community = self._communities.require(community_id)
        self._access.require(ctx, TRY_SCREENING.who, community_id)
        check_rules(community["form"], rules)
        newest = [
            one
            for one in self._applications.newest_handed_in(community_id, TRIED)
            if one["person_id"] != ctx.actor.person_id
        ]
        people = [*{one["person_id"] for one in newest}]
        applying = self._screenings.applying(community_id, people)
        subjects = [
            Subject(
                one,
                self._forms.require(community_id, one["form_version"])["form"],
                applying.people.get(one["person_id"]),
            )
            for one in newest
        ]
        facts = self._screener.facts(community_id, rules, subjects, blocks=applying.blocks)
        flagged = [screen(rules, one) for one in facts]
        tried: list[wire.TriedRule] = []
        for number, rule in enumerate(rules, 1):
            found = [
                one["_id"]
                for one, flags in zip(newest, flagged, strict=True)
                if any(flag["rule"] == number for flag in flags)
            ]
            tried.append(
                {
                    "rule": number,
                    "found": len(found),
                    "rejected": len(found) if rule["effect"] == "reject" else 0,
                    "application_ids": found[:MOST_SHOWN],
                }
            )
        return {
            "applications": len(newest),
            "rejected": sum(rejecting(rules, flags) is not None for flags in flagged),
            "rules": tried,
        }


class BlockUseCases:
    """The block list of a community."""

    def __init__(self, *, stores: Stores, uow: UnitOfWork, access: Access, bans: Bans) -> None:
        self._communities, self._blocks = stores.communities, stores.blocks
        self._bans = bans
        self._people, self._identities = stores.people, stores.identities
        self._applications, self._standings = stores.applications, stores.standings
        self._uow, self._access = uow, access

    def create(self, request: wire.CreateBlock, ctx: Context) -> wire.Block:
        """One entry more; of what was entered digests are kept. A ban also ends what is live."""
        community_id = self._communities.fixed(request["community_id"])["_id"]
        self._access.require(ctx, CREATE_BLOCK.who, community_id)

        def work(tx: Transaction) -> wire.Block:
            whom = request["whom"]
            entry: Block = {
                "_id": new_id("blk"),
                "community_id": community_id,
                "kind": whom["kind"],
                "keys": self._keys(community_id, whom, tx),
                "reason": request["reason"],
                "made_by": ctx.require_person(),
            }
            if request["ban"]:
                self._require_bannable(community_id, whom["person_id"], tx, ctx)
                entry["ban"] = True
                put_out = self._bans.put_out(tx, community_id, whom["person_id"])
                if put_out is not None:
                    entry["membership_id"] = put_out
            block = self._blocks.insert(tx, entry)
            tx.audit("create_block", None, block)  # by which an erasure finds this answer
            _audit(tx, "create_block", community_id, block["version"], block_id=block["_id"])
            return _block_view(block)

        return self._uow.run(ctx, work)

    def list_of_community(self, request: wire.ListBlocks, ctx: Context) -> wire.Blocks:
        """A page of the list, newest first."""
        community_id = self._communities.fixed(request["community_id"])["_id"]
        self._access.require(ctx, LIST_BLOCKS.who, community_id)
        page = self._blocks.of_community(
            community_id, after=request["after"], limit=request["limit"]
        )
        return page.answer(_block_view)

    def remove(self, request: wire.BlockRef, ctx: Context) -> wire.Empty:
        """Takes an entry off; one that is not there any more stays so. With a ban ends the
        suspension that it made."""
        community_id = self._communities.fixed(request["community_id"])["_id"]
        self._access.require(ctx, REMOVE_BLOCK.who, community_id)
        id = request["block_id"]

        def work(tx: Transaction) -> wire.Empty:
            block = self._blocks.get(id, community_id=community_id, tx=tx)
            if block is None:
                return {}
            self._blocks.remove(tx, community_id, id)
            membership_id = block.get("membership_id")
            if membership_id is not None and not self._blocks.others_ban(tx, block):
                self._bans.let_in(tx, membership_id)
            _audit(tx, "remove_block", community_id, block["version"], block_id=id)
            return {}

        return self._uow.run(ctx, work)

    def _keys(self, community_id: str, whom: wire.Blocked, tx: Transaction) -> list[str]:
        if whom["kind"] == "email":
            return [email_digest(whom["email"])]
        if whom["kind"] == "phone":
            return [phone_digest(_number(whom["phone"]))]
        if whom["kind"] == "name":
            return name_digests(whom["name"])
        person_id = whom["person_id"]
        self._require_here(community_id, person_id, tx)
        # Who applies at this moment is found by a ban, or asks again.
        person = self._people.mentioned(tx, person_id)
        identities = self._identities.all_of_person(tx, person_id)
        keys = [key for identity in identities for key in identity["keys"]]
        return person_digests(person, keys)

    def _require_here(self, community_id: str, person_id: str, tx: Transaction) -> None:
        """Nobody learns by it who there is elsewhere."""
        here = self._standings.by_ids([standing_id(community_id, person_id)], tx=tx)
        if not here and not self._applications.has_handed_in(tx, community_id, person_id):
            raise DomainError(OBJECT_NOT_FOUND, noun=self._people.noun)

    def _require_bannable(
        self, community_id: str, person_id: str, tx: Transaction, ctx: Context
    ) -> None:
        """Nobody bans themselves, nor who holds a role there."""
        if person_id == ctx.actor.person_id:
            raise refused(CREATE_BLOCK.who)
        id = standing_id(community_id, person_id)
        standing = self._standings.by_ids([id], tx=tx).get(id)
        if standing is not None and standing["roles"]:
            raise DomainError(PERSON_HAS_ROLE)


def _number(text: str) -> str:
    try:
        return mobile_number(text)
    except ValueError:
        wrong = FieldProblem("/phone", "field.format", {"expected": "mobile_number"})
        raise DomainError(INVALID_INPUT, fields=[wrong]) from None


def _audit(tx: Transaction, action: str, community_id: str, version: int, **ids: Any) -> None:
    """Read in the community's own trail."""
    after: Document = {"_id": community_id, "community_id": community_id, "version": version}
    tx.audit(action, None, after, **ids)


def _view(community_id: str, stored: ScreeningVersion | None) -> wire.Screening:
    return {
        "community_id": community_id,
        "rules": [] if stored is None else stored["rules"],
        "changed_by": None if stored is None else stored["changed_by"],
        "changed_at": None if stored is None else stored["changed_at"],
        "version": 0 if stored is None else stored["screening_version"],
    }


def _block_view(block: Block) -> wire.Block:
    return {
        "id": block["_id"],
        "community_id": block["community_id"],
        "kind": block["kind"],
        "reason": block["reason"],
        "made_by": block["made_by"],
        "ban": block.get("ban", False),
        "created_at": block["created_at"],
    }
