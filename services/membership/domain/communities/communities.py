"""A paid circle with its own policy, form and roles."""

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Any, NotRequired, TypedDict, cast

from contracts.aggregates import Aggregate, Day, Open
from contracts.states.membership import LINK_KINDS, Visibility
from contracts.types.membership import ChangeCommunity, CreateCommunity, Policy, Reason, Section
from services.membership.domain.communities.links import check_links, leads_to
from services.membership.domain.terms.pauses import days_a_term
from services.membership.domain.vetting.forms import Form, check_form
from services.membership.domain.vetting.rounds import check_policy

StoredForm = list[Annotated[Section, Open()]]
StoredPolicy = Annotated[Policy, Open()]


class FixedCommunity(Aggregate):
    """What never changes of a community: addresses name it by the slug, and what is stored of its
    people and money keeps zone and currency."""

    slug: str
    zone: str
    locale: str
    currency: str


class Community(FixedCommunity):
    """A community; `owners` is how many it has, `reasons` are those of its own, `reminded_on` is
    when its reviewers were last reminded. Older ones lack what `whole` adds."""

    name: str
    description: str
    policy: StoredPolicy
    policy_version: NotRequired[int]
    visibility: NotRequired[Visibility]
    links: NotRequired[Annotated[dict[str, str | None], Open()]]
    link_hosts: NotRequired[list[str]]
    form: StoredForm
    form_version: int
    owners: int
    reasons: NotRequired[list[Annotated[Reason, Open()]]]
    reminded_on: NotRequired[Day]


class FormVersion(TypedDict):
    """A form as it stood in one version."""

    _id: str
    community_id: str
    form_version: int
    form: StoredForm
    created_at: dt.datetime


class FormerPolicy(TypedDict):
    """A policy as it stood in a version that another one took the place of."""

    _id: str
    community_id: str
    policy_version: int
    policy: StoredPolicy
    until: dt.datetime


def new_community(*, id: str, asked: CreateCommunity, owners: int) -> Community:
    """A community as an operator asked for it; raises DomainError(INVALID_INPUT) for a bad form
    or policy."""
    check_form(asked["form"])
    check_policy(asked["policy"])
    return {
        "_id": id,
        "slug": asked["slug"],
        "name": asked["name"],
        "description": asked["description"],
        "zone": asked["zone"],
        "locale": asked["locale"],
        "currency": asked["currency"],
        "form": asked["form"],
        "policy": asked["policy"],
        "policy_version": 1,
        "visibility": asked["visibility"],
        "links": dict.fromkeys(LINK_KINDS),
        "link_hosts": [],
        "form_version": 1,
        "owners": owners,
    }


def whole(community: Community) -> Community:
    """With what older versions did not store."""
    return {
        **community,
        "policy": whole_policy(community["policy"]),
        "policy_version": community.get("policy_version", 1),
        "visibility": community.get("visibility", "public"),
        "links": {**dict.fromkeys(LINK_KINDS), **community.get("links", {})},
        "link_hosts": community.get("link_hosts", []),
    }


def whole_policy(policy: Policy) -> Policy:
    """With what older versions did not store."""
    return {
        **policy,
        "pause_days": days_a_term(policy),
        "reopen": policy.get("reopen", "never"),
        "show_reasons": policy.get("show_reasons", "words"),
        "vouching": policy.get("vouching", "off"),
        "vouch_after_days": policy.get("vouch_after_days", 90),
        "vouches_a_month": policy.get("vouches_a_month", 3),
        "decide_within_hours": policy.get("decide_within_hours"),
        "invitations_skip_review": policy.get("invitations_skip_review", False),
    }


def change_form(community: Community, form: Form) -> Community:
    """The community with the next version of its form; live applications keep theirs."""
    check_form(form)
    return {**community, "form": form, "form_version": community["form_version"] + 1}


def change_community(before: Community, asked: ChangeCommunity, *, local: bool) -> Community:
    """The whole community with what was asked for; another policy is its next version.

    Raises DomainError(INVALID_INPUT, LINK_HOST_NOT_ALLOWED) for a link that is asked for, or for
    settings of the review that do not go together.
    """
    links = cast(dict[str, str | None], asked.get("links", {}))
    check_links(links, before["link_hosts"], local=local)
    policy: Policy = {**before["policy"], **asked.get("policy", {})}
    if is_other := policy != before["policy"]:
        check_policy(policy)
    return {
        **before,
        "name": asked.get("name", before["name"]),
        "description": asked.get("description", before["description"]),
        "visibility": asked.get("visibility", before["visibility"]),
        "policy": policy,
        "policy_version": before["policy_version"] + is_other,
        "links": {**before["links"], **links},
    }


def change_link_hosts(before: Community, hosts: list[str], *, local: bool) -> Community:
    """The whole community with other hosts, and without the links that lead elsewhere."""
    kept = {
        kind: link if link is not None and leads_to(link, hosts, local=local) else None
        for kind, link in before["links"].items()
    }
    return {**before, "link_hosts": hosts, "links": kept}


def differences(before: Community, after: Community) -> list[str]:
    """Pointers to what owners changed."""
    names = ("name", "description", "visibility", "policy", "links")
    old, new = cast(dict[str, Any], before), cast(dict[str, Any], after)
    return [found for name in names for found in _differing(f"/{name}", old[name], new[name])]


def _differing(pointer: str, before: Any, after: Any) -> Iterator[str]:
    if isinstance(before, dict):
        for name in after:
            yield from _differing(f"{pointer}/{name}", before.get(name), after[name])
    elif before != after:
        yield pointer
