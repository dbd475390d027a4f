"""All operations of the gateway, one module per part of the product."""

from gateway.routes import (
    api_keys,
    applications,
    communities,
    history,
    identity,
    meetups,
    memberships,
    notes,
    notifications,
    payments,
    personal_data,
    screening,
    screens,
    sign_in_ways,
    uploads,
    vouching,
)

ROUTES = (
    *identity.ROUTES,
    *sign_in_ways.ROUTES,
    *personal_data.ROUTES,
    *communities.ROUTES,
    *api_keys.ROUTES,
    *applications.ROUTES,
    *notes.ROUTES,
    *screening.ROUTES,
    *vouching.ROUTES,
    *memberships.ROUTES,
    *uploads.ROUTES,
    *meetups.ROUTES,
    *payments.ROUTES,
    *notifications.ROUTES,
    *history.ROUTES,
    *screens.ROUTES,
)
