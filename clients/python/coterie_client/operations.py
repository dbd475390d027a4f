"""A method for each operation. Written by `make docs` from docs/reference/openapi.json."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

from . import types as t
from .core import Core, Pages, in_path


class Coterie(Core):
    """Coterie's operations, as one person, one API key or nobody."""

    def list_ways(self, *, seen: Mapping[str, Any] | None = None) -> t.Ways:
        """See how people can sign in: GET /v1/sign-in."""
        return cast("t.Ways", self.request("GET", "/v1/sign-in", seen=seen))

    def start_sign_in(self, body: t.StartSignIn) -> t.SignInStarted:
        """Ask for a sign-in code by e-mail: POST /v1/sign-in."""
        return cast("t.SignInStarted", self.request("POST", "/v1/sign-in", body=body, key=""))

    def finish_sign_in(self, body: t.FinishSignIn) -> t.SessionTokens:
        """Exchange the code for tokens: POST /v1/sessions."""
        return cast("t.SessionTokens", self.request("POST", "/v1/sessions", body=body, key=""))

    def refresh_session(self, body: t.RefreshSession) -> t.SessionTokens:
        """Exchange the refresh token for new tokens: POST /v1/sessions/refresh."""
        return cast("t.SessionTokens", self.request(
            "POST",
            "/v1/sessions/refresh",
            body=body,
            key="",
        ))

    def get_link(self) -> t.ShownLink:
        """See what a signed link is for: POST /v1/links."""
        return cast("t.ShownLink", self.request("POST", "/v1/links", key=""))

    def end_session(self) -> None:
        """Sign out: DELETE /v1/sessions/current."""
        return cast("None", self.request("DELETE", "/v1/sessions/current"))

    def list_my_sessions(self) -> Pages[t.Session, t.MySessionsPage]:
        """List where I am signed in: GET /v1/me/sessions."""
        return self.pages("/v1/me/sessions")

    def end_my_sessions(self, *, keep_current: bool | None = None) -> None:
        """Sign out everywhere: DELETE /v1/me/sessions."""
        return cast("None", self.request(
            "DELETE",
            "/v1/me/sessions",
            query={"keep_current": keep_current},
        ))

    def end_my_session(self, session_id: str) -> None:
        """End one of my sessions: DELETE /v1/me/sessions/{session_id}."""
        return cast("None", self.request("DELETE", f"/v1/me/sessions/{in_path(session_id)}"))

    def end_sessions(self, person_id: str) -> None:
        """End all sessions of a person: DELETE /v1/people/{person_id}/sessions."""
        return cast("None", self.request("DELETE", f"/v1/people/{in_path(person_id)}/sessions"))

    def list_operators(self) -> Pages[t.RoleHolder, t.RoleHoldersPage]:
        """List who operates the system: GET /v1/operators."""
        return self.pages("/v1/operators")

    def grant_operator(self, body: t.GrantOperator, *, key: str | None = None) -> t.RoleHolder:
        """Make somebody an operator: POST /v1/operators."""
        return cast("t.RoleHolder", self.request("POST", "/v1/operators", body=body, key=key))

    def revoke_operator(self, person_id: str) -> t.RoleHolder:
        """Take an operator's role back: DELETE /v1/operators/{person_id}."""
        return cast("t.RoleHolder", self.request("DELETE", f"/v1/operators/{in_path(person_id)}"))

    def get_me(self, *, include: str | None = None, seen: Mapping[str, Any] | None = None) -> t.Me:
        """Who am I: GET /v1/me."""
        return cast("t.Me", self.request("GET", "/v1/me", query={"include": include}, seen=seen))

    def change_me(
        self,
        body: t.ChangeMeBody | None = None,
        *,
        seen: Mapping[str, Any] | None = None,
    ) -> t.Person:
        """Change my name or language: PATCH /v1/me."""
        return cast("t.Person", self.request("PATCH", "/v1/me", body=body, seen=seen))

    def start_phone_sign_in(self, body: t.StartPhoneSignIn) -> t.SignInStarted:
        """Ask for a sign-in code by SMS: POST /v1/sign-in/phone."""
        return cast("t.SignInStarted", self.request("POST", "/v1/sign-in/phone", body=body, key=""))

    def start_at_way(self, way: str, body: t.StartAtWayBody) -> t.StartedAtWay:
        """Begin to sign in elsewhere: POST /v1/sign-in/{way}."""
        return cast("t.StartedAtWay", self.request(
            "POST",
            f"/v1/sign-in/{in_path(way)}",
            body=body,
            key="",
        ))

    def finish_at_way(self, way: str, body: t.FinishAtWayBody) -> t.SignedInAtWay:
        """Exchange what the provider sent along for tokens: POST /v1/sign-in/{way}/complete."""
        return cast("t.SignedInAtWay", self.request(
            "POST",
            f"/v1/sign-in/{in_path(way)}/complete",
            body=body,
            key="",
        ))

    def list_my_identities(self) -> t.Identities:
        """List by what I can sign in: GET /v1/me/identities."""
        return cast("t.Identities", self.request("GET", "/v1/me/identities"))

    def link_by_code(self, body: t.FinishSignIn) -> t.Identities:
        """Link my phone or address by its code: POST /v1/me/identities."""
        return cast("t.Identities", self.request("POST", "/v1/me/identities", body=body, key=""))

    def start_linking(self, way: str, body: t.StartAtWayBody) -> t.StartedAtWay:
        """Begin to link an account elsewhere: POST /v1/me/identities/{way}."""
        return cast("t.StartedAtWay", self.request(
            "POST",
            f"/v1/me/identities/{in_path(way)}",
            body=body,
            key="",
        ))

    def finish_linking(self, way: str, body: t.FinishAtWayBody) -> t.LinkedAtWay:
        """Link the account elsewhere that the provider vouches for: POST
        /v1/me/identities/{way}/complete."""
        return cast("t.LinkedAtWay", self.request(
            "POST",
            f"/v1/me/identities/{in_path(way)}/complete",
            body=body,
            key="",
        ))

    def unlink_identity(self, identity_id: str) -> None:
        """Unlink a way to sign in: DELETE /v1/me/identities/{identity_id}."""
        return cast("None", self.request("DELETE", f"/v1/me/identities/{in_path(identity_id)}"))

    def get_email_change(self) -> t.EmailChange:
        """See the change that waits for its codes: GET /v1/me/email-change."""
        return cast("t.EmailChange", self.request("GET", "/v1/me/email-change"))

    def start_email_change(
        self,
        body: t.StartEmailChange,
        *,
        key: str | None = None,
    ) -> t.EmailChange:
        """Ask for another mail address: POST /v1/me/email-change."""
        return cast("t.EmailChange", self.request(
            "POST",
            "/v1/me/email-change",
            body=body,
            key=key,
        ))

    def withdraw_email_change(self) -> None:
        """Take the change of my mail address back: DELETE /v1/me/email-change."""
        return cast("None", self.request("DELETE", "/v1/me/email-change"))

    def confirm_email_change(
        self,
        body: t.ConfirmEmailChange,
        *,
        key: str | None = None,
    ) -> t.Person:
        """Change my mail address by both codes: POST /v1/me/email-change/confirm."""
        return cast("t.Person", self.request(
            "POST",
            "/v1/me/email-change/confirm",
            body=body,
            key=key,
        ))

    def get_my_erasure(self) -> t.Erasure:
        """See how far my erasure is: GET /v1/me/erasure."""
        return cast("t.Erasure", self.request("GET", "/v1/me/erasure"))

    def start_my_erasure(self, *, key: str | None = None) -> t.Erasure:
        """Ask to erase me: POST /v1/me/erasure."""
        return cast("t.Erasure", self.request("POST", "/v1/me/erasure", key=key))

    def withdraw_my_erasure(self) -> t.Erasure:
        """Take my erasure back: DELETE /v1/me/erasure."""
        return cast("t.Erasure", self.request("DELETE", "/v1/me/erasure"))

    def get_erasure(self, person_id: str) -> t.Erasure:
        """See how far a person's erasure is: GET /v1/people/{person_id}/erasure."""
        return cast("t.Erasure", self.request("GET", f"/v1/people/{in_path(person_id)}/erasure"))

    def start_erasure(self, person_id: str, *, key: str | None = None) -> t.Erasure:
        """Ask to erase a person: POST /v1/people/{person_id}/erasure."""
        return cast("t.Erasure", self.request(
            "POST",
            f"/v1/people/{in_path(person_id)}/erasure",
            key=key,
        ))

    def withdraw_erasure(self, person_id: str) -> t.Erasure:
        """Take a person's erasure back: DELETE /v1/people/{person_id}/erasure."""
        return cast("t.Erasure", self.request("DELETE", f"/v1/people/{in_path(person_id)}/erasure"))

    def export_my_membership_data(self) -> Pages[t.ExportedRecord, t.PersonalDataPage]:
        """Export what membership has of me: GET /v1/me/export/membership."""
        return self.pages("/v1/me/export/membership")

    def export_person_membership_data(
        self,
        person_id: str,
    ) -> Pages[t.ExportedRecord, t.PersonalDataPage]:
        """Export what membership has of a person: GET /v1/people/{person_id}/export/membership."""
        return self.pages(f"/v1/people/{in_path(person_id)}/export/membership")

    def export_my_payments_data(self) -> Pages[t.ExportedRecord, t.PersonalDataPage]:
        """Export what payments has of me: GET /v1/me/export/payments."""
        return self.pages("/v1/me/export/payments")

    def export_person_payments_data(
        self,
        person_id: str,
    ) -> Pages[t.ExportedRecord, t.PersonalDataPage]:
        """Export what payments has of a person: GET /v1/people/{person_id}/export/payments."""
        return self.pages(f"/v1/people/{in_path(person_id)}/export/payments")

    def export_my_events_data(self) -> Pages[t.ExportedRecord, t.PersonalDataPage]:
        """Export what events has of me: GET /v1/me/export/events."""
        return self.pages("/v1/me/export/events")

    def export_person_events_data(
        self,
        person_id: str,
    ) -> Pages[t.ExportedRecord, t.PersonalDataPage]:
        """Export what events has of a person: GET /v1/people/{person_id}/export/events."""
        return self.pages(f"/v1/people/{in_path(person_id)}/export/events")

    def export_my_notifications_data(self) -> Pages[t.ExportedRecord, t.PersonalDataPage]:
        """Export what notifications has of me: GET /v1/me/export/notifications."""
        return self.pages("/v1/me/export/notifications")

    def export_person_notifications_data(
        self,
        person_id: str,
    ) -> Pages[t.ExportedRecord, t.PersonalDataPage]:
        """Export what notifications has of a person: GET
        /v1/people/{person_id}/export/notifications."""
        return self.pages(f"/v1/people/{in_path(person_id)}/export/notifications")

    def list_communities(self, *, slug: str | None = None) -> Pages[t.Community, t.CommunitiesPage]:
        """List communities: GET /v1/communities."""
        return self.pages("/v1/communities", slug=slug)

    def create_community(self, body: t.CreateCommunity, *, key: str | None = None) -> t.Community:
        """Create a community: POST /v1/communities."""
        return cast("t.Community", self.request("POST", "/v1/communities", body=body, key=key))

    def get_community(
        self,
        community_id: str,
        *,
        seen: Mapping[str, Any] | None = None,
    ) -> t.Community:
        """Read a community: GET /v1/communities/{community_id}."""
        return cast("t.Community", self.request(
            "GET",
            f"/v1/communities/{in_path(community_id)}",
            seen=seen,
        ))

    def change_community(
        self,
        community_id: str,
        body: t.ChangeCommunityBody | None = None,
        *,
        seen: Mapping[str, Any] | None = None,
    ) -> t.CommunityChange:
        """Change a community: PATCH /v1/communities/{community_id}."""
        return cast("t.CommunityChange", self.request(
            "PATCH",
            f"/v1/communities/{in_path(community_id)}",
            body=body,
            seen=seen,
        ))

    def get_community_by_slug(
        self,
        slug: str,
        *,
        seen: Mapping[str, Any] | None = None,
    ) -> t.Community:
        """Read the community with a short name: GET /v1/communities/by-slug/{slug}."""
        return cast("t.Community", self.request(
            "GET",
            f"/v1/communities/by-slug/{in_path(slug)}",
            seen=seen,
        ))

    def list_my_communities(self) -> Pages[t.MyCommunity, t.MyCommunitiesPage]:
        """List where I belong, applied or work: GET /v1/me/communities."""
        return self.pages("/v1/me/communities")

    def change_link_hosts(
        self,
        community_id: str,
        body: t.ChangeLinkHostsBody,
        *,
        seen: Mapping[str, Any] | None = None,
    ) -> t.Community:
        """Say to which hosts the links of a community may lead: PUT
        /v1/communities/{community_id}/link-hosts."""
        return cast("t.Community", self.request(
            "PUT",
            f"/v1/communities/{in_path(community_id)}/link-hosts",
            body=body,
            seen=seen,
        ))

    def get_policy(
        self,
        community_id: str,
        policy_version: int,
        *,
        seen: Mapping[str, Any] | None = None,
    ) -> t.PolicyVersion:
        """Read one version of the policy: GET
        /v1/communities/{community_id}/policies/{policy_version}."""
        return cast("t.PolicyVersion", self.request(
            "GET",
            f"/v1/communities/{in_path(community_id)}/policies/{in_path(policy_version)}",
            seen=seen,
        ))

    def list_roles(self, community_id: str) -> Pages[t.RoleHolder, t.RoleHoldersPage]:
        """List who holds a role: GET /v1/communities/{community_id}/roles."""
        return self.pages(f"/v1/communities/{in_path(community_id)}/roles")

    def grant_role(
        self,
        community_id: str,
        body: t.GrantRoleBody,
        *,
        key: str | None = None,
    ) -> t.RoleGiven:
        """Give somebody a role: POST /v1/communities/{community_id}/roles."""
        return cast("t.RoleGiven", self.request(
            "POST",
            f"/v1/communities/{in_path(community_id)}/roles",
            body=body,
            key=key,
        ))

    def revoke_role(self, community_id: str, person_id: str, role: str) -> t.RoleHolder:
        """Take a role back: DELETE /v1/communities/{community_id}/roles/{person_id}/{role}."""
        return cast("t.RoleHolder", self.request(
            "DELETE",
            f"/v1/communities/{in_path(community_id)}/roles/{in_path(person_id)}/{in_path(role)}",
        ))

    def change_form(
        self,
        community_id: str,
        body: t.ChangeFormBody,
        *,
        seen: Mapping[str, Any] | None = None,
    ) -> t.Community:
        """Publish a new version of the application form: PUT
        /v1/communities/{community_id}/form."""
        return cast("t.Community", self.request(
            "PUT",
            f"/v1/communities/{in_path(community_id)}/form",
            body=body,
            seen=seen,
        ))

    def get_form(
        self,
        community_id: str,
        form_version: int,
        *,
        seen: Mapping[str, Any] | None = None,
    ) -> t.Form:
        """Read one version of the application form: GET
        /v1/communities/{community_id}/forms/{form_version}."""
        return cast("t.Form", self.request(
            "GET",
            f"/v1/communities/{in_path(community_id)}/forms/{in_path(form_version)}",
            seen=seen,
        ))

    def list_api_keys(self, community_id: str) -> Pages[t.ApiKey, t.ApiKeysPage]:
        """List the API keys of a community: GET /v1/communities/{community_id}/api-keys."""
        return self.pages(f"/v1/communities/{in_path(community_id)}/api-keys")

    def create_api_key(self, community_id: str, body: t.CreateApiKeyBody) -> t.MadeApiKey:
        """Make an API key of a community: POST /v1/communities/{community_id}/api-keys."""
        return cast("t.MadeApiKey", self.request(
            "POST",
            f"/v1/communities/{in_path(community_id)}/api-keys",
            body=body,
            key="",
        ))

    def list_system_api_keys(self) -> Pages[t.ApiKey, t.SystemApiKeysPage]:
        """List the API keys that operate the system: GET /v1/api-keys."""
        return self.pages("/v1/api-keys")

    def create_system_api_key(self, body: t.CreateSystemApiKey) -> t.MadeApiKey:
        """Make an API key that operates the system: POST /v1/api-keys."""
        return cast("t.MadeApiKey", self.request("POST", "/v1/api-keys", body=body, key=""))

    def revoke_api_key(self, api_key_id: str, *, key: str | None = None) -> t.ApiKey:
        """Revoke an API key: POST /v1/api-keys/{api_key_id}/revoke."""
        return cast("t.ApiKey", self.request(
            "POST",
            f"/v1/api-keys/{in_path(api_key_id)}/revoke",
            key=key,
        ))

    def list_applications(
        self,
        community_id: str,
        *,
        state: str | None = None,
        search: str | None = None,
        source: str | None = None,
        sort: Literal["submitted_at", "-submitted_at", "updated_at", "-updated_at"] | None = None,
        updated_after: str | None = None,
        count: bool | None = None,
    ) -> Pages[t.ListedApplication, t.ApplicationsPage]:
        """List the applications of a community: GET
        /v1/communities/{community_id}/applications."""
        return self.pages(
            f"/v1/communities/{in_path(community_id)}/applications",
            state=state,
            search=search,
            source=source,
            sort=sort,
            updated_after=updated_after,
            count=count,
        )

    def create_application(
        self,
        community_id: str,
        body: t.CreateApplicationBody | None = None,
        *,
        key: str | None = None,
    ) -> t.Application:
        """Apply to a community: POST /v1/communities/{community_id}/applications."""
        return cast("t.Application", self.request(
            "POST",
            f"/v1/communities/{in_path(community_id)}/applications",
            body=body,
            key=key,
        ))

    def list_my_applications(self) -> Pages[t.Application, t.MyApplicationsPage]:
        """List my applications: GET /v1/me/applications."""
        return self.pages("/v1/me/applications")

    def get_application(
        self,
        application_id: str,
        *,
        include: str | None = None,
        wait: int | None = None,
        seen: Mapping[str, Any] | None = None,
    ) -> t.ShownApplication:
        """Read an application: GET /v1/applications/{application_id}."""
        return cast("t.ShownApplication", self.request(
            "GET",
            f"/v1/applications/{in_path(application_id)}",
            query={"include": include, "wait": wait},
            seen=seen,
        ))

    def change_application(
        self,
        application_id: str,
        body: t.ChangeApplicationBody,
        *,
        seen: Mapping[str, Any] | None = None,
    ) -> t.Application:
        """Replace the answers: PATCH /v1/applications/{application_id}."""
        return cast("t.Application", self.request(
            "PATCH",
            f"/v1/applications/{in_path(application_id)}",
            body=body,
            seen=seen,
        ))

    def get_application_file(self, application_id: str, upload_id: str) -> bytes:
        """Fetch a file among the answers: GET
        /v1/applications/{application_id}/files/{upload_id}."""
        return cast("bytes", self.request(
            "GET",
            f"/v1/applications/{in_path(application_id)}/files/{in_path(upload_id)}",
        ))

    def choose_application_plan(
        self,
        application_id: str,
        body: t.ChooseApplicationPlanBody,
        *,
        seen: Mapping[str, Any] | None = None,
    ) -> t.Application:
        """Name another plan: PUT /v1/applications/{application_id}/plan."""
        return cast("t.Application", self.request(
            "PUT",
            f"/v1/applications/{in_path(application_id)}/plan",
            body=body,
            seen=seen,
        ))

    def submit_application(self, application_id: str, *, key: str | None = None) -> t.Application:
        """Hand the application in: POST /v1/applications/{application_id}/submit."""
        return cast("t.Application", self.request(
            "POST",
            f"/v1/applications/{in_path(application_id)}/submit",
            key=key,
        ))

    def withdraw_application(self, application_id: str, *, key: str | None = None) -> t.Application:
        """Withdraw the application: POST /v1/applications/{application_id}/withdraw."""
        return cast("t.Application", self.request(
            "POST",
            f"/v1/applications/{in_path(application_id)}/withdraw",
            key=key,
        ))

    def claim_application(self, application_id: str, *, key: str | None = None) -> t.Application:
        """Take the application up for review: POST /v1/applications/{application_id}/claim."""
        return cast("t.Application", self.request(
            "POST",
            f"/v1/applications/{in_path(application_id)}/claim",
            key=key,
        ))

    def approve_application(
        self,
        application_id: str,
        body: t.ApproveBody | None = None,
        *,
        key: str | None = None,
    ) -> t.Application:
        """Approve: POST /v1/applications/{application_id}/approve."""
        return cast("t.Application", self.request(
            "POST",
            f"/v1/applications/{in_path(application_id)}/approve",
            body=body,
            key=key,
        ))

    def reject_application(
        self,
        application_id: str,
        body: t.RejectBody,
        *,
        key: str | None = None,
    ) -> t.Application:
        """Reject: POST /v1/applications/{application_id}/reject."""
        return cast("t.Application", self.request(
            "POST",
            f"/v1/applications/{in_path(application_id)}/reject",
            body=body,
            key=key,
        ))

    def decide_application(
        self,
        application_id: str,
        body: t.DecideApplicationBody,
        *,
        key: str | None = None,
    ) -> t.Application:
        """Decide as an owner: POST /v1/applications/{application_id}/decide."""
        return cast("t.Application", self.request(
            "POST",
            f"/v1/applications/{in_path(application_id)}/decide",
            body=body,
            key=key,
        ))

    def declare_conflict(self, application_id: str, *, key: str | None = None) -> t.Application:
        """Declare a conflict of interest: POST /v1/applications/{application_id}/declare-
        conflict."""
        return cast("t.Application", self.request(
            "POST",
            f"/v1/applications/{in_path(application_id)}/declare-conflict",
            key=key,
        ))

    def undo_decision(self, application_id: str, *, key: str | None = None) -> t.Application:
        """Take the decision back: POST /v1/applications/{application_id}/undo-decision."""
        return cast("t.Application", self.request(
            "POST",
            f"/v1/applications/{in_path(application_id)}/undo-decision",
            key=key,
        ))

    def reopen_application(self, application_id: str, *, key: str | None = None) -> t.Application:
        """Reopen after a lapse: POST /v1/applications/{application_id}/reopen."""
        return cast("t.Application", self.request(
            "POST",
            f"/v1/applications/{in_path(application_id)}/reopen",
            key=key,
        ))

    def decide_applications(
        self,
        community_id: str,
        body: t.DecideApplicationsBody,
        *,
        key: str | None = None,
    ) -> t.DecisionResults:
        """Decide on many applications: POST
        /v1/communities/{community_id}/applications/decisions."""
        return cast("t.DecisionResults", self.request(
            "POST",
            f"/v1/communities/{in_path(community_id)}/applications/decisions",
            body=body,
            key=key,
        ))

    def request_info(
        self,
        application_id: str,
        body: t.AskForInfoBody | None = None,
        *,
        key: str | None = None,
    ) -> t.Application:
        """Ask the applicant for more: POST /v1/applications/{application_id}/request-info."""
        return cast("t.Application", self.request(
            "POST",
            f"/v1/applications/{in_path(application_id)}/request-info",
            body=body,
            key=key,
        ))

    def list_notes(self, application_id: str) -> Pages[t.Note, t.NotesPage]:
        """List the notes on an application: GET /v1/applications/{application_id}/notes."""
        return self.pages(f"/v1/applications/{in_path(application_id)}/notes")

    def add_note(
        self,
        application_id: str,
        body: t.AddNoteBody,
        *,
        key: str | None = None,
    ) -> t.Note:
        """Note something about an application: POST /v1/applications/{application_id}/notes."""
        return cast("t.Note", self.request(
            "POST",
            f"/v1/applications/{in_path(application_id)}/notes",
            body=body,
            key=key,
        ))

    def remove_note(self, application_id: str, note_id: str) -> None:
        """Take a note back: DELETE /v1/applications/{application_id}/notes/{note_id}."""
        return cast("None", self.request(
            "DELETE",
            f"/v1/applications/{in_path(application_id)}/notes/{in_path(note_id)}",
        ))

    def get_reasons(self, community_id: str, *, seen: Mapping[str, Any] | None = None) -> t.Reasons:
        """Read the reasons of a community: GET /v1/communities/{community_id}/reasons."""
        return cast("t.Reasons", self.request(
            "GET",
            f"/v1/communities/{in_path(community_id)}/reasons",
            seen=seen,
        ))

    def change_reasons(
        self,
        community_id: str,
        body: t.ChangeReasonsBody,
        *,
        seen: Mapping[str, Any] | None = None,
    ) -> t.Reasons:
        """Replace the reasons of a community: PUT /v1/communities/{community_id}/reasons."""
        return cast("t.Reasons", self.request(
            "PUT",
            f"/v1/communities/{in_path(community_id)}/reasons",
            body=body,
            seen=seen,
        ))

    def get_screening(
        self,
        community_id: str,
        *,
        seen: Mapping[str, Any] | None = None,
    ) -> t.Screening:
        """Read the screening rules: GET /v1/communities/{community_id}/screening."""
        return cast("t.Screening", self.request(
            "GET",
            f"/v1/communities/{in_path(community_id)}/screening",
            seen=seen,
        ))

    def change_screening(
        self,
        community_id: str,
        body: t.ChangeScreeningBody,
        *,
        seen: Mapping[str, Any] | None = None,
    ) -> t.Screening:
        """Replace the screening rules: PUT /v1/communities/{community_id}/screening."""
        return cast("t.Screening", self.request(
            "PUT",
            f"/v1/communities/{in_path(community_id)}/screening",
            body=body,
            seen=seen,
            is_new=seen is None,
        ))

    def try_screening(self, community_id: str, body: t.TryScreeningBody) -> t.TriedScreening:
        """Try screening rules on the last applications: POST
        /v1/communities/{community_id}/screening/try."""
        return cast("t.TriedScreening", self.request(
            "POST",
            f"/v1/communities/{in_path(community_id)}/screening/try",
            body=body,
            key="",
        ))

    def list_blocks(self, community_id: str) -> Pages[t.Block, t.BlocksPage]:
        """List the block list: GET /v1/communities/{community_id}/blocks."""
        return self.pages(f"/v1/communities/{in_path(community_id)}/blocks")

    def create_block(
        self,
        community_id: str,
        body: t.CreateBlockBody,
        *,
        key: str | None = None,
    ) -> t.Block:
        """Put somebody on the block list: POST /v1/communities/{community_id}/blocks."""
        return cast("t.Block", self.request(
            "POST",
            f"/v1/communities/{in_path(community_id)}/blocks",
            body=body,
            key=key,
        ))

    def remove_block(self, community_id: str, block_id: str) -> None:
        """Take an entry off the block list: DELETE
        /v1/communities/{community_id}/blocks/{block_id}."""
        return cast("None", self.request(
            "DELETE",
            f"/v1/communities/{in_path(community_id)}/blocks/{in_path(block_id)}",
        ))

    def get_vouching_code(self, application_id: str) -> t.VouchingCode:
        """Read the code by which members vouch for me: GET
        /v1/applications/{application_id}/vouching-code."""
        return cast("t.VouchingCode", self.request(
            "GET",
            f"/v1/applications/{in_path(application_id)}/vouching-code",
        ))

    def list_my_vouches(self) -> Pages[t.MyVouch, t.MyVouchesPage]:
        """List for whom I vouch: GET /v1/me/vouches."""
        return self.pages("/v1/me/vouches")

    def create_vouch(self, body: t.CreateVouch, *, key: str | None = None) -> t.MyVouch:
        """Vouch for an applicant: POST /v1/me/vouches."""
        return cast("t.MyVouch", self.request("POST", "/v1/me/vouches", body=body, key=key))

    def take_back_vouch(self, application_id: str) -> None:
        """Take back what I said for an applicant: DELETE /v1/me/vouches/{application_id}."""
        return cast("None", self.request("DELETE", f"/v1/me/vouches/{in_path(application_id)}"))

    def get_voucher_record(self, community_id: str, person_id: str) -> t.VoucherRecord:
        """See what became of those for whom somebody vouches: GET
        /v1/communities/{community_id}/vouchers/{person_id}."""
        return cast("t.VoucherRecord", self.request(
            "GET",
            f"/v1/communities/{in_path(community_id)}/vouchers/{in_path(person_id)}",
        ))

    def list_invitations(self, community_id: str) -> Pages[t.Invitation, t.InvitationsPage]:
        """List the invitations of a community: GET /v1/communities/{community_id}/invitations."""
        return self.pages(f"/v1/communities/{in_path(community_id)}/invitations")

    def create_invitation(
        self,
        community_id: str,
        body: t.CreateInvitationBody,
        *,
        key: str | None = None,
    ) -> t.Invitation:
        """Make an invitation: POST /v1/communities/{community_id}/invitations."""
        return cast("t.Invitation", self.request(
            "POST",
            f"/v1/communities/{in_path(community_id)}/invitations",
            body=body,
            key=key,
        ))

    def revoke_invitation(
        self,
        community_id: str,
        invitation_id: str,
        *,
        key: str | None = None,
    ) -> None:
        """Revoke an invitation: POST
        /v1/communities/{community_id}/invitations/{invitation_id}/revoke."""
        return cast("None", self.request(
            "POST",
            f"/v1/communities/{in_path(community_id)}/invitations/{in_path(invitation_id)}/revoke",
            key=key,
        ))

    def read_invitation(self, body: t.ReadInvitation) -> t.ShownInvitation:
        """See what an invitation is for: POST /v1/invitations."""
        return cast("t.ShownInvitation", self.request("POST", "/v1/invitations", body=body, key=""))

    def get_membership(
        self,
        membership_id: str,
        *,
        wait: int | None = None,
        seen: Mapping[str, Any] | None = None,
    ) -> t.ShownMembership:
        """Read a membership: GET /v1/memberships/{membership_id}."""
        return cast("t.ShownMembership", self.request(
            "GET",
            f"/v1/memberships/{in_path(membership_id)}",
            query={"wait": wait},
            seen=seen,
        ))

    def list_my_memberships(self) -> Pages[t.Membership, t.MyMembershipsPage]:
        """List my memberships: GET /v1/me/memberships."""
        return self.pages("/v1/me/memberships")

    def list_memberships(
        self,
        community_id: str,
        *,
        state: str | None = None,
        search: str | None = None,
        sort: Literal["number", "-number", "ends_on", "-ends_on", "updated_at", "-updated_at"] | None = None,
        updated_after: str | None = None,
        ends_from: str | None = None,
        ends_to: str | None = None,
        count: bool | None = None,
    ) -> Pages[t.ListedMembership, t.MembershipsPage]:
        """List the memberships of a community: GET /v1/communities/{community_id}/memberships."""
        return self.pages(
            f"/v1/communities/{in_path(community_id)}/memberships",
            state=state,
            search=search,
            sort=sort,
            updated_after=updated_after,
            ends_from=ends_from,
            ends_to=ends_to,
            count=count,
        )

    def give_membership(
        self,
        community_id: str,
        body: t.GiveMembershipBody,
        *,
        key: str | None = None,
    ) -> t.Membership:
        """Give a membership: POST /v1/communities/{community_id}/memberships."""
        return cast("t.Membership", self.request(
            "POST",
            f"/v1/communities/{in_path(community_id)}/memberships",
            body=body,
            key=key,
        ))

    def export_memberships(self, community_id: str, *, state: str | None = None) -> bytes:
        """Fetch the memberships of a community as a table: GET
        /v1/communities/{community_id}/memberships.csv."""
        return cast("bytes", self.request(
            "GET",
            f"/v1/communities/{in_path(community_id)}/memberships.csv",
            query={"state": state},
        ))

    def get_my_place(self, community_id: str, *, include: str | None = None) -> t.Place:
        """Read where I stand in a community: GET /v1/communities/{community_id}/me."""
        return cast("t.Place", self.request(
            "GET",
            f"/v1/communities/{in_path(community_id)}/me",
            query={"include": include},
        ))

    def get_my_joining(self, community_id: str, *, plan_id: str | None = None) -> t.Joining:
        """Read why I can or cannot join: GET /v1/communities/{community_id}/me/joining."""
        return cast("t.Joining", self.request(
            "GET",
            f"/v1/communities/{in_path(community_id)}/me/joining",
            query={"plan_id": plan_id},
        ))

    def get_join(self, join_id: str) -> t.Join:
        """Read how far a join or renewal has come: GET /v1/joins/{join_id}."""
        return cast("t.Join", self.request("GET", f"/v1/joins/{in_path(join_id)}"))

    def change_profile(
        self,
        membership_id: str,
        body: t.ChangeProfileBody | None = None,
        *,
        seen: Mapping[str, Any] | None = None,
    ) -> t.Membership:
        """Change what the community keeps of a member: PATCH
        /v1/memberships/{membership_id}/profile."""
        return cast("t.Membership", self.request(
            "PATCH",
            f"/v1/memberships/{in_path(membership_id)}/profile",
            body=body,
            seen=seen,
        ))

    def start_renewal(
        self,
        membership_id: str,
        body: t.StartRenewalBody | None = None,
        *,
        key: str | None = None,
    ) -> t.Membership:
        """Open the purchase of the next term: POST /v1/memberships/{membership_id}/renew."""
        return cast("t.Membership", self.request(
            "POST",
            f"/v1/memberships/{in_path(membership_id)}/renew",
            body=body,
            key=key,
        ))

    def cancel_membership(self, membership_id: str, *, key: str | None = None) -> t.Membership:
        """Cancel my membership at the end of its term: POST
        /v1/memberships/{membership_id}/cancel."""
        return cast("t.Membership", self.request(
            "POST",
            f"/v1/memberships/{in_path(membership_id)}/cancel",
            key=key,
        ))

    def keep_membership(self, membership_id: str, *, key: str | None = None) -> t.Membership:
        """Take my cancellation back: POST /v1/memberships/{membership_id}/keep."""
        return cast("t.Membership", self.request(
            "POST",
            f"/v1/memberships/{in_path(membership_id)}/keep",
            key=key,
        ))

    def pause_membership(self, membership_id: str, *, key: str | None = None) -> t.Membership:
        """Pause a membership: POST /v1/memberships/{membership_id}/pause."""
        return cast("t.Membership", self.request(
            "POST",
            f"/v1/memberships/{in_path(membership_id)}/pause",
            key=key,
        ))

    def resume_membership(self, membership_id: str, *, key: str | None = None) -> t.Membership:
        """Resume a paused membership: POST /v1/memberships/{membership_id}/resume."""
        return cast("t.Membership", self.request(
            "POST",
            f"/v1/memberships/{in_path(membership_id)}/resume",
            key=key,
        ))

    def suspend_membership(
        self,
        membership_id: str,
        body: t.SuspendMembershipBody,
        *,
        key: str | None = None,
    ) -> t.Membership:
        """Suspend a member: POST /v1/memberships/{membership_id}/suspend."""
        return cast("t.Membership", self.request(
            "POST",
            f"/v1/memberships/{in_path(membership_id)}/suspend",
            body=body,
            key=key,
        ))

    def lift_suspension(self, membership_id: str, *, key: str | None = None) -> t.Membership:
        """Lift a suspension: POST /v1/memberships/{membership_id}/lift-suspension."""
        return cast("t.Membership", self.request(
            "POST",
            f"/v1/memberships/{in_path(membership_id)}/lift-suspension",
            key=key,
        ))

    def end_membership(
        self,
        membership_id: str,
        body: t.EndMembershipBody,
        *,
        key: str | None = None,
    ) -> t.Membership:
        """End a membership: POST /v1/memberships/{membership_id}/end."""
        return cast("t.Membership", self.request(
            "POST",
            f"/v1/memberships/{in_path(membership_id)}/end",
            body=body,
            key=key,
        ))

    def give_term(
        self,
        membership_id: str,
        body: t.GiveTermBody,
        *,
        key: str | None = None,
    ) -> t.Membership:
        """Give a term: POST /v1/memberships/{membership_id}/give-term."""
        return cast("t.Membership", self.request(
            "POST",
            f"/v1/memberships/{in_path(membership_id)}/give-term",
            body=body,
            key=key,
        ))

    def get_membership_counts(self, community_id: str) -> t.MembershipCounts:
        """Count memberships and applications by state: GET
        /v1/communities/{community_id}/membership-counts."""
        return cast("t.MembershipCounts", self.request(
            "GET",
            f"/v1/communities/{in_path(community_id)}/membership-counts",
        ))

    def create_import(
        self,
        community_id: str,
        body: bytes,
        *,
        dry_run: bool | None = None,
        key: str | None = None,
    ) -> t.Import:
        """Import existing members from a CSV file: POST /v1/communities/{community_id}/imports."""
        return cast("t.Import", self.request(
            "POST",
            f"/v1/communities/{in_path(community_id)}/imports",
            body=body,
            content_type="text/csv",
            query={"dry_run": dry_run},
            key=key,
        ))

    def import_upload(
        self,
        upload_id: str,
        body: t.ImportUploadBody | None = None,
        *,
        key: str | None = None,
    ) -> t.Import:
        """Import existing members from an uploaded file: POST /v1/uploads/{upload_id}/import."""
        return cast("t.Import", self.request(
            "POST",
            f"/v1/uploads/{in_path(upload_id)}/import",
            body=body,
            key=key,
        ))

    def get_import(
        self,
        import_id: str,
        *,
        wait: int | None = None,
        seen: Mapping[str, Any] | None = None,
    ) -> t.Import:
        """Read how far an import is: GET /v1/imports/{import_id}."""
        return cast("t.Import", self.request(
            "GET",
            f"/v1/imports/{in_path(import_id)}",
            query={"wait": wait},
            seen=seen,
        ))

    def list_import_rows(
        self,
        import_id: str,
        *,
        result: t.RowResult | None = None,
    ) -> Pages[t.ImportRow, t.ImportRowsPage]:
        """List what became of each row: GET /v1/imports/{import_id}/rows."""
        return self.pages(f"/v1/imports/{in_path(import_id)}/rows", result=result)

    def export_import_rows(self, import_id: str, *, result: t.RowResult | None = None) -> bytes:
        """Fetch what became of each row as a table: GET /v1/imports/{import_id}/rows.csv."""
        return cast("bytes", self.request(
            "GET",
            f"/v1/imports/{in_path(import_id)}/rows.csv",
            query={"result": result},
        ))

    def create_upload(self, body: t.CreateUpload, *, key: str | None = None) -> t.UploadedFile:
        """Start to send a file: POST /v1/uploads."""
        return cast("t.UploadedFile", self.request("POST", "/v1/uploads", body=body, key=key))

    def add_upload_part(self, upload_id: str, part: int, body: bytes) -> t.UploadedFile:
        """Send the next part of a file: PUT /v1/uploads/{upload_id}/parts/{part}."""
        return cast("t.UploadedFile", self.request(
            "PUT",
            f"/v1/uploads/{in_path(upload_id)}/parts/{in_path(part)}",
            body=body,
            content_type="application/octet-stream",
        ))

    def get_upload(self, upload_id: str) -> t.UploadedFile:
        """Read how much of a file is here: GET /v1/uploads/{upload_id}."""
        return cast("t.UploadedFile", self.request("GET", f"/v1/uploads/{in_path(upload_id)}"))

    def remove_upload(self, upload_id: str) -> None:
        """Remove a file: DELETE /v1/uploads/{upload_id}."""
        return cast("None", self.request("DELETE", f"/v1/uploads/{in_path(upload_id)}"))

    def get_upload_content(self, upload_id: str) -> bytes:
        """Fetch a file: GET /v1/uploads/{upload_id}/content."""
        return cast("bytes", self.request("GET", f"/v1/uploads/{in_path(upload_id)}/content"))

    def list_my_uploads(self) -> Pages[t.UploadedFile, t.MyUploadsPage]:
        """List my files: GET /v1/me/uploads."""
        return self.pages("/v1/me/uploads")

    def list_meetups(
        self,
        community_id: str,
        *,
        state: str | None = None,
        sort: Literal["starts_at", "-starts_at"] | None = None,
        starts_from: str | None = None,
        starts_before: str | None = None,
    ) -> Pages[t.ShownMeetup, t.MeetupsPage]:
        """List a community's meetups by start: GET /v1/communities/{community_id}/meetups."""
        return self.pages(
            f"/v1/communities/{in_path(community_id)}/meetups",
            state=state,
            sort=sort,
            starts_from=starts_from,
            starts_before=starts_before,
        )

    def create_meetup(
        self,
        community_id: str,
        body: t.CreateMeetupBody,
        *,
        key: str | None = None,
    ) -> t.Meetup:
        """Draft a meetup: POST /v1/communities/{community_id}/meetups."""
        return cast("t.Meetup", self.request(
            "POST",
            f"/v1/communities/{in_path(community_id)}/meetups",
            body=body,
            key=key,
        ))

    def count_meetups(self, community_id: str) -> t.MeetupCounts:
        """Count a community's meetups by state: GET
        /v1/communities/{community_id}/meetups/counts."""
        return cast("t.MeetupCounts", self.request(
            "GET",
            f"/v1/communities/{in_path(community_id)}/meetups/counts",
        ))

    def get_meetup(self, meetup_id: str) -> t.ShownMeetup:
        """Read a meetup: GET /v1/meetups/{meetup_id}."""
        return cast("t.ShownMeetup", self.request("GET", f"/v1/meetups/{in_path(meetup_id)}"))

    def change_meetup(
        self,
        meetup_id: str,
        body: t.ChangeMeetupBody | None = None,
        *,
        seen: Mapping[str, Any] | None = None,
    ) -> t.ChangedMeetup:
        """Change a meetup, or see what that would do: PATCH /v1/meetups/{meetup_id}."""
        return cast("t.ChangedMeetup", self.request(
            "PATCH",
            f"/v1/meetups/{in_path(meetup_id)}",
            body=body,
            seen=seen,
        ))

    def publish_meetup(self, meetup_id: str, *, key: str | None = None) -> t.Meetup:
        """Open registration: POST /v1/meetups/{meetup_id}/publish."""
        return cast("t.Meetup", self.request(
            "POST",
            f"/v1/meetups/{in_path(meetup_id)}/publish",
            key=key,
        ))

    def close_registration(self, meetup_id: str, *, key: str | None = None) -> t.Meetup:
        """Close registration: POST /v1/meetups/{meetup_id}/close-registration."""
        return cast("t.Meetup", self.request(
            "POST",
            f"/v1/meetups/{in_path(meetup_id)}/close-registration",
            key=key,
        ))

    def cancel_meetup(
        self,
        meetup_id: str,
        body: t.CancelMeetupBody,
        *,
        key: str | None = None,
    ) -> t.Meetup:
        """Call a meetup off: POST /v1/meetups/{meetup_id}/cancel."""
        return cast("t.Meetup", self.request(
            "POST",
            f"/v1/meetups/{in_path(meetup_id)}/cancel",
            body=body,
            key=key,
        ))

    def select_registrations(
        self,
        meetup_id: str,
        body: t.SelectRegistrationsBody,
        *,
        key: str | None = None,
    ) -> t.Selection:
        """Give seats to people; all other applicants wait in order: POST
        /v1/meetups/{meetup_id}/selections."""
        return cast("t.Selection", self.request(
            "POST",
            f"/v1/meetups/{in_path(meetup_id)}/selections",
            body=body,
            key=key,
        ))

    def list_registrations(
        self,
        meetup_id: str,
        *,
        state: str | None = None,
        search: str | None = None,
        sort: Literal["applied_at", "-applied_at", "updated_at", "-updated_at"] | None = None,
        updated_after: str | None = None,
        count: bool | None = None,
    ) -> Pages[t.ListedRegistration, t.RegistrationsPage]:
        """List a meetup's registrations in order of application: GET
        /v1/meetups/{meetup_id}/registrations."""
        return self.pages(
            f"/v1/meetups/{in_path(meetup_id)}/registrations",
            state=state,
            search=search,
            sort=sort,
            updated_after=updated_after,
            count=count,
        )

    def register(self, meetup_id: str, *, key: str | None = None) -> t.Registration:
        """Apply for a seat: POST /v1/meetups/{meetup_id}/registrations."""
        return cast("t.Registration", self.request(
            "POST",
            f"/v1/meetups/{in_path(meetup_id)}/registrations",
            key=key,
        ))

    def count_registrations(self, meetup_id: str) -> t.RegistrationCounts:
        """Count a meetup's registrations by state: GET
        /v1/meetups/{meetup_id}/registrations/counts."""
        return cast("t.RegistrationCounts", self.request(
            "GET",
            f"/v1/meetups/{in_path(meetup_id)}/registrations/counts",
        ))

    def list_my_registrations(
        self,
        *,
        include: str | None = None,
    ) -> Pages[t.RegistrationAtMeetup, t.MyRegistrationsPage]:
        """List my registrations: GET /v1/me/registrations."""
        return self.pages("/v1/me/registrations", include=include)

    def get_registration(
        self,
        registration_id: str,
        *,
        include: str | None = None,
        wait: int | None = None,
        seen: Mapping[str, Any] | None = None,
    ) -> t.ShownRegistration:
        """Read a registration: GET /v1/registrations/{registration_id}."""
        return cast("t.ShownRegistration", self.request(
            "GET",
            f"/v1/registrations/{in_path(registration_id)}",
            query={"include": include, "wait": wait},
            seen=seen,
        ))

    def confirm_registration(
        self,
        registration_id: str,
        *,
        key: str | None = None,
    ) -> t.Registration:
        """Take the kept seat: POST /v1/registrations/{registration_id}/confirm."""
        return cast("t.Registration", self.request(
            "POST",
            f"/v1/registrations/{in_path(registration_id)}/confirm",
            key=key,
        ))

    def decline_registration(
        self,
        registration_id: str,
        *,
        key: str | None = None,
    ) -> t.Registration:
        """Leave the kept seat to others: POST /v1/registrations/{registration_id}/decline."""
        return cast("t.Registration", self.request(
            "POST",
            f"/v1/registrations/{in_path(registration_id)}/decline",
            key=key,
        ))

    def withdraw_registration(
        self,
        registration_id: str,
        *,
        key: str | None = None,
    ) -> t.Registration:
        """Withdraw: POST /v1/registrations/{registration_id}/withdraw."""
        return cast("t.Registration", self.request(
            "POST",
            f"/v1/registrations/{in_path(registration_id)}/withdraw",
            key=key,
        ))

    def check_in(self, registration_id: str, *, key: str | None = None) -> t.Registration:
        """Note that a person is there: POST /v1/registrations/{registration_id}/check-in."""
        return cast("t.Registration", self.request(
            "POST",
            f"/v1/registrations/{in_path(registration_id)}/check-in",
            key=key,
        ))

    def undo_check_in(self, registration_id: str, *, key: str | None = None) -> t.Registration:
        """Take a check-in back: POST /v1/registrations/{registration_id}/undo-check-in."""
        return cast("t.Registration", self.request(
            "POST",
            f"/v1/registrations/{in_path(registration_id)}/undo-check-in",
            key=key,
        ))

    def accept_offer(self, offer_id: str, *, key: str | None = None) -> t.Registration:
        """Take the offered seat: POST /v1/offers/{offer_id}/accept."""
        return cast("t.Registration", self.request(
            "POST",
            f"/v1/offers/{in_path(offer_id)}/accept",
            key=key,
        ))

    def decline_offer(self, offer_id: str, *, key: str | None = None) -> t.Registration:
        """Leave the offered seat to others: POST /v1/offers/{offer_id}/decline."""
        return cast("t.Registration", self.request(
            "POST",
            f"/v1/offers/{in_path(offer_id)}/decline",
            key=key,
        ))

    def list_plans(self, community_id: str) -> Pages[t.ShownPlan, t.PlansPage]:
        """List the plans of a community: GET /v1/communities/{community_id}/plans."""
        return self.pages(f"/v1/communities/{in_path(community_id)}/plans")

    def create_plan(
        self,
        community_id: str,
        body: t.CreatePlanBody,
        *,
        key: str | None = None,
    ) -> t.Plan:
        """Create a plan: POST /v1/communities/{community_id}/plans."""
        return cast("t.Plan", self.request(
            "POST",
            f"/v1/communities/{in_path(community_id)}/plans",
            body=body,
            key=key,
        ))

    def get_plan(self, plan_id: str, *, seen: Mapping[str, Any] | None = None) -> t.ShownPlan:
        """Read a plan: GET /v1/plans/{plan_id}."""
        return cast("t.ShownPlan", self.request("GET", f"/v1/plans/{in_path(plan_id)}", seen=seen))

    def change_plan(
        self,
        plan_id: str,
        body: t.ChangePlanBody | None = None,
        *,
        seen: Mapping[str, Any] | None = None,
    ) -> t.ChangedPlan:
        """Change a plan, or try a change: PATCH /v1/plans/{plan_id}."""
        return cast("t.ChangedPlan", self.request(
            "PATCH",
            f"/v1/plans/{in_path(plan_id)}",
            body=body,
            seen=seen,
        ))

    def put_plan_on_sale(self, plan_id: str, *, key: str | None = None) -> t.Plan:
        """Put a plan on sale: POST /v1/plans/{plan_id}/put-on-sale."""
        return cast("t.Plan", self.request(
            "POST",
            f"/v1/plans/{in_path(plan_id)}/put-on-sale",
            key=key,
        ))

    def pause_plan(self, plan_id: str, *, key: str | None = None) -> t.Plan:
        """Pause a plan: POST /v1/plans/{plan_id}/pause."""
        return cast("t.Plan", self.request("POST", f"/v1/plans/{in_path(plan_id)}/pause", key=key))

    def close_plan(self, plan_id: str, *, key: str | None = None) -> t.Plan:
        """Close a plan for good: POST /v1/plans/{plan_id}/close."""
        return cast("t.Plan", self.request("POST", f"/v1/plans/{in_path(plan_id)}/close", key=key))

    def get_price(self, plan_id: str) -> t.PublicPrice:
        """What a plan costs now, and why: GET /v1/plans/{plan_id}/price."""
        return cast("t.PublicPrice", self.request("GET", f"/v1/plans/{in_path(plan_id)}/price"))

    def list_provider_accounts(self, community_id: str) -> t.ProviderAccounts:
        """List the accounts with payment providers: GET /v1/communities/{community_id}/provider-
        accounts."""
        return cast("t.ProviderAccounts", self.request(
            "GET",
            f"/v1/communities/{in_path(community_id)}/provider-accounts",
        ))

    def get_provider_account(
        self,
        community_id: str,
        provider: str,
        *,
        seen: Mapping[str, Any] | None = None,
    ) -> t.ProviderAccount:
        """Read the account with a payment provider: GET /v1/communities/{community_id}/provider-
        accounts/{provider}."""
        return cast("t.ProviderAccount", self.request(
            "GET",
            f"/v1/communities/{in_path(community_id)}/provider-accounts/{in_path(provider)}",
            seen=seen,
        ))

    def set_provider_account(
        self,
        community_id: str,
        provider: str,
        body: t.SetProviderAccountBody | None = None,
        *,
        seen: Mapping[str, Any] | None = None,
    ) -> t.ProviderAccount:
        """Name the account with a payment provider: PUT /v1/communities/{community_id}/provider-
        accounts/{provider}."""
        return cast("t.ProviderAccount", self.request(
            "PUT",
            f"/v1/communities/{in_path(community_id)}/provider-accounts/{in_path(provider)}",
            body=body,
            seen=seen,
            is_new=seen is None,
        ))

    def list_coupons(
        self,
        community_id: str,
        *,
        state: t.CouponState | None = None,
        sort: Literal["created_at", "-created_at"] | None = None,
    ) -> Pages[t.ShownCoupon, t.CouponsPage]:
        """List coupons and their uses: GET /v1/communities/{community_id}/coupons."""
        return self.pages(
            f"/v1/communities/{in_path(community_id)}/coupons",
            state=state,
            sort=sort,
        )

    def create_coupon(
        self,
        community_id: str,
        body: t.CreateCouponBody,
        *,
        key: str | None = None,
    ) -> t.Coupon:
        """Create a coupon: POST /v1/communities/{community_id}/coupons."""
        return cast("t.Coupon", self.request(
            "POST",
            f"/v1/communities/{in_path(community_id)}/coupons",
            body=body,
            key=key,
        ))

    def count_coupons(self, community_id: str) -> t.CouponCounts:
        """Count a community's coupons by state: GET
        /v1/communities/{community_id}/coupons/counts."""
        return cast("t.CouponCounts", self.request(
            "GET",
            f"/v1/communities/{in_path(community_id)}/coupons/counts",
        ))

    def get_coupon(self, coupon_id: str) -> t.ShownCoupon:
        """Read a coupon and its uses: GET /v1/coupons/{coupon_id}."""
        return cast("t.ShownCoupon", self.request("GET", f"/v1/coupons/{in_path(coupon_id)}"))

    def change_coupon(
        self,
        coupon_id: str,
        body: t.ChangeCouponBody | None = None,
        *,
        seen: Mapping[str, Any] | None = None,
    ) -> t.ChangedCoupon:
        """Change a coupon, or try a change: PATCH /v1/coupons/{coupon_id}."""
        return cast("t.ChangedCoupon", self.request(
            "PATCH",
            f"/v1/coupons/{in_path(coupon_id)}",
            body=body,
            seen=seen,
        ))

    def pause_coupon(self, coupon_id: str, *, key: str | None = None) -> t.Coupon:
        """Pause a coupon: POST /v1/coupons/{coupon_id}/pause."""
        return cast("t.Coupon", self.request(
            "POST",
            f"/v1/coupons/{in_path(coupon_id)}/pause",
            key=key,
        ))

    def resume_coupon(self, coupon_id: str, *, key: str | None = None) -> t.Coupon:
        """Give a coupon again: POST /v1/coupons/{coupon_id}/resume."""
        return cast("t.Coupon", self.request(
            "POST",
            f"/v1/coupons/{in_path(coupon_id)}/resume",
            key=key,
        ))

    def end_coupon(self, coupon_id: str, *, key: str | None = None) -> t.Coupon:
        """End a coupon for good: POST /v1/coupons/{coupon_id}/end."""
        return cast("t.Coupon", self.request(
            "POST",
            f"/v1/coupons/{in_path(coupon_id)}/end",
            key=key,
        ))

    def list_my_purchases(self) -> Pages[t.NamedPurchase, t.MyPurchasesPage]:
        """List what I can pay or have paid: GET /v1/me/purchases."""
        return self.pages("/v1/me/purchases")

    def get_purchase(
        self,
        purchase_id: str,
        *,
        wait: int | None = None,
        seen: Mapping[str, Any] | None = None,
    ) -> t.ShownPurchase:
        """Read a purchase: GET /v1/purchases/{purchase_id}."""
        return cast("t.ShownPurchase", self.request(
            "GET",
            f"/v1/purchases/{in_path(purchase_id)}",
            query={"wait": wait},
            seen=seen,
        ))

    def choose_purchase_plan(
        self,
        purchase_id: str,
        body: t.ChoosePurchasePlanBody,
        *,
        seen: Mapping[str, Any] | None = None,
    ) -> t.Purchase:
        """Name another plan to pay for: PUT /v1/purchases/{purchase_id}/plan."""
        return cast("t.Purchase", self.request(
            "PUT",
            f"/v1/purchases/{in_path(purchase_id)}/plan",
            body=body,
            seen=seen,
        ))

    def create_quote(
        self,
        purchase_id: str,
        body: t.CreateQuoteBody | None = None,
        *,
        key: str | None = None,
    ) -> t.Quote:
        """Get a price and hold the place: POST /v1/purchases/{purchase_id}/quotes."""
        return cast("t.Quote", self.request(
            "POST",
            f"/v1/purchases/{in_path(purchase_id)}/quotes",
            body=body,
            key=key,
        ))

    def get_quote(self, quote_id: str) -> t.Quote:
        """Read a quote: GET /v1/quotes/{quote_id}."""
        return cast("t.Quote", self.request("GET", f"/v1/quotes/{in_path(quote_id)}"))

    def create_order(self, quote_id: str, *, key: str | None = None) -> t.Order:
        """Accept a quote: POST /v1/quotes/{quote_id}/order."""
        return cast("t.Order", self.request(
            "POST",
            f"/v1/quotes/{in_path(quote_id)}/order",
            key=key,
        ))

    def order_purchase(
        self,
        purchase_id: str,
        body: t.OrderPurchaseBody,
        *,
        key: str | None = None,
    ) -> t.Order:
        """Order at the price you saw: POST /v1/purchases/{purchase_id}/orders."""
        return cast("t.Order", self.request(
            "POST",
            f"/v1/purchases/{in_path(purchase_id)}/orders",
            body=body,
            key=key,
        ))

    def get_order(
        self,
        order_id: str,
        *,
        wait: int | None = None,
        seen: Mapping[str, Any] | None = None,
    ) -> t.ShownOrder:
        """Read an order: GET /v1/orders/{order_id}."""
        return cast("t.ShownOrder", self.request(
            "GET",
            f"/v1/orders/{in_path(order_id)}",
            query={"wait": wait},
            seen=seen,
        ))

    def list_my_orders(self) -> Pages[t.MyOrder, t.MyOrdersPage]:
        """List my orders: GET /v1/me/orders."""
        return self.pages("/v1/me/orders")

    def list_orders(
        self,
        community_id: str,
        *,
        state: str | None = None,
        search: str | None = None,
        sort: Literal["created_at", "-created_at", "paid_at", "-paid_at", "updated_at", "-updated_at"] | None = None,
        updated_after: str | None = None,
        paid_from: str | None = None,
        paid_before: str | None = None,
        count: bool | None = None,
    ) -> Pages[t.ListedOrder, t.OrdersPage]:
        """List the orders of a community: GET /v1/communities/{community_id}/orders."""
        return self.pages(
            f"/v1/communities/{in_path(community_id)}/orders",
            state=state,
            search=search,
            sort=sort,
            updated_after=updated_after,
            paid_from=paid_from,
            paid_before=paid_before,
            count=count,
        )

    def count_orders(self, community_id: str) -> t.OrderCounts:
        """Count a community's orders by state: GET
        /v1/communities/{community_id}/orders/counts."""
        return cast("t.OrderCounts", self.request(
            "GET",
            f"/v1/communities/{in_path(community_id)}/orders/counts",
        ))

    def cancel_order(self, order_id: str, *, key: str | None = None) -> t.Order:
        """Give up an unpaid order: POST /v1/orders/{order_id}/cancel."""
        return cast("t.Order", self.request(
            "POST",
            f"/v1/orders/{in_path(order_id)}/cancel",
            key=key,
        ))

    def open_payment(
        self,
        order_id: str,
        body: t.OpenPaymentBody,
        *,
        key: str | None = None,
    ) -> t.Payment:
        """Open an attempt to pay: POST /v1/orders/{order_id}/payments."""
        return cast("t.Payment", self.request(
            "POST",
            f"/v1/orders/{in_path(order_id)}/payments",
            body=body,
            key=key,
        ))

    def get_refund_preview(self, order_id: str) -> t.RefundPreview:
        """What giving up now brings back: GET /v1/orders/{order_id}/refund-preview."""
        return cast("t.RefundPreview", self.request(
            "GET",
            f"/v1/orders/{in_path(order_id)}/refund-preview",
        ))

    def refund_order(
        self,
        order_id: str,
        body: t.RefundOrderBody,
        *,
        key: str | None = None,
    ) -> t.Refund:
        """Refund an order: POST /v1/orders/{order_id}/refunds."""
        return cast("t.Refund", self.request(
            "POST",
            f"/v1/orders/{in_path(order_id)}/refunds",
            body=body,
            key=key,
        ))

    def ask_refund(
        self,
        order_id: str,
        body: t.AskRefundBody | None = None,
        *,
        key: str | None = None,
    ) -> t.RefundRequest:
        """Ask for a refund: POST /v1/orders/{order_id}/refund-requests."""
        return cast("t.RefundRequest", self.request(
            "POST",
            f"/v1/orders/{in_path(order_id)}/refund-requests",
            body=body,
            key=key,
        ))

    def list_my_refund_requests(self) -> Pages[t.RefundRequest, t.MyRefundRequestsPage]:
        """List the refunds that I asked for: GET /v1/me/refund-requests."""
        return self.pages("/v1/me/refund-requests")

    def list_refund_requests(
        self,
        community_id: str,
        *,
        state: t.RefundRequestState | None = None,
        sort: Literal["created_at", "-created_at"] | None = None,
    ) -> Pages[t.ListedRefundRequest, t.RefundRequestsPage]:
        """List requests for refunds: GET /v1/communities/{community_id}/refund-requests."""
        return self.pages(
            f"/v1/communities/{in_path(community_id)}/refund-requests",
            state=state,
            sort=sort,
        )

    def count_refund_requests(self, community_id: str) -> t.RefundRequestCounts:
        """Count requests for refunds by state: GET /v1/communities/{community_id}/refund-
        requests/counts."""
        return cast("t.RefundRequestCounts", self.request(
            "GET",
            f"/v1/communities/{in_path(community_id)}/refund-requests/counts",
        ))

    def get_refund_request(
        self,
        refund_request_id: str,
        *,
        wait: int | None = None,
        seen: Mapping[str, Any] | None = None,
    ) -> t.ShownRefundRequest:
        """Read a request for a refund: GET /v1/refund-requests/{refund_request_id}."""
        return cast("t.ShownRefundRequest", self.request(
            "GET",
            f"/v1/refund-requests/{in_path(refund_request_id)}",
            query={"wait": wait},
            seen=seen,
        ))

    def grant_refund_request(
        self,
        refund_request_id: str,
        body: t.GrantRefundRequestBody | None = None,
        *,
        key: str | None = None,
    ) -> t.RefundRequest:
        """Grant a refund: POST /v1/refund-requests/{refund_request_id}/grant."""
        return cast("t.RefundRequest", self.request(
            "POST",
            f"/v1/refund-requests/{in_path(refund_request_id)}/grant",
            body=body,
            key=key,
        ))

    def decline_refund_request(
        self,
        refund_request_id: str,
        body: t.DeclineRefundRequestBody,
        *,
        key: str | None = None,
    ) -> t.RefundRequest:
        """Decline a refund: POST /v1/refund-requests/{refund_request_id}/decline."""
        return cast("t.RefundRequest", self.request(
            "POST",
            f"/v1/refund-requests/{in_path(refund_request_id)}/decline",
            body=body,
            key=key,
        ))

    def withdraw_refund_request(
        self,
        refund_request_id: str,
        *,
        key: str | None = None,
    ) -> t.RefundRequest:
        """Take a request for a refund back: POST /v1/refund-
        requests/{refund_request_id}/withdraw."""
        return cast("t.RefundRequest", self.request(
            "POST",
            f"/v1/refund-requests/{in_path(refund_request_id)}/withdraw",
            key=key,
        ))

    def list_transfers(
        self,
        community_id: str,
        *,
        state: t.TransferState | None = None,
        sort: Literal["created_at", "-created_at"] | None = None,
        reference: str | None = None,
    ) -> Pages[t.ListedTransfer, t.TransfersPage]:
        """List transfers: GET /v1/communities/{community_id}/transfers."""
        return self.pages(
            f"/v1/communities/{in_path(community_id)}/transfers",
            state=state,
            sort=sort,
            reference=reference,
        )

    def count_transfers(self, community_id: str) -> t.TransferCounts:
        """Count a community's transfers by state: GET
        /v1/communities/{community_id}/transfers/counts."""
        return cast("t.TransferCounts", self.request(
            "GET",
            f"/v1/communities/{in_path(community_id)}/transfers/counts",
        ))

    def confirm_transfer(
        self,
        payment_id: str,
        body: t.ConfirmTransferBody,
        *,
        key: str | None = None,
    ) -> t.Transfer:
        """Confirm what came: POST /v1/payments/{payment_id}/confirm-transfer."""
        return cast("t.Transfer", self.request(
            "POST",
            f"/v1/payments/{in_path(payment_id)}/confirm-transfer",
            body=body,
            key=key,
        ))

    def list_due_refunds(self, community_id: str) -> Pages[t.Refund, t.DueRefundsPage]:
        """List refunds to transfer: GET /v1/communities/{community_id}/due-refunds."""
        return self.pages(f"/v1/communities/{in_path(community_id)}/due-refunds")

    def confirm_refund(self, refund_id: str, *, key: str | None = None) -> t.Refund:
        """Confirm a refund that was transferred: POST /v1/refunds/{refund_id}/confirm-transfer."""
        return cast("t.Refund", self.request(
            "POST",
            f"/v1/refunds/{in_path(refund_id)}/confirm-transfer",
            key=key,
        ))

    def get_ledger(self, community_id: str) -> t.LedgerSummary:
        """Read the balances of the ledger: GET /v1/communities/{community_id}/ledger."""
        return cast("t.LedgerSummary", self.request(
            "GET",
            f"/v1/communities/{in_path(community_id)}/ledger",
        ))

    def get_sales(self, community_id: str) -> t.SalesSummary:
        """Read what was sold: GET /v1/communities/{community_id}/sales."""
        return cast("t.SalesSummary", self.request(
            "GET",
            f"/v1/communities/{in_path(community_id)}/sales",
        ))

    def list_my_notifications(
        self,
        *,
        unread: bool | None = None,
    ) -> Pages[t.Notification, t.MyNotificationsPage]:
        """List my notifications: GET /v1/me/notifications."""
        return self.pages("/v1/me/notifications", unread=unread)

    def mark_notification_read(self, notification_id: str) -> t.Notification:
        """Mark a notification as read (the first time counts): POST
        /v1/notifications/{notification_id}/read."""
        return cast("t.Notification", self.request(
            "POST",
            f"/v1/notifications/{in_path(notification_id)}/read",
            key="",
        ))

    def read_my_notifications(self, body: t.ReadMyNotifications) -> t.UnreadNotifications:
        """Mark my notifications up to one as read: POST /v1/me/notifications/read."""
        return cast("t.UnreadNotifications", self.request(
            "POST",
            "/v1/me/notifications/read",
            body=body,
            key="",
        ))

    def get_delivery_summary(self, community_id: str) -> t.DeliverySummary:
        """Count what was delivered: GET /v1/communities/{community_id}/deliveries."""
        return cast("t.DeliverySummary", self.request(
            "GET",
            f"/v1/communities/{in_path(community_id)}/deliveries",
        ))

    def get_request(self, request_id: str) -> t.RequestLog:
        """Look up what was answered to a request: GET /v1/requests/{request_id}."""
        return cast("t.RequestLog", self.request("GET", f"/v1/requests/{in_path(request_id)}"))

    def get_community_history(self, community_id: str) -> Pages[t.Change, t.HistoryPage]:
        """Read who changed a community, and when: GET /v1/communities/{community_id}/history."""
        return self.pages(f"/v1/communities/{in_path(community_id)}/history")

    def get_role_history(self, community_id: str, person_id: str) -> Pages[t.Change, t.HistoryPage]:
        """Read who changed a person's roles, and when: GET
        /v1/communities/{community_id}/roles/{person_id}/history."""
        return self.pages(
            f"/v1/communities/{in_path(community_id)}/roles/{in_path(person_id)}/history",
        )

    def get_application_history(self, application_id: str) -> Pages[t.Change, t.HistoryPage]:
        """Read who changed an application, and when: GET
        /v1/applications/{application_id}/history."""
        return self.pages(f"/v1/applications/{in_path(application_id)}/history")

    def get_membership_history(self, membership_id: str) -> Pages[t.Change, t.HistoryPage]:
        """Read who changed a membership, and when: GET /v1/memberships/{membership_id}/history."""
        return self.pages(f"/v1/memberships/{in_path(membership_id)}/history")

    def get_meetup_history(self, meetup_id: str) -> Pages[t.Change, t.HistoryPage]:
        """Read who changed a meetup, and when: GET /v1/meetups/{meetup_id}/history."""
        return self.pages(f"/v1/meetups/{in_path(meetup_id)}/history")

    def get_registration_history(self, registration_id: str) -> Pages[t.Change, t.HistoryPage]:
        """Read who changed a registration, and when: GET
        /v1/registrations/{registration_id}/history."""
        return self.pages(f"/v1/registrations/{in_path(registration_id)}/history")

    def get_plan_history(self, plan_id: str) -> Pages[t.Change, t.HistoryPage]:
        """Read who changed a plan, and when: GET /v1/plans/{plan_id}/history."""
        return self.pages(f"/v1/plans/{in_path(plan_id)}/history")

    def get_coupon_history(
        self,
        community_id: str,
        coupon_id: str,
    ) -> Pages[t.Change, t.HistoryPage]:
        """Read who changed a coupon, and when: GET
        /v1/communities/{community_id}/coupons/{coupon_id}/history."""
        return self.pages(
            f"/v1/communities/{in_path(community_id)}/coupons/{in_path(coupon_id)}/history",
        )

    def get_order_history(self, order_id: str) -> Pages[t.Change, t.HistoryPage]:
        """Read who changed an order, and when: GET /v1/orders/{order_id}/history."""
        return self.pages(f"/v1/orders/{in_path(order_id)}/history")

    def get_refund_request_history(self, refund_request_id: str) -> Pages[t.Change, t.HistoryPage]:
        """Read who changed a request for a refund, and when: GET /v1/refund-
        requests/{refund_request_id}/history."""
        return self.pages(f"/v1/refund-requests/{in_path(refund_request_id)}/history")

    def list_review_queue(
        self,
        community_id: str,
        *,
        state: str | None = None,
        search: str | None = None,
        overdue: bool | None = None,
        sort: Literal["decide_by", "-decide_by"] | None = None,
    ) -> Pages[t.QueuedApplication, t.ReviewQueuePage]:
        """List who waits for a decision: GET /v1/communities/{community_id}/review-queue."""
        return self.pages(
            f"/v1/communities/{in_path(community_id)}/review-queue",
            state=state,
            search=search,
            overdue=overdue,
            sort=sort,
        )

    def get_dashboard(
        self,
        community_id: str,
        *,
        since: str | None = None,
        until: str | None = None,
        seen: Mapping[str, Any] | None = None,
    ) -> t.Dashboard:
        """Read how a community stands: GET /v1/communities/{community_id}/dashboard."""
        return cast("t.Dashboard", self.request(
            "GET",
            f"/v1/communities/{in_path(community_id)}/dashboard",
            query={"since": since, "until": until},
            seen=seen,
        ))

    def get_membership_report(
        self,
        community_id: str,
        *,
        since: str | None = None,
        until: str | None = None,
        by: t.ReportPeriod | None = None,
        seen: Mapping[str, Any] | None = None,
    ) -> t.MembershipReport:
        """Read what became of applications and memberships, by period: GET
        /v1/communities/{community_id}/membership-report."""
        return cast("t.MembershipReport", self.request(
            "GET",
            f"/v1/communities/{in_path(community_id)}/membership-report",
            query={"since": since, "until": until, "by": by},
            seen=seen,
        ))

    def export_membership_report(
        self,
        community_id: str,
        *,
        part: t.ReportPart | None = None,
        since: str | None = None,
        until: str | None = None,
        by: t.ReportPeriod | None = None,
    ) -> bytes:
        """Fetch a part of this report as a table: GET /v1/communities/{community_id}/membership-
        report.csv."""
        return cast("bytes", self.request(
            "GET",
            f"/v1/communities/{in_path(community_id)}/membership-report.csv",
            query={"part": part, "since": since, "until": until, "by": by},
        ))

    def get_revenue(
        self,
        community_id: str,
        *,
        since: str | None = None,
        until: str | None = None,
        seen: Mapping[str, Any] | None = None,
    ) -> t.Revenue:
        """Read what a community earned by month, and its latest orders: GET
        /v1/communities/{community_id}/revenue."""
        return cast("t.Revenue", self.request(
            "GET",
            f"/v1/communities/{in_path(community_id)}/revenue",
            query={"since": since, "until": until},
            seen=seen,
        ))

    def list_guests(
        self,
        meetup_id: str,
        *,
        search: str | None = None,
    ) -> Pages[t.Guest, t.GuestsPage]:
        """List who has a seat, for the door: GET /v1/meetups/{meetup_id}/guests."""
        return self.pages(f"/v1/meetups/{in_path(meetup_id)}/guests", search=search)

    def get_offer(
        self,
        community_id: str,
        *,
        seen: Mapping[str, Any] | None = None,
    ) -> t.PaymentsOffer:
        """Read what a community offers: form, plans, prices now: GET
        /v1/communities/{community_id}/offer."""
        return cast("t.PaymentsOffer", self.request(
            "GET",
            f"/v1/communities/{in_path(community_id)}/offer",
            seen=seen,
        ))
