"""What answers the RPCs, events and jobs of the membership service."""

from chassis.changes import INSERT, WatchedCollection, Writes
from chassis.commits import COMMITS
from chassis.consumers import Queue, Reactions, Replicas, consumers_role
from chassis.jobs import Job, Jobs, jobs_role
from chassis.platform import ServiceDefinition
from chassis.rpc_server import Handlers, rpc_role
from contracts import events, membership, notifications, payments
from services.membership.commands import COMMANDS
from services.membership.composition import MembershipApp, build
from services.membership.settings import MembershipSettings
from services.membership.store import SCHEMA
from services.membership.store.terms.imports import ImportStore
from services.membership.store.terms.memberships import MembershipStore
from services.membership.store.vetting.applications import ApplicationStore

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
    membership.GET_REASONS: lambda app: app.reasons.get,
    membership.CHANGE_REASONS: lambda app: app.reasons.change,
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
    membership.READ_INVITATION: lambda app: app.invitations.read,
    membership.LIST_INVITATIONS: lambda app: app.invitations.list_of_community,
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
    membership.GET_JOIN: lambda app: app.joins.get,
    membership.GET_MY_PLACE: lambda app: app.places.get,
    membership.LIST_MY_COMMUNITIES: lambda app: app.my_communities.list_mine,
    membership.GET_DASHBOARD: lambda app: app.dashboards.get,
    membership.GET_MEMBERSHIP_REPORT: lambda app: app.reports.get,
    membership.EXPORT_MEMBERSHIP_REPORT: lambda app: app.reports.export,
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
    membership.CREATE_INVITATION: lambda app: app.invitations.create,
    membership.REVOKE_INVITATION: lambda app: app.invitations.revoke,
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
    membership.GIVE_TERM: lambda app: app.given_terms.give,
    membership.GIVE_MEMBERSHIP: lambda app: app.given_memberships.give,
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
    Job("remind_reviewers", every=60): lambda app: app.overdue.remind,
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
