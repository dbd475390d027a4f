"""What a provider's page says a payment is for, and where it leads its payer afterwards.

Both rest on the community: its name, and the hosts that operators allowed for its own site. They
are read from membership and kept for a minute. An address that does not fit is judged anew, so one
that was just allowed counts at once; one that was taken back counts for that minute.
"""

from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from chassis.context import Context
from chassis.remembered import MINUTE, Remembered
from chassis.rpc_client import RpcClient
from contracts import membership
from contracts.errors import INVALID_INPUT, DomainError, FieldProblem, Kind
from contracts.errors.payments import RETURN_HOST_NOT_ALLOWED
from contracts.pages import host_of_page, is_allowed
from contracts.text import choices
from contracts.types import payments as wire
from contracts.types.membership import Community
from services.payments.adapters.provider import WayBack
from services.payments.domain.checkout.orders import Order

MOST_KEPT = 1_000
LONGEST_SECONDS = 1.0  # as a page is worth more without a name than not at all
MOST_CHARACTERS = 200


class _Known(NamedTuple):
    name: str
    hosts: list[str]


class PaymentPages:
    """`local`: payers may also go back to a site on this machine, where one is being written."""

    def __init__(self, *, rpc: RpcClient, local: bool) -> None:
        self._rpc, self._local = rpc, local
        self._kept: Remembered[str, _Known] = Remembered(MINUTE, MOST_KEPT)

    def title(self, order: Order, ctx: Context) -> str:
        """The community and what is bought there; without the former while nobody knows it."""
        bought = order.get("plan_name") or ""
        try:
            name = self._community(order["community_id"], ctx).name
        except DomainError as problem:
            if problem.kind is not Kind.UNAVAILABLE:
                raise
            name = ""
        return " · ".join(filter(None, (name, bought)))[:MOST_CHARACTERS] or order["_id"]

    def way_back(self, order: Order, request: wire.OpenPayment, ctx: Context) -> WayBack:
        """Where the payer goes, with the order's id in the query.

        Raises DomainError(INVALID_INPUT) for what is no address of a page, and
        DomainError(RETURN_HOST_NOT_ALLOWED) for one at a host that is not the community's.
        """
        return WayBack(
            self._checked("return_url", request["return_url"], order, ctx),
            self._checked("cancel_url", request["cancel_url"], order, ctx),
        )

    def _checked(self, field: str, address: str | None, order: Order, ctx: Context) -> str | None:
        if address is None:
            return None
        host = host_of_page(address, local=self._local)
        query = urlsplit(address).query if host else ""
        if host is None or "order_id" in parse_qs(query, keep_blank_values=True):
            expected = {"expected": "https_address"}
            problem = FieldProblem(f"/{field}", "field.format", expected)
            raise DomainError(INVALID_INPUT, fields=[problem])
        if not self._allows(order["community_id"], host, ctx):
            allowed = self._community(order["community_id"], ctx).hosts
            named = {"host": host, "allowed": choices(allowed) or "–"}
            problem = FieldProblem(f"/{field}", "field.host_not_allowed", named)
            raise DomainError(RETURN_HOST_NOT_ALLOWED, fields=[problem], **named)
        return f"{address}{'&' if query else '?'}order_id={order['_id']}"

    def _allows(self, community_id: str, host: str, ctx: Context) -> bool:
        if is_allowed(host, (), local=self._local):
            return True
        before = self._kept.find(community_id)
        if before is not None and host not in before.hosts:
            self._kept.forget(community_id)
        return host in self._community(community_id, ctx).hosts

    def _community(self, community_id: str, ctx: Context) -> _Known:
        def ask() -> _Known:
            community: Community = self._rpc.call(
                membership.GET_COMMUNITY,
                {"community_id": community_id},
                ctx.as_system("payments"),  # a payer's link, too, is for a hidden community
                deadline=LONGEST_SECONDS,
            )
            return _Known(community["name"], community["link_hosts"])

        return self._kept.find_or_ask(community_id, ask)
