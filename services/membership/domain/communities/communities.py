"""A paid circle with its own policy, form and roles."""

import datetime as dt
from typing import Annotated, TypedDict

from contracts.aggregates import Aggregate, Open
from contracts.types.membership import CreateCommunity, Policy, Section
from services.membership.domain.vetting.forms import Form, check_form

StoredForm = list[Annotated[Section, Open()]]


class FixedCommunity(Aggregate):
    """What never changes of a community."""

    slug: str
    name: str
    description: str
    zone: str
    locale: str
    currency: str
    policy: Annotated[Policy, Open()]


class Community(FixedCommunity):
    """A community; `owners` is how many it has."""

    form: StoredForm
    form_version: int
    owners: int


class FormVersion(TypedDict):
    """A form as it stood in one version."""

    _id: str
    community_id: str
    form_version: int
    form: StoredForm
    created_at: dt.datetime


def new_community(*, id: str, asked: CreateCommunity, owners: int) -> Community:
    """A community as an operator asked for it; raises DomainError(INVALID_INPUT) for a bad form."""
    check_form(asked["form"])
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
        "form_version": 1,
        "owners": owners,
    }


def change_form(community: Community, form: Form) -> Community:
    """The community with the next version of its form; live applications keep theirs."""
    check_form(form)
    return {**community, "form": form, "form_version": community["form_version"] + 1}
