"""What the events service answers and tells: meetups, registrations, seats.

One module for each aggregate; callers import from here. Rules: `product.md` §4. A gathering is a
"meetup"; "event" always means a message.
"""

from contracts.events.events import *
from contracts.events.meetups import *
from contracts.events.registrations import *
from contracts.events.screens import *
