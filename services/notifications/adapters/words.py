"""What people wrote and a message quotes: asked of who keeps it, remembered nowhere."""

from collections.abc import Callable, Mapping
from typing import Any

from chassis.context import Context
from chassis.rpc_client import RpcClient
from contracts import events, membership, payments
from services.notifications.domain import rules
from services.notifications.domain.rules import Rule

Facts = Mapping[str, Any]


class QuotedWords:
    """Each call raises the DomainError that the neighbour or the broker gave."""

    def __init__(self, rpc: RpcClient) -> None:
        self._rpc = rpc
        self._ask: Mapping[rules.Words, Callable[[Facts, Context], str]] = {
            "decision": self._decision,
            "refund": self._refund,
            "place": self._place,
            "transfer": self._transfer,
            "refund_answer": self._refund_answer,
            "keys": self._names_of_keys,
        }

    def of(self, rule: Rule, facts: Facts, ctx: Context) -> dict[str, str]:
        """`{"words": …}` for what quotes some, "" where nobody wrote any; else nothing."""
        return {} if rule.words is None else {"words": self._ask[rule.words](facts, ctx)}

    def _decision(self, facts: Facts, ctx: Context) -> str:
        if "at" not in facts:  # of an event before 0.1.0, which was relieved of its words
            return ""
        asked = {"application_id": facts["application_id"], "at": facts["at"]}
        answer: dict[str, str] = self._rpc.call(membership.GET_DECISION_WORDS, asked, ctx)
        return answer["words"]

    def _refund(self, facts: Facts, ctx: Context) -> str:
        if facts.get("reason") or not facts.get("refund_id"):
            return facts.get("reason") or ""
        asked = {"refund_id": facts["refund_id"]}
        answer: dict[str, str] = self._rpc.call(payments.GET_REFUND_REASON, asked, ctx)
        return answer["reason"]

    def _place(self, facts: Facts, ctx: Context) -> str:
        if "place" not in facts["changed"]:
            return ""
        asked = {"registration_id": facts["registration_id"]}
        answer: dict[str, str] = self._rpc.call(events.GET_PLACE_WORDS, asked, ctx)
        return answer["words"]

    def _transfer(self, facts: Facts, ctx: Context) -> str:
        asked = {"payment_id": facts["payment_id"]}
        answer: dict[str, str] = self._rpc.call(payments.GET_TRANSFER_ACCOUNT, asked, ctx)
        return answer["words"]

    def _refund_answer(self, facts: Facts, ctx: Context) -> str:
        asked = {"refund_request_id": facts["refund_request_id"]}
        answer: dict[str, str] = self._rpc.call(payments.GET_REFUND_ANSWER, asked, ctx)
        return answer["words"]

    def _names_of_keys(self, facts: Facts, ctx: Context) -> str:
        """A line for each, which has no more than one."""
        ids = [key["api_key_id"] for key in facts.get("keys") or [facts]]
        asked = {"community_id": facts["community_id"], "api_key_ids": ids}
        answer: dict[str, list[str]] = self._rpc.call(membership.GET_API_KEY_NAMES, asked, ctx)
        return "\n".join(answer["names"])
