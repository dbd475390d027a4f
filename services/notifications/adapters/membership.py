"""What a message needs from membership: where to reach people, and a community's name, zone and
links.

Personal data is asked for when it is needed and remembered for a minute at most, in memory only.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from chassis.context import Context
from chassis.remembered import MINUTE, Remembered
from chassis.rpc_client import RpcClient
from contracts import membership
from contracts.types import membership as wire
from services.notifications.domain.rules import Rule

MOST_REMEMBERED = 10_000

Answer = dict[str, Any]


class MembershipClient:
    """Membership's answers; each call raises the DomainError that membership or the broker gave."""

    def __init__(self, rpc: RpcClient, now: Callable[[], float] = time.monotonic) -> None:
        self._rpc = rpc
        self._remembered: Remembered[tuple[str, ...], Answer] = Remembered(
            MINUTE, MOST_REMEMBERED, now
        )

    def recipient(
        self, person_id: str, purpose: str, ctx: Context, *, remembered: bool
    ) -> wire.Recipient:
        """Address, name and language of a person for a purpose (a category of messages); as they
        are now, or were within the last minute."""
        asked = {"person_id": person_id, "purpose": purpose}

        def call() -> Answer:
            return cast(Answer, self._rpc.call(membership.GET_RECIPIENT, asked, ctx))

        key = ("recipient", person_id, purpose)
        answer = self._remembered.find_or_ask(key, call) if remembered else call()
        return cast(wire.Recipient, answer)

    def community(self, community_id: str, ctx: Context) -> wire.Community:
        """Name, zone and links of a community, as they are now or were within the last minute."""
        answer = self._remembered.find_or_ask(
            ("community", community_id),
            lambda: self._rpc.call(membership.GET_COMMUNITY, {"community_id": community_id}, ctx),
        )
        return cast(wire.Community, answer)

    def holders(self, community_id: str, roles: Sequence[str], ctx: Context) -> list[str]:
        """Who holds one of these roles in a community, as of now."""
        asked = {"community_id": community_id, "roles": list(roles)}
        answer: wire.Holders = self._rpc.call(membership.LIST_HOLDERS, asked, ctx)
        return answer["person_ids"]

    def signed_link(
        self, rule: Rule, facts: Mapping[str, Any], person_id: str, ctx: Context
    ) -> str | None:
        """The token of a link by which the person does what the message asks for; None where
        nothing is left to do. Never remembered."""
        object_id, until = rule.acted_on(facts)
        asked = {
            "purpose": rule.purpose,
            "person_id": person_id,
            "community_id": facts["community_id"],
            "about_id": facts[f"{rule.about}_id"],
            "object_id": object_id,
            "until": until,
        }
        answer: wire.SignedLink = self._rpc.call(membership.SIGN_LINK, asked, ctx)
        return answer["token"]

    def sign_in_code(self, challenge_id: str, ctx: Context) -> wire.SignInCode:
        """Address, code and language of a sign-in challenge; never remembered."""
        answer: wire.SignInCode = self._rpc.call(
            membership.FETCH_SIGN_IN_CODE, {"challenge_id": challenge_id}, ctx
        )
        return answer

    def email_code(self, change_id: str, side: str, ctx: Context) -> wire.EmailCode:
        """Address, code and language of one side of a change that waits; never remembered."""
        asked = {"change_id": change_id, "side": side}
        answer: wire.EmailCode = self._rpc.call(membership.FETCH_EMAIL_CODE, asked, ctx)
        return answer

    def changed_email(self, change_id: str, side: str, ctx: Context) -> wire.ChangedEmail:
        """Address, name and language of one side of a change that was made; never remembered."""
        asked = {"change_id": change_id, "side": side}
        answer: wire.ChangedEmail = self._rpc.call(membership.GET_CHANGED_EMAIL, asked, ctx)
        return answer
