"""From an owner's link to a membership: reviewed, and approved at once (rules.md §1.11)."""

import pytest

from examples.doctors.client import Refused
from tests.journeys.world import Applicant, World

pytestmark = pytest.mark.shares_system


def accepts(person: Applicant, invitation: dict[str, str]) -> dict[str, str]:
    """The person follows the link, and hands an application in by it."""
    world, code = person.world, invitation["code"]
    shown = person.client.post("/v1/invitations", {"code": code})
    assert shown["community_id"] == world.community["id"]
    body = {**world.application, "submit": True, "invitation": code}
    made: dict[str, str] = person.client.do(f"{world.path}/applications", body)
    person.application = f"/v1/applications/{made['id']}"
    return made


def refuses(person: Applicant, invitation: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as refused:
        accepts(person, invitation)
    assert refused.value.code == code


@pytest.mark.timeout(300)
def test_from_the_link_to_the_membership(world: World) -> None:
    links, owner = f"{world.path}/invitations", world.owner
    plan = {"plan_id": world.plan["id"]}
    once = owner.do(links, {"label": "once", **plan})
    reviewed, late, friend = world.applicants("reviewed", "too-late", "friend")
    assert accepts(reviewed, once)["state"] == "submitted"
    refuses(late, once, "membership.invitation_used_up")
    refuses(late, {"code": f"{once['code']}x"}, "membership.invitation_unknown")
    with pytest.raises(Refused) as conflicted:
        owner.do(f"{reviewed.application}/approve")
    assert conflicted.value.code == "membership.reviewer_conflicted"
    reviewed.be_approved()

    version = owner.get(world.path)["version"]
    owner.patch(world.path, {"policy": {"invitations_skip_review": True}}, version=version)
    skips = owner.do(links, {"label": "friends", "uses": 2, "skips_review": True, **plan})
    approved = accepts(friend, skips)
    assert approved["state"] == "approved"
    friend.purchase = f"/v1/purchases/{approved['purchase_id']}"
    friend.client.until(friend.purchase, lambda seen: seen["plan_id"] is not None, "a purchase")
    owner.do(f"{links}/{skips['id']}/revoke")
    refuses(late, skips, "membership.invitation_revoked")
    for one in (reviewed, friend):
        one.order()
        one.open_payment()
        one.pay()
        one.be_member()
    rows = {one["label"]: one for one in owner.get(links)["items"]}
    for label in ("once", "friends"):
        row = rows[label]
        assert (row["used"], row["approved"], row["joined"], row["given_back"]) == (1, 1, 1, 0)
    assert owner.get(friend.application)["invitation"]["approved"]
