"""Meetups, registrations, seats and offers (product.md §4)."""
