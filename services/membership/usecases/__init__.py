"""What membership does: load, let the domain decide, save in one unit of work."""
