"""Error codes of the events service."""
