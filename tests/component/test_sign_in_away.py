"""Membership while a provider that vouches for people hangs: what it holds up, and for how long."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chassis.context import Actor
from chassis.partners import AT_ONCE, LEFT_ALONE_SECONDS
from contracts import membership
from contracts.errors import DomainError
from contracts.errors import membership as codes
from deploy.local.nodes import Nodes
from services.membership.service import SERVICE
from tests.component.test_membership_path import context
from tests.kit.component import Component, component
from tests.kit.issuer import Issuer, issuer
from tests.store.membership.world import PEM

STARTS = 50
START: dict[str, Any] = {
    "way": "company",
    "callback_url": "http://localhost:5173/signed-in",
    "return_to": "http://localhost:5173/",
    "locale": "en",
}
APP_CODE: dict[str, Any] = {"way": "mini", "code": "made-up", "state": None, "browser_secret": None}
ASKED = {
    "company": (membership.START_AT_WAY, START),
    "mini": (membership.FINISH_AT_WAY, APP_CODE),
}
AWAY = codes.SIGN_IN_WAY_AWAY.code, LEFT_ALONE_SECONDS


@pytest.fixture
def company() -> Iterator[Issuer]:
    with issuer() as made:
        yield made


@pytest.fixture
def service(
    company: Issuer, nodes: Nodes, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Component]:
    """With an OpenID provider and a mini program at two hosts that both hang."""
    oidc = {"name": "company", "kind": "oidc", "client_id": "coterie", "client_secret": "s"}
    mini = {"name": "mini", "kind": "wechat_mini", "client_id": "wx1", "client_secret": "s"}
    ways = [
        {**oidc, "issuer": company.url},
        {**mini, "api_url": company.url.replace("127.0.0.1", "localhost")},
    ]
    settings = {"COTERIE_SIGNING_KEY": PEM, "COTERIE_SIGN_IN_WAYS": json.dumps(ways)}
    path = tmp_path_factory.mktemp("membership")
    with component(nodes, SERVICE, path, settings) as made:
        made.start(roles="rpc")
        yield made


def outcome(service: Component, way: str) -> tuple[str, int]:
    """How somebody is refused who begins, or comes by a mini program, and when to come again."""
    record, asked = ASKED[way]
    try:
        service.call(record, asked, context(Actor("anonymous")))
    except DomainError as refused:
        return refused.code, refused.params.get("retry_after", 0)
    return "", 0


@pytest.mark.timeout(120)
@pytest.mark.parametrize("way", ["company", "mini"])
def test_a_provider_that_hangs_holds_up_nobody_else(
    company: Issuer, service: Component, way: str
) -> None:
    """50 people come by it at once: few ask it, and others are answered as ever."""
    company.hangs.set()
    nobody = context(Actor("anonymous"))
    with ThreadPoolExecutor(STARTS) as pool:
        coming = [pool.submit(outcome, service, way) for _ in range(STARTS)]
        late = []
        while not all(one.done() for one in coming):
            began = time.monotonic()
            service.call(membership.LIST_WAYS, {}, nobody)
            late.append(time.monotonic() - began)
        assert {one.result() for one in coming} == {AWAY}
    assert sorted(late)[len(late) * 9 // 10] < 1.0, "with connecting to a busy broker"
    asked = company.asked.total()
    assert 1 <= asked <= AT_ONCE
    began = time.monotonic()
    assert outcome(service, way) == AWAY
    assert time.monotonic() - began < 1.0
    assert company.asked.total() == asked
    company.hangs.clear()
    time.sleep(LEFT_ALONE_SECONDS)
    assert outcome(service, way) != AWAY
    assert company.asked.total() > asked
