"""The composition of the membership service, and what answers its RPCs, events and jobs."""

from dataclasses import dataclass

from chassis.changes import INSERT, WatchedCollection, Writes
from chassis.commit_updates import CommitUpdates
from chassis.commits import COMMITS
from chassis.consumers import Queue, Reactions, Replicas, consumers_role
from chassis.export import Part, PersonExport
from chassis.history import History
from chassis.jobs import Job, Jobs, jobs_role
from chassis.platform import Platform, ServiceDefinition
from chassis.rpc_server import Handlers, rpc_role
from contracts import events, membership, notifications, payments
from services.membership.adapters.access_tokens import AccessTokens
from services.membership.adapters.oidc import OpenIdConnect
from services.membership.adapters.proofs import ProofOfWork
from services.membership.adapters.vouching_codes import VouchingCodes
from services.membership.adapters.ways import Provider, Way, read_ways
from services.membership.adapters.wechat import WeChat
from services.membership.commands import COMMANDS
from services.membership.settings import MembershipSettings
from services.membership.store import SCHEMA, open_stores
from services.membership.store.terms.imports import ImportStore
from services.membership.store.terms.memberships import MembershipStore
from services.membership.store.vetting.applications import ApplicationStore
from services.membership.usecases.access import Access
from services.membership.usecases.communities.communities import CommunityUseCases
from services.membership.usecases.communities.dashboards import DashboardUseCases
from services.membership.usecases.communities.operators import OperatorUseCases
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
from services.membership.usecases.terms.import_runs import ImportRuns
from services.membership.usecases.terms.imports import ImportUseCases
from services.membership.usecases.terms.memberships import MembershipUseCases
from services.membership.usecases.terms.outages import OutageUseCases
from services.membership.usecases.terms.plans import PlanUseCases
from services.membership.usecases.terms.profiles import ProfileUseCases
from services.membership.usecases.terms.purchases import PurchaseUseCases
from services.membership.usecases.terms.standings import StandingUseCases
from services.membership.usecases.terms.withdrawals import Withdrawals
from services.membership.usecases.vetting.applications import ApplicationUseCases
from services.membership.usecases.vetting.bulk import BulkUseCases
from services.membership.usecases.vetting.deadlines import ApplicationDeadlineUseCases
from services.membership.usecases.vetting.decisions import Decisions
from services.membership.usecases.vetting.joining import JoiningUseCases
from services.membership.usecases.vetting.my_communities import MyCommunityUseCases
from services.membership.usecases.vetting.notes import NoteUseCases
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
    vouching: VouchingUseCases
    memberships: MembershipUseCases
    decisions: DecisionUseCases
    membership_deadlines: MembershipDeadlineUseCases
    outages: OutageUseCases
    plans: PlanUseCases
    profiles: ProfileUseCases
    places: PlaceUseCases
    joining: JoiningUseCases
    visibility: Visibility
    my_communities: MyCommunityUseCases
    dashboards: DashboardUseCases
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
    applications = ApplicationUseCases(
        stores=stores,
        uow=uow,
        plans=plans,
        withdrawals=withdrawals,
        screener=screener,
        decisions=decisions,
        undoing=undoing,
    )
    reviews = ReviewUseCases(
        stores=stores, uow=uow, clock=clock, access=access, decisions=decisions
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
        codes=VouchingCodes(tokens.derive_secret("coterie vouching code")),
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
        undos=UndoUseCases(stores=stores, reviews=reviews, decisions=decisions, undoing=undoing),
        rounds=RoundUseCases(stores=stores, uow=uow, decisions=decisions),
        vouching=vouching,
        screening=ScreeningUseCases(stores=stores, uow=uow, access=access, screener=screener),
        blocks=BlockUseCases(stores=stores, uow=uow, access=access),
        notes=NoteUseCases(stores=stores, uow=uow, access=access),
        memberships=memberships,
        decisions=DecisionUseCases(stores=stores, uow=uow, access=access),
        membership_deadlines=MembershipDeadlineUseCases(stores=stores, uow=uow),
        outages=OutageUseCases(stores=stores, uow=uow),
        plans=plans,
        profiles=ProfileUseCases(stores=stores, uow=uow, clock=clock, access=access),
        places=places,
        joining=JoiningUseCases(stores=stores, clock=clock, plans=plans, screener=screener),
        visibility=Visibility(stores),
        my_communities=MyCommunityUseCases(stores=stores, clock=clock, places=places),
        dashboards=DashboardUseCases(stores=stores, clock=clock, access=access, rpc=platform.rpc),
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


RPCS: Handlers[MembershipApp] = {
    membership.START_SIGN_IN: lambda app: app.sign_in.start,
    membership.START_PHONE_SIGN_IN: lambda app: app.sign_in.start_by_phone,
    membership.FINISH_SIGN_IN: lambda app: app.sign_in.finish,
    membership.LIST_WAYS: lambda app: app.ways.list_all,
    membership.START_AT_WAY: lambda app: app.ways.start,
    membership.FINISH_AT_WAY: lambda app: app.ways.finish,
    membership.START_LINKING: lambda app: app.ways.start_linking,
    membership.FINISH_LINKING: lambda app: app.ways.finish_linking,
    membership.LINK_BY_CODE: lambda app: app.sign_in.link,
    membership.LIST_MY_IDENTITIES: lambda app: app.identities.list_mine,
    membership.UNLINK_IDENTITY: lambda app: app.identities.unlink,
    membership.REFRESH_SESSION: lambda app: app.sessions.refresh,
    membership.END_SESSION: lambda app: app.sessions.end,
    membership.LIST_MY_SESSIONS: lambda app: app.sessions.list_mine,
    membership.END_MY_SESSION: lambda app: app.sessions.end_one,
    membership.END_MY_SESSIONS: lambda app: app.sessions.end_mine,
    membership.END_SESSIONS: lambda app: app.sessions.end_of_person,
    membership.CREATE_API_KEY: lambda app: app.api_keys.create,
    membership.LIST_API_KEYS: lambda app: app.api_keys.list_of_community,
    membership.CREATE_SYSTEM_API_KEY: lambda app: app.api_keys.create_for_system,
    membership.LIST_SYSTEM_API_KEYS: lambda app: app.api_keys.list_of_system,
    membership.REVOKE_API_KEY: lambda app: app.api_keys.revoke,
    membership.RESOLVE_API_KEY: lambda app: app.api_keys.resolve,
    membership.FETCH_SIGN_IN_CODE: lambda app: app.sign_in.fetch_code,
    membership.SIGN_LINK: lambda app: app.links.sign,
    membership.GET_LINK: lambda app: app.links.get,
    membership.GET_ME: lambda app: app.people.get_me,
    membership.CHANGE_ME: lambda app: app.people.change_me,
    membership.GET_API_KEY_NAMES: lambda app: app.api_keys.get_names,
    membership.LIST_HOLDERS: lambda app: app.roles.list_holders,
    membership.GET_RECIPIENT: lambda app: app.people.get_recipient,
    membership.GET_NAMES: lambda app: app.people.get_names,
    membership.FIND_PEOPLE: lambda app: app.people.find,
    membership.START_EMAIL_CHANGE: lambda app: app.email_changes.start,
    membership.GET_EMAIL_CHANGE: lambda app: app.email_changes.get,
    membership.WITHDRAW_EMAIL_CHANGE: lambda app: app.email_changes.withdraw,
    membership.CONFIRM_EMAIL_CHANGE: lambda app: app.email_changes.confirm,
    membership.FETCH_EMAIL_CODE: lambda app: app.email_changes.fetch_code,
    membership.GET_CHANGED_EMAIL: lambda app: app.email_changes.get_changed,
    membership.START_MY_ERASURE: lambda app: app.erasures.start_mine,
    membership.WITHDRAW_MY_ERASURE: lambda app: app.erasures.withdraw_mine,
    membership.GET_MY_ERASURE: lambda app: app.erasures.get_mine,
    membership.START_ERASURE: lambda app: app.erasures.start,
    membership.WITHDRAW_ERASURE: lambda app: app.erasures.withdraw,
    membership.GET_ERASURE: lambda app: app.erasures.get,
    membership.EXPORT_MINE: lambda app: app.export.mine,
    membership.EXPORT_PERSON: lambda app: app.export.of_person,
    membership.GET_COMMUNITY: lambda app: app.communities.get,
    membership.SEES_COMMUNITY: lambda app: app.visibility.ask,
    membership.GET_COMMUNITY_BY_SLUG: lambda app: app.communities.get_by_slug,
    membership.CHANGE_COMMUNITY: lambda app: app.communities.change,
    membership.CHANGE_LINK_HOSTS: lambda app: app.communities.change_link_hosts,
    membership.GET_POLICY: lambda app: app.communities.get_policy,
    membership.CHANGE_FORM: lambda app: app.communities.change_form,
    membership.GET_FORM: lambda app: app.communities.get_form,
    membership.LIST_COMMUNITIES: lambda app: app.communities.list_all,
    membership.REVOKE_ROLE: lambda app: app.roles.revoke,
    membership.LIST_ROLES: lambda app: app.roles.list_of_community,
    membership.LIST_OPERATORS: lambda app: app.operators.list_all,
    membership.REVOKE_OPERATOR: lambda app: app.operators.revoke,
    membership.CHANGE_APPLICATION: lambda app: app.applications.change,
    membership.CHOOSE_APPLICATION_PLAN: lambda app: app.applications.choose_plan,
    membership.LIST_MY_APPLICATIONS: lambda app: app.applications.list_mine,
    membership.GET_APPLICATION: lambda app: app.reviews.get,
    membership.GET_SCREENING: lambda app: app.screening.get,
    membership.CHANGE_SCREENING: lambda app: app.screening.change,
    membership.TRY_SCREENING: lambda app: app.screening.dry_run,
    membership.LIST_BLOCKS: lambda app: app.blocks.list_of_community,
    membership.REMOVE_BLOCK: lambda app: app.blocks.remove,
    membership.DECIDE_APPLICATIONS: lambda app: app.bulk.decide,
    membership.LIST_NOTES: lambda app: app.notes.list_of_application,
    membership.REMOVE_NOTE: lambda app: app.notes.remove,
    membership.UNDO_DECISION: lambda app: app.undos.undo,
    membership.GET_DECISION_WORDS: lambda app: app.reviews.words,
    membership.GET_APPLICATION_FILE: lambda app: app.reviews.get_file,
    membership.LIST_APPLICATIONS: lambda app: app.reviews.list_of_community,
    membership.GET_MEMBERSHIP: lambda app: app.memberships.get,
    membership.LIST_MY_MEMBERSHIPS: lambda app: app.memberships.list_mine,
    membership.LIST_MEMBERSHIPS: lambda app: app.memberships.list_of_community,
    membership.EXPORT_MEMBERSHIPS: lambda app: app.memberships.export,
    membership.GET_MEMBERSHIP_COUNTS: lambda app: app.memberships.count,
    membership.CHECK_IMPORT: lambda app: app.imports.check,
    membership.GET_IMPORT: lambda app: app.imports.get,
    membership.LIST_IMPORT_ROWS: lambda app: app.imports.list_rows,
    membership.EXPORT_IMPORT_ROWS: lambda app: app.imports.export_rows,
    membership.CHECK_UPLOAD_PART: lambda app: app.uploads.check_part,
    membership.ADD_UPLOAD_PART: lambda app: app.uploads.add_part,
    membership.GET_UPLOAD: lambda app: app.uploads.get,
    membership.LIST_MY_UPLOADS: lambda app: app.uploads.list_mine,
    membership.GET_UPLOAD_CONTENT: lambda app: app.uploads.get_content,
    membership.REMOVE_UPLOAD: lambda app: app.uploads.remove,
    membership.GET_APPLICATION_HISTORY: lambda app: app.history.of_application,
    membership.GET_MEMBERSHIP_HISTORY: lambda app: app.history.of_membership,
    membership.GET_COMMUNITY_HISTORY: lambda app: app.history.of_community,
    membership.GET_ROLE_HISTORY: lambda app: app.history.of_role,
    membership.GET_STANDING: lambda app: app.standings.get,
    membership.GET_MY_JOINING: lambda app: app.joining.get,
    membership.GET_MY_PLACE: lambda app: app.places.get,
    membership.LIST_MY_COMMUNITIES: lambda app: app.my_communities.list_mine,
    membership.GET_DASHBOARD: lambda app: app.dashboards.get,
    membership.GET_COMMUNITY_HEADS: lambda app: app.dashboards.heads,
    membership.LIST_REVIEW_QUEUE: lambda app: app.review_queue.list_waiting,
    membership.CHANGE_PROFILE: lambda app: app.profiles.change,
    membership.GET_STANDINGS: lambda app: app.standings.get_some,
    membership.LIST_AUDIENCE: lambda app: app.standings.list_audience,
    membership.LIST_STANDINGS: lambda app: app.standings.list_all,
}

# Each changes nothing outside of its one keyed unit of work.
SINGLE_TRANSACTION_RPCS: Handlers[MembershipApp] = {
    membership.CREATE_COMMUNITY: lambda app: app.communities.create,
    membership.GRANT_ROLE: lambda app: app.roles.grant,
    membership.GRANT_OPERATOR: lambda app: app.operators.grant,
    membership.CREATE_APPLICATION: lambda app: app.applications.create,
    membership.SUBMIT_APPLICATION: lambda app: app.applications.submit,
    membership.WITHDRAW_APPLICATION: lambda app: app.applications.withdraw,
    membership.CREATE_BLOCK: lambda app: app.blocks.create,
    membership.ADD_NOTE: lambda app: app.notes.add,
    membership.GET_VOUCHING_CODE: lambda app: app.vouching.get_code,
    membership.CREATE_VOUCH: lambda app: app.vouching.create,
    membership.TAKE_BACK_VOUCH: lambda app: app.vouching.take_back,
    membership.LIST_MY_VOUCHES: lambda app: app.vouching.list_mine,
    membership.GET_VOUCHER_RECORD: lambda app: app.vouching.get_record,
    membership.CLAIM_APPLICATION: lambda app: app.reviews.claim,
    membership.APPROVE_APPLICATION: lambda app: app.reviews.approve,
    membership.REJECT_APPLICATION: lambda app: app.reviews.reject,
    membership.DECIDE_APPLICATION: lambda app: app.reviews.decide,
    membership.DECLARE_CONFLICT: lambda app: app.reviews.declare_conflict,
    membership.REOPEN_APPLICATION: lambda app: app.undos.reopen,
    membership.REQUEST_INFO: lambda app: app.reviews.request_info,
    membership.START_RENEWAL: lambda app: app.memberships.start_renewal,
    membership.CANCEL_MEMBERSHIP: lambda app: app.decisions.cancel,
    membership.KEEP_MEMBERSHIP: lambda app: app.decisions.keep,
    membership.PAUSE_MEMBERSHIP: lambda app: app.decisions.pause,
    membership.RESUME_MEMBERSHIP: lambda app: app.decisions.resume,
    membership.SUSPEND_MEMBERSHIP: lambda app: app.decisions.suspend,
    membership.LIFT_SUSPENSION: lambda app: app.decisions.lift,
    membership.END_MEMBERSHIP: lambda app: app.decisions.end,
    membership.CREATE_IMPORT: lambda app: app.imports.create,
    membership.IMPORT_UPLOAD: lambda app: app.imports.create_from_upload,
    membership.CREATE_UPLOAD: lambda app: app.uploads.create,
}

# Each service that has nothing of an erased person left.
PERSON_DATA_ERASED = Queue(
    "on_person_data_erased",
    (payments.PERSON_DATA_ERASED, events.PERSON_DATA_ERASED, notifications.PERSON_DATA_ERASED),
)

REACTIONS: Reactions[MembershipApp] = {
    payments.ORDER_PAID: lambda app: app.purchases.fulfil,
    payments.ORDER_REFUNDED: lambda app: app.purchases.take_back,
    PERSON_DATA_ERASED: lambda app: app.erasures.note_confirmation,
}

REPLICAS: Replicas[MembershipApp] = {
    payments.PLAN_DESCRIBED: lambda app: app.plans.apply,
}

IMPORTS = Writes(ImportStore.collection_schema)
NEW_TALLIES = Writes(COMMITS, (INSERT,), having="tally")
JOBS: Jobs[MembershipApp] = {
    Job("advance_applications"): lambda app: app.application_deadlines.advance,
    Job("advance_memberships"): lambda app: app.membership_deadlines.advance,
    Job("complete_standings"): lambda app: app.completion.complete,
    Job("erase_people"): lambda app: app.erasures.advance,
    Job("fold_counts", every=2, wakes=[NEW_TALLIES]): lambda app: app.counts.fold,
    Job("settle_applications", every=60): lambda app: app.rounds.settle,
    Job("verify_counts"): lambda app: app.counts.verify,
    Job("verify_names"): lambda app: app.names.verify,
    Job("remove_uploads"): lambda app: app.uploads.sweep,
    Job("run_imports", wakes=[IMPORTS]): lambda app: app.import_runs.run,
}


SERVICE = ServiceDefinition(
    name="membership",
    settings=MembershipSettings,
    build=build,
    roles={
        "rpc": rpc_role("membership", RPCS, SINGLE_TRANSACTION_RPCS),
        "consumers": consumers_role("membership", REACTIONS, REPLICAS),
        "jobs": jobs_role("membership", JOBS),
    },
    schema=SCHEMA,
    tells=[
        WatchedCollection(ApplicationStore.collection_schema, "app", person="person_id"),
        WatchedCollection(MembershipStore.collection_schema, "mbr", person="person_id"),
        WatchedCollection(ImportStore.collection_schema, "imp", person="started_by"),
    ],
    commands=COMMANDS,
)
