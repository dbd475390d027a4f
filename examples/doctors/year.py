"""The story's second half: places lapse, members meet, renew, lapse into grace, get refunds."""

from __future__ import annotations

from collections import Counter
from typing import Any

from examples.doctors.client import Client, Refused, eventually
from examples.doctors.inputs import Applicant
from examples.doctors.joining import Joining

PLAYED_AT = {
    "unpaid applications lapse": "2031-03-06T12:00:00+08:00",
    "a day before the terms end": "2031-03-09T09:00:00+08:00",
    "the day after the terms ended": "2031-03-11T09:00:00+08:00",
    "the day after grace": "2031-03-18T09:00:00+08:00",
}


class Year:
    """What happens to the members that `Joining` left."""

    def __init__(self, joining: Joining):
        self.joining = joining
        self.place, self.setup, self.tell = joining.place, joining.setup, joining.tell
        self.registrations: dict[str, dict[str, Any]] = {}
        self.renewals: list[dict[str, Any]] = []

    def pass_to(self, moment: str) -> None:
        """Move the clock to a moment of `PLAYED_AT`."""
        self.place.move_clock(PLAYED_AT[moment])
        self.tell(f"the clock stands at {PLAYED_AT[moment]}: {moment}")

    # ── a meetup of twenty ──────────────────────────────────────────────────────────────────────

    def meet(self, members: list[Applicant]) -> None:
        """Sixty apply, twenty are confirmed, the rest wait; one withdraws, the next takes over."""
        details = dict(self.setup["meetup"])
        applicants, moved_to = members[: details.pop("applicants")], details.pop("moved_to")
        host = self.joining.owner
        meetup = host.post(f"{self.joining.path}/meetups", details)
        self.meetup_path = f"/v1/meetups/{meetup['id']}"
        host.post(f"{self.meetup_path}/publish")
        self.joining.at_once(self._register, applicants, "registered for the meetup")
        host.post(f"{self.meetup_path}/close-registration")
        in_order = list(host.pages(f"{self.meetup_path}/registrations"))
        chosen = [row["id"] for row in in_order[: details["capacity"]]]
        host.post(f"{self.meetup_path}/selections", {"registration_ids": chosen})
        by_person = {self.joining.clients[p.email].person_id: p.email for p in applicants}
        confirming = [by_person[row["person_id"]] for row in in_order[: details["capacity"]]]
        self.joining.at_once(self._confirm, confirming)
        self._hand_over(confirming[0], by_person[in_order[details["capacity"]]["person_id"]])
        self._move(moved_to, confirming[1])
        self.seats = Counter(
            row["state"] for row in host.pages(f"{self.meetup_path}/registrations")
        )
        self.tell(f"the meetup of {details['capacity']}: {dict(self.seats)}")

    def _move(self, address: str, confirmed: str) -> None:
        """The host sees first who would hear of the new place, then changes it; they hear of it."""
        host, change = self.joining.owner, {"address": address}
        version = host.get(self.meetup_path)["version"]
        tried = host.patch(self.meetup_path, {**change, "simulate": True}, version=version)
        version = host.get(self.meetup_path)["version"]
        moved = host.patch(self.meetup_path, change, version=version)
        self.told_of_place = tried["affects"]["told"]
        if moved["affects"]["told"] != self.told_of_place:
            raise AssertionError(f"told of the place: {moved['affects']}, tried {tried['affects']}")
        client = self.joining.clients[confirmed]

        def heard() -> bool:
            return any(address in mail["text"] for mail in client.mails())

        eventually(heard, f"the mail about the place to {confirmed}")
        self.tell(f"the meetup moved; {self.told_of_place} people hear of it")

    def _register(self, person: Applicant) -> None:
        client = self.joining.clients[person.email]

        def register() -> dict[str, Any] | None:
            try:
                registered: dict[str, Any] = client.post(f"{self.meetup_path}/registrations")
                return registered
            except Refused as refused:
                if (
                    refused.code != "events.membership_inactive"
                ):  # the news of the payment is on its way
                    raise
                return None

        self.registrations[person.email] = eventually(register, f"a registration of {person.email}")

    def _confirm(self, email: str) -> None:
        path = f"/v1/registrations/{self.registrations[email]['id']}/confirm"
        self.joining.clients[email].post(path)

    def dine(self, members: list[Applicant]) -> None:
        """Two seats with a fee are paid; one is given up in time, and its money comes back."""
        host = self.joining.owner
        dinner = host.post(f"{self.joining.path}/meetups", self.setup["dinner"])
        path = f"/v1/meetups/{dinner['id']}"
        host.post(f"{path}/publish")
        guests = [self.joining.clients[person.email] for person in members[:2]]
        seats = [client.post(f"{path}/registrations")["id"] for client in guests]
        host.post(f"{path}/close-registration")
        host.post(f"{path}/selections", {"registration_ids": seats})
        stays, leaves = (self._pay_seat(*one) for one in zip(guests, seats, strict=True))
        given_up, order_path = guests[1], f"/v1/orders/{leaves['id']}"
        preview = given_up.get(f"{order_path}/refund-preview")["amount"]
        given_up.post(f"/v1/registrations/{seats[1]}/withdraw")
        eventually(
            lambda: given_up.get(order_path)["refunded"] == preview, f"the money of {order_path}"
        )
        self.dinner = Counter(row["state"] for row in host.pages(f"{path}/registrations"))
        self.dinner_paid = {"stays": stays["total"]["amount"], "came back": preview["amount"]}
        self.tell(f"a dinner with a fee: {dict(self.dinner)}, {self.dinner_paid} fen")

    def _pay_seat(self, client: Client, registration: str) -> dict[str, Any]:
        path = f"/v1/registrations/{registration}"
        payable = eventually(lambda: client.get(path)["payable"], f"what {path} costs")
        order = self.joining.buy(client, payable["purchase_id"], [], {})
        eventually(lambda: client.get(path)["state"] == "confirmed", f"the seat of {path}")
        return order

    def _hand_over(self, leaving: str, next_in_line: str) -> None:
        path = f"/v1/registrations/{self.registrations[leaving]['id']}/withdraw"
        self.joining.clients[leaving].post(path)
        client = self.joining.clients[next_in_line]

        def offered() -> bool:
            return any("有空位了" in mail["subject"] for mail in client.mails())

        # Who takes the seat before the mail is out gets none.
        eventually(offered, f"the mail about a seat to {next_in_line}")
        waiting = f"/v1/registrations/{self.registrations[next_in_line]['id']}"
        offer = client.get(waiting)["offer"]
        client.post(f"/v1/offers/{offer['id']}/accept")

    # ── renewals, grace, refund ─────────────────────────────────────────────────────────────────

    def renew(self, due: list[dict[str, str]], code: str) -> None:
        """Members whose term ends renew with the coupon until its uses are gone, then without."""
        self.renewals = self.joining.at_once(
            lambda row: self._renew_one(self.joining.client(row["email"]), code), due
        )
        self.tell(f"{len(self.renewals)} members renewed")

    def _renew_one(self, client: Client, code: str) -> dict[str, Any]:
        (membership,) = client.pages("/v1/me/memberships")
        wanted = {"plan_id": self.joining.plan["id"]}
        renewing = client.post(f"/v1/memberships/{membership['id']}/renew", wanted)
        return self.joining.buy(client, renewing["purchase_id"], [code], {})

    def membership_of(self, email: str) -> dict[str, Any]:
        """The membership that a person sees now."""
        (membership,) = self.joining.client(email).pages("/v1/me/memberships")
        return membership

    def refund(self, member: Applicant) -> None:
        """The owner refunds one order in full; the membership ends."""
        order = self.joining.orders[member.email]
        path = f"/v1/orders/{order['id']}"
        self.joining.owner.post(f"{path}/refunds", {"reason": "搬到国外，不再参加"})
        eventually(
            lambda: self.joining.owner.get(path)["state"] == "refunded", f"the refund of {path}"
        )
        eventually(
            lambda: self.membership_of(member.email)["state"] == "cancelled",
            f"the end of the membership of {member.email}",
        )
        self.tell(f"one order refunded in full: {order['total']['amount'] / 100:.2f} yuan")
