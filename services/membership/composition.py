"""What one process of the membership service is composed of."""

from dataclasses import dataclass

from chassis.commit_updates import CommitUpdates
from chassis.export import Part, PersonExport
from chassis.history import History
from chassis.outbox import Outbox
from chassis.platform import Platform
from contracts import membership
from contracts.errors.membership import INVITATION_UNKNOWN, VOUCHING_CODE_WRONG
from services.membership.adapters.access_tokens import AccessTokens
from services.membership.adapters.oidc import OpenIdConnect
from services.membership.adapters.proofs import ProofOfWork
from services.membership.adapters.signed_codes import SignedCodes
from services.membership.adapters.ways import Provider, Way, read_ways
from services.membership.adapters.wechat import WeChat
from services.membership.settings import MembershipSettings
from services.membership.store import open_stores
from services.membership.usecases.access import Access
from services.membership.usecases.communities.communities import CommunityUseCases
from services.membership.usecases.communities.dashboards import DashboardUseCases
from services.membership.usecases.communities.operators import OperatorUseCases
from services.membership.usecases.communities.reasons import ReasonUseCases
from services.membership.usecases.communities.reports import ReportUseCases
from services.membership.usecases.communities.roles import RoleUseCases
from services.membership.usecases.communities.visibility import Visibility
from services.membership.usecases.files.uploads import UploadUseCases
from services.membership.usecases.history import HistoryUseCases
from services.membership.usecases.identity.api_keys import ApiKeyUseCases
from services.membership.usecases.identity.email_changes import EmailChangeUseCases
from services.membership.usecases.identity.erasure import ErasureUseCases
from services.membership.usecases.identity.forgetting import Forgetting
from services.membership.usecases.identity.identities import IdentityUseCases
from services.membership.usecases.identity.links import LinkUseCases
from services.membership.usecases.identity.names import NameUseCases
from services.membership.usecases.identity.people import PersonUseCases
from services.membership.usecases.identity.sessions import SessionUseCases
from services.membership.usecases.identity.sign_in import SignInUseCases
from services.membership.usecases.identity.ways import FrontEnds, WayUseCases
from services.membership.usecases.terms.completion import CompletionUseCases
from services.membership.usecases.terms.counts import CountUseCases
from services.membership.usecases.terms.deadlines import MembershipDeadlineUseCases
from services.membership.usecases.terms.decisions import DecisionUseCases
from services.membership.usecases.terms.given_memberships import GivenMembershipUseCases
from services.membership.usecases.terms.given_terms import GivenTermUseCases
from services.membership.usecases.terms.import_runs import ImportRuns
from services.membership.usecases.terms.imports import ImportUseCases
from services.membership.usecases.terms.joins import JoinUseCases
from services.membership.usecases.terms.memberships import MembershipUseCases
from services.membership.usecases.terms.outages import OutageUseCases
from services.membership.usecases.terms.plans import PlanUseCases
from services.membership.usecases.terms.profiles import ProfileUseCases
from services.membership.usecases.terms.purchases import PurchaseUseCases
from services.membership.usecases.terms.standings import StandingUseCases
from services.membership.usecases.terms.withdrawals import Withdrawals
from services.membership.usecases.vetting.applications import ApplicationUseCases
from services.membership.usecases.vetting.bans import Bans
from services.membership.usecases.vetting.bulk import BulkUseCases
from services.membership.usecases.vetting.deadlines import ApplicationDeadlineUseCases
from services.membership.usecases.vetting.decisions import Decisions
from services.membership.usecases.vetting.invitations import Invitations, InvitationUseCases
from services.membership.usecases.vetting.joining import JoiningUseCases
from services.membership.usecases.vetting.my_communities import MyCommunityUseCases
from services.membership.usecases.vetting.notes import NoteUseCases
from services.membership.usecases.vetting.overdue import OverdueUseCases
from services.membership.usecases.vetting.places import PlaceUseCases
from services.membership.usecases.vetting.review_queue import ReviewQueueUseCases
from services.membership.usecases.vetting.reviews import ReviewUseCases
from services.membership.usecases.vetting.rounds import RoundUseCases
from services.membership.usecases.vetting.screening import Screener
from services.membership.usecases.vetting.screening_rules import BlockUseCases, ScreeningUseCases
from services.membership.usecases.vetting.undoing import Undoing, UndoUseCases
from services.membership.usecases.vetting.vouching import VouchingUseCases


@dataclass(frozen=True)
class MembershipApp:
    """What the entrypoints call."""

    sign_in: SignInUseCases
    ways: WayUseCases
    identities: IdentityUseCases
    sessions: SessionUseCases
    api_keys: ApiKeyUseCases
    links: LinkUseCases
    people: PersonUseCases
    names: NameUseCases
    email_changes: EmailChangeUseCases
    erasures: ErasureUseCases
    communities: CommunityUseCases
    roles: RoleUseCases
    operators: OperatorUseCases
    applications: ApplicationUseCases
    application_deadlines: ApplicationDeadlineUseCases
    screening: ScreeningUseCases
    blocks: BlockUseCases
    notes: NoteUseCases
    bulk: BulkUseCases
    reviews: ReviewUseCases
    undos: UndoUseCases
    rounds: RoundUseCases
    overdue: OverdueUseCases
    reasons: ReasonUseCases
    vouching: VouchingUseCases
    invitations: InvitationUseCases
    memberships: MembershipUseCases
    decisions: DecisionUseCases
    joins: JoinUseCases
    given_terms: GivenTermUseCases
    given_memberships: GivenMembershipUseCases
    membership_deadlines: MembershipDeadlineUseCases
    outages: OutageUseCases
    plans: PlanUseCases
    profiles: ProfileUseCases
    places: PlaceUseCases
    joining: JoiningUseCases
    visibility: Visibility
    my_communities: MyCommunityUseCases
    dashboards: DashboardUseCases
    reports: ReportUseCases
    review_queue: ReviewQueueUseCases
    purchases: PurchaseUseCases
    imports: ImportUseCases
    import_runs: ImportRuns
    uploads: UploadUseCases
    standings: StandingUseCases
    completion: CompletionUseCases
    counts: CountUseCases
    history: HistoryUseCases
    export: PersonExport


def provider_of(way: Way, *, in_clear: bool) -> Provider:
    """Who vouches for people by this way."""
    return OpenIdConnect(way, in_clear=in_clear) if way.kind == "oidc" else WeChat(way)


def build(platform: Platform[MembershipSettings]) -> MembershipApp:
    """The composition of one process."""
    stores, uow, clock = open_stores(platform.database), platform.uow, platform.clock
    access, withdrawals = Access(stores.standings), Withdrawals(stores=stores)
    people = PersonUseCases(stores=stores, uow=uow, access=access)
    settings, tokens = platform.settings, AccessTokens(platform.settings.signing_key)
    sessions = SessionUseCases(stores=stores, uow=uow, access=access, tokens=tokens)
    identities = IdentityUseCases(stores=stores, uow=uow, sessions=sessions)
    in_clear = settings.env != "production"
    ways = read_ways(settings.sign_in_ways, in_clear=in_clear)
    phone_countries = settings.phone_countries.split()
    proofs = None
    if settings.sign_in_proof_bits:
        secret = tokens.derive_secret("coterie sign-in proof")
        proofs = ProofOfWork(secret, settings.sign_in_proof_bits)
    blocked_domains = frozenset(settings.blocked_mail_domains.split())
    email_changes = EmailChangeUseCases(
        stores=stores,
        uow=uow,
        access=access,
        sessions=sessions,
        tokens=tokens,
        blocked_domains=blocked_domains,
    )
    plans = PlanUseCases(stores=stores, rpc=platform.rpc)
    decisions = Decisions(stores=stores)
    reviews = ReviewUseCases(
        stores=stores, uow=uow, clock=clock, access=access, decisions=decisions
    )
    screener = Screener(stores=stores, clock=clock)
    undoing = Undoing(withdrawals=withdrawals, rpc=platform.rpc)
    invitation_codes = SignedCodes(
        tokens.derive_secret("coterie invitation code"), INVITATION_UNKNOWN
    )
    applications = ApplicationUseCases(
        stores=stores,
        uow=uow,
        plans=plans,
        withdrawals=withdrawals,
        screener=screener,
        decisions=decisions,
        undoing=undoing,
        invitations=Invitations(stores=stores, codes=invitation_codes),
    )
    memberships = MembershipUseCases(
        stores=stores, uow=uow, clock=clock, access=access, plans=plans
    )
    vouching = VouchingUseCases(
        stores=stores,
        uow=uow,
        clock=clock,
        access=access,
        decisions=decisions,
        codes=SignedCodes(tokens.derive_secret("coterie vouching code"), VOUCHING_CODE_WRONG),
    )
    places = PlaceUseCases(stores=stores, clock=clock, rpc=platform.rpc)
    standings = StandingUseCases(stores=stores, clock=clock)
    uploads = UploadUseCases(stores=stores, uow=uow, access=access)
    return MembershipApp(
        sign_in=SignInUseCases(
            stores=stores,
            uow=uow,
            people=people,
            identities=identities,
            sessions=sessions,
            tokens=tokens,
            starts_per_minute=settings.sign_ins_per_minute,
            sms_per_minute=settings.sms_per_minute,
            for_strangers=settings.sign_ins_for_strangers,
            phone_countries=phone_countries,
            proofs=proofs,
            blocked_domains=blocked_domains,
            seed_code=settings.seed_code,
        ),
        ways=WayUseCases(
            stores=stores,
            uow=uow,
            identities=identities,
            sessions=sessions,
            tokens=tokens,
            ways=ways,
            providers={way.name: provider_of(way, in_clear=in_clear) for way in ways},
            front_ends=FrontEnds(frozenset(settings.front_ends.split()), local=in_clear),
            phone_countries=phone_countries,
        ),
        identities=identities,
        sessions=sessions,
        api_keys=ApiKeyUseCases(
            stores=stores, uow=uow, access=access, live=settings.env == "production"
        ),
        links=LinkUseCases(stores=stores, clock=clock, tokens=tokens, rpc=platform.rpc),
        people=people,
        names=NameUseCases(stores=stores, uow=uow),
        email_changes=email_changes,
        erasures=ErasureUseCases(
            stores=stores,
            uow=uow,
            access=access,
            forgetting=Forgetting(
                stores=stores,
                commits=CommitUpdates(platform.database),
                uow=uow,
                withdrawals=withdrawals,
            ),
        ),
        communities=CommunityUseCases(
            stores=stores,
            uow=uow,
            clock=clock,
            people=people,
            access=access,
            local_links=settings.env != "production",
        ),
        roles=RoleUseCases(stores=stores, uow=uow, people=people, access=access),
        operators=OperatorUseCases(stores=stores, uow=uow, people=people, access=access),
        applications=applications,
        application_deadlines=ApplicationDeadlineUseCases(
            stores=stores, uow=uow, withdrawals=withdrawals
        ),
        reviews=reviews,
        bulk=BulkUseCases(stores=stores, uow=uow, access=access, reviews=reviews),
        undos=UndoUseCases(
            stores=stores,
            reviews=reviews,
            decisions=decisions,
            screener=screener,
            undoing=undoing,
        ),
        rounds=RoundUseCases(stores=stores, uow=uow, decisions=decisions),
        overdue=OverdueUseCases(stores=stores, uow=uow),
        reasons=ReasonUseCases(stores=stores, uow=uow, access=access),
        vouching=vouching,
        invitations=InvitationUseCases(
            stores=stores,
            uow=uow,
            clock=clock,
            access=access,
            plans=plans,
            codes=invitation_codes,
        ),
        screening=ScreeningUseCases(stores=stores, uow=uow, access=access, screener=screener),
        blocks=BlockUseCases(
            stores=stores,
            uow=uow,
            access=access,
            bans=Bans(stores=stores, withdrawals=withdrawals),
        ),
        notes=NoteUseCases(stores=stores, uow=uow, access=access),
        memberships=memberships,
        decisions=DecisionUseCases(stores=stores, uow=uow, access=access),
        joins=JoinUseCases(
            stores=stores,
            uow=uow,
            clock=clock,
            access=access,
            rpc=platform.rpc,
            outbox=Outbox(platform.database),
        ),
        given_terms=GivenTermUseCases(stores=stores, uow=uow, access=access, plans=plans),
        given_memberships=GivenMembershipUseCases(
            stores=stores, uow=uow, access=access, people=people, plans=plans, screener=screener
        ),
        membership_deadlines=MembershipDeadlineUseCases(stores=stores, uow=uow),
        outages=OutageUseCases(stores=stores, uow=uow),
        plans=plans,
        profiles=ProfileUseCases(stores=stores, uow=uow, clock=clock, access=access),
        places=places,
        joining=JoiningUseCases(stores=stores, clock=clock, plans=plans, screener=screener),
        visibility=Visibility(stores),
        my_communities=MyCommunityUseCases(stores=stores, clock=clock, places=places),
        dashboards=DashboardUseCases(stores=stores, clock=clock, access=access, rpc=platform.rpc),
        reports=ReportUseCases(stores=stores, clock=clock, access=access),
        review_queue=ReviewQueueUseCases(stores=stores, clock=clock, access=access),
        purchases=PurchaseUseCases(stores=stores, uow=uow),
        imports=ImportUseCases(stores=stores, uow=uow, clock=clock, access=access),
        import_runs=ImportRuns(stores=stores, uow=uow),
        uploads=uploads,
        standings=standings,
        completion=CompletionUseCases(stores=stores, uow=uow),
        counts=CountUseCases(stores=stores, uow=uow),
        history=HistoryUseCases(
            stores=stores,
            access=access,
            history=History(database=platform.database, access=access),
        ),
        export=PersonExport(
            access=access,
            parts={
                "person": Part(membership.Person, people.list_me),
                "email_change": Part(membership.EmailChange, email_changes.list_mine),
                "session": Part(membership.Session, sessions.list_mine),
                "identity": Part(membership.Identity, identities.list_page),
                "standing": Part(membership.StandingFacts, standings.list_mine),
                "application": Part(membership.Application, applications.list_mine),
                "vouch": Part(membership.MyVouch, vouching.list_mine),
                "membership": Part(membership.Membership, memberships.list_mine),
                "upload": Part(membership.UploadedFile, uploads.list_mine),
            },
            export_person=membership.EXPORT_PERSON,
        ),
    )
