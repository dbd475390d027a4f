"""Error codes of the membership service."""

from contracts.errors.membership.communities import *  # noqa: F403
from contracts.errors.membership.files import *  # noqa: F403
from contracts.errors.membership.identity import *  # noqa: F403
from contracts.errors.membership.terms import *  # noqa: F403
from contracts.errors.membership.vetting import *  # noqa: F403
