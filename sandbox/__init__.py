"""The outside world for development and tests: a payment provider and a mail sink.

Each program is a process of its own with a journal of its own, so that a test can compare what
Coterie believes with what really happened outside. Imports nothing of ours (architecture.md §2).
"""
