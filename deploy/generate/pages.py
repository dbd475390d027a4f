"""Reference pages in Markdown: errors, events, RPCs, settings, from the records the code uses."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from contracts.errors import REGISTRY, Kind
from contracts.problems import FIELD_CODES
from contracts.records import EVENTS, RPCS, SERVICES, Event

GENERATED = "<!-- Written by `make docs`; change the records, not this page. -->\n\n"


def errors_page(status_of: Mapping[Kind, int]) -> str:
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
                    f"### {code}\n\n`{error.kind}`, HTTP {status_of[error.kind]}\n\n"
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
    parts = [
        GENERATED + "# Settings\n\nEach comes from the environment; `NAME_FILE` may name a file"
        " that holds the value instead (use it for secrets).\n\n## All deployables\n\n"
        + _settings_table(dataclasses.fields(common))
    ]
    shared = {field.name for field in dataclasses.fields(common)}
    for name, kind in settings.items():
        own = [field for field in dataclasses.fields(kind) if field.name not in shared]
        if own:
            parts.append(f"\n## {name}\n\n" + _settings_table(own))
    return "\n".join(parts)


def handler_names(
    subscriptions: Mapping[str, Mapping[str, tuple[Event, ...]]],
) -> dict[str, list[str]]:
    """For each event type the queues that read it."""
    readers: dict[str, list[str]] = {}
    for service, handlers in subscriptions.items():
        for handler, events in handlers.items():
            for event in events:
                readers.setdefault(event.type, []).append(f"{service}.{handler}")
    return {name: sorted(queues) for name, queues in readers.items()}


def _settings_table(fields: Iterable[dataclasses.Field[Any]]) -> str:
    return _table(
        ("variable", "type", "default", "meaning"),
        (
            (
                f"`COTERIE_{field.name.upper()}`",
                getattr(field.type, "__name__", str(field.type)),
                "required" if field.default is dataclasses.MISSING else f"`{field.default!r}`",
                str(field.metadata.get("meaning", "")) or "–",
            )
            for field in fields
        ),
    )


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"
