"""The circle's meetups, with registrations in every state that can be reached without waiting."""

from __future__ import annotations

import datetime as dt
from typing import Any

from examples.doctors.client import eventually
from examples.seed.growing import Circle, at_once

INACTIVE = "events.membership_inactive"  # the news of a membership is on its way


class Meetups:
    """What host and members do."""

    def __init__(self, circle: Circle) -> None:
        self.circle = circle

    def hold(self) -> None:
        """One in each state, four of them with people."""
        meetups = self.circle.plot["meetups"]
        at_once(self._make, meetups)
        at_once(self._publish, [name for name in meetups if name != "draft"])
        self._step("cancelled", "cancel", {"reason": "天气原因，改期另行通知。"})
        at_once(lambda step: step(), (self._open, self._choose, self._meet_tonight, self._dine))
        self.circle.tell("meetups in every state, with registrations")

    def _make(self, name: str) -> None:
        body = dict(self.circle.plot["meetups"][name])
        starts = self.circle.began + dt.timedelta(hours=body.pop("in_hours"))
        ends = starts + dt.timedelta(hours=body.pop("hours"))
        body |= {"starts_at": starts.isoformat(), "ends_at": ends.isoformat()}
        path = f"{self.circle.path}/meetups"
        self.circle.add(f"{name} meetup", self.circle.post("host", path, body, what=f"meet {name}"))

    def _publish(self, name: str) -> None:
        self._step(name, "publish")

    def _step(self, name: str, step: str, body: Any = None) -> Any:
        path = f"/v1/meetups/{self.circle.things[f'{name} meetup']}/{step}"
        return self.circle.post("host", path, body, what=f"{step} {name}")

    def _register(self, name: str, who: str) -> str:
        path = f"/v1/meetups/{self.circle.things[f'{name} meetup']}/registrations"
        what = f"register {who} {name}"
        made = self.circle.post_until(who, path, None, what=what, passing=INACTIVE)
        return self.circle.add(f"{who} at {name}", made)

    def _registered(self, who: str, name: str, step: str) -> Any:
        path = f"/v1/registrations/{self.circle.things[f'{who} at {name}']}/{step}"
        return self.circle.post(who, path, what=f"{step} {who} {name}")

    def _select(self, name: str, *people: str) -> None:
        chosen = [self.circle.things[f"{who} at {name}"] for who in people]
        self._step(name, "selections", {"registration_ids": chosen})

    def _open(self) -> None:
        """Registration is open; two have applied."""
        for who in ("active", "discounted"):
            self._register("open", who)

    def _choose(self) -> None:
        """Four seats: one confirmed, one to confirm, one declined, one given up and offered on; the
        rest wait."""
        name, things = "chosen", self.circle.things
        chosen = ("paid", "discounted", "expiring", "grace")
        for who in (*chosen, "asking", "active"):
            self._register(name, who)
        self._step(name, "close-registration")
        self._select(name, *chosen)
        self._registered("paid", name, "confirm")
        self._registered("grace", name, "confirm")
        things["confirmed registration"] = things[f"paid at {name}"]
        things["selected registration"] = things[f"discounted at {name}"]
        self._registered("grace", name, "withdraw")
        path = f"/v1/registrations/{things[f'asking at {name}']}"
        offer = eventually(
            lambda: self.circle.people["asking"].get(path)["offer"], "the offer of a seat"
        )
        self.circle.add("offer", offer)

    def _meet_tonight(self) -> None:
        """The door is open: one is here, the other is not yet."""
        name, things = "tonight", self.circle.things
        for who in ("paid", "active"):
            self._register(name, who)
        self._step(name, "close-registration")
        self._select(name, "paid", "active")
        for who in ("paid", "active"):
            self._registered(who, name, "confirm")
        things["checked-in registration"] = things[f"paid at {name}"]
        things["tonight registration"] = things[f"active at {name}"]
        path = f"/v1/registrations/{things['checked-in registration']}/check-in"
        self.circle.post("scanner", path, what="check in")

    def _dine(self) -> None:
        """A seat that is to be paid, and somebody who has applied besides."""
        name = "paid"
        for who in ("discounted", "active"):
            self._register(name, who)
        self._step(name, "close-registration")
        self._select(name, "discounted")
        self.circle.things["applied registration"] = self.circle.things[f"active at {name}"]
