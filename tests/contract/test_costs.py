"""Declared costs: every operation has its own, and nothing else has."""

import importlib

import pytest

from chassis.process import load_definition
from contracts.records import SERVICES
from deploy.generate import costs


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_declares_what_it_costs(service: str) -> None:
    """All RPCs, reactions and jobs of the service's classes have a row in its costs.toml."""
    operations = set(costs.operations(load_definition(service)))
    declared = {
        (kind, costs.operation(row))
        for kind, rows in costs.declared(service).items()
        for row in rows
    }
    assert declared == operations


@pytest.mark.parametrize("service", SERVICES)
def test_every_declared_cost_is_counted(service: str) -> None:
    """Each row has a scenario, so none can grow old unseen."""
    scenarios = importlib.import_module(f"tests.store.{service}.test_costs").COSTS.all
    counted = [(scenario.kind, scenario.row) for scenario in scenarios]
    assert len(counted) == len(set(counted))
    declared = {(kind, row) for kind, rows in costs.declared(service).items() for row in rows}
    assert declared == set(counted)


# A page of fifty that staff see with names, and what it asks of membership.
LISTS_WITH_NAMES = {
    ("membership", "list_applications"): 0,
    ("membership", "list_memberships"): 0,
    ("events", "list_registrations"): 1,
    ("payments", "list_orders"): 1,
    ("membership", "list_applications, found by name"): 0,
    ("membership", "list_memberships, found by name"): 0,
    ("events", "list_registrations, found by name"): 2,
    ("payments", "list_orders, found by payer"): 2,
}
MOST_COMMANDS = 4


@pytest.mark.parametrize(("service", "operation"), LISTS_WITH_NAMES)
def test_lists_with_names_keep_their_budget(service: str, operation: str) -> None:
    """In all services together: no row of a page is looked up alone (ADR 0056)."""
    names = costs.declared("membership")["rpcs"]["get_names, of fifty people"]
    listed = costs.declared(service)["rpcs"][operation]
    assert listed.calls == LISTS_WITH_NAMES[service, operation]
    assert listed.commands + listed.calls * names.commands <= MOST_COMMANDS


def test_an_operation_without_a_cost_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shown able to fail: a new reaction alone makes the comparison unequal."""
    definition = load_definition("events")
    declared = costs.declared("events")
    del declared["reactions"]["on_standing_changed"]
    monkeypatch.setattr(costs, "declared", lambda owner: declared)
    assert ("reactions", "on_standing_changed") in set(costs.operations(definition))
    with pytest.raises(AssertionError):
        test_every_operation_declares_what_it_costs("events")
