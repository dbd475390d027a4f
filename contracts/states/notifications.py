"""States of deliveries, and what a message is sorted by."""

from typing import Literal, get_args

Category = Literal["transactional", "reminder", "social", "campaign"]
Channel = Literal["in_app", "email", "sms"]
DeliveryState = Literal["pending", "sent", "failed", "suppressed"]

CATEGORIES: tuple[Category, ...] = get_args(Category)
CHANNELS: tuple[Channel, ...] = get_args(Channel)
DELIVERY_STATES: tuple[DeliveryState, ...] = get_args(DeliveryState)
