"""A paid circle with its own policy, form and roles."""

from typing import Any

from services.membership.domain.forms import Form, check_form

Community = dict[str, Any]


def new_community(*, id: str, asked: dict[str, Any]) -> Community:
    """A community as an operator asked for it; raises DomainError(INVALID_INPUT) for a bad form."""
    check_form(asked["form"])
    settings = ("slug", "name", "description", "zone", "locale", "currency", "form", "policy")
    return {"_id": id, **{name: asked[name] for name in settings}, "form_version": 1, "owners": 0}


def change_form(community: Community, form: Form) -> Community:
    """The community with the next version of its form; live applications keep theirs."""
    check_form(form)
    return {**community, "form": form, "form_version": community["form_version"] + 1}
