"""What each of those who look at an application gets to see of it (rules.md §1.6, §1.9)."""

from chassis.access import Caller
from contracts.membership import APPROVE_APPLICATION, DECIDE_APPLICATION
from contracts.types import membership as wire
from services.membership.domain.terms.profiles import answered
from services.membership.domain.vetting import reviews
from services.membership.domain.vetting.applications import Application
from services.membership.domain.vetting.forms import Form, without_private_answers
from services.membership.domain.vetting.reviews import Reviewer
from services.membership.store import Stores
from services.membership.usecases.vetting.views import (
    application_view,
    own_application_view,
    without_verdicts,
)


class Reader:
    """Somebody who looks at applications of one community, maybe many of them; `company` is what
    the community has of them."""

    def __init__(self, stores: Stores, caller: Caller, company: str | None) -> None:
        self._forms = stores.forms
        self.person_id = caller.ctx.actor.person_id or ""
        self._judges = caller.may(APPROVE_APPLICATION.who)
        self.owns = caller.may(DECIDE_APPLICATION.who)
        self._locale, self._is_key = caller.ctx.locale, caller.ctx.actor.key is not None
        self._reviewer = Reviewer(self.person_id, self.owns, company)

    def form_of(self, application: Application) -> Form:
        """The form as it stood in the version that it answers."""
        of = application["community_id"], application["form_version"]
        return self._forms.require(*of)["form"]

    def is_conflicted(self, application: Application) -> bool:
        """Whether a conflict of interest bars them from a verdict."""
        company = None
        if self._reviewer.company:
            company = answered(self.form_of(application), application["answers"]).get("company")
        return reviews.is_conflicted(application, company, self._reviewer)

    def is_blind(self, application: Application) -> bool:
        """Whether what others said of it is kept from them."""
        decides = self.owns and not self.is_conflicted(application)
        return reviews.is_blind(application, self.person_id, decides=decides)

    def view(self, application: Application) -> wire.Application:
        """Own applications as any applicant sees them: what the others note is not for them."""
        if application["person_id"] == self.person_id:
            return own_application_view(application)
        sees_private = self._judges and not self.is_conflicted(application)
        if not sees_private:
            form, answers = self.form_of(application), application["answers"]
            application = {**application, "answers": without_private_answers(form, answers)}
        if self._is_key:  # maybe the applicant's, who runs the community: it would tell them
            return own_application_view(application)
        view = application_view(application, self._locale)
        if not sees_private:  # its flags speak of private answers, too
            view = {**view, "screening": None}
        return without_verdicts(view) if self.is_blind(application) else view
