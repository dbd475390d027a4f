"""Who sent a message, and for whom that process may speak.

RabbitMQ lets a connection put no other name into the property `user_id` than that of its own user,
so that property is all that is believed. Topics, queues and headers are the sender's to choose:
whoever answers calls can write to any queue (direct replies need the default exchange).

- A call is executed for the `callers` of its record. Only the gateway speaks for people and for API
  keys; a service speaks for itself, and nobody for an operator.
- An event is believed from the service whose event it is. A copy of ours, by way of a delay queue
  or the parking lot, says whose message it was (`chassis.event_wire`).
"""

from dataclasses import dataclass
from typing import Self

from chassis.amqp_link import user_of
from chassis.context import Actor
from contracts.records import GATEWAY


@dataclass(frozen=True)
class Senders:
    """The broker's users in one environment; all their names begin with the same `prefix`."""

    own: str
    prefix: str

    @classmethod
    def around(cls, url: str, deployable: str) -> Self:
        """As told by the user that a deployable connects as; raises ValueError."""
        user = user_of(url)
        if not user.endswith(deployable):
            raise ValueError(
                f"the broker's user of {deployable} is called {deployable}, after the prefix that "
                f"all users of its environment have; it is {user!r}"
            )
        return cls(user, user.removesuffix(deployable))

    def name(self, user: str | None) -> str | None:
        """The deployable of a user; None for nobody, and for users of other environments."""
        if not user or not user.startswith(self.prefix):
            return None
        return user.removeprefix(self.prefix)


def may_speak_for(sender: str, actor: Actor) -> bool:
    """Whether a call of this deployable may be made in the actor's name."""
    if sender == GATEWAY:
        return actor.kind in ("person", "key", "anonymous")
    return actor == Actor("system", service=sender)
