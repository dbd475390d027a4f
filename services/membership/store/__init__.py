"""What membership keeps: collections, indexes and validators, one module for each aggregate."""

from dataclasses import dataclass
from typing import Any

from pymongo.database import Database

from chassis.migrations import into_commits
from chassis.mongo import Document
from chassis.schema import DatabaseSchema
from services.membership.store.communities.communities import (
    CommunityStore,
    FormerPolicyStore,
    FormStore,
    MemberNumberStore,
)
from services.membership.store.files.uploads import (
    UploadPartStore,
    UploadQuotaStore,
    UploadStore,
)
from services.membership.store.identity.api_keys import ApiKeyCountStore, ApiKeyStore
from services.membership.store.identity.email_changes import EmailChangeStore
from services.membership.store.identity.erasure import ErasureStore
from services.membership.store.identity.identities import IdentityStore, SignInStateStore
from services.membership.store.identity.people import PersonStore
from services.membership.store.identity.sign_in import ChallengeStore, SessionStore
from services.membership.store.identity.sign_in_limits import SignInLimitStore
from services.membership.store.migrations import (
    complete_standings,
    find_people_by_name,
    keep_for_a_time,
    keep_names_with_rows,
    keep_numbers,
    list_sessions,
    one_form_of_addresses,
    review_in_rounds,
    reword,
    tell_of_terms_without_purchase,
)
from services.membership.store.terms.counts import CountStore, kept_counts
from services.membership.store.terms.imports import ImportRowStore, ImportStore
from services.membership.store.terms.memberships import MembershipStore
from services.membership.store.terms.plans import PlanStore
from services.membership.store.terms.report_days import kept_days
from services.membership.store.terms.standings import StandingStore
from services.membership.store.vetting.applications import ApplicationStore
from services.membership.store.vetting.invitations import InvitationStore
from services.membership.store.vetting.notes import NoteStore
from services.membership.store.vetting.screening import BlockStore, ScreeningStore
from services.membership.store.vetting.vouching import VouchCountStore


@dataclass(frozen=True)
class Stores:
    """Every store of the service, opened once per process."""

    people: PersonStore
    erasures: ErasureStore
    challenges: ChallengeStore
    sign_in_limits: SignInLimitStore
    sessions: SessionStore
    api_keys: ApiKeyStore
    api_key_counts: ApiKeyCountStore
    identities: IdentityStore
    sign_in_states: SignInStateStore
    email_changes: EmailChangeStore
    communities: CommunityStore
    forms: FormStore
    former_policies: FormerPolicyStore
    numbers: MemberNumberStore
    plans: PlanStore
    standings: StandingStore
    applications: ApplicationStore
    invitations: InvitationStore
    notes: NoteStore
    screenings: ScreeningStore
    blocks: BlockStore
    vouch_counts: VouchCountStore
    memberships: MembershipStore
    imports: ImportStore
    import_rows: ImportRowStore
    uploads: UploadStore
    upload_parts: UploadPartStore
    upload_quotas: UploadQuotaStore
    counts: CountStore


_STORES: dict[str, Any] = Stores.__annotations__

SCHEMA = DatabaseSchema(
    service="membership",
    collections=[store.collection_schema for store in _STORES.values()],
    migrations=[
        into_commits(1),
        kept_counts(2),
        tell_of_terms_without_purchase(3),
        reword(4),
        one_form_of_addresses(5),
        keep_for_a_time(6),
        list_sessions(7),
        keep_numbers(8),
        complete_standings(9),
        find_people_by_name(10),
        review_in_rounds(11),
        keep_names_with_rows(12),
        kept_days(13),
    ],
)


def open_stores(database: Database[Document]) -> Stores:
    """The stores on a migrated database."""
    return Stores(**{name: store(database) for name, store in _STORES.items()})
