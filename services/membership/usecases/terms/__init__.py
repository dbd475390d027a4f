"""Memberships and their terms, and what follows from them."""
