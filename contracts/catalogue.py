"""Every record there is: importing this fills the registries that generators and tests read."""

from contracts import events, membership, notifications, payments  # noqa: F401
