"""Writes everything that is generated from the code: `python -m deploy.generate [--check]`.

With `--check` nothing is written; files that are stale, missing or too many are named and the exit
status is 1. CI runs it that way.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import contracts.catalogue  # noqa: F401  (fills the registries)
from chassis import topology
from chassis.process import load_definition
from chassis.settings import MigrationSettings, Settings
from contracts.records import EVENTS, RPCS, SERVICES
from deploy.generate import asyncapi, clients, costs, pages, schemas, types, typescript
from deploy.provision import ProvisionSettings
from gateway import openapi
from gateway.problems import status_of
from gateway.routes import ROUTES
from gateway.settings import GatewaySettings, limits_of

ROOT = Path(__file__).parents[2]
VERSION: str = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
REFERENCE = Path("docs/reference")
# Folders in which nothing but generated files may lie.
OWNED = (REFERENCE / "schemas", REFERENCE / "asyncapi")


def generated() -> Iterator[tuple[Path, str]]:
    """Every generated file, relative to the root, with the text that it should have."""
    # First, and written before a service is imported: its handlers name these types.
    for service in SERVICES:
        yield Path(f"contracts/types/{service}.py"), types.types_module(service)
    definitions = {name: load_definition(name) for name in (*SERVICES, "gateway")}
    subscriptions = {
        name: dict(topology.consumed(definition)) for name, definition in definitions.items()
    }
    yield Path("deploy/rabbitmq/topology.json"), _json(topology.build(definitions.values()))
    described = openapi.build(VERSION)
    yield REFERENCE / "openapi.json", _json(described)
    front = Path("clients/typescript/src")
    kept = ROOT / front / "types.ts"
    yield (
        front / "types.ts",
        typescript.types(described, kept.read_text("utf-8") if kept.exists() else ""),
    )
    yield front / "operations.ts", typescript.operations_module(described)
    package = Path("clients/python/coterie_client")
    yield package / "types.py", clients.python_types(described)
    yield package / "operations.py", clients.python_operations(described)
    for service in SERVICES:
        document = asyncapi.document(service, subscriptions[service], VERSION)
        if dangling := asyncapi.dangling_references(document):
            raise ValueError(f"AsyncAPI of {service}: references to nothing: {dangling}")
        yield REFERENCE / f"asyncapi/{service}.json", _json(document)
        readme = Path(f"services/{service}/README.md")
        yield readme, pages.card((ROOT / readme).read_text("utf-8"), service)
    for event in EVENTS.values():
        yield REFERENCE / f"schemas/events/{event.type}.json", _json(schemas.event_schema(event))
    for rpc in RPCS.values():
        yield REFERENCE / f"schemas/rpcs/{rpc.routing_key}.json", _json(schemas.rpc_schema(rpc))
    yield REFERENCE / "errors.md", pages.errors_page(status_of)
    yield REFERENCE / "events.md", pages.events_page(pages.readers(subscriptions))
    yield REFERENCE / "rpcs.md", pages.rpcs_page()
    yield REFERENCE / "access.md", pages.access_page(ROUTES)
    yield REFERENCE / "limits.md", pages.limits_page(ROUTES, limits_of(GatewaySettings))
    yield REFERENCE / "states.md", pages.states_page()
    schemata = {name: one.schema for name, one in definitions.items() if one.schema is not None}
    yield REFERENCE / "retention.md", pages.retention_page(schemata)
    yield (
        REFERENCE / "costs.md",
        pages.costs_page({owner: costs.declared(owner) for owner in (*SERVICES, "chassis")}),
    )
    settings = {name: definition.settings for name, definition in definitions.items()}
    yield (
        REFERENCE / "settings.md",
        pages.settings_page(
            settings,
            Settings,
            {
                "`chassis.migrate` and `chassis.archive`": MigrationSettings,
                "`deploy.provision` and `deploy.integrators`": ProvisionSettings,
            },
        ),
    )


def differs(path: Path, text: str) -> bool:
    """Whether the file on disk is missing or another."""
    return not (ROOT / path).exists() or (ROOT / path).read_text("utf-8") != text


def stale(files: dict[Path, str]) -> list[Path]:
    """What differs on disk, is missing, or lies in a generated folder without belonging there."""
    differing = [path for path, text in files.items() if differs(path, text)]
    strays = [
        path.relative_to(ROOT)
        for folder in OWNED
        for path in (ROOT / folder).rglob("*.json")
        if path.relative_to(ROOT) not in files
    ]
    return sorted(differing + strays)


def _json(document: Any) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 when stale")
    only_check = parser.parse_args().check
    files: dict[Path, str] = {}
    for path, text in generated():
        files[path] = text
        if not only_check and differs(path, text):
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / path).write_text(text, "utf-8")
            print(path)
    for path in (left := stale(files)):
        if only_check:
            print(f"{path} is not what the code generates; run `make docs` and commit it")
        else:
            (ROOT / path).unlink()
            print(path)
    return 1 if only_check and left else 0


if __name__ == "__main__":
    sys.exit(main())
