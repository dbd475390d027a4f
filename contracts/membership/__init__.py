"""What the membership service answers and tells: people, sign-in, communities, vetting, terms.

One module for each aggregate; callers import from here. Rules: `product.md` §2. Wire forms of
records: `contracts.records`.
"""

from contracts.membership.api_keys import *
from contracts.membership.applications import *
from contracts.membership.bulk import *
from contracts.membership.communities import *
from contracts.membership.community_heads import *
from contracts.membership.dashboards import *
from contracts.membership.email_changes import *
from contracts.membership.erasure import *
from contracts.membership.events import *
from contracts.membership.identities import *
from contracts.membership.imports import *
from contracts.membership.invitations import *
from contracts.membership.joining import *
from contracts.membership.joins import *
from contracts.membership.links import *
from contracts.membership.memberships import *
from contracts.membership.notes import *
from contracts.membership.operators import *
from contracts.membership.people import *
from contracts.membership.places import *
from contracts.membership.policies import *
from contracts.membership.reasons import *
from contracts.membership.reports import *
from contracts.membership.review_queue import *
from contracts.membership.reviews import *
from contracts.membership.screening import *
from contracts.membership.sessions import *
from contracts.membership.sign_in import *
from contracts.membership.standings import *
from contracts.membership.uploads import *
from contracts.membership.vouching import *
