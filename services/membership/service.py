"""The membership service: who we are, and the nameko classes of its three roles."""

from dataclasses import dataclass
from typing import Any

import click

from chassis.app import App
from chassis.changes import INSERT, Writes
from chassis.commands import Operation
from chassis.commits import COMMITS
from chassis.consumers import reaction
from chassis.context import Context
from chassis.jobs import JobRun, job
from chassis.platform import Platform, ServiceDefinition
from chassis.rpc_server import rpc
from contracts import membership, payments
from contracts.envelope import CloudEvent
from contracts.errors import DomainError
from services.membership.adapters.access_tokens import AccessTokens
from services.membership.settings import MembershipSettings
from services.membership.store import SCHEMA
from services.membership.store.applications import Applications
from services.membership.store.communities import Communities, Forms, MemberNumbers
from services.membership.store.counts import Counts
from services.membership.store.imports import ImportRows, Imports
from services.membership.store.memberships import Memberships
from services.membership.store.people import People
from services.membership.store.sign_in import Challenges, Sessions, SignInLimits
from services.membership.store.standings import Standings
from services.membership.usecases.access import Access
from services.membership.usecases.applications import ApplicationUseCases
from services.membership.usecases.communities import CommunityUseCases, RoleUseCases
from services.membership.usecases.counts import CountingUseCases
from services.membership.usecases.deadlines import DeadlineUseCases
from services.membership.usecases.imports import ImportUseCases
from services.membership.usecases.memberships import MembershipUseCases
from services.membership.usecases.people import PeopleUseCases
from services.membership.usecases.purchases import PurchaseUseCases
from services.membership.usecases.reviews import ReviewUseCases
from services.membership.usecases.sign_in import SignInUseCases
from services.membership.usecases.standings import StandingUseCases
from services.membership.usecases.unpaid import UnpaidMemberships

Request = dict[str, Any]
View = dict[str, Any]


@dataclass(frozen=True)
class Membership:
    """The composition: all use cases of one process."""

    sign_in: SignInUseCases
    people: PeopleUseCases
    communities: CommunityUseCases
    roles: RoleUseCases
    applications: ApplicationUseCases
    reviews: ReviewUseCases
    memberships: MembershipUseCases
    purchases: PurchaseUseCases
    deadlines: DeadlineUseCases
    imports: ImportUseCases
    standings: StandingUseCases
    counting: CountingUseCases


def build(platform: Platform[MembershipSettings]) -> Membership:
    """Wires stores and use cases."""
    database, uow = platform.database, platform.uow
    people, standings = People(database), Standings(database)
    communities, forms, numbers = Communities(database), Forms(database), MemberNumbers(database)
    applications, memberships = Applications(database), Memberships(database)
    counts = Counts(database)
    access = Access(standings)
    unpaid = UnpaidMemberships(memberships, standings)
    persons = PeopleUseCases(people, access, uow)
    return Membership(
        sign_in=SignInUseCases(
            challenges=Challenges(database),
            limits=SignInLimits(database),
            sessions=Sessions(database),
            people=persons,
            tokens=AccessTokens(platform.settings.signing_key),
            starts_per_minute=platform.settings.sign_ins_per_minute,
            uow=uow,
        ),
        people=persons,
        communities=CommunityUseCases(
            communities=communities,
            forms=forms,
            numbers=numbers,
            standings=standings,
            people=persons,
            access=access,
            uow=uow,
        ),
        roles=RoleUseCases(
            communities=communities,
            standings=standings,
            people=persons,
            access=access,
            uow=uow,
        ),
        applications=ApplicationUseCases(
            applications=applications,
            communities=communities,
            forms=forms,
            unpaid=unpaid,
            uow=uow,
        ),
        reviews=ReviewUseCases(
            applications=applications,
            communities=communities,
            forms=forms,
            memberships=memberships,
            standings=standings,
            access=access,
            uow=uow,
        ),
        memberships=MembershipUseCases(
            memberships=memberships,
            communities=communities,
            counts=counts,
            access=access,
            clock=platform.clock,
            uow=uow,
        ),
        purchases=PurchaseUseCases(
            memberships=memberships,
            applications=applications,
            communities=communities,
            numbers=numbers,
            standings=standings,
            uow=uow,
        ),
        deadlines=DeadlineUseCases(
            applications=applications, memberships=memberships, unpaid=unpaid, uow=uow
        ),
        imports=ImportUseCases(
            imports=Imports(database),
            rows=ImportRows(database),
            communities=communities,
            numbers=numbers,
            people=people,
            memberships=memberships,
            standings=standings,
            access=access,
            uow=uow,
        ),
        standings=StandingUseCases(standings, communities),
        counting=CountingUseCases(counts=counts, communities=communities, uow=uow),
    )


class MembershipRpc:
    """Questions and commands."""

    name = "membership-rpc"
    app = App()

    @rpc(membership.START_SIGN_IN)
    def start_sign_in(self, request: Request, ctx: Context) -> View:
        return self.app.sign_in.start(request, ctx)

    @rpc(membership.FINISH_SIGN_IN)
    def finish_sign_in(self, request: Request, ctx: Context) -> View:
        return self.app.sign_in.finish(request, ctx)

    @rpc(membership.REFRESH_SESSION)
    def refresh_session(self, request: Request, ctx: Context) -> View:
        return self.app.sign_in.refresh(request, ctx)

    @rpc(membership.END_SESSION)
    def end_session(self, request: Request, ctx: Context) -> View:
        return self.app.sign_in.end(request, ctx)

    @rpc(membership.FETCH_SIGN_IN_CODE)
    def fetch_sign_in_code(self, request: Request, ctx: Context) -> View:
        return self.app.sign_in.fetch_code(request, ctx)

    @rpc(membership.GET_ME)
    def get_me(self, request: Request, ctx: Context) -> View:
        return self.app.people.get_me(request, ctx)

    @rpc(membership.CHANGE_ME)
    def change_me(self, request: Request, ctx: Context) -> View:
        return self.app.people.change_me(request, ctx)

    @rpc(membership.GET_RECIPIENT)
    def get_recipient(self, request: Request, ctx: Context) -> View:
        return self.app.people.get_recipient(request, ctx)

    @rpc(membership.CREATE_COMMUNITY, one_unit=True)
    def create_community(self, request: Request, ctx: Context) -> View:
        return self.app.communities.create(request, ctx)

    @rpc(membership.GET_COMMUNITY)
    def get_community(self, request: Request, ctx: Context) -> View:
        return self.app.communities.get(request, ctx)

    @rpc(membership.CHANGE_FORM)
    def change_form(self, request: Request, ctx: Context) -> View:
        return self.app.communities.change_form(request, ctx)

    @rpc(membership.GET_FORM)
    def get_form(self, request: Request, ctx: Context) -> View:
        return self.app.communities.get_form(request, ctx)

    @rpc(membership.LIST_COMMUNITIES)
    def list_communities(self, request: Request, ctx: Context) -> View:
        return self.app.communities.page(request, ctx)

    @rpc(membership.GRANT_ROLE, one_unit=True)
    def grant_role(self, request: Request, ctx: Context) -> View:
        return self.app.roles.grant(request, ctx)

    @rpc(membership.REVOKE_ROLE)
    def revoke_role(self, request: Request, ctx: Context) -> View:
        return self.app.roles.revoke(request, ctx)

    @rpc(membership.LIST_ROLES)
    def list_roles(self, request: Request, ctx: Context) -> View:
        return self.app.roles.page(request, ctx)

    @rpc(membership.CREATE_APPLICATION, one_unit=True)
    def create_application(self, request: Request, ctx: Context) -> View:
        return self.app.applications.create(request, ctx)

    @rpc(membership.CHANGE_APPLICATION)
    def change_application(self, request: Request, ctx: Context) -> View:
        return self.app.applications.change(request, ctx)

    @rpc(membership.SUBMIT_APPLICATION, one_unit=True)
    def submit_application(self, request: Request, ctx: Context) -> View:
        return self.app.applications.submit(request, ctx)

    @rpc(membership.WITHDRAW_APPLICATION, one_unit=True)
    def withdraw_application(self, request: Request, ctx: Context) -> View:
        return self.app.applications.withdraw(request, ctx)

    @rpc(membership.LIST_MY_APPLICATIONS)
    def list_my_applications(self, request: Request, ctx: Context) -> View:
        return self.app.applications.page_mine(request, ctx)

    @rpc(membership.GET_APPLICATION)
    def get_application(self, request: Request, ctx: Context) -> View:
        return self.app.reviews.get(request, ctx)

    @rpc(membership.LIST_APPLICATIONS)
    def list_applications(self, request: Request, ctx: Context) -> View:
        return self.app.reviews.page(request, ctx)

    @rpc(membership.CLAIM_APPLICATION, one_unit=True)
    def claim_application(self, request: Request, ctx: Context) -> View:
        return self.app.reviews.claim(request, ctx)

    @rpc(membership.APPROVE_APPLICATION, one_unit=True)
    def approve_application(self, request: Request, ctx: Context) -> View:
        return self.app.reviews.approve(request, ctx)

    @rpc(membership.REJECT_APPLICATION, one_unit=True)
    def reject_application(self, request: Request, ctx: Context) -> View:
        return self.app.reviews.reject(request, ctx)

    @rpc(membership.REQUEST_INFO, one_unit=True)
    def request_info(self, request: Request, ctx: Context) -> View:
        return self.app.reviews.request_info(request, ctx)

    @rpc(membership.GET_MEMBERSHIP)
    def get_membership(self, request: Request, ctx: Context) -> View:
        return self.app.memberships.get(request, ctx)

    @rpc(membership.LIST_MY_MEMBERSHIPS)
    def list_my_memberships(self, request: Request, ctx: Context) -> View:
        return self.app.memberships.page_mine(request, ctx)

    @rpc(membership.LIST_MEMBERSHIPS)
    def list_memberships(self, request: Request, ctx: Context) -> View:
        return self.app.memberships.page(request, ctx)

    @rpc(membership.GET_MEMBERSHIP_COUNTS)
    def get_membership_counts(self, request: Request, ctx: Context) -> View:
        return self.app.memberships.count(request, ctx)

    @rpc(membership.START_RENEWAL, one_unit=True)
    def start_renewal(self, request: Request, ctx: Context) -> View:
        return self.app.memberships.start_renewal(request, ctx)

    @rpc(membership.CHECK_IMPORT)
    def check_import(self, request: Request, ctx: Context) -> View:
        return self.app.imports.check(request, ctx)

    @rpc(membership.CREATE_IMPORT, one_unit=True)
    def create_import(self, request: Request, ctx: Context) -> View:
        return self.app.imports.create(request, ctx)

    @rpc(membership.GET_IMPORT)
    def get_import(self, request: Request, ctx: Context) -> View:
        return self.app.imports.get(request, ctx)

    @rpc(membership.LIST_IMPORT_ROWS)
    def list_import_rows(self, request: Request, ctx: Context) -> View:
        return self.app.imports.page_rows(request, ctx)

    @rpc(membership.GET_STANDING)
    def get_standing(self, request: Request, ctx: Context) -> View:
        return self.app.standings.get(request, ctx)

    @rpc(membership.LIST_STANDINGS)
    def list_standings(self, request: Request, ctx: Context) -> View:
        return self.app.standings.page(request, ctx)


class MembershipConsumers:
    """What follows from events, our own ones included."""

    name = "membership-consumers"
    app = App()

    @reaction(payments.ORDER_PAID)
    def on_order_paid(self, event: CloudEvent, ctx: Context) -> None:
        self.app.purchases.fulfil(event, ctx)

    @reaction(payments.ORDER_REFUNDED)
    def on_order_refunded(self, event: CloudEvent, ctx: Context) -> None:
        self.app.purchases.take_back(event, ctx)


class MembershipJobs:
    """What follows from time."""

    name = "membership-jobs"
    app = App()

    @job("advance_applications")
    def advance_applications(self, run: JobRun) -> None:
        self.app.deadlines.advance_applications(run)

    @job("advance_memberships")
    def advance_memberships(self, run: JobRun) -> None:
        self.app.deadlines.advance_memberships(run)

    @job("fold_counts", every=2, wakes=[Writes(COMMITS, (INSERT,), having="tally")])
    def fold_counts(self, run: JobRun) -> None:
        self.app.counting.fold(run)

    @job("verify_counts")
    def verify_counts(self, run: JobRun) -> None:
        self.app.counting.verify(run)

    @job("run_imports", wakes=[Writes(Imports.collection_schema)])
    def run_imports(self, run: JobRun) -> None:
        self.app.imports.run(run)


@click.command("create-operator")
@click.option("--email", required=True, help="The address that the operator signs in with.")
@click.option("--locale", type=click.Choice(["zh-CN", "en"]), default="zh-CN")
@click.pass_obj
def create_operator(operation: Operation, email: str, locale: str) -> None:
    """Make the first operator; refused on a system that has one."""
    try:
        person = operation.app.roles.create_operator(email, locale, operation.ctx)
    except DomainError as error:
        raise click.ClickException(error.error.text("en", error.params)) from error
    click.echo(f"{person['_id']} {person['email']}")


SERVICE = ServiceDefinition(
    name="membership",
    settings=MembershipSettings,
    build=build,
    roles={"rpc": MembershipRpc, "consumers": MembershipConsumers, "jobs": MembershipJobs},
    schema=SCHEMA,
    commands=(create_operator,),
)
