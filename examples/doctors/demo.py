"""`make demo`: plays the story of the doctors' circle on the running system and checks its end.

    python -m examples.doctors.demo

Prints progress, then a table of what was expected from the input files and what the system says;
exit status 1 when they differ.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import requests

from examples.doctors import inputs, surroundings
from examples.doctors.client import Refused, eventually
from examples.doctors.expectations import Expected, expect
from examples.doctors.joining import Joining
from examples.doctors.year import Year

TALLY = Path(".local/integrator-tally.json")


class Report:
    """Collects expected and seen values; a difference fails the demo."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, Any, Any]] = []

    def compare(self, what: str, expected: Any, seen: Any) -> None:
        self.rows.append((what, expected, seen))

    def show(self) -> bool:
        """Print the table; whether everything is as expected."""
        width = max(len(what) for what, _, _ in self.rows)
        for what, expected, seen in self.rows:
            same = expected == seen
            verdict = "ok" if same else f"WRONG, expected {expected}"
            print(f"  {what:<{width}}  {seen}  {verdict}")
        return all(expected == seen for _, expected, seen in self.rows)


def play(joining: Joining, year: Year, expected: Expected) -> None:
    """The steps of the story."""
    people = inputs.applicants()
    joining.apply(people)
    joining.observe()
    joining.review(people)
    joining.pay(people)
    paying = [person for person in people if person.pays]
    year.pass_to("unpaid applications lapse")
    year.meet(paying[1:])
    year.dine(paying[1:])
    year.pass_to("a day before the terms end")
    renewal = next(c for c in joining.setup["coupons"] if c["audience"] == "renewal")
    year.renew(expected.renewing, renewal["code"])
    year.pass_to("the day after the terms ended")
    eventually(
        lambda: year.membership_of(expected.lapsing["email"])["state"] == "grace",
        "grace of the member who did not renew",
    )
    year.pass_to("the day after grace")
    year.refund(paying[0])


def check(joining: Joining, year: Year, expected: Expected, report: Report) -> None:
    """Compare the system's own figures, and its witnesses', with those of the input files."""
    owner, path = joining.owner, joining.path
    counts = owner.get(f"{path}/membership-counts")
    report.compare("applications", expected.applications, present(counts["applications"]))
    report.compare(
        "duplicates refused",
        expected.duplicates_refused,
        joining.refused["membership.application_live"],
    )
    report.compare("incomplete applications", len(expected.incomplete), len(joining.told_missing))
    report.compare("each told what is missing", True, expected.incomplete == joining.told_missing)
    paid = sum(expected.paid_by_list_price.values())
    imported = expected.first_number - 1
    report.compare(
        "memberships",
        {
            "active": imported + paid - 2 + 1,  # and the observer
            "expired": 1,
            "cancelled": 1 + expected.applications["lapsed"],
        },
        present(counts["memberships"]),
    )
    numbers = sorted(
        member["number"] for member in owner.pages(f"{path}/memberships") if member["number"]
    )
    report.compare(
        "member numbers without a gap", list(range(1, expected.last_number + 1)) == numbers, True
    )
    prices = Counter(order["list_price"] for order in joining.orders.values())
    report.compare("members per ladder price", expected.paid_by_list_price, dict(prices))
    income = sum(order["total"]["amount"] for order in joining.orders.values())
    report.compare("paid by new members, fen", expected.newcomer_income, income)
    sales = owner.get(f"{path}/sales")
    setup_codes = {c["audience"]: c["code"] for c in joining.setup["coupons"]}
    report.compare(
        "coupon uses",
        {
            setup_codes["newcomer"]: expected.newcomer_coupon_uses,
            setup_codes["renewal"]: expected.renewal_coupon_uses,
        },
        sales["coupon_uses"],
    )
    report.compare(
        "orders",
        # One member and one guest of the dinner got their money back.
        {"paid": paid + len(expected.renewing) - 1 + 1, "refunded": 2},
        sales["orders_by_state"],
    )
    ledger = owner.get(f"{path}/ledger")
    report.compare("ledger sum", 0, ledger["sum"])
    merchant = joining.setup["provider_account"]["merchant_id"]
    totals = requests.get(
        f"{joining.place.provider}/control/totals", params={"merchant_id": merchant}, timeout=10
    ).json()
    clearing = next(
        b["balance"]["amount"] for b in ledger["balances"] if b["account"] == "provider_clearing"
    )
    report.compare(
        "ledger's clearing account = provider's journal",
        totals["captured"] - totals["refunded"],
        clearing,
    )
    report.compare(
        "seats at the meetup", {"confirmed": 20, "waitlisted": 39, "withdrawn": 1}, dict(year.seats)
    )
    fee = joining.setup["dinner"]["fee"]["amount"]
    report.compare("seats at the dinner", {"confirmed": 1, "withdrawn": 1}, dict(year.dinner))
    report.compare("paid at the dinner, fen", {"stays": fee, "came back": fee}, year.dinner_paid)
    check_running(joining, year, report)
    check_messages(joining, expected, report)
    check_integrator(joining, expected, report)


def check_running(joining: Joining, year: Year, report: Report) -> None:
    """What staff and members see beside the figures: names, plans, pages, trails."""
    owner, path = joining.owner, joining.path
    known = [row for row in inputs.applicants() if row.verdict == "approve"]
    person = next(row for row in known if row.email in joining.orders)
    first, order = person.email, joining.orders[person.email]
    row = next(row for row in owner.pages(f"{path}/orders") if row["id"] == order["id"])
    report.compare("the first payer by name", person.name, row["display_name"])
    observer = joining.observer
    report.compare("the observer", ("active", None), (observer["state"], observer["next_step"]))
    members = owner.pages(f"{path}/memberships")
    free = [one for one in members if one["term"] and one["term"]["kind"] == "free"]
    report.compare("members by the free plan", [None], [one["number"] for one in free])
    application = joining.applications[first]["id"]
    mails = joining.clients[first].mails()
    page = joining.setup["links"]["application"].replace("{id}", application)
    report.compare("the approval leads to its page", True, any(page in m["text"] for m in mails))
    steps = list(owner.pages(f"/v1/applications/{application}/history"))
    report.compare(
        "the trail of the first application",
        ["create_application", "approve_application", "join"],
        [step["action"] for step in reversed(steps)],
    )
    report.compare("told of the meetup's new place", 20 + 39, year.told_of_place)


def check_messages(joining: Joining, expected: Expected, report: Report) -> None:
    """One mail and one in-app message per member and cause."""
    paid = sum(expected.paid_by_list_price.values())
    wanted = {
        "membership_activated": paid + 1,  # and the observer
        "membership_renewed": len(expected.renewing),
        "application_rejected": expected.applications["rejected"],
        "application_lapsed": expected.applications["lapsed"],
        "membership_in_grace": 1,
        "membership_expired": 1,
        "order_refunded": 2,
        "membership_cancelled": 1,
        "seat_offered": 1,
    }

    def sent() -> dict[str, dict[str, int]] | None:
        rows = joining.owner.get(f"{joining.path}/deliveries")["deliveries"]
        if any(row["state"] == "pending" for row in rows):
            return None
        return {
            channel: {
                row["type"]: row["count"]
                for row in rows
                if row["channel"] == channel and row["state"] == "sent"
            }
            for channel in ("email", "in_app")
        }

    seen = eventually(sent, "the last mails")
    for channel, counts in seen.items():
        report.compare(
            f"messages sent once each ({channel})",
            wanted,
            {kind: counts.get(kind, 0) for kind in wanted},
        )
    first = next(iter(joining.orders))
    mails = [m for m in joining.clients[first].mails() if "会员编号" in m["subject"]]
    report.compare("welcome mails in the first member's inbox", 1, len(mails))


def present(counts: dict[str, int]) -> dict[str, int]:
    """The states in which somebody is."""
    return {state: count for state, count in counts.items() if count}


def check_integrator(joining: Joining, expected: Expected, report: Report) -> None:
    """What a stranger with a broker account of its own counted equals what the gateway says."""
    wanted = {
        "membership_imported": expected.first_number - 1,
        "activated": sum(expected.paid_by_list_price.values()) + 1,  # and the observer
        "renewed": len(expected.renewing),
        "entered_grace": 1,
        "expired": 1,
        "cancelled": 1,
    }

    def tally() -> dict[str, Any] | None:
        seen: dict[str, Any] = json.loads(TALLY.read_text())
        return seen if sum(seen["events"].values()) >= sum(wanted.values()) else None

    seen = eventually(tally, "the integrator's tally")
    report.compare("events at the integrator", wanted, seen["events"])
    report.compare("gaps in their sequences", [], seen["sequence_gaps"])


def main() -> int:
    started = time.monotonic()

    def tell(text: str) -> None:
        print(f"{time.monotonic() - started:6.1f} s  {text}", flush=True)

    setup = inputs.community()
    expected = expect(setup, inputs.applicants(), inputs.members())
    place = surroundings.local()
    integrator: subprocess.Popen[bytes] | None = None
    try:
        place.move_clock(setup["story"]["starts_at"])
        TALLY.unlink(missing_ok=True)
        reader = [sys.executable, "-m", "examples.integrator.print_events"]
        arguments = [place.integrator_url, "integrator.doctors.events", "--tally", str(TALLY)]
        integrator = subprocess.Popen(reader + arguments, stdout=subprocess.DEVNULL)
        joining = Joining(place, setup, tell)
        year = Year(joining)
        joining.create_community()
        joining.import_members(inputs.members_csv())
        play(joining, year, expected)
        report = Report()
        check(joining, year, expected, report)
    except (Refused, TimeoutError, AssertionError, RuntimeError, OSError) as problem:
        print(f"the story stopped: {problem}", file=sys.stderr)
        return 1
    finally:
        if integrator:
            integrator.terminate()
            integrator.wait(timeout=10)
    print(f"\nThe end, after {time.monotonic() - started:.1f} s:")
    good = report.show()
    retries = sum(client.retries for client in joining.clients.values())
    print(f"\n{len(joining.clients)} people, {retries} requests repeated.")
    print(
        f"Look around: {place.gateway}/ (start), {place.gateway}/docs (API), {place.inbox} (mails)"
    )
    print("`make seed` adds a small circle with people in every state, who share one sign-in code.")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
