"""schemathesis, in a process of its own, on the description that a running gateway serves (H-2).

It invents requests from the description: examples, boundaries and wrong ones for each parameter and
field (coverage), random ones (fuzzing), and sequences that use what others made (stateful). What is
replaced in the description beforehand are examples alone: ids that exist, and bodies that fit them;
and the default answer is written as the statuses that it stands for.
"""

import copy
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local.control import REPOSITORY
from tests.journeys.access_gate import Gate
from tests.journeys.served_contract import Operation
from tests.journeys.world import Person

HOOKS = Path(__file__).with_name("described_hooks.py")
SEED = 20261127
#: Asks in sequences, where who made something has to see it afterwards, too.
STEADY = "operator"
#: Of people of another community one is enough: tests/journeys/test_access.py asks as all of them.
OUTSIDE = ("owner of B",)
TOO_MANY = "429"
REFUSALS = [f"4{number:02}" for number in (0, 1, 3, 4, 5, 6, 9, 11, 12, 13, 15, 22, 28, 29)]

# What is refused although the description calls it valid: operation or "*", what the problem says
# (pointer and code of a field, or its own code), and why the description does not say it.
NARROWER = (
    ("*", " field.unknown", "what answers share with requests stays open in the description, as"
     " answers may grow (ADR 0039); that requests refuse it is O-3"),
    ("*", " field.control_characters", "blanks around a text are trimmed first, so a pattern would"
     " forbid what is taken"),
    ("*", " field.length", "lengths count after trimming"),
    ("*", " field.type", "JSON Schema calls 1.0 an integer; money and counts are written 1 (D-13)"),
    ("*", " field.minor_units", "as above"),
    ("*", "_at field.format", "instants end in 2199; JSON Schema has no bounds for dates"),
    ("*", "_from field.format", "as above"),
    ("*", "_until field.format", "as above"),
    ("*", "_before field.format", "as above"),
    ("*", "since field.range", "a year or two at most, which do not end before they begin"),
    ("*", "until field.range", "days lie where instants do"),
    ("*", "/zone field.format", "the zone has to exist; the list is the machine's"),
    ("*", "email field.format", "an address is more than its format says"),
    ("*", "updated_after field.format", "as above"),
    ("*", " field.combination", "what a list has no index for together"),
    ("*", "gateway.cursor_invalid", "a cursor is opaque and signed"),
    ("membership.start_phone_sign_in", "/phone field.format", "which there are, a library knows"),
    ("membership.create_community", "/form", "questions refer to each other"),
    ("membership.change_form", "/form", "questions refer to each other"),
    ("membership.change_community", "/links", "an address is more than its pattern says"),
    ("membership.change_community", "membership.link_host_not_allowed", "hosts are the operator's"),
    ("membership.create_application", "/answers", "the community's form asks"),
    ("membership.change_application", "/answers", "the community's form asks"),
    ("membership.change_profile", "/details", "the community's form fills"),
    ("membership.request_info", "/questions", "the community's form asks"),
    ("membership.create_community", "/policy/rubric", "criteria once each, some for a least score"),
    ("membership.create_community", "/policy/approvals_needed", "no more than reviewers"),
    ("membership.change_community", "/policy/rubric", "as above"),
    ("membership.change_community", "/policy/approvals_needed", "as above"),
    ("membership.approve_application", "membership.scores_incomplete", "the round's rubric asks"),
    ("membership.reject_application", "membership.scores_incomplete", "as above"),
    ("membership.decide_applications", " field.required", "what its decision says"),
    ("membership.request_info", "/message field.required", "where no reason of the community asks"),
    ("membership.change_reasons", "/reasons", "codes once each, and none of every community's"),
    ("membership.decide_applications", " field.repeated", "each application once"),
    ("membership.create_vouch", "membership.vouching_code_wrong", "a code is signed"),
    ("membership.create_application", "membership.invitation_unknown", "a code is signed"),
    ("membership.create_application", "/invitation", "who is invited names no source"),
    ("membership.read_invitation", "membership.invitation_unknown", "a code is signed"),
    ("membership.create_invitation", "membership.invitation_may_not_skip", "the policy says"),
    ("membership.create_upload", "/content_type", "which types serve depends on the purpose"),
    ("membership.create_upload", "membership.upload_too_large", "as above, how large it may be"),
    ("membership.create_upload", "membership.upload_quota_used_up", "of everything that is kept"),
    ("membership.create_upload", "membership.upload_quota_there_used_up", "of what is kept there"),
    ("membership.create_upload", "membership.upload_community_quota_used_up", "what others sent"),
    ("membership.add_upload_part", "membership.upload_part_size_wrong", "as the file's size says"),
    ("membership.add_upload_part", "membership.upload_type_wrong", "as the file's type says"),
    ("membership.create_import", "gateway.text_malformed", "a text that is no CSV"),
    ("payments.create_coupon", "/benefit", "which fields a benefit has depends on its kind, and it"
     " gives something"),
    ("payments.create_coupon", "/valid_until field.time_order", "in the future, after the start"),
    ("payments.change_coupon", "/valid_until field.time_order", "as above"),
    ("payments.create_coupon", "/plan_ids", "plans of the community"),
    ("events.select_registrations", "/registration_ids", "registrations for the meetup"),
    ("payments.create_plan", "/ladder/cap field.cap_low", "at least the base price"),
    ("payments.change_plan", "/ladder/cap field.cap_low", "as above"),
    ("payments.create_plan", "/base_price", "in the community's currency, above nothing"),
    ("payments.change_plan", "/base_price", "as above"),
    ("payments.set_provider_account", "/provider", "those that this installation has"),
    ("payments.set_provider_account", " field.required",
     "merchant and secret, or terms of transfers, as the provider needs"),
    ("payments.set_provider_account", " field.of_other_kind", "as above"),
    ("membership.create_block", " field.of_other_kind", "what a block of its kind names"),
    ("membership.create_block", " field.required", "as above"),
    ("membership.approve_application", "/scores", "those of the rubric"),
    ("membership.reject_application", "/scores", "as above"),
    ("membership.change_screening", "gateway.if_match_malformed", "as for provider accounts below"),
    ("membership.change_screening", "/rules", "what its kind takes, of the form"),
    ("membership.try_screening", "/rules", "as above"),
    ("payments.confirm_transfer", "/amount", "in the payment's currency, above nothing"),
    ("payments.confirm_transfer", "/received_on", "from the transfer's beginning until today"),
    ("payments.set_provider_account", "gateway.if_match_malformed",
     "the tool sends an If-Match that may be left out without its pattern"),
    ("payments.receive_callback", "", "the provider's own form"),
)  # fmt: skip


@dataclass(frozen=True)
class Budget:
    """How much is tried: random requests per operation, sequences, and which share of the planned
    ones (all boundaries and wrong values of all parameters: some 4,000)."""

    random: int
    sequences: int
    planned: float
    seconds: int = 600


SHORT = Budget(random=3, sequences=4, planned=0.15)


@dataclass(frozen=True)
class Outcome:
    """What the tool found, and which statuses each operation answered, by role."""

    report: dict[str, Any]
    answered: dict[str, dict[str, dict[str, int]]]
    text: str

    @property
    def findings(self) -> list[str]:
        """One line for each kind of finding; its requests are in `text`."""
        failures = [f"{one['title']}: {one['operations']}" for one in self.report["failures"]]
        return failures + [f"{one['title']}: {one['count']}" for one in self.report["errors"]]

    def statuses(self, operation: str) -> dict[str, int]:
        """How often each status was answered, by whomever it was asked."""
        found: dict[str, int] = {}
        for counts in self.answered.get(operation, {}).values():
            for status, count in counts.items():
                found[status] = found.get(status, 0) + count
        return found


def explore(
    gate: Gate,
    path: Path,
    budget: Budget,
    *,
    document: Mapping[str, Any] | None = None,
    only: str | None = None,
    seed: int = SEED,
) -> Outcome:
    """Run it with the sessions of everybody of the gate's world; files go to `path`.

    `document`: another than `with_our_examples`; `only`: an `operationId`.
    """
    document = document or with_our_examples(gate)
    files = {name: path / name for name in ("document.json", "given.json", "st.toml", "report.json",
                                            "told.json")}  # fmt: skip
    files["document.json"].write_text(json.dumps(document))
    people = _people(gate)
    given = {**_given(gate, people, budget), "seed": seed, "told": str(files["told.json"])}
    files["given.json"].write_text(json.dumps(given))
    files["st.toml"].write_text(_configuration(document, gate, budget, seed))
    command = [
        *(sys.executable, "-W", "ignore", "-m", "schemathesis.cli"),
        *("--config-file", str(files["st.toml"]), "run", str(files["document.json"])),
        *("--url", gate.place.world.system.url("http"), "--no-color", "--report", "json"),
        *("--report-json-path", str(files["report.json"])),
        *(("--include-operation-id", only) if only else ()),
    ]
    with (path / "schemathesis.log").open("w+") as log:
        subprocess.run(
            command,
            cwd=path,
            env={
                "PATH": os.environ["PATH"],
                "LANG": "C.UTF-8",
                "PYTHONPATH": str(REPOSITORY),
                "COTERIE_DESCRIBED": str(files["given.json"]),
            },
            stdout=log,
            stderr=subprocess.STDOUT,
            timeout=budget.seconds,
            check=False,
        )
        log.seek(0)
        text = log.read()
    assert files["told.json"].exists(), text
    report, told = (json.loads(files[f"{name}.json"].read_text()) for name in ("report", "told"))
    for name, token in told["sessions"].items():
        people[name].refresh_token = token
    return Outcome(report, told["answered"], text)


def with_our_examples(gate: Gate) -> dict[str, Any]:
    """The served document with ids that exist as examples, and bodies that go with them."""
    document = copy.deepcopy(gate.contract.document)
    shared = document["components"]["parameters"]
    for operation in gate.operations.values():
        if operation.streams:  # the tool reads to the end
            del document["paths"][operation.path]
            continue
        described = document["paths"][operation.path][operation.method.lower()]
        named = gate.named(operation.id)
        parameters = []
        for one in operation.parameters:
            example = named.get(one["name"]) if one["in"] == "path" else one.get("example")
            if one["name"] == "If-Match":
                example = _etag(gate, operation, named)
            if one["name"] == "wait":  # what is not there would be waited for
                continue
            # Nobody but the gateway makes cursors; one list is enough to show that it says so.
            if one["name"] != "cursor" or operation.id == "membership.list_communities":
                parameters.append(
                    one if example is None else {**one, "example": _typed(one, example)}
                )
        described["parameters"] = parameters
        # Status by status: a default would let any status pass for a described one.
        described["responses"] = copy.deepcopy(gate.contract.responses(operation))
        for content in described.get("requestBody", {}).get("content", {}).values():
            body = gate.body(operation)
            if not isinstance(body, bytes):
                content["example"] = body
    shared.clear()
    return document


def _typed(parameter: Mapping[str, Any], example: str) -> Any:
    return int(example) if parameter["schema"].get("type") == "integer" else example


def _etag(gate: Gate, operation: Operation, named: Mapping[str, str]) -> str:
    who = gate.owner_of(operation.id) or gate.place.world.owner
    path = re.sub(r"/(form|link-hosts|plan|profile)$", "", operation.path.format(**named))
    return who.raw("GET", path).headers.get("ETag", '"1"')


def _people(gate: Gate) -> dict[str, Person]:
    """Everybody who has a session, by role; owners of single objects by address; who leaves by the
    operation that ends their sessions, so that nobody else is lost."""
    place = gate.place
    named = {role: who for role, who in place.everybody.items() if who.email}
    known = {who.email for who in named.values()}
    owners = {who.email: who for who in place.own.values() if who.email not in known}
    return named | owners | place.leavers


def _given(gate: Gate, people: dict[str, Person], budget: Budget) -> dict[str, Any]:
    """What the hooks need: who asks, and what is known to be narrower than described."""
    names = {who.email: name for name, who in people.items()}
    roles = [
        "own",
        *(role for role in gate.place.everybody if role in OUTSIDE or " of B" not in role),
    ]
    return {
        "lines": {one.described["operationId"]: one.id for one in gate.operations.values()},
        "url": gate.place.world.system.url("http"),
        "sessions": {name: who.refresh_token for name, who in people.items()},
        "inbox": gate.place.world.system.url("sandbox-mail"),
        "addresses": {name: who.email for name, who in people.items()},
        "own": {thing: names[who.email] for thing, who in gate.place.own.items()},
        "turns": {
            operation: sorted(roles, key=lambda role: not gate.may(operation, role))
            for operation in gate.operations
        },
        "leaving": list(gate.place.leavers),
        "steady": STEADY,
        "planned": budget.planned,
        "narrower": [[operation, text] for operation, text, _ in NARROWER],
    }


def _configuration(document: Mapping[str, Any], gate: Gate, budget: Budget, seed: int) -> str:
    """The tool's own file of settings."""
    lines = [
        f"seed = {seed}",
        "continue-on-failure = true",
        f"hooks = {json.dumps(str(HOOKS))}",
        "request-timeout = 15",
        # Coverage builds syntax trees, which CPython 3.11 cannot do in two threads at once.
        "workers = 1",
        "warnings = false",
        "[generation]",
        'database = "none"',
        "no-shrink = true",
        "with-security-parameters = false",
        f"max-examples = {budget.random}",
        "[phases.stateful.generation]",
        f"max-examples = {budget.sequences}",
        "[checks.negative_data_rejection]",
        f"expected-statuses = {json.dumps(REFUSALS)}",
        "[checks.missing_required_header]",
        f"expected-statuses = {json.dumps(REFUSALS)}",
        # Its place takes `described_as_valid_is_understood`: states and rules refuse with 4xx, too.
        "[checks.positive_data_acceptance]",
        "enabled = false",
        # Needs two people's sessions by its own rules; tests/journeys/test_access.py does this.
        "[checks.object_level_authorization]",
        "enabled = false",
    ]
    operations = []
    for operation in gate.operations.values():
        if operation.streams:
            continue
        described = document["paths"][operation.path][operation.method.lower()]
        known = {
            one["name"]: one["example"] for one in described["parameters"] if one["in"] == "path"
        }
        if known:
            named = f"include-operation-id = {json.dumps(described['operationId'])}"
            operations += ["[[operations]]", named]
            operations.append("[operations.parameters]")
        for name, example in known.items():
            dictionary = f"{operation.id}-{name}".replace(".", "-")
            lines += [f"[dictionaries.{dictionary}]", f"values = {json.dumps([example])}"]
            binding = f"{{dictionary = {json.dumps(dictionary)}, probability = 0.8}}"
            operations.append(f'"path.{name}" = {binding}')
    return "\n".join([*lines, *operations, ""])
