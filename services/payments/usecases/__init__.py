"""What payments does: load, decide (domain), save in one unit of work."""
