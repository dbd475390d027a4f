"""`make seed`: a living circle on the system that runs, and a table of who and what is in it.

    python -m examples.seed

Everybody signs in with one code. Run again it makes nothing twice; a system that has it says so.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from deploy.local.environment import PROCESSES, SEED_CODE
from deploy.local.system import System, SystemNotReady
from examples.doctors.client import Client, Refused
from examples.seed.growing import Circle, Document
from examples.seed.meetups import Meetups

HERE = Path(__file__).parent
ROOT = HERE.parents[1] / ".local"

# What the start page lists, and the kinds of objects that examples of the API are about.
KINDS = {
    "community": {"zh-CN": "社群", "en": "community"},
    "plan": {"zh-CN": "方案", "en": "plan"},
    "coupon": {"zh-CN": "优惠码", "en": "coupon"},
    "account": {"zh-CN": "收款账户", "en": "provider account"},
    "import": {"zh-CN": "会员导入", "en": "import"},
    "application": {"zh-CN": "申请", "en": "application"},
    "membership": {"zh-CN": "会籍", "en": "membership"},
    "purchase": {"zh-CN": "待付款", "en": "purchase"},
    "order": {"zh-CN": "订单", "en": "order"},
    "request": {"zh-CN": "退款申请", "en": "request for a refund"},
    "meetup": {"zh-CN": "活动", "en": "meetup"},
    "registration": {"zh-CN": "报名", "en": "registration"},
    "offer": {"zh-CN": "候补名额", "en": "offer of a seat"},
    "notification": {"zh-CN": "通知", "en": "notification"},
}
FIRST = ("community", "annual plan", "newcomer coupon", "account", "import", "waiting application",
         "paid membership", "approved purchase", "paid order", "refund request", "open meetup",
         "confirmed registration", "offer", "notification")  # fmt: skip


def seed(system: System, tell: Callable[[str], None] = lambda _: None) -> Document:
    """The circle, and the file about it; what the file says."""
    plot = yaml.safe_load((HERE / "circle.yaml").read_text("utf-8"))
    circle = Circle(system, plot, tell)
    circle.found()
    circle.vet()
    circle.sell()
    Meetups(circle).hold()
    table = table_of(circle)
    file = system.place.seed_file
    draft = file.with_name(file.name + ".new")
    draft.write_text(json.dumps(table, ensure_ascii=False, indent=1) + "\n")
    os.replace(draft, file)
    return table


def table_of(circle: Circle) -> Document:
    """Personas, things, and which of them each example of the API is for."""
    people, things = circle.plot["people"], circle.things
    operations = {
        name: {
            "as": people[need["as"]]["email"],
            "ids": _by_prefix(things[thing] for thing in need.get("things", ())),
            "body": need.get("body", {}),
        }
        for name, need in circle.plot["operations"].items()
    }
    return {
        "code": SEED_CODE,
        "community": {"id": circle.community["id"], "name": circle.community["name"]},
        "personas": [
            {**person, "person_id": circle.people[handle].person_id}
            for handle, person in people.items()
        ],
        "objects": [
            {"name": name, "what": _words(name, circle), "id": things[name]}
            for kind in KINDS
            for name in sorted(name for name in things if name.split()[-1] == kind)
        ],
        "ids": {
            **_by_prefix(things[name] for name in FIRST),
            "per": circle.people["paid"].person_id,
        },
        "operations": operations,
    }


def _by_prefix(ids: Any) -> dict[str, str]:
    return {id.partition("_")[0]: id for id in ids}


def _words(name: str, circle: Circle) -> dict[str, str]:
    """What a thing is called on the start page: its kind, and whose or which."""
    *which, kind = name.split()
    handle = " ".join(which)
    plot = circle.plot
    whose = (
        plot["people"].get(handle, {}).get("name")
        if kind not in ("plan", "coupon", "meetup")
        else plot[f"{kind}s"][handle].get("title") or plot[f"{kind}s"][handle]["name"]
    )
    return {locale: f"{word} · {whose}" if whose else word for locale, word in KINDS[kind].items()}


def is_there(system: System) -> Document | None:
    """The table of the last run, if its community still stands in this system."""
    try:
        table: Document = json.loads(system.place.seed_file.read_text())
        system_now = Client(system.url("http"), system.url("sandbox-mail"))
        found = system_now.find(f"/v1/communities/{table['community']['id']}")
    except (OSError, ValueError, KeyError):
        return None
    return table if found else None


def main() -> int:
    """Start what is missing, seed, and print who there is."""
    started = time.monotonic()

    def tell(text: str) -> None:
        print(f"{time.monotonic() - started:6.1f} s  {text}", flush=True)

    system = System(ROOT, tell=tell)
    try:
        if not (system.control.running and all(map(system.is_ready, PROCESSES))):
            system.up()
        started = time.monotonic()
        table = is_there(system) or seed(system, tell)
    except (Refused, TimeoutError, RuntimeError, OSError, SystemNotReady) as problem:
        print(f"the seed stopped: {problem}; run it again, nothing is made twice", file=sys.stderr)
        return 1
    print(f"\n{table['community']['name']}, after {time.monotonic() - started:.1f} s. "
          f"Everybody's code is {table['code'][:4]} {table['code'][4:]}.\n")  # fmt: skip
    for person in table["personas"]:
        print(f"  {person['email']:<34} {person['role']['en']:<14} {person['what_for']['en']}")
    print(f"\nStart at {system.url('http')}/")
    return 0


if __name__ == "__main__":
    sys.exit(main())
