"""Reference pages in Markdown: errors, events, RPCs, settings, from the records the code uses."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import Any, get_type_hints

from chassis.schema import CHASSIS_COLLECTIONS, DatabaseSchema
from chassis.wording import documented
from contracts.access import ROLES, SERVICES_ONLY
from contracts.errors import REGISTRY, ErrorCode
from contracts.files import (
    COMMUNITY_QUOTA,
    IMPORTS_AT_ONCE,
    MOST_BYTES,
    MOST_IMPORTED_ROWS,
    PART_BYTES,
    PERSON_QUOTA,
    PERSON_QUOTA_THERE,
    TYPES,
)
from contracts.meanings import list_of
from contracts.meanings.words import WORDS
from contracts.problems import FIELD_CODES
from contracts.records import EVENTS, RPCS, SERVICES, Event, Rpc
from contracts.state_machine import MACHINES, StateMachine
from contracts.words.states import STATES
from deploy.generate.costs import Cost, Costs
from gateway.limits import MEANINGS, Limit, OperationClass
from gateway.routing import Route

GENERATED = "<!-- Written by `make docs`; change the records, not this page. -->\n\n"


def errors_page(status_of: Callable[[ErrorCode], int]) -> str:
    """Every published code with kind, HTTP status and both texts."""
    lines = [
        GENERATED + "# Error codes\n",
        "Errors come as `application/problem+json` (RFC 9457). Switch on `code`; the texts may get"
        " better. Codes are append-only. Words in braces stand in `params`: states, roles and"
        " operations as they are called in the API, times as RFC 3339 beside `zone`, money in minor"
        " units beside `currency`. Texts have them as people read them.\n",
    ]
    for area in sorted({code.split(".")[0] for code in REGISTRY}):
        lines.append(f"\n## {area}\n")
        for code, error in sorted(REGISTRY.items()):
            if code.split(".")[0] == area:
                lines.append(
                    f"### {code}\n\n`{error.kind}`, HTTP {status_of(error)}\n\n"
                    f"- en: {documented(error.en)}\n- zh-CN: {documented(error.zh)}\n"
                )
    lines.append("\n## Fields\n\nIn `errors[].code`, beside the field's JSON pointer.\n")
    lines.append(
        _table(
            ("code", "en", "zh-CN"),
            (
                (f"`{code}`", documented(en), documented(zh))
                for code, (en, zh) in sorted(FIELD_CODES.items())
            ),
        )
    )
    return "\n".join(lines)


def events_page(subscribers: Mapping[str, list[str]]) -> str:
    """Every event with audience and readers."""
    rows = (
        (
            f"[`{event.type}`](schemas/events/{event.type}.json)",
            event.audience.value + (f", scope `{event.scope}`" if event.scope else ""),
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


def states_page() -> str:
    """Every state machine of an aggregate, drawn."""
    parts = [
        GENERATED + "# States\n\nOf each aggregate whose states are a machine. A step that is not"
        " drawn is refused with the code named, which says the current state.\n"
    ]
    for machine in sorted(MACHINES, key=lambda machine: machine.name):
        moves = [
            f"    {state} --> {to}"
            for state in machine.states
            for to in sorted(machine.moves[state], key=machine.states.index)
        ]
        drawn = "\n".join(
            [
                f"    [*] --> {machine.initial}",
                *moves,
                *(f"    {state} --> [*]" for state in machine.states if state in machine.final),
            ]
        )
        parts.append(
            f"\n## {machine.name}\n\nRefusal: [`{machine.refusal.code}`](errors.md)\n\n"
            f"```mermaid\nstateDiagram-v2\n{drawn}\n```\n\n"
        )
        named = _named_states(machine)
        if listed := list_of(tuple(machine.states)):
            meant = WORDS[listed]
            rows = ((*row, meant[state]) for row, state in zip(named, machine.states, strict=True))
            parts.append(_table(("state", "en", "zh-CN", "meaning"), rows))
        else:
            parts.append(_table(("state", "en", "zh-CN"), named))
    return "".join(parts)


def _named_states(machine: StateMachine[Any]) -> Iterable[tuple[str, ...]]:
    """How errors call each state."""
    names = STATES[machine.name.partition(".")[2].removesuffix("_expired")]
    return ((f"`{state}`", *names[state]) for state in machine.states)


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
            for rpc in _rpcs_of(service)
        )
        heads = ("name", "meaning", "callers", "deadline", "idempotent", "own codes")
        parts.append(f"\n## {service}\n\n" + _table(heads, rows))
    return "\n".join(parts)


def access_page(routes: Sequence[Route]) -> str:
    """Who may what: a row for each operation of the gateway, a column for each role."""
    parts = [
        GENERATED
        + """# Who may

`tests/journeys/test_access.py` sends the requests of each row, as everybody, and expects this page.
Roles are those in the community of the object; a role elsewhere counts for nothing. What somebody
may not see is answered as if it were not there.

- *anybody*: also without a token; *secret*: not who asks decides, but what they show
- *signed in*: whoever has a token; what it reads or makes is the caller's own
- *own*: the person that the object is about, as they are called there
- *key*: an API key whose roles include one of the row's may, too
"""
    ]
    roles = [role.replace("_", " ") for role in ROLES]
    heads = ("operation", "at", "scope", "anybody", "signed in", "own", *roles, "key", "but")
    for service in dict.fromkeys(route.rpc.service for route in routes):
        rows = (_access(route) for route in routes if route.rpc.service == service)
        parts.append(f"\n## {service}\n\n" + _table(heads, rows))
    return "".join(parts)


def _access(route: Route) -> tuple[str, ...]:
    who = route.rpc.who
    return (
        f"`{route.rpc.name}`",
        f"`{route.method} {route.path}`",
        f"`{route.scope}`" if route.scope else "",
        "" if who.signed_in else "yes" if who.is_anybody else "secret",
        "yes" if who.signed_in and not (who.person or who.roles) else "",
        who.person,
        *("yes" if role in who.roles else "" for role in ROLES),
        "yes" if who.takes_keys else "",
        who.restriction,
    )


def limits_page(routes: Sequence[Route], limits: Mapping[OperationClass, Limit]) -> str:
    """How often one caller may ask: the classes of operation, and what counts in each."""
    numbers = (
        (
            f"`{operations}`",
            f"{limit.per_minute:,}",
            f"{limit.burst:,}",
            MEANINGS[operations],
            ", ".join(f"`COTERIE_LIMIT_{operations.upper()}_{n}`" for n in ("PER_MINUTE", "BURST")),
        )
        for operations, limit in limits.items()
    )
    parts = [
        GENERATED
        + """# Limits

How often one caller may ask, by class of operation: so many a minute in the long run, and so many
at once after a while of rest. A caller is the person of a valid access token, the API key, else the
source address (of IPv6 its /64); signing in counts by address always. All people at one source have
ten times as much together. A wrong code counts like five requests of its source. What these numbers
are for, and what clients do about them, stands in the
[guide for front ends](../guides/front-end.md#limits).

"""
        + _table(("class", "a minute", "at once", "what", "settings"), numbers)
        + "\nHealth and preflights are not counted. Callbacks of payment providers are bounded by"
        " the room that they have together, not by how often they come.\n"
    ]
    for operations in limits:
        rows = (
            (f"`{route.operation_id}`", f"`{route.method} {route.path}`")
            for route in routes
            if route.limited_as is operations
        )
        parts.append(f"\n## {operations}\n\n" + _table(("operation", "at"), rows))
    return "".join(parts) + _files()


def _files() -> str:
    """What files may be, and how much of them is kept."""
    rows = (
        (
            f"`{purpose}`",
            ", ".join(f"`{media}`" for media in TYPES[purpose]),
            f"{most:,}",
            f"{COMMUNITY_QUOTA[purpose]:,}",
        )
        for purpose, most in MOST_BYTES.items()
    )
    return (
        "\n## Files\n\n"
        + _table(("purpose", "types", "bytes of one", "bytes of a community's"), rows)
        + f"\nParts have {PART_BYTES:,} bytes. A person's files have {PERSON_QUOTA:,} bytes"
        f" together, whatever they are for; answers and pictures in one community"
        f" {PERSON_QUOTA_THERE:,}. An import has {MOST_IMPORTED_ROWS:,} rows, and a community has"
        f" {IMPORTS_AT_ONCE} running at once. What nothing needs goes after a day, what is"
        " not all here an hour after its last part.\n"
    )


def card(text: str, service: str) -> str:
    """A service's card with its table of RPCs; all else in it is written by hand."""
    whom: dict[str, list[str]] = {}
    for rpc in _rpcs_of(service):
        callers = ", ".join(rpc.callers)
        whom.setdefault(callers if rpc.who == SERVICES_ONLY else str(rpc.who), []).append(rpc.name)
    rows = ((", ".join(f"`{name}`" for name in names), who) for who, names in whom.items())
    before, _, rest = text.partition("## RPCs\n")
    _, _, after = rest.partition("\n\n")
    return f"{before}## RPCs\n{_table(('name', 'for'), rows)}\n{after}"


def retention_page(schemas: Mapping[str, DatabaseSchema]) -> str:
    """How long each collection keeps what."""
    parts = [
        GENERATED
        + "# Retention\n\nHow long each collection keeps what; the times are fixed. Who is"
        " erased goes everywhere at once"
        " ([ADR 0049](../adr/0049-erasure-and-retention.md)). Backups and archives are yours: keep"
        " them no longer than you may.\n"
    ]
    shared = [(f"`{one.name}`", one.kept) for one in CHASSIS_COLLECTIONS]
    parts.append("\n## Every service\n\n" + _table(("collection", "kept"), shared))
    for service, schema in schemas.items():
        rows = [(f"`{one.name}`", one.kept) for one in schema.collections]
        parts.append(f"\n## {service}\n\n" + _table(("collection", "kept"), rows))
    return "".join(parts)


def settings_page(
    settings: Mapping[str, type[Any]], common: type[Any], commands: Mapping[str, type[Any]]
) -> str:
    """Every environment variable of every deployable and of every operator's command."""
    shared = {field.name for field in dataclasses.fields(common)}
    parts = [
        GENERATED + "# Settings\n\nEach comes from the environment; `NAME_FILE` may name a file"
        " that holds the value instead (use it for secrets). A process refuses a `COTERIE_`"
        " variable that it does not know.\n",
        _settings_section("All deployables", common, frozenset()),
    ]
    parts += [_settings_section(name, kind, shared) for name, kind in settings.items()]
    parts += [_settings_section(name, kind, frozenset()) for name, kind in commands.items()]
    return "\n".join(part for part in parts if part)


def costs_page(owners: Mapping[str, Costs]) -> str:
    """What each operation costs, by owner and kind of operation."""
    parts = [
        GENERATED.replace("records", "costs.toml files") + "# Costs\n\nCounted, not timed: the"
        " tests in `tests/store/*/test_costs.py` run each operation alone on a real database and"
        " fail when it takes more than stands here, or less. After a change that alters a cost:"
        " `make costs`, then `make docs`.\n\nCommands are those that the process sends to MongoDB,"
        " commits and aborts included. Publishes are events (the relay sends them; its own"
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


def _rpcs_of(service: str) -> list[Rpc]:
    mine = (rpc for rpc in RPCS.values() if rpc.service == service)
    return sorted(mine, key=lambda rpc: rpc.name)


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
    if "minimum" in metadata or "maximum" in metadata:
        return f"{metadata.get('minimum', '…')} to {metadata.get('maximum', '…')}"
    return "–"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"
