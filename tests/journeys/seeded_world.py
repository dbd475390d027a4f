"""The circle of `make seed` as a world: its people and things in the place of invented ones."""

from typing import Any

import yaml

from examples.seed.__main__ import HERE, seed
from tests.journeys.world import World


class SeededWorld(World):
    """Operator, owner and reviewer, plan and coupon are those of the seed."""

    def found(self) -> "SeededWorld":
        """Grows the circle in this world's system."""
        plot = yaml.safe_load((HERE / "circle.yaml").read_text("utf-8"))
        table = seed(self.system)
        things = {one["name"]: one for one in table["objects"]}
        emails = {name: person["email"] for name, person in plot["people"].items()}
        self.system.integrator_url("journey")
        self.operator, self.owner, self.reviewer = (
            self.staff(emails[name]) for name in ("operator", "owner", "reviewer")
        )
        self.path = f"/v1/communities/{table['community']['id']}"
        self.community = self.owner.get(self.path)
        treasurer = {"email": self.owner.email, "role": "treasurer"}
        self.operator.post(f"{self.path}/roles", treasurer)
        self.plan: Any = things["annual plan"]
        self.coupon: Any = things["newcomer coupon"]
        self.coupon_code = plot["coupons"]["newcomer"]["code"]
        self.account = self.owner.get(f"{self.path}/provider-accounts/sandbox")
        self.application = {"plan_id": self.plan["id"], "answers": plot["answers"]}
        return self
