"""What membership keeps: collections, indexes and validators, one module per aggregate."""

from chassis.migrations import into_commits
from chassis.schema import DatabaseSchema
from services.membership.store.applications import Applications
from services.membership.store.communities import Communities, Forms, MemberNumbers
from services.membership.store.counts import Counts, kept_counts
from services.membership.store.imports import ImportRows, Imports
from services.membership.store.memberships import Memberships
from services.membership.store.migrations import tell_of_terms_without_purchase
from services.membership.store.people import People
from services.membership.store.sign_in import Challenges, Sessions, SignInLimits
from services.membership.store.standings import Standings

SCHEMA = DatabaseSchema(
    service="membership",
    collections=[
        store.collection_schema
        for store in (
            People,
            Challenges,
            SignInLimits,
            Sessions,
            Communities,
            Forms,
            MemberNumbers,
            Standings,
            Applications,
            Memberships,
            Imports,
            ImportRows,
            Counts,
        )
    ],
    migrations=[into_commits(1), kept_counts(2), tell_of_terms_without_purchase(3)],
)
