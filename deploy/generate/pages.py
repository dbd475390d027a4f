"""Reference pages in Markdown: errors, events, RPCs, settings, from the records the code uses."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterable, Mapping, Set
from typing import Any, get_type_hints

from contracts.errors import REGISTRY, ErrorCode
from contracts.problems import FIELD_CODES
from contracts.records import EVENTS, RPCS, SERVICES, Event
from deploy.generate.costs import Cost, Costs

GENERATED = "<!-- Written by `make docs`; change the records, not this page. -->\n\n"


def errors_page(status_of: Callable[[ErrorCode], int]) -> str:
    """Every published code with kind, HTTP status and both texts."""
    lines = [
        GENERATED + "# Error codes\n",
        "Errors come as `application/problem+json` (RFC 9457). Switch on `code`; the texts may get"
        " better. Codes are append-only.\n",
    ]
    for area in sorted({code.split(".")[0] for code in REGISTRY}):
        lines.append(f"\n## {area}\n")
        for code, error in sorted(REGISTRY.items()):
            if code.split(".")[0] == area:
                lines.append(
                    f"### {code}\n\n`{error.kind}`, HTTP {status_of(error)}\n\n"
                    f"- en: {error.en}\n- zh-CN: {error.zh}\n"
                )
    lines.append("\n## Fields\n\nIn `errors[].code`, beside the field's JSON pointer.\n")
    lines.append(
        _table(
            ("code", "en", "zh-CN"),
            ((f"`{code}`", en, zh) for code, (en, zh) in sorted(FIELD_CODES.items())),
        )
    )
    return "\n".join(lines)


def events_page(subscribers: Mapping[str, list[str]]) -> str:
    """Every event with audience and readers."""
    rows = (
        (
            f"[`{event.type}`](schemas/events/{event.type}.json)",
            event.audience.value,
            event.subject,
            event.meaning,
            ", ".join(f"`{reader}`" for reader in subscribers.get(event.type, [])) or "–",
            event.since,
        )
        for event in sorted(EVENTS.values(), key=lambda event: event.type)
    )
    return (
        GENERATED + "# Events\n\nCloudEvents 1.0, structured JSON; the type is the routing key."
        " Schemas are linked; a sample of each stands in `contracts/samples/`.\n\n"
        + _table(("type", "audience", "subject", "meaning", "read by", "since"), rows)
    )


def rpcs_page() -> str:
    """Every RPC with callers, deadline and codes."""
    parts = [GENERATED + "# RPCs\n\nOver the exchange `rpc`; the routing key is the name.\n"]
    for service in SERVICES:
        rows = (
            (
                f"[`{rpc.name}`](schemas/rpcs/{rpc.routing_key}.json)",
                rpc.meaning,
                ", ".join(rpc.callers),
                f"{rpc.deadline:g} s",
                "yes" if rpc.idempotent else "no",
                ", ".join(f"`{error.code}`" for error in rpc.errors) or "–",
            )
            for rpc in sorted(RPCS.values(), key=lambda rpc: rpc.name)
            if rpc.service == service
        )
        heads = ("name", "meaning", "callers", "deadline", "idempotent", "own codes")
        parts.append(f"\n## {service}\n\n" + _table(heads, rows))
    return "\n".join(parts)


def settings_page(settings: Mapping[str, type[Any]], common: type[Any]) -> str:
    """Every environment variable of every deployable."""
    shared = {field.name for field in dataclasses.fields(common)}
    parts = [
        GENERATED + "# Settings\n\nEach comes from the environment; `NAME_FILE` may name a file"
        " that holds the value instead (use it for secrets).\n",
        _settings_section("All deployables", common, frozenset()),
    ]
    parts += [_settings_section(name, kind, shared) for name, kind in settings.items()]
    return "\n".join(part for part in parts if part)


def costs_page(owners: Mapping[str, Costs]) -> str:
    """What each operation costs, by owner and kind of operation."""
    parts = [
        GENERATED.replace("records", "costs.toml files") + "# Costs\n\nCounted, not timed: the"
        " tests in `tests/store/*/test_costs.py` run each operation alone on a real database and"
        " fail when it takes more than stands here, or less. After a change that alters a cost:"
        " `make costs`, then `make docs`.\n\nCommands are those that the process sends to MongoDB,"
        " commits and aborts included. Publishes are events told (the relay sends them; its own"
        " rows stand under chassis). Calls are RPCs to neighbours. Bytes are those of the events,"
        " the calls and their answers, and the answer given, rounded up to a hundred. A job's row"
        " is one pass, with one thing due unless it says otherwise.\n"
    ]
    heads = ("operation", "commands", "transactions", "aborts", "publishes", "calls", "bytes")
    for owner, costs in owners.items():
        for kind, declared in costs.items():
            rows = ((_case(row), *_counts(cost)) for row, cost in sorted(declared.items()))
            parts.append(f"\n## {owner}: {kind}\n\n" + _table(heads, rows))
    return "\n".join(parts)


def readers(
    subscriptions: Mapping[str, Mapping[str, tuple[Event, ...]]],
) -> dict[str, list[str]]:
    """For each event type the queues that read it."""
    queues: dict[str, list[str]] = {}
    for handlers in subscriptions.values():
        for queue, events in handlers.items():
            for event in events:
                queues.setdefault(event.type, []).append(queue)
    return {name: sorted(found) for name, found in queues.items()}


def _case(row: str) -> str:
    name, comma, case = row.partition(",")
    return f"`{name}`{comma}{case}"


def _counts(cost: Cost) -> tuple[str, ...]:
    return tuple(f"{count:,}" if count else "–" for count in dataclasses.astuple(cost))


def _settings_section(title: str, kind: type[Any], hidden: Set[str]) -> str:
    types = get_type_hints(kind)
    rows = [
        (
            f"`COTERIE_{field.name.upper()}`",
            types[field.name].__name__,
            "required" if field.default is dataclasses.MISSING else f"`{field.default!r}`",
            _bounds(field.metadata),
        )
        for field in dataclasses.fields(kind)
        if field.name not in hidden
    ]
    if not rows:
        return ""
    heads = ("variable", "type", "default", "takes")
    return f"\n## {title}\n\n{inspect.cleandoc(kind.__doc__ or '')}\n\n" + _table(heads, rows)


def _bounds(metadata: Mapping[str, Any]) -> str:
    if metadata.get("secret"):
        return "a secret; give it by file"
    if "choices" in metadata:
        return ", ".join(f"`{choice}`" for choice in metadata["choices"])
    if "least" in metadata or "most" in metadata:
        return f"{metadata.get('least', '…')} to {metadata.get('most', '…')}"
    return "–"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"
