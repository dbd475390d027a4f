"""Accounts with providers, attempts to pay, money that came, and money that goes back."""
