"""Error codes of the notifications service."""
