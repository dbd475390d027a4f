"""The sentences of fields, objects and states in Chinese, by what they are in English."""

from gateway.openapi_zh_fields.applications import APPLICATIONS
from gateway.openapi_zh_fields.communities import COMMUNITIES
from gateway.openapi_zh_fields.meetups import MEETUPS
from gateway.openapi_zh_fields.memberships import MEMBERSHIPS
from gateway.openapi_zh_fields.orders import ORDERS
from gateway.openapi_zh_fields.overviews import OVERVIEWS
from gateway.openapi_zh_fields.people import PEOPLE
from gateway.openapi_zh_fields.prices import PRICES
from gateway.openapi_zh_fields.states import STATES

FIELDS: dict[str, str] = {
    **PEOPLE,
    **COMMUNITIES,
    **APPLICATIONS,
    **MEMBERSHIPS,
    **MEETUPS,
    **PRICES,
    **ORDERS,
    **OVERVIEWS,
    **STATES,
}
