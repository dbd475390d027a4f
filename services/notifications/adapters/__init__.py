"""The outside world: the mail server, membership as a neighbour, and words for readers."""
